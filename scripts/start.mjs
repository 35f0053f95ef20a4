// `npm start [-- words]`: the window, or a verb of the command line, as built in dist/.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { electronProgram } from './set-up/electron-folder.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
// Chromium refuses to run its sandbox as root.
const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const child = spawn(electronProgram(), [...switches, '.', ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
