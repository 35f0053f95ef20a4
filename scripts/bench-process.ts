import type { GeneratedImage } from './local/generating-registry.js';
import type { SlowLink } from './bench/slow-link.js';
import type { TransfersWork } from './bench/transfers-process.js';

// What `npm run bench` starts beside itself: `node dist/scripts/bench-process.js NAME JSON`. Servers run until they are
// stopped, and say `listening on ADDRESS:PORT`; what is measured prints its result as JSON.

const processes: Readonly<Record<string, (what: string) => Promise<void>>> = {
  async 'slow-link'(what) {
    const { startSlowLink } = await import('./bench/slow-link.js');
    const { target, link } = JSON.parse(what) as { target: string; link: SlowLink };
    const { port } = await startSlowLink(target, link);
    console.error(`listening on 127.0.0.1:${port}`);
  },

  async 'generating-registry'(what) {
    const { startGeneratingRegistry } = await import('./local/generating-registry.js');
    const { images } = JSON.parse(what) as { images: readonly GeneratedImage[] };
    const { host } = await startGeneratingRegistry(images, (line) => process.stdout.write(`${line}\n`));
    console.error(`listening on ${host}`);
  },

  async transfers(what) {
    const { runTransfers } = await import('./bench/transfers-process.js');
    console.log(JSON.stringify(await runTransfers(JSON.parse(what) as TransfersWork)));
  },
};

const [name = '', what = '{}'] = process.argv.slice(2);
const run = processes[name];
if (!run) throw new Error(`There is no ${JSON.stringify(name)}: npm run bench starts these, not people.`);
await run(what);
