/**
 * Runs the whole of a script. SIGINT and SIGTERM abort the signal, so that what was started is stopped in `finally`; the
 * second one ends the process at once. A failure is told in its own words, with exit code 1.
 */
export async function stopOnSignal(script: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(1);
    console.error(`\n${name}: stopping ...`);
    stop.abort(new Error('Stopped.'));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    await script(stop.signal);
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = stop.signal.aborted ? 130 : 1;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}
