import { parentPort, workerData } from 'node:worker_threads';
import { ProblemError, isProblem } from '../../shared/errors.js';
import { createInventory, type SyncInventory } from './inventory.js';
import type { WorkerAnswer, WorkerCall } from './open-inventory.js';
import { dropDatabase, isRuined, openDatabase } from './open-database.js';

/** The thread in which SQLite runs: a look at thousands of tags must not hold up the window. Calls come and go in order. */
const { file } = workerData as { readonly file: string };
let database = openOrDoWithout();
let inventory = createInventory(database);

parentPort!.on('message', (call: WorkerCall) => {
  const answer: WorkerAnswer = { id: call.id, ...carryOut(call) };
  parentPort!.postMessage(answer);
});

function carryOut(call: WorkerCall): Omit<WorkerAnswer, 'id'> {
  try {
    return { value: dispatch(call) };
  } catch (error) {
    if (!isRuined(error)) return { problem: inventoryFailed(error).problem };
  }
  try {
    database.close();
    dropDatabase(file);
    database = openOrDoWithout();
    inventory = createInventory(database);
    return { value: dispatch(call) };
  } catch (error) {
    return { problem: inventoryFailed(error).problem };
  }
}

function dispatch({ method, parameters }: WorkerCall): unknown {
  const work = inventory[method] as (...all: WorkerCall['parameters']) => ReturnType<SyncInventory[typeof method]>;
  return work(...parameters);
}

/** Where nothing can be written, what is seen is kept until the application ends. */
function openOrDoWithout(): ReturnType<typeof openDatabase> {
  try {
    return openDatabase(file);
  } catch {
    return openDatabase(':memory:');
  }
}

function inventoryFailed(error: unknown): ProblemError {
  if (isProblem(error)) return error;
  return new ProblemError('disk-failed', {
    message: `What was seen at the registries could not be kept in ${file}.`,
    next: 'Make room on the disk. If it goes on, close Longshore and delete that file: it is filled again by looking.',
    detail: error instanceof Error ? error.message : String(error),
  });
}
