import { provedIn, type Section } from '../row.js';

const proved = provedIn('test/unit/faults/body.test.ts');
const resumed = 'goes on from there with a closed range; the digest is the same';
const cut = (when: string): string => `a layer whose connection is cut > ${when} arrives whole, by a closed range from where it stopped`;
const spliced = (what: string): string => `an answer to a range > that is 206 with ${what} is refused, and nothing of it is spliced in`;
const length = (how: string): string => `a length of an answer > that ${how} is told by the digest: the whole is taken, and what is short is gone on with`;

export const body: Section = {
  title: 'The body of an answer',
  rows: [
    proved('cut before the first byte', resumed, cut('before its first byte')),
    proved('cut after the first byte', resumed, cut('after its first byte')),
    proved('cut in the middle', resumed, cut('in its middle')),
    proved('cut before the last byte', resumed, cut('before its last byte')),
    proved('cut at every try, without progress', 'given up after the attempts of the policy; the problem names host and offset', 'a layer whose connection is cut > at every try without progress is given up after the attempts of the policy, and the problem names host and offset'),
    proved('a range answered by 200 with the whole', 'read from where the range begins', 'an answer to a range > that is 200 with the whole is read from where the range begins'),
    proved('206 of another start', 'refused; nothing spliced in', spliced('another start')),
    proved('206 without Content-Range', 'refused; nothing spliced in', spliced('no Content-Range')),
    proved('206 with two Content-Ranges', 'refused; nothing spliced in', spliced('two Content-Ranges')),
    proved('206 of another total', 'refused; nothing spliced in', spliced('another total')),
    proved('Content-Length too small', 'noticed before anything is kept', 'a length of an answer > that is announced too small is refused before anything is kept'),
    proved('Content-Length too large', 'noticed before anything is kept', 'a length of an answer > that is announced too large is refused before anything is kept'),
    proved('no Content-Length', 'whole or short is told before the blob is shown', length('is absent')),
    proved('chunks in place of Content-Length', 'whole or short is told before the blob is shown', length('is told in chunks')),
    proved('more bytes than the descriptor says', 'ends at the first byte too many; refused', 'a length of an answer > that is passed by the bytes ends it at the first byte too many'),
    proved('the right size, another digest', 'read once more, then refused; nothing in the library', 'a layer with other bytes than its digest says > is read once more, then refused, and nothing of it is in the library'),
    proved('another digest in the resumed half alone', 'read anew from the first byte', 'a layer with other bytes than its digest says > in the part that was resumed alone is read anew from its first byte'),
    proved('Content-Encoding gzip on a layer stored as gzip', 'the stored bytes are kept', 'a layer that is stored compressed > is kept as it is stored when it is said to be encoded as gzip'),
    proved('Content-Encoding x-gzip on a layer stored as gzip', 'the stored bytes are kept', 'a layer that is stored compressed > is kept as it is stored when it is said to be encoded as x-gzip'),
    proved('a redirect to a page of the right length', 'refused by its digest; the problem shows how the page begins', 'a layer with other bytes than its digest says > because storage answered with a page of the right length shows how the page begins'),
  ],
};
