import { openSpool } from '../../../main/archive/spool.js';
import { isProblem } from '../../../shared/errors.js';

/** Tries to spool into a folder and says with which problem that failed. */
const [folder = ''] = process.argv.slice(2);
console.log(await openSpool(folder).file('x').catch((error: unknown) => (isProblem(error) ? error.code : String(error))));
