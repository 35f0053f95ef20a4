import { runCommand, runToEnd } from '../local/run-command.js';

/** Removes the accounts of a profile, and with them what the window has put into the person's keychain. */
export async function forgetAccounts(program: string, home: string): Promise<void> {
  const env = { ...process.env, LONGSHORE_HOME: home };
  const { accounts } = JSON.parse(await runCommand(process.execPath, [program, 'accounts', '--json'], { env })) as { accounts: { host: string; name: string }[] };
  for (const { host, name } of accounts) {
    const { stderr } = await runToEnd(process.execPath, [program, 'logout', host, '--account', name], { env });
    process.stderr.write(stderr);
  }
}
