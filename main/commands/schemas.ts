import { z } from 'zod';
import { problemShape } from '../../shared/problem-schema.js';

// What each verb prints with --json. Only the documentation and the tests load this file: zod would cost each start of the
// command line more than everything else together.

const digest = z.string().regex(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/).describe('sha256: or sha512: and hexadecimal digits');
const bytes = z.int().nonnegative().describe('bytes');
const counter = z.int().nonnegative();
const reference = z.string().describe('host[:port]/repository[:tag][@digest]');
const platformText = z.string().describe('os/architecture[/variant]');
const texts = z.array(z.string());
const labels = z.record(z.string(), z.string());

const platform = z.strictObject({ os: z.string(), architecture: z.string(), variant: z.string().optional(), 'os.version': z.string().optional() });

const descriptor = z.strictObject({
  mediaType: z.string(),
  digest,
  size: bytes,
  platform: platform.optional(),
  annotations: labels.optional(),
  artifactType: z.string().optional(),
  urls: texts.optional(),
});

const account = z.strictObject({
  name: z.string(),
  host: z.string(),
  kind: z.enum(['password', 'token', 'anonymous']),
  username: z.string().optional(),
  plainHttp: z.boolean(),
  pinned: z.string().optional().describe('SHA-256 fingerprint of the one certificate that is accepted'),
  expires: z.strictObject({ at: z.iso.datetime(), from: z.enum(['typed', 'token']) }).optional(),
});

const referrers = z.array(z.strictObject({ digest, artifactType: z.string(), subject: digest.describe('what it refers to') })).optional().describe('with --referrers: signatures, SBOMs and others that go along');

const transferred = {
  images: z.array(z.strictObject({ source: z.string(), target: z.string(), digest, also: texts.describe('rolling tags that were moved too') })),
  referrers,
  bytes: z.strictObject({ total: bytes, present: bytes.describe('of these, what the target had already'), moved: bytes }).describe('of blobs, each once'),
  blobs: z.strictObject({ total: counter, present: counter }),
  verified: z.strictObject({ checked: counter.describe('manifests and blobs'), bytes }).optional().describe('with --verify: what was found whole at the target'),
  seconds: z.number().nonnegative(),
  warnings: texts,
};

const share = z.strictObject({ blobs: counter, bytes });
const dryRun = z.strictObject({
  dryRun: z.literal(true),
  images: z.array(z.strictObject({ source: z.string(), target: z.string(), digest, also: texts.describe('rolling tags that would be moved too'), platforms: z.array(platformText).describe('of an index') })),
  referrers,
  manifests: counter.describe('manifests and indexes in all'),
  send: share,
  mount: share.describe('in other repositories of the target, from where its registry takes them'),
  skip: share.describe('what the target has already'),
  blobs: z.array(z.strictObject({ digest, size: bytes, fate: z.enum(['send', 'mount', 'skip']), from: z.string().optional().describe('the repository that it would be mounted from') })),
  room: z.strictObject({ needed: bytes, free: bytes }).optional().describe("of the target's disk"),
  warnings: texts,
}).describe('with --dry-run');
const transfer = z.union([z.strictObject(transferred), dryRun]);

const status = z.enum(['waiting', 'planning', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted']).describe('paused: by a person, or, with room, until there is room; interrupted: the program that ran it is gone');
const listedTransfer = {
  id: z.string(),
  kind: z.enum(['pull', 'save', 'load', 'push', 'copy']),
  title: z.string(),
  status,
  from: z.enum(['window', 'command line']).describe('who began it'),
  started: z.iso.datetime(),
  ended: z.iso.datetime().optional(),
  bytes: z.strictObject({ total: bytes, present: bytes.describe('of these, what the target had already'), moved: z.int() }).describe('of blobs, each once'),
  speed: z.number().optional().describe('bytes a second, while it runs'),
  left: z.number().optional().describe('milliseconds to its end at that speed'),
  retry: z.strictObject({ problem: z.optional(problemShape), until: z.iso.datetime() }).optional().describe('why it waits, and until when'),
  room: z.strictObject({ folder: z.string(), needed: bytes, free: bytes }).optional().describe('the disk is full: it goes on by itself when so much is free'),
  problem: z.optional(problemShape),
  tagged: z.array(z.strictObject({ name: z.string(), digest })).describe('names at the target, as they were set'),
  file: z.string().optional().describe('where an archive was written'),
};
const transferList = z.strictObject({ transfers: z.array(z.strictObject(listedTransfer)).describe('newest first') });
const transferShown = z.strictObject({
  transfer: z.strictObject({
    ...listedTransfer,
    process: z.int().describe('that runs it, or ran it last'),
    blobs: z.array(z.strictObject({ digest, size: bytes, moved: z.int(), state: z.enum(['waiting', 'moving', 'verifying', 'retrying', 'paused', 'exists', 'mounted', 'done']) })).describe('the largest, until it is done'),
  }),
});
const steered = z.strictObject({ transfers: z.array(z.strictObject({ id: z.string(), title: z.string(), status })).describe('as they stand now') });

const history = z.array(z.strictObject({ created: z.string().optional(), createdBy: z.string(), comment: z.string().optional(), emptyLayer: z.boolean() }));
const layers = z.array(z.strictObject({ digest, size: bytes, mediaType: z.string(), instruction: z.string().optional().describe('the step of the build that made it') }));
const config = z.strictObject({
  platform,
  created: z.string().optional(),
  author: z.string().optional(),
  environment: texts,
  entrypoint: texts,
  command: texts,
  workingDirectory: z.string().optional(),
  user: z.string().optional(),
  exposedPorts: texts,
  volumes: texts,
  labels,
  diffIds: z.array(digest).describe('digests of the uncompressed layers'),
  history,
});

const inspection = z.strictObject({
  reference,
  digest,
  mediaType: z.string(),
  platforms: z.array(z.strictObject({ platform: platformText, digest, attestations: z.array(digest) })).describe('empty where the reference leads to one image'),
  image: z.strictObject({ digest, artifactType: z.string(), size: bytes, config: config.optional(), layers }).optional().describe('of the platform that was chosen'),
  annotations: labels,
  referrers: z.array(descriptor),
  referrersProblem: z.exactOptional(problemShape).describe('why not all of them could be read'),
});

const libraryList = z.strictObject({
  folder: z.string(),
  bytes: bytes.describe('bytes of all blobs, each once'),
  unnamed: bytes.describe('bytes that no image needs'),
  images: z.array(z.strictObject({
    name: reference,
    digest,
    total: bytes.describe('bytes of everything the image needs'),
    own: bytes.describe('bytes that no other image shares'),
    at: z.string().describe('ISO time of when the name was set; empty when another tool set it'),
    source: z.string().optional().describe('a reference or a file'),
  })),
});

const brokenBlob = { digest, names: z.array(reference).describe('the images that need it') };

const step = z.strictObject({
  name: z.enum(['name', 'proxy', 'certificate', 'registry', 'sign-in', 'repositories']),
  state: z.enum(['ok', 'failed', 'skipped']),
  message: z.string(),
  next: z.string().optional(),
  problem: z.optional(problemShape),
});

/** By the verb's words: `library verify`. */
export const schemas: Readonly<Record<string, z.ZodType>> = {
  login: z.strictObject({ account, signedIn: z.boolean(), secretStored: z.boolean().describe('false: the secret is forgotten when the command ends') }),
  logout: z.strictObject({ removed: account }),
  accounts: z.strictObject({ accounts: z.array(account.extend({ state: z.enum(['unknown', 'valid', 'soon', 'expired']) })) }),
  repos: z.strictObject({ host: z.string(), repositories: texts }),
  tags: z.strictObject({
    repository: z.string(),
    total: counter.describe('of all tags, whether they match or not'),
    tags: z.array(z.strictObject({ name: z.string(), digest: digest.optional(), size: bytes.optional(), created: z.string().optional() })).describe('digest, size and time with --sort date or size'),
  }),
  inspect: z.union([
    inspection,
    z.strictObject({ reference, history }).describe('with --history'),
    z.strictObject({ reference, layers }).describe('with --layers'),
    z.strictObject({ reference, dockerfile: z.string() }).describe('with --dockerfile'),
  ]),
  pull: transfer,
  save: z.union([z.strictObject({ ...transferred, file: z.string().optional().describe('absent when the archive went to standard output') }), dryRun]),
  load: transfer,
  push: transfer,
  copy: transfer,
  transfers: transferList,
  'transfers list': transferList,
  'transfers show': transferShown,
  'transfers pause': steered,
  'transfers resume': transfer,
  'transfers cancel': steered,
  'transfers forget': z.strictObject({ forgotten: texts.describe('ids') }),
  library: libraryList,
  'library list': libraryList,
  'library verify': z.strictObject({
    checked: counter,
    bytes,
    damaged: z.array(z.strictObject({ ...brokenBlob, movedTo: z.string().describe('the file that holds the damaged bytes now') })),
    missing: z.array(z.strictObject(brokenBlob)),
  }),
  'library remove': z.strictObject({ removed: z.array(reference) }),
  'library prune': z.strictObject({ dryRun: z.boolean(), blobs: counter, blobBytes: bytes, partials: counter.describe('remains of broken-off transfers'), partialBytes: bytes }),
  serve: z.strictObject({ url: z.url(), push: z.boolean(), images: z.array(reference).describe('as other tools pull them') }).describe('one line, as soon as it listens'),
  doctor: z.strictObject({ host: z.string(), healthy: z.boolean(), steps: z.array(step) }),
  ...Object.fromEntries(['bash', 'zsh', 'fish'].map((shell) => [`completion ${shell}`, z.strictObject({ shell: z.literal(shell), script: z.string() })])),
};

/** What any verb prints with --json instead of its result when it failed. */
export const problemSchema = z.strictObject({ problem: problemShape });
