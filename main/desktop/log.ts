import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { redact } from '../../shared/redact.js';

export type Level = 'info' | 'warn' | 'error';

/** What happened, for whoever has to find out why it went wrong. Written at once, so that a crash loses nothing. */
export interface Log {
  write(level: Level, text: string): void;
  /** All that is kept, oldest first. */
  read(): string;
}

/** Five files of 1 MB are some weeks of use. */
const files = 5;
const mostBytes = 1_000_000;

/** Opens the rolling log of a folder. Every text is redacted before it is written; a disk that refuses it stops nothing. */
export function openLog(folder: string, now: () => Date = () => new Date()): Log {
  const nameOf = (age: number): string => join(folder, age === 0 ? 'longshore.log' : `longshore.${age}.log`);
  const current = nameOf(0);

  const roll = (): void => {
    if (sizeOf(current) < mostBytes) return;
    rmSync(nameOf(files - 1), { force: true });
    for (let age = files - 2; age >= 0; age -= 1) {
      if (sizeOf(nameOf(age)) > 0) renameSync(nameOf(age), nameOf(age + 1));
    }
  };

  return {
    write(level, text) {
      try {
        mkdirSync(folder, { recursive: true });
        roll();
        appendFileSync(current, `${now().toISOString()} ${level} ${redact(text).replaceAll('\n', '\n  ')}\n`, { mode: 0o600 });
      } catch {
        // nobody could be told
      }
    },
    read: () => Array.from({ length: files }, (_, at) => textOf(nameOf(files - 1 - at))).join(''),
  };
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
