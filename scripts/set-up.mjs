// Makes a bare machine ready: `node scripts/set-up.mjs --for demo|test|package`. Plain Node, since it runs before `npm ci`.
import { fileURLToPath } from 'node:url';
import { build } from './set-up/build.mjs';
import { debianPackages } from './set-up/debian-packages.mjs';
import { electron } from './set-up/electron.mjs';
import { goTools } from './set-up/go-tools.mjs';
import { nodePackages } from './set-up/node-packages.mjs';
import { StepError } from './run.mjs';

const purposes = ['demo', 'test', 'package'];
const oldestNode = [20, 18, 1];

function readPurpose(args) {
  const purpose = args.length === 0 ? 'demo' : args[0] === '--for' ? args[1] : undefined;
  if (args.length <= 2 && purposes.includes(purpose)) return purpose;
  throw new StepError(`Not understood: ${args.join(' ')}`, 'Write node scripts/set-up.mjs [--for demo|test|package].');
}

function checkNode() {
  const found = process.versions.node.split('.').map(Number);
  const [major, minor, patch] = oldestNode.map((wanted, at) => Math.sign(found[at] - wanted));
  if ((major || minor || patch) >= 0) return;
  throw new StepError(`This is Node ${process.versions.node}.`, `Install Node ${oldestNode.join('.')} or newer.`);
}

/** Each step answers with one line that says what it found or did; `say` tells about long work before it begins. */
const steps = [
  { name: 'Debian packages', work: debianPackages },
  { name: 'npm packages', work: nodePackages },
  { name: 'Electron', work: electron },
  { name: 'build', work: build },
  { name: 'Go tools', work: goTools },
];

try {
  process.chdir(fileURLToPath(new URL('..', import.meta.url)));
  checkNode();
  const purpose = readPurpose(process.argv.slice(2));
  for (const { name, work } of steps) {
    const started = performance.now();
    const outcome = await work({ purpose, say: (text) => console.log(`${name}: ${text} …`) });
    if (outcome) console.log(`${name}: ${outcome} (${((performance.now() - started) / 1000).toFixed(2)} s)`);
  }
} catch (error) {
  if (!(error instanceof StepError)) throw error;
  console.error(`\nSet-up stopped.\n${error.message}\n${error.next}`);
  process.exitCode = 1;
}
