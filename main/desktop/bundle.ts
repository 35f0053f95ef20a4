import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { contentPolicy } from './content-policy.js';

/** Where the page lives: neither a file, whose neighbours it could read, nor a server, which others could reach. */
export const bundleScheme = 'app';
export const bundleOrigin = `${bundleScheme}://longshore`;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

interface Served {
  readonly file: string;
  readonly type: string;
}

/**
 * Answers with the files that lay in the folder when the program started, and with nothing else whatever the address says.
 * @param onScript told whenever the page's script is asked for: it is the last that a page needs to start
 */
export function openBundle(folder: string, onScript: () => void): (request: Request) => Promise<Response> {
  const files = listFiles(folder);
  return async (request) => {
    const served = request.method === 'GET' ? files.get(request.url.replace(/[?#].*$/s, '')) : undefined;
    if (!served) return new Response('There is no such file.', { status: 404, headers: { 'content-type': 'text/plain' } });
    if (served.file.endsWith('.js')) setImmediate(onScript);
    return new Response(await readFile(served.file), { headers: headersOf(served.type) });
  };
}

function listFiles(folder: string): ReadonlyMap<string, Served> {
  const files = new Map<string, Served>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = types[extname(name)];
    if (type !== undefined) files.set(`${bundleOrigin}/${name.split(sep).join('/')}`, { file: join(folder, name), type });
  }
  const index = files.get(`${bundleOrigin}/index.html`);
  if (!index) throw new Error(`${folder} has no index.html.`);
  return files.set(`${bundleOrigin}/`, index);
}

function headersOf(type: string): Record<string, string> {
  return {
    'content-type': type,
    'content-security-policy': contentPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
}
