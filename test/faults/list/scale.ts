import { notYet, provedIn, type Row, type Section } from '../row.js';

/** Each is tried with a body that is read here, and with one that a thread sends from a file. */
const inUpload = (fault: string, expected: string, title: string): Row =>
  provedIn('test/unit/registry/upload-blob.test.ts')(fault, expected, `'sent from a file by a thread': > ${title}`);
const inTransfers = provedIn('test/unit/transfers/transfers.test.ts');

export const scale: Section = {
  title: 'Scale',
  rows: [
    provedIn('test/unit/registry/list-names.test.ts')('ten thousand tags', 'listed page by page', 'listing tags > lists nearly ten thousand in pages of a thousand'),
    provedIn('test/unit/faults/scale.test.ts')('an image of five hundred layers', 'copied, each layer once, and small ones sixteen at a time', 'an image of five hundred layers is copied from a registry, each layer once and sixteen at a time'),
    provedIn('test/long/memory.test.ts')('a layer of 4 GiB', 'the memory of one of 256 MiB', 'moves 4 GiB in the memory that 256 MiB need'),
    notYet('a layer of 60 GB', 'below 300 MB of memory', 'shown for 4 GiB; no test moves 60 GB'),
    notYet('a window beside a large transfer', 'the event loop is never held up for more than 50 ms', 'no test measures it yet'),
    inTransfers('twenty jobs to one registry', 'they share what one registry is asked for: three run, the others wait', 'a transfer > waits for its turn where three run already, and can be cancelled while it waits'),
    inUpload('an upload that is cancelled', 'its socket is closed and its session taken back', 'an upload that goes wrong > closes its socket when it is cancelled, and takes the session back'),
    provedIn('test/unit/registry/blobs.test.ts')('a read that is cancelled', 'its socket is closed', 'time > closes the socket when the reader breaks off, and when it is cancelled'),
    inTransfers('a job that is stopped and taken up again', 'goes on where it was', 'a transfer > that is cancelled leaves no name behind, and goes on where it was when it is tried again'),
    notYet('a bound on bandwidth', 'kept', 'there is none to be set yet'),
  ],
};
