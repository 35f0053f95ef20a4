import { self } from '../../../main/disk/owner.js';
import { openJournal } from '../../../main/transfers/journal.js';
import { isProblem } from '../../../shared/errors.js';

/** Writes one record to the journal in a folder, and says what came of it. */
const [folder = ''] = process.argv.slice(2);
try {
  await openJournal(folder).write({ version: 1, id: '1', owner: { ...self }, kind: 'pull', title: 'app', status: 'done', started: '2030-01-02T03:04:05.000Z', bytes: { total: 0, present: 0, moved: 0 }, tagged: [] });
  console.log('written');
} catch (error) {
  console.log(isProblem(error) ? `${error.code} ${error.message}` : String(error));
}
