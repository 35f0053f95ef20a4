import { archives } from './list/archives.js';
import { body } from './list/body.js';
import { disk } from './list/disk.js';
import { exchange } from './list/exchange.js';
import { manifests } from './list/manifests.js';
import { redirects } from './list/redirects.js';
import { scale } from './list/scale.js';
import { signIn } from './list/sign-in.js';
import { time } from './list/time.js';
import { upload } from './list/upload.js';
import type { Section } from './row.js';

/** Every fault that Longshore must survive, each with the test that shows it. */
export const faults: readonly Section[] = [body, time, upload, redirects, signIn, manifests, archives, exchange, disk, scale];
