import type { ArchiveContents } from '../../../shared/contract/contract.js';
import type { TransferPlan, TransferRequest, TransferState } from '../../../shared/contract/transfers.js';
import { ProblemError } from '../../../shared/errors.js';
import { digest } from './seeds.js';

const sizes = [413_000_000, 154_000_000, 62_000_000, 45_000_000, 39_000_000, 18_400_000, 2_500_000, 1_100_000, 4200, 300];

/** Plans and transfers as main makes them; what moves, moves only when a test tells it to. */
export class FakeMoves {
  #rows: readonly TransferState[];
  readonly #plans = new Map<string, TransferPlan>();
  readonly #tell: (state: TransferState) => void;
  #next = 100;

  constructor(rows: readonly TransferState[], tell: (state: TransferState) => void) {
    this.#rows = rows;
    this.#tell = tell;
  }

  get rows(): readonly TransferState[] {
    return this.#rows;
  }

  /** A tag `taken` and a file `taken.tar` are in the way; a repository under `denied/` may not be written to. */
  plan(request: TransferRequest): TransferPlan {
    refuse(request);
    const there = request.kind === 'load' ? 0 : 3;
    // What goes to a repository under `mounted/` has a layer in another one there.
    const mounted = 'to' in request && request.to?.repository.startsWith('mounted/') ? 4 : 0;
    const blobs = sizes.map((size, index) => ({ digest: digest(900 + index), size, state: index > 0 && index <= there ? ('present' as const) : index === mounted && mounted > 0 ? ('to-mount' as const) : ('to-move' as const) }));
    const sum = (some: typeof blobs): number => some.reduce((total, { size }) => total + size, 0);
    const present = blobs.filter(({ state }) => state === 'present');
    const toMount = blobs.filter(({ state }) => state === 'to-mount');
    const also = 'to' in request && request.to ? request.to.also : [];
    const id = `plan-${(this.#next += 1)}`;
    const plan: TransferPlan = {
      id,
      request,
      summary: {
        images: namesOf(request).map((name) => ({ source: name, target: name, digest: digest(1), also, platforms: ['linux/amd64', 'linux/arm64'] })),
        ...('referrers' in request && request.referrers && { referrers: [2, 3].map((number) => ({ digest: digest(number), artifactType: 'application/vnd.example.signature', subject: digest(1) })) }),
        blobs: blobs.length,
        bytes: sum(blobs),
        presentBlobs: present.length,
        presentBytes: sum(present),
        mountBlobs: toMount.length,
        mountBytes: sum(toMount),
        manifests: 5,
        ...(request.kind === 'pull' && { room: { needed: sum(blobs) - sum(present), free: 212_000_000_000 } }),
        warnings: request.kind === 'save' && request.format === 'docker' ? ['A docker archive holds one platform of an image: linux/amd64 is written.'] : [],
      },
      blobs,
    };
    this.#plans.set(id, plan);
    return plan;
  }

  start(id: string): TransferState {
    const plan = this.#plans.get(id);
    if (!plan) throw new ProblemError('usage-invalid', { message: 'This plan was started already, or is too old.', next: 'Plan it again.' });
    this.#plans.delete(id);
    const { summary, request } = plan;
    const [name = ''] = namesOf(request);
    return this.#put({
      id: `transfer-${id}`,
      kind: request.kind,
      request,
      by: 'window',
      status: 'running',
      title: summary.images.length > 1 ? `${summary.images.length} images` : name,
      started: new Date().toISOString(),
      bytes: { total: summary.bytes, present: summary.presentBytes, moved: 0 },
      speed: 0,
      blobs: plan.blobs.map((blob) => ({ digest: blob.digest, size: blob.size, moved: 0, state: blob.state === 'present' ? ('exists' as const) : ('waiting' as const) })),
      tagged: [],
    });
  }

  retry(id: string): TransferState {
    const { problem: _, ended: __, ...found } = this.#find(id);
    return this.#put({ ...found, status: 'running' });
  }

  pause(id: string): void {
    const found = this.#find(id);
    const blobs = found.blobs.map((blob) => (blob.state === 'moving' || blob.state === 'waiting' ? { ...blob, state: 'paused' as const } : blob));
    this.#tell(this.#put({ ...found, status: 'paused', blobs, speed: 0 }));
  }

  cancel(id: string): void {
    this.#tell(this.#put({ ...this.#find(id), status: 'cancelled', ended: new Date().toISOString(), speed: 0 }));
  }

  forget(id: string): void {
    this.#rows = this.#rows.filter((row) => row.id !== id);
  }

  #find(id: string): TransferState {
    const found = this.#rows.find((row) => row.id === id);
    if (found) return found;
    throw new ProblemError('internal', { message: `There is no transfer ${id}.`, next: 'Look again.' });
  }

  #put(state: TransferState): TransferState {
    this.#rows = [state, ...this.#rows.filter(({ id }) => id !== state.id)];
    return state;
  }
}

/** `broken.tar` is none; every other file holds two images. */
export function archiveAt(path: string): ArchiveContents {
  if (path.endsWith('broken.tar')) {
    throw new ProblemError('archive-truncated', { message: `${path} ends in the middle of a file.`, next: 'Copy it again from where it came from, and compare the sizes.', detail: 'blobs/sha256/9f2c41d7be08: 1048576 of 412700000 bytes' });
  }
  return {
    path,
    images: [
      { id: digest(1), name: 'harbor.example.org/wso2/wso2am:4.5.0-rocky', platform: 'linux/amd64' },
      { id: digest(2), name: 'harbor.example.org/wso2/wso2is:7.1.0-rocky', platform: 'linux/amd64' },
    ],
    warnings: [],
  };
}

function namesOf(request: TransferRequest): readonly string[] {
  switch (request.kind) {
    case 'pull':
      return request.from.map(({ repository, reference }) => `${repository}:${reference}`);
    case 'save':
      return request.from.map((each) => (typeof each === 'string' ? each : `${each.repository}:${each.reference}`));
    case 'load':
      return request.to ? [`${request.to.repository}:${request.to.tag}`] : request.picks.length > 0 ? request.picks : archiveAt(request.path).images.flatMap(({ name }) => name ?? []);
    case 'push':
    case 'copy':
      return [`${request.to.repository}:${request.to.tag}`];
  }
}

function refuse(request: TransferRequest): void {
  const to = 'to' in request ? request.to : undefined;
  if (to?.tag === 'taken' && to.overwrite !== 'always') {
    throw new ProblemError('tag-exists', { message: `${to.repository}:taken exists already and is another image.`, next: 'Choose another name.', detail: `there: ${digest(44)}, new: ${digest(1)}` });
  }
  if (to?.repository.startsWith('denied/')) {
    throw new ProblemError('permission-denied', { message: `This account may not push to ${to.repository}.`, next: 'Ask for the right to push there, or choose another repository.', detail: '403 DENIED' });
  }
  if (request.kind === 'save' && request.path.endsWith('taken.tar') && !request.replace) {
    throw new ProblemError('target-exists', { message: `${request.path} exists already.`, next: 'Choose another name.' });
  }
}
