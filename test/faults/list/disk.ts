import { notYet, provedIn, type Row, type Section } from '../row.js';

const proved = provedIn('test/unit/faults/disk.test.ts');
const inProcesses = provedIn('test/unit/library/processes.test.ts');
const inProblems = provedIn('test/unit/disk/problems.test.ts');
const inAtomic = provedIn('test/unit/disk/atomic-write.test.ts');
const inOwner = provedIn('test/unit/disk/owner.test.ts');
const inLock = provedIn('test/unit/disk/lock.test.ts');
const inIngest = provedIn('test/unit/library/ingest.test.ts');
const inCommands = provedIn('test/e2e/disk.test.ts');
const killed = provedIn('test/long/kill.test.ts');
const powerCut = (fault: string, expected: string, title: string): Row => provedIn('test/long/power-cut.test.ts')(fault, expected, `after a power cut at any step > ${title}`);
const linuxAlone = 'Longshore is made for Linux alone so far';

export const disk: Section = {
  title: 'The disk',
  rows: [
    inProcesses('a full disk below a blob', 'told; what came is kept, and gone on with', 'on a full disk the push is refused as such, and goes on from what was kept when there is room'),
    inAtomic('a full disk below index.json', 'the old one stays', 'on a full disk the old content stays and nothing is left behind'),
    inCommands('a full disk below the library', 'told; no name is set', 'a full disk > below the library ends a pull with 22 and keeps no name'),
    inCommands('a full disk below an archive', 'told; no file is left', 'a full disk > below the target ends a save with 22 and leaves no file behind'),
    provedIn('test/unit/archive/spool.test.ts')('a full disk below what an archive is unpacked to', 'told; nothing is left', 'on a full disk the problem says so, and what was spooled is gone'),
    provedIn('test/unit/transfers/transfers.test.ts')('a journal that cannot be written', 'the transfer goes on', 'a transfer > runs on where its journal cannot be written'),
    inCommands('a full disk below standard output', 'told', 'standard output that can take no more > ends a command that prints an archive with 22 and a sentence'),
    provedIn('test/unit/transfers/full-disk.test.ts')('a full disk, for a job of the window', 'the job pauses until there is room', 'on a disk that is full > a pull says how much it needs, waits, and is done once there is room'),
    inProblems('EACCES', 'told with the path', 'EACCES is the problem disk-denied, which names the path'),
    inProcesses('a read-only disk', 'read; writing is told', 'a library in a read-only folder is read, and writing to it is refused as disk-denied'),
    notYet('a file that a virus scanner holds (EBUSY, EPERM on Windows)', 'tried again ten times', linuxAlone),
    proved('paths of more than 260 characters', 'as any other', 'a library > whose files have paths of more than 260 characters keeps images as any other'),
    notYet('a file system that does not tell cases apart', 'nothing collides', `names of blobs are lower case, but no test has such a file system; ${linuxAlone}`),
    inProblems('a network drive that is gone (EIO)', 'told with the path', 'EIO is the problem disk-failed, which names the path'),
    inIngest('two jobs that bring in one blob', 'one does, the other waits', 'two jobs that want one blob ask the source once'),
    inProcesses('two processes that bring in one blob', 'one does, the other waits', 'of two processes that push one blob, one brings it in and the other reuses it'),
    inOwner('a lock whose owner ended and whose pid another process has', 'not taken for held', 'a process that has the pid of another is not taken for it'),
    inLock('a lock whose owner is dead', 'goes to exactly one', 'a dead owner loses its lock to exactly one of eight processes'),
    inAtomic('two writers of index.json', 'the whole of one', 'two writers at once leave the whole of one'),
    inAtomic('a rename of index.json that fails', 'the old one stays, nothing beside it', 'a failed rename leaves nothing behind'),
    provedIn('test/unit/library/sync.test.ts')('a power cut after "done"', 'blobs and folders were synced before the index', 'no blob is synced on the way in; all are before the name, then their folder, then the index'),
    provedIn('test/unit/library/recover.test.ts')('a power cut before "done"', 'what was not synced is hashed again', 'after the machine went down, unsynced blobs are hashed again and torn ones removed'),
    killed('kill -9 at any phase of a pull, save, load, push or copy', 'nothing wrong under a final name, nothing left over', 'kill -9 at any phase leaves nothing wrong under a final name, nothing that a run without it does not leave, and no more to send again than was being sent'),
    powerCut('a power cut in a pull', 'no wrong blob; what was reported is there', 'of a pull, no blob has wrong bytes once the library is opened, what was reported as done is there, and the same pull can be done'),
    powerCut('a power cut in a load', 'the new image whole or not at all', 'of a load, an image that was there stays, and the new one is there whole or not at all'),
    powerCut('a power cut in a save', 'the archive and its checksum whole, or neither', 'of a save, the archive and its checksum are the whole new ones, or not there'),
    powerCut('a power cut in a change of accounts or settings', 'the old file or the new one', 'of changes to accounts and settings, each file is an old one or the new one'),
    provedIn('test/unit/library/prune.test.ts')('remains of what was broken off', 'gone after a week', 'remains of transfers go after a week, unless somebody is at them'),
    provedIn('test/unit/library/library.test.ts')('a damaged manifest found on reading', 'not handed out; told with its file', 'an image whose manifest was damaged on disk is not handed out'),
    proved('a damaged layer found by a check', 'set aside; the next pull brings it anew', 'a library > whose layer was damaged on disk and set aside has it anew from the next pull'),
    notYet('a damaged layer found on reading', 'set aside and fetched anew by itself', 'it is refused and told, and nobody gets it; only a check of the library sets it aside'),
  ],
};
