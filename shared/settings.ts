import * as z from 'zod/mini';

/** How the window looks and what it writes for other tools. */
export const windowSettingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark', 'contrast']),
  pullTool: z.enum(['docker', 'podman', 'nerdctl', 'ctr', 'skopeo', 'crane']),
  shell: z.enum(['sh', 'powershell', 'cmd']),
  address: z.string().check(z.maxLength(1000)),
});

/** What a person has set that belongs to no single account, version 2. */
export const settingsSchema = z.strictObject({
  version: z.literal(2),
  /** Host -> repositories that were pinned by hand, for registries that list none. */
  repositories: z.record(z.string(), z.array(z.string())),
  window: windowSettingsSchema,
});

export type Settings = Readonly<z.infer<typeof settingsSchema>>;
