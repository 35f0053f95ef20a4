import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openLibrary } from '../../../main/library/library.js';
import { openRegistry } from '../../../main/registry/registry.js';
import { surroundingsOf } from '../../../main/transfers/surroundings.js';
import { openTransfers } from '../../../main/transfers/transfers.js';
import { transferRequestSchema } from '../../../shared/contract/transfers.js';
import { isUnderway } from '../../../shared/transfer-status.js';

/** Carries out a request on a disk of 8 MiB that something else fills: makes room as soon as the transfer says how much it needs. */
const [folder = '', host = '', request = '', wish = ''] = process.argv.slice(2);
const filler = join(folder, 'filler');
await writeFile(filler, Buffer.alloc(5 * 1024 * 1024));
let isAsked = false;
const transfers = await openTransfers({
  folder: join(folder, 'transfers'),
  surroundings: surroundingsOf({ spoolFolder: join(folder, 'spool'), layersFile: join(folder, 'layers') }),
  library: await openLibrary(join(folder, 'library')),
  connect: async () => openRegistry({ host, plainHttp: true, trust: { certificates: [] } }),
  onForget: () => undefined,
  onChange: (state) => {
    const { id, status, room, problem, bytes } = state;
    if (room && !isAsked) {
      isAsked = true;
      console.log(`room ${JSON.stringify({ status, room, left: bytes.total - bytes.present - bytes.moved })}`);
      void (wish === 'cancel' ? transfers.cancel(id) : rm(filler));
    }
    if (isUnderway(state)) return;
    console.log(`ended ${JSON.stringify({ status, code: problem?.code, bytes })}`);
    void transfers.close().then(() => process.exit(0));
  },
});
const plan = await transfers.plan(transferRequestSchema.parse(JSON.parse(request)), { signal: new AbortController().signal });
transfers.start(plan.id);
setTimeout(() => process.exit(1), 60_000);
