import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodes } from '../../shared/errors.js';
import { askDigest } from './ask-digest.js';
import type { Narrator } from './narrator.js';
import type { Stage } from './stage.js';

/** An image that was carried from the first registry to the second. */
export interface Carried {
  readonly source: string;
  readonly target: string;
  readonly also: string;
  /** As each registry answered it. */
  readonly sourceDigest: string;
  readonly targetDigest: string;
  readonly alsoDigest: string;
}

export interface Outcome {
  readonly carried: readonly Carried[];
  readonly archive: { readonly file: string; readonly bytes: number; readonly sha256: string };
}

/** What is carried: one image as most are, one for many platforms, one that takes a while. */
const cargo = ['demo/web:2.1.0', 'demo/multi:2.1', 'demo/large:1'];
const archiveName = 'demo-images.tar';
const rolling = 'latest';

/** The main job, from a registry over an archive to another registry, by the command line alone. */
export async function tellStory(stage: Stage, narrator: Narrator, output: string): Promise<Outcome> {
  const { first, second, nearHome, farHome } = stage;
  const sources = cargo.map((name) => `${first.host}/${name}`);
  const archive = join(output, archiveName);

  narrator.say('On this side of the gap: a profile without anything.');
  await narrator.longshore('What does the registry have?', ['repos', first.host], { home: nearHome });
  await narrator.longshore('Which versions of one of them?', ['tags', `${first.host}/demo/web`], { home: nearHome });
  await narrator.longshore('What is behind the newest?', ['inspect', sources[0]!, '--layers'], { home: nearHome });
  await narrator.longshore('Take three images into the library', ['pull', ...sources], { home: nearHome });
  await narrator.longshore('Put them into one archive, with its checksum', ['save', ...sources, '--from-library', '-o', archive, '--replace'], { home: nearHome });

  narrator.say('On the other side: another profile, as empty. Only the archive and its checksum came along.');
  await narrator.run('Did the archive arrive whole?', ['sha256sum', '-c', `${archiveName}.sha256`], { folder: output });
  await narrator.longshore('Load it', ['load', archive], { home: farHome });
  await narrator.longshore('What is there now?', ['library', 'list'], { home: farHome });

  const signedIn = await login(stage, narrator);
  try {
    const carried: Carried[] = [];
    for (const [at, name] of cargo.entries()) {
      const target = `released/${name.replace('demo/', '')}-approved`;
      await narrator.longshore('Push it under a new tag', ['push', sources[at]!, `${second.host}/${target}`, '--also', rolling], { home: farHome, ...signedIn });
      carried.push(await compare(stage, name, target));
    }
    await narrator.longshore('Which tags does it have now?', ['tags', `${second.host}/released/web`], { home: farHome, ...signedIn });
    verify(carried, narrator);
    return { carried, archive: await describe(archive) };
  } finally {
    // Also after a failure: nothing of the demo stays in a keychain.
    await narrator.longshore('Forget the account', ['logout', second.host], { home: farHome, always: true });
  }
}

/**
 * Signs in at the second registry, and tells how the later commands get the password: from the keychain where there is one.
 * @returns what the commands are given for it
 */
async function login({ second, farHome }: Stage, narrator: Narrator): Promise<{ env?: Record<string, string>; shown?: string }> {
  const { name, password } = second.user!;
  const { code } = await narrator.longshore(
    'Log in at the second registry, whose certificate a private authority signed',
    ['login', second.host, '-u', name, '--password-stdin', '--ca', second.authority!.file],
    { home: farHome, input: `${password}\n`, shown: 'echo "$PASSWORD" |', alsoFine: [exitCodes.keychain] },
  );
  if (code === 0) return {};
  narrator.say('This machine has no keychain that is open, and a password is never written to a file: the account is kept, and\nthe password comes from the environment of each command, as in a script.');
  return {
    env: { LONGSHORE_USERNAME: name, LONGSHORE_PASSWORD: password },
    shown: `LONGSHORE_USERNAME=${name} LONGSHORE_PASSWORD="$PASSWORD"`,
  };
}

async function compare({ first, second }: Stage, source: string, target: string): Promise<Carried> {
  const also = target.replace(/:[^:]*$/, `:${rolling}`);
  const [sourceDigest, targetDigest, alsoDigest] = await Promise.all([askDigest(first, source), askDigest(second, target), askDigest(second, also)]);
  return { source: `${first.host}/${source}`, target: `${second.host}/${target}`, also: `${second.host}/${also}`, sourceDigest, targetDigest, alsoDigest };
}

/** Says all digests. @throws Error when one registry answers otherwise than the other */
export function verify(carried: readonly Carried[], narrator: Narrator): void {
  narrator.say('── Both registries, asked directly, must answer with the same digests');
  for (const { source, target, also, sourceDigest, targetDigest, alsoDigest } of carried) {
    console.log(`  ${sourceDigest}  ${source}\n  ${targetDigest}  ${target}\n  ${alsoDigest}  ${also}`);
    if (targetDigest !== sourceDigest || alsoDigest !== sourceDigest) throw new Error(`${target} is not what ${source} is.`);
  }
}

async function describe(file: string): Promise<Outcome['archive']> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) hash.update(chunk);
  return { file, bytes: (await stat(file)).size, sha256: hash.digest('hex') };
}
