import { join } from 'node:path';
import { openLibrary } from '../../../main/library/library.js';
import { openRegistry } from '../../../main/registry/registry.js';
import { surroundingsOf } from '../../../main/transfers/surroundings.js';
import { openTransfers } from '../../../main/transfers/transfers.js';
import { transferRequestSchema } from '../../../shared/contract/transfers.js';

/** Carries out a request against one registry and says when most of a layer of 3 MB is there; the test kills this process there. */
const [folder = '', host = '', request = ''] = process.argv.slice(2);
let said = false;
const transfers = await openTransfers({
  folder: join(folder, 'transfers'),
  surroundings: surroundingsOf({ spoolFolder: join(folder, 'spool'), layersFile: join(folder, 'layers') }),
  library: await openLibrary(join(folder, 'library')),
  connect: async () => openRegistry({ host, plainHttp: true, trust: { certificates: [] } }),
  onForget: () => undefined,
  onChange: ({ id, bytes }) => {
    if (said || bytes.moved < 2_400_000) return;
    said = true;
    console.log(`moving ${id}`);
  },
});
const plan = await transfers.plan(transferRequestSchema.parse(JSON.parse(request)), { signal: new AbortController().signal });
transfers.start(plan.id);
setTimeout(() => process.exit(1), 60_000);
