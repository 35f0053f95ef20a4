import { HostTraffic } from './host-traffic.js';

/** What asks for its turn. */
export interface Turn {
  /** Bytes; the largest goes first, so that the connections are busy to the end. */
  readonly size: number;
  /** Whose it is: the one with the fewest connections goes first. */
  readonly job: object;
  readonly signal: AbortSignal;
}

interface Waiting extends Omit<Turn, 'signal'> {
  readonly hosts: readonly HostTraffic[];
  readonly since: number;
  /** It only uses what nobody else wants. */
  readonly isSpare: boolean;
  grant(): void;
}

/** Whoever has waited for so long is served before all others, and what it needs is kept free for it. */
const longestWait = 15_000;
/** Bytes. Blobs up to this size mostly wait for the far end: twice as many of them may be on their way. */
const smallBlob = 2 * 1024 * 1024;

const hosts = new Map<string, HostTraffic>();
const waiting: Waiting[] = [];
const running = new Map<object, number>();

/**
 * The traffic with one host, which all jobs and accounts of this process share.
 * @param most connections for large blobs that are polite there
 */
export function trafficWith(host: string, most: number): HostTraffic {
  const known = hosts.get(host);
  if (known) return known;
  const made: HostTraffic = new HostTraffic(most, { grant: grantAll, isWanted: () => waiting.some((entry) => entry.hosts.includes(made)) });
  hosts.set(host, made);
  return made;
}

/** Waits for a connection to each of the hosts at once: one that holds the first and waits for the second holds up others. */
export function takeTurn(from: readonly HostTraffic[], turn: Turn): Promise<() => void> {
  return wait(from, turn, false);
}

/** Waits for a further connection to a host that nobody else wants. */
export function takeSpare(from: HostTraffic, turn: Turn): Promise<() => void> {
  return wait([from], turn, true);
}

function wait(from: readonly HostTraffic[], { size, job, signal }: Turn, isSpare: boolean): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const entry: Waiting = { hosts: [...new Set(from)], size, job, since: Date.now(), isSpare, grant };
    function grant(): void {
      signal.removeEventListener('abort', leave);
      resolve(take(entry));
    }
    function leave(): void {
      waiting.splice(waiting.indexOf(entry), 1);
      reject(signal.reason as Error);
    }
    if (signal.aborted) return reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
    waiting.push(entry);
    grantAll();
  });
}

const costOf = ({ size }: Pick<Waiting, 'size'>): number => (size <= smallBlob ? 1 : 2);

function take(entry: Waiting): () => void {
  const cost = costOf(entry);
  for (const host of entry.hosts) host.used += cost;
  running.set(entry.job, (running.get(entry.job) ?? 0) + 1);
  let isTaken = true;
  return () => {
    if (!isTaken) return;
    isTaken = false;
    for (const host of entry.hosts) host.used -= cost;
    const left = (running.get(entry.job) ?? 1) - 1;
    if (left > 0) running.set(entry.job, left);
    else running.delete(entry.job);
    grantAll();
  };
}

function grantAll(): void {
  const now = Date.now();
  const isOld = ({ since, isSpare }: Waiting): boolean => !isSpare && now - since > longestWait;
  const before = (a: Waiting, b: Waiting): number =>
    Number(a.isSpare) - Number(b.isSpare) ||
    Number(isOld(b)) - Number(isOld(a)) ||
    (isOld(a) ? a.since - b.since : (running.get(a.job) ?? 0) - (running.get(b.job) ?? 0) || b.size - a.size || a.since - b.since);
  const kept = new Set<HostTraffic>();
  for (let found = true; found; ) {
    found = false;
    for (const entry of [...waiting].sort(before)) {
      const isFree = entry.hosts.every((host) => !kept.has(host) && host.hasRoom(costOf(entry)));
      if (isFree) {
        waiting.splice(waiting.indexOf(entry), 1);
        entry.grant();
        // Whose turn is next depends on who runs.
        found = true;
        break;
      }
      // Nobody overtakes where room is short, and nobody at all whoever has waited too long.
      if (!entry.isSpare) for (const host of entry.hosts) if (isOld(entry) || !host.hasRoom(costOf(entry))) kept.add(host);
    }
  }
}
