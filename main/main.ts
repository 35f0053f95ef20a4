import { wordsOf } from './desktop/words-of.js';

const words = wordsOf(process.argv, process.defaultApp === true);

// The installed `longshore` is the window's own program. Electron runs this file before it opens a display, and waits for
// what it awaits: a verb runs, and ends the process with its own exit code, on machines that have no display at all.
// The window is mostly started without words, and loads nothing of the command line then.
if (words.length > 0 && (await import('./desktop/command-line.js')).isCommandLine(words)) {
  const { isKeychainProcess } = await import('./workers.js');
  if (isKeychainProcess(words)) await import('./accounts/keychain-process.js'); // and no further
  const { endWith } = await import('./desktop/end-with.js');
  const { runCommandLine } = await import('./commands/run.js');
  await endWith(await runCommandLine([process.execPath, 'longshore', ...words]));
} else {
  const { startDesktop } = await import('./desktop/start.js');
  startDesktop({ words, folder: import.meta.dirname });
}
