import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { temporaryName } from '../disk/atomic-write.js';
import { diskProblem } from '../disk/problems.js';
import { BatchWriter } from './batch-writer.js';
import type { Output } from './output.js';
import { placeFile, refuseExisting, writeChecksum } from './place-file.js';

/**
 * Writes a file from its front on under a temporary name beside the final one, which it gets on commit, together with
 * `<path>.sha256`. It takes nothing back: after a failure it can only be discarded.
 * @throws ProblemError `target-exists` now or on commit, `target-kept`, `disk-full`, `disk-denied`, `file-unknown`
 */
export async function openFileOutput(path: string, { replace }: { replace: boolean }): Promise<Output> {
  await refuseExisting(path, { replace });
  const temporary = temporaryName(path);
  const file = await open(temporary, 'wx').catch((error: unknown) => {
    throw diskProblem(error, 'write', path);
  });
  const writer = new BatchWriter(file, 0, path);
  const hash = createHash('sha256');
  const discard = async (): Promise<void> => {
    await writer.stop();
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
  };
  return {
    discard,
    mark: () => Promise.resolve(() => Promise.resolve()),
    async write(chunk) {
      hash.update(chunk);
      await writer.write(chunk);
    },
    async commit() {
      try {
        await writer.flush();
        await file.datasync();
        await file.close();
        await placeFile(temporary, path, { replace });
      } catch (error) {
        await discard();
        throw diskProblem(error, 'write', path);
      }
      await writeChecksum(path, hash.digest('hex'));
    },
  };
}
