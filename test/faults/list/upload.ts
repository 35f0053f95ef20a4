import { provedIn, type Row, type Section } from '../row.js';

const proved = provedIn('test/unit/faults/upload.test.ts');
/** Each is tried with a body that is read here, and with one that a thread sends from a file. */
const inUpload = (fault: string, expected: string, title: string): Row =>
  provedIn('test/unit/registry/upload-blob.test.ts')(fault, expected, `'sent from a file by a thread': > ${title}`);

const used = 'used as it stands, its query untouched';
const location = (what: string): string => `a session whose Location is > ${what} is used as it stands`;
const range = (what: string): string => `uploading in chunks > does not mind a Range that ${what}`;
const mount = (what: string): string => `a mount > that ${what} is an upload`;
const immutable = (who: string): string => `a refusal by a rule > of an immutable tag (${who}) is told as such, and is not tried again`;
const quota = (status: number): string => `a refusal by a rule > of ${status} is a used-up quota where it says so, and is not tried again`;

export const upload: Section = {
  title: 'Uploads',
  rows: [
    inUpload('202 without Location', 'refused in words', 'an upload that goes wrong > refuses an answer without a location'),
    proved('a Location that is a path', used, location('a path')),
    proved('a Location that is a path without its slash', used, location('a path without its slash')),
    proved('a Location without a scheme', used, location('without a scheme')),
    proved('a Location that is a whole address', used, location('a whole address')),
    proved('a Location of http at an https registry', 'used over https', 'a session whose Location is > http at a registry that speaks https is used over https'),
    inUpload('a Location on another host', 'followed without credentials', 'an upload that goes wrong > follows a location on another host without credentials'),
    proved('a Location on a private address, from a public registry', 'refused; nothing is sent there', 'a session whose Location is > a private address is refused by a public registry\'s client, and nothing is sent there'),
    proved('a Location with a signed query', used, location('a path with a signed query')),
    proved('PATCH answered 201', 'taken', 'a chunk > that is answered 201, as ECR does, is taken'),
    inUpload('`Range: 0-0` after a chunk', 'own count; the digest decides', range('stays at nothing')),
    inUpload('a Range that stands still', 'own count; the digest decides', range('stays at the first chunk')),
    inUpload('a Range beyond what was sent', 'own count; the digest decides', range('is beyond what was sent')),
    proved('416 with Location', 'a new session', 'a chunk > that is answered 416 with a Location begins a new session'),
    proved('416 without Location', 'a new session', 'a chunk > that is answered 416 with no Location begins a new session'),
    proved('a session forgotten in the middle (a restart)', 'a new session', 'a chunk > whose session a restart of the registry forgot begins a new one'),
    inUpload('413', 'smaller chunks, from then on', 'a registry that takes no large request > gets a blob in chunks that would have gone in one piece'),
    proved('PUT answered 201, and the blob is not there', 'sent once more when the manifest tells', 'a copy to a registry > whose blob was taken with 201 and is not there sends it once more'),
    proved('PUT answered 500 though the blob is stored', 'looked for, not sent again', 'the last request of an upload > that failed though the blob is stored is asked for, not sent again'),
    proved('another digest found at the end', 'sent again', 'the last request of an upload > that finds another digest sends the blob again'),
    proved('an answer before the body is sent, and the connection closed', 'the answer is told, not the broken pipe', 'the last request of an upload > that is refused before the body was sent, on a connection that is closed, is told in the registry\'s words'),
    proved('100 Continue', 'the answer behind it counts', 'the last request of an upload > that is answered with 100 Continue first waits for the answer behind it'),
    proved('a mount answered 201', 'nothing is sent', 'a mount > that is done sends nothing'),
    proved('a mount answered 202', 'that session is used', mount('is answered by an ordinary session')),
    proved('a mount answered 403', 'an ordinary upload', mount('is forbidden')),
    proved('a mount answered 500', 'an ordinary upload', mount('fails at the registry')),
    proved('a mount that breaks the connection', 'an ordinary upload', mount('breaks the connection')),
    proved('a blob deleted between the question for it and the manifest', 'sent, and the manifest once more', 'a copy to a registry > whose blob is deleted between the question for it and the manifest sends it once and goes on'),
    proved('a tag that is immutable: Harbor\'s 412', 'told as such; not tried again', immutable('412 of Harbor')),
    proved('a tag that is immutable: Harbor\'s 403', 'told as such; not tried again', immutable('403 of Harbor')),
    proved('a tag that is immutable: ECR\'s 400', 'told as such; not tried again', immutable('400 of ECR')),
    proved('a quota used up: 412', 'told as such; not tried again', quota(412)),
    proved('a quota used up: 403', 'told as such; not tried again', quota(403)),
  ],
};
