import { comparisons } from '../comparisons.js';
import type { Row } from '../row.js';
import { againRows } from './again.js';
import { growthRows } from './growth.js';
import { memoryRow } from './memory.js';
import { scaleRows } from './scale.js';
import { mainProcessRows } from './main-process.js';

/** Everything that is measured of the transfer engine, in the order of the table. */
export const allRows: readonly Row[] = [...comparisons, ...againRows, memoryRow, ...mainProcessRows, ...growthRows, ...scaleRows];
