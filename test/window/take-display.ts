import { inject } from 'vitest';

// Vitest runs this in each worker, which it numbers from 1.
process.env['DISPLAY'] = inject('displays')[Number(process.env['VITEST_POOL_ID']) - 1]!;
