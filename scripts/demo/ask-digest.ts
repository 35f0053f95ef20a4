import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { acceptManifests } from '../../main/image/media-types.js';
import { digestOf } from '../../main/image/digest.js';
import type { RegistryOnStage } from './stage.js';

/**
 * What a registry itself answers for a tag, asked without any of our own registry code: the bytes are hashed, and its
 * header must say the same.
 * @param name `team/app:1.0`
 * @throws Error
 */
export async function askDigest({ url, authority, user }: RegistryOnStage, name: string): Promise<string> {
  const [, repository, tag] = /^(.+):([^:/]+)$/.exec(name) ?? [];
  const address = `${url}/v2/${repository}/manifests/${tag}`;
  const { status, digest, body } = await get(address, { ...(authority && { ca: authority.pem }), ...(user && { auth: `${user.name}:${user.password}` }) });
  if (status !== 200) throw new Error(`${address} answers ${status}.`);
  const found = digestOf(body);
  if (digest !== found) throw new Error(`${address} says ${digest} for ${found}.`);
  return found;
}

interface Answer {
  readonly status: number | undefined;
  readonly digest: string | string[] | undefined;
  readonly body: Buffer;
}

function get(address: string, options: { readonly ca?: string; readonly auth?: string }): Promise<Answer> {
  const send = address.startsWith('https:') ? getSecure : getPlain;
  return new Promise((resolve, reject) => {
    const request = send(address, { ...options, headers: { accept: acceptManifests } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode, digest: response.headers['docker-content-digest'], body: Buffer.concat(chunks) }));
    });
    request.once('error', reject);
  });
}
