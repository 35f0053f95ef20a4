import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Finds a program in PATH, or where set-up and `go install` put what they compile. */
export function findTool(name: string): string | undefined {
  const folders = [join(import.meta.dirname, '../../.cache/tools/bin'), ...(process.env['PATH'] ?? '').split(delimiter), join(process.env['HOME'] ?? '', 'go/bin')];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Is there a Go that could have compiled them? */
export function hasGo(): boolean {
  return findTool('go') !== undefined || existsSync('/usr/local/go/bin/go');
}
