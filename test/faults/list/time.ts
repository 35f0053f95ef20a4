import { notYet, provedIn, type Section } from '../row.js';

const proved = provedIn('test/unit/faults/time.test.ts');
const inBlobs = provedIn('test/unit/registry/blobs.test.ts');
const inNetwork = provedIn('test/unit/registry/network.test.ts');

export const time: Section = {
  title: 'Time',
  rows: [
    proved('headers that come byte by byte and never end', 'given up; the socket is closed', 'an answer > whose headers come byte by byte and never end is given up, and its socket closed'),
    notYet('a body of one byte a second', 'below 1 KiB/s for two minutes, while others flow, it is asked for again over another connection', 'a body that stands still is given up, a very slow one is waited for: this belongs into the receive path, which is being rebuilt'),
    inBlobs('a body that stands still while it is waited for', 'given up, to be tried again', 'time > ends a body that stands still while the reader waits'),
    inBlobs('a body that stands still because it is not read', 'no false alarm', 'time > is patient with a reader who takes its time'),
    proved('minutes between the last byte of an upload and its answer', 'waited for, longer than for any other answer', 'an answer > that is not begun in time is not waited for, but for that to the last request of an upload'),
    notYet('the same, as the person sees it', 'says that the registry is at work', 'progress stands at all bytes without a word: a step of its own is missing in what transfers tell'),
    proved('a connection that is closed in place of an answer', 'tried again, then told as lost', 'an answer > in whose place the connection is closed is asked for again, and then called a lost connection'),
    proved('a reset during the TLS handshake', 'tried again, then told as lost', 'a connection > that is reset during the TLS handshake is lost, and tried again'),
    notYet('a connection that is dead after sleep or a change of network', 'noticed within 30 s of waking', 'noticed after the 60 s in which nothing may come; waking up itself is not noticed'),
    proved('the name service fails in the middle of a job', 'told with the name; the next try goes on', 'a connection > to a name that cannot be looked up any more ends a pull with that name, and the next pull goes on'),
    proved('the proxy refuses CONNECT in the middle of a job', 'told as the proxy\'s doing', 'a connection > that the proxy refuses in the middle of a pull is told as the proxy\'s doing'),
    inNetwork('the proxy answers 407 to CONNECT', 'told as the proxy\'s sign-in, without the password', 'proxies > says that the proxy wants another user (tls: true)'),
    inNetwork('the proxy answers 407 to plain http', 'told as the proxy\'s sign-in, without the password', 'proxies > says that the proxy wants another user (tls: false)'),
  ],
};
