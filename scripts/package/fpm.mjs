#!/usr/bin/env node
// electron-builder makes Debian packages with fpm, which it downloads. This takes the arguments that it gives to fpm, and
// makes the package with Debian's own tool.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Scripts of a package, by the option that names them. */
const scripts = { 'before-install': 'preinst', 'after-install': 'postinst', 'before-remove': 'prerm', 'after-remove': 'postrm' };
const switches = ['--force', '--debug'];
const repeated = ['depends', 'deb-recommends'];
const longNames = { s: 'input-type', t: 'output-type', n: 'name', v: 'version', a: 'architecture', d: 'depends', p: 'package', C: 'chdir' };

const { options, copies } = readArguments(process.argv.slice(2));
if (options['output-type'] !== 'deb') throw new Error(`Only Debian packages are made here, not ${options['output-type']}.`);
const root = mkdtempSync(join(tmpdir(), 'longshore-deb-'));
try {
  chmodSync(root, 0o755);
  for (const [from, to] of copies) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    cpSync(from, join(root, to), { recursive: true, verbatimSymlinks: true });
  }
  const control = join(root, 'DEBIAN');
  mkdirSync(control);
  for (const [option, name] of Object.entries(scripts)) {
    if (options[option] !== undefined) writeFileSync(join(control, name), readFileSync(options[option]), { mode: 0o755 });
  }
  writeFileSync(join(control, 'control'), describe(Number(execFileSync('du', ['-sk', root], { encoding: 'utf8' }).split('\t')[0])));
  execFileSync('dpkg-deb', ['--root-owner-group', `-Z${options['deb-compression'] ?? 'xz'}`, '-z2', '--build', root, options.package], { stdio: ['ignore', 'ignore', 'inherit'] });
  console.log(JSON.stringify({ path: options.package, size: statSync(options.package).size }));
} finally {
  rmSync(root, { recursive: true, force: true });
}

function readArguments(given) {
  const options = Object.fromEntries(repeated.map((name) => [name, []]));
  const copies = [];
  const words = given[Symbol.iterator]();
  for (const word of words) {
    if (switches.includes(word)) continue;
    if (!word.startsWith('-')) {
      const at = word.lastIndexOf('=');
      copies.push([word.slice(0, at), word.slice(at + 1)]);
      continue;
    }
    const short = word.replace(/^-+/, '');
    const name = longNames[short] ?? short;
    const value = words.next().value;
    if (repeated.includes(name)) options[name].push(value);
    else options[name] = value;
  }
  return { options, copies };
}

function describe(kilobytes) {
  const [synopsis, ...more] = (options.description ?? options.name).trim().split('\n');
  const fields = {
    'Package': options.name,
    'Version': options.version,
    'Architecture': options.architecture === 'x86_64' ? 'amd64' : options.architecture,
    'Maintainer': options.maintainer,
    'Installed-Size': kilobytes,
    'Depends': options.depends.join(', '),
    'Recommends': options['deb-recommends'].join(', '),
    'Section': options.category ?? 'devel',
    'Priority': options['deb-priority'] ?? 'optional',
    'Homepage': options.url,
    'Description': [synopsis, ...more.map((line) => ` ${line.trim() || '.'}`)].join('\n'),
  };
  return Object.entries(fields).filter(([, value]) => value !== undefined && value !== '').map(([name, value]) => `${name}: ${value}\n`).join('');
}
