import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';

/** Another version of the schema means an empty inventory: nothing is lost that the registries do not have. */
const schemaVersion = 2;

/**
 * A list is what one account showed: its repositories, or the tags of one. Rows lie in the order of their names; the index
 * holds the order by version, and all that a filter or another order reads. Keys are those of shared/tag-order.ts.
 */
const schema = `
  CREATE TABLE lists (
    id INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    repository TEXT NOT NULL,
    seen INTEGER,
    UNIQUE (account, repository)
  );
  CREATE TABLE entries (
    list INTEGER NOT NULL REFERENCES lists (id) ON DELETE CASCADE,
    name_key TEXT NOT NULL,
    name TEXT NOT NULL,
    version_key TEXT NOT NULL,
    listed INTEGER NOT NULL,
    pinned INTEGER NOT NULL,
    digest TEXT,
    size INTEGER,
    created INTEGER,
    platforms TEXT,
    checked INTEGER,
    PRIMARY KEY (list, name_key, name)
  ) WITHOUT ROWID;
  CREATE INDEX by_version ON entries (list, version_key, name_key, name, created, size);
  PRAGMA user_version = ${schemaVersion};
`;

/** What SQLite says of a file that it cannot use any more. */
const ruined: readonly string[] = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'];

export function isRuined(error: unknown): boolean {
  return error instanceof Error && ruined.includes((error as { code?: string }).code ?? '');
}

/** Opens the database; one that is damaged or of another version is dropped and made anew. */
export function openDatabase(file: string): Database.Database {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  try {
    const database = open(file);
    if (versionOf(database) === schemaVersion) return database;
    const isNew = database.prepare('SELECT 1 FROM sqlite_master').get() === undefined;
    if (isNew) return fill(database);
    database.close();
  } catch (error) {
    if (!isRuined(error)) throw error;
  }
  dropDatabase(file);
  return fill(open(file));
}

export function dropDatabase(file: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
}

function open(file: string): Database.Database {
  const database = new Database(file, { timeout: 5_000 });
  // 32 MB of cache hold the rows of a hundred thousand tags; with SQLite's 2 MB, entering them takes three times as long.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -32000;');
  return database;
}

function fill(database: Database.Database): Database.Database {
  database.exec(schema);
  return database;
}

function versionOf(database: Database.Database): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}
