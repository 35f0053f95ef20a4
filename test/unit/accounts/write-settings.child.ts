import { createInterface } from 'node:readline';
import { settingsFormat } from '../../../main/accounts/settings-format.js';
import { openSettingsStore } from '../../../main/accounts/settings-store.js';

// Adds one name to the settings for each line that it reads, and answers with a line when it is written.
const [file = '', label = ''] = process.argv.slice(2);
const store = openSettingsStore(file, settingsFormat);
let count = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break;
  const name = `${label}-${count++}`;
  await store.update((current) => ({ ...current, repositories: { ...current.repositories, [name]: [] } }));
  process.stdout.write(`wrote ${name}\n`);
}
process.exit(0);
