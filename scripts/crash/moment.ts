import { existsSync, readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import type { Image } from './image.js';
import type { Exchange, Relay } from './relay.js';

/** What a run is watched through. */
export interface Scene {
  readonly relay: Relay;
  readonly image: Image;
  /** Bytes of the image that this run has to move still, about. */
  readonly missing: number;
  readonly library: string;
  /** Where archives are written. */
  readonly output: string;
}

/** Calls `reached` when a run has got somewhere; the result stops looking. */
export type Moment = (scene: Scene, share: number, reached: () => void) => () => void;

const isBlob = ({ method, path }: Exchange): boolean => method === 'GET' && /\/blobs\/sha256/.test(path);
const isUpload = ({ method, path }: Exchange): boolean => /^(?:PUT|PATCH)$/.test(method) && path.includes('/blobs/uploads/');
const isPlan = ({ method, path }: Exchange): boolean => /^(?:GET|HEAD)$/.test(method) && !isBlob({ method, path } as Exchange);

/** At the relay, in the middle of whatever it is: not a byte goes on. */
function atRelay(relay: Relay, look: (event: string, exchange: Exchange) => boolean, reached: () => void): () => void {
  relay.onEvent = (event, exchange) => {
    if (!look(event, exchange)) return;
    relay.onEvent = undefined;
    relay.hold();
    reached();
  };
  return () => void (relay.onEvent = undefined);
}

/** Once a share of the bytes went through. */
const afterBytes = (of: (exchange: Exchange) => boolean, direction: 'sent' | 'received'): Moment => ({ relay, missing }, share, reached) => {
  const before = relay.exchanges.length;
  const moved = (): number => relay.exchanges.slice(before).filter(of).reduce((sum, exchange) => sum + exchange[direction], 0);
  return atRelay(relay, (event) => event === direction && moved() >= share * missing, reached);
};

/** With one of the first requests of a kind, or with its answer. */
const withRequest = (of: (exchange: Exchange) => boolean, most = 1): Moment => ({ relay }, share, reached) => {
  let left = Math.floor(share * most * 2);
  return atRelay(relay, (event, exchange) => of(exchange) && /^(?:asked|answered)$/.test(event) && left-- === 0, reached);
};

/** When a folder changes, as told by the kernel. */
const withFile = (folder: (scene: Scene) => string, look: (name: string, scene: Scene, share: number) => boolean): Moment => (scene, share, reached) => {
  const watcher = watch(folder(scene), (_event, name) => {
    if (name === null || !look(name, scene, share)) return;
    watcher.close();
    reached();
  });
  return () => watcher.close();
};

const blobsOf = ({ library }: Scene): string => `${library}/blobs/sha256`;
const isThere = (scene: Scene, digest: string): boolean => existsSync(`${blobsOf(scene)}/${digest.replace('sha256:', '')}`);
const blobsThere = (scene: Scene): number => [...scene.image.blobs, scene.image.manifest].filter(({ digest }) => isThere(scene, digest)).length;

/** Once a share of the bytes is in the library's files: where none of them comes from a registry. */
const whileGrowing: Moment = withFile(({ library }) => `${library}/ingest`, (_name, scene, share) => bytesThere(scene) >= share * scene.image.bytes);

/** The share of the blobs that have their names. */
const whileNaming: Moment = withFile(blobsOf, (_name, scene, share) => blobsThere(scene) >= Math.max(1, share * scene.image.blobs.length));

/** The lock, the new index, its name: any of them, once the image is there. */
const whileIndexing: Moment = withFile(
  ({ library }) => library,
  (name, scene, share) => name.startsWith(['index.lock', 'index.json.', 'index.json'][Math.floor(share * 3)]!) && isThere(scene, scene.image.manifest.digest),
);

function bytesThere(scene: Scene): number {
  const files = [`${scene.library}/ingest`, blobsOf(scene)].flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return files.reduce((sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0), 0);
}

const leasing: Moment = withFile(({ library }) => `${library}/leases`, () => true);

/** Behind the last byte of the blobs: when all went through, or when the archive or its checksum appear. */
const archiveTail: Moment = (scene, share, reached) =>
  share < 0.4
    ? afterBytes(isBlob, 'received')(scene, 1, reached)
    : withFile(({ output }) => output, (name) => (share < 0.7 ? name === 'app.tar' : name.startsWith('app.tar.sha256')))(scene, share, reached);

export const moments = {
  plan: withRequest(isPlan, 2),
  lease: leasing,
  body: afterBytes(isBlob, 'received'),
  growing: whileGrowing,
  commit: whileNaming,
  index: whileIndexing,
  archiveTail,
  upload: afterBytes(isUpload, 'sent'),
  uploadCommit: withRequest(({ method, path }) => method === 'PUT' && path.includes('/blobs/uploads/'), 3),
  tag: withRequest(({ method, path }) => method === 'PUT' && path.includes('/manifests/')),
} as const satisfies Record<string, Moment>;
