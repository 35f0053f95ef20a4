import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../main/image/digest.js';
import { mediaTypes } from '../../../main/image/media-types.js';
import type { Digest } from '../../../shared/digest.js';
import type { TransferRequest } from '../../../shared/contract/transfers.js';
import type { FakeRegistry } from '../../fake/registry.js';
import { farAccount, nearAccount, pullOf, signal, useWorkplace } from './workplace.js';

const workplace = useWorkplace();

interface Signed {
  readonly image: string;
  readonly signature: string;
  readonly counter: string;
  readonly cosign: string;
}

/** An image with a signature by its `subject`, a signature of that, and one under cosign's tag. */
function putSigned(fake: FakeRegistry): Signed {
  const { digest, manifest, mediaType } = fake.putImage('team/app', '1.0');
  const { manifests, tags } = fake.storage.repository('team/app');
  const put = (subject: { digest: string; size: number; mediaType: string } | undefined, text: string): { digest: string; size: number; mediaType: string } => {
    const blob = Buffer.from(text);
    const config = { mediaType: mediaTypes.ociEmpty, digest: fake.putBlob('team/app', Buffer.from('{}')), size: 2 };
    const layers = [{ mediaType: 'application/octet-stream', digest: fake.putBlob('team/app', blob), size: blob.length }];
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, artifactType: 'application/vnd.example.signature', config, layers, ...(subject && { subject }) }));
    manifests.set(digestOf(bytes), { type: mediaTypes.ociManifest, bytes });
    return { digest: digestOf(bytes), size: bytes.length, mediaType: mediaTypes.ociManifest };
  };
  const signature = put({ digest, size: manifest.length, mediaType }, 'signature');
  const counter = put(signature, 'signature of the signature');
  const cosign = put(undefined, 'cosign signature');
  tags.set(`${digest.replace(':', '-')}.sig`, cosign.digest);
  return { image: digest, signature: signature.digest, counter: counter.digest, cosign: cosign.digest };
}

const cosignTag = ({ image }: Signed): string => `${image.replace(':', '-')}.sig`;
const digestsAt = (fake: FakeRegistry, repository: string): string[] => [...fake.storage.repository(repository).manifests.keys()].sort();
const signed = (request: TransferRequest): TransferRequest => ({ ...request, referrers: true }) as TransferRequest;
const to = (account: string): Extract<TransferRequest, { kind: 'push' }>['to'] => ({ account, repository: 'mirror/app', tag: '1.0', also: [], overwrite: 'same' });

describe('what refers to an image', () => {
  test('stays where it is unless it is asked for, and nothing is asked about it', async () => {
    const place = workplace.current;
    putSigned(place.near);
    const { summary } = await place.transfers.plan(pullOf('team/app', '1.0'), { signal });
    expect(summary).not.toHaveProperty('referrers');
    expect(place.near.requests.filter(({ path }) => path.includes('referrers') || path.includes('sha256-'))).toEqual([]);
  });

  test('goes from registry to registry, by its subject and by its tag, and the plan says what', async () => {
    const place = workplace.current;
    const found = putSigned(place.near);
    const request = signed({ kind: 'copy', from: { account: nearAccount, repository: 'team/app', reference: '1.0' }, platform: 'all', to: to(farAccount) });
    const { summary, id } = await place.transfers.plan(request, { signal });
    expect(summary.images).toHaveLength(1);
    expect(summary.referrers).toEqual([
      { digest: found.signature, artifactType: 'application/vnd.example.signature', subject: found.image },
      { digest: found.cosign, artifactType: 'cosign sig', subject: found.image },
      { digest: found.counter, artifactType: 'application/vnd.example.signature', subject: found.signature },
    ]);
    expect(await place.ended(place.transfers.start(id).id)).toMatchObject({ status: 'done' });
    expect(digestsAt(place.far, 'mirror/app')).toEqual(digestsAt(place.near, 'team/app'));
    expect(place.far.storage.repository('mirror/app').tags.get(cosignTag(found))).toBe(found.cosign);
  });

  test('goes into the library, into an archive and out again to a registry', async () => {
    const place = workplace.current;
    const found = putSigned(place.near);
    const name = `${place.near.host}/team/app:1.0`;
    const path = `${place.folder}/app.tar`;
    expect(await place.carryOut(signed(pullOf('team/app', '1.0')))).toMatchObject({ status: 'done' });
    expect(await place.carryOut(signed({ kind: 'save', from: [name], platform: 'all', path, format: 'universal', replace: false }))).toMatchObject({ status: 'done' });
    await place.carryOut(signed({ kind: 'push', name, platform: 'all', to: to(farAccount) }));
    expect(digestsAt(place.far, 'mirror/app')).toEqual(digestsAt(place.near, 'team/app'));
    const { openArchive } = await import('../../../main/archive/open-archive.js');
    const archive = await openArchive(path, { signal, spoolFolder: place.folder });
    const referrers: Digest[] = [];
    for await (const { digest } of archive.referrers({ digest: found.image as Digest, mediaType: mediaTypes.ociManifest, size: 0 }, { signal })) referrers.push(digest);
    expect(referrers).toEqual([found.signature]);
    expect(archive.names().map((image) => image.name)).toEqual([name, name.replace('1.0', cosignTag(found))]);
    await archive.close();
  });

  test('has no place in a docker archive', async () => {
    const place = workplace.current;
    putSigned(place.near);
    const request = signed({ kind: 'save', from: [{ account: nearAccount, repository: 'team/app', reference: '1.0' }], platform: 'all', path: `${place.folder}/app.tar`, format: 'docker', replace: false });
    await expect(place.transfers.plan(request, { signal })).rejects.toMatchObject({ code: 'usage-invalid' });
  });
});
