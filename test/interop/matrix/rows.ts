import { craneRows } from './crane.js';
import { ctrRow } from './ctr.js';
import { dockerRow } from './docker.js';
import { longshoreRow } from './longshore.js';
import { podmanRow } from './podman.js';
import { regctlRow } from './regctl.js';
import type { Row } from './row.js';
import { skopeoRows } from './skopeo.js';

export const rows: readonly Row[] = [dockerRow, podmanRow, ctrRow, ...skopeoRows, ...craneRows, regctlRow, longshoreRow];
