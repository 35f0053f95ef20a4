import * as z from 'zod/mini';
import { problemKinds, type Layer, type ProblemCode } from './errors.js';

const codes = Object.keys(problemKinds) as [ProblemCode, ...ProblemCode[]];
const layers = [...new Set(Object.values(problemKinds).map((kind) => kind.layer))] as [Layer, ...Layer[]];

/** A problem as it stands in files and in `--json`. */
export const problemShape = z.strictObject({
  code: z.enum(codes),
  layer: z.enum(layers).check(z.describe('decides the exit code: docs/exit-codes.md')),
  message: z.string().check(z.describe('what happened')),
  next: z.string().check(z.describe('what to do')),
  retryable: z.boolean().check(z.describe('may the same command succeed when it is simply run again?')),
  detail: z.exactOptional(z.string()),
  retryAfter: z.exactOptional(z.number()).check(z.describe('seconds that the server asked us to wait')),
  path: z.exactOptional(z.string()).check(z.describe('of `disk-full`: the file that there was no room for')),
  realm: z.exactOptional(z.string()).check(z.describe('of `realm-refused`: the origin that may be agreed to')),
});
