import { ProblemError } from './errors.js';

/** OCI image-spec, image-index.md "platform". */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
}

/** All platforms, one, or several. */
export type PlatformChoice = 'all' | Platform | readonly Platform[];

/**
 * Reads `os/arch[/variant]`.
 * @throws ProblemError `usage-invalid`
 */
export function parsePlatform(text: string): Platform {
  const match = /^([a-z0-9]+)\/([a-z0-9_]+)(?:\/([a-z0-9.]+))?$/.exec(text.toLowerCase());
  if (!match) {
    throw new ProblemError('usage-invalid', {
      message: `${JSON.stringify(text)} is not a platform.`,
      next: 'Write os/architecture[/variant], such as linux/arm64 or linux/arm/v7.',
    });
  }
  const [, os = '', architecture = '', variant] = match;
  return { os, architecture, ...(variant !== undefined && { variant }) };
}

/**
 * Reads platforms with commas between them, or `all`.
 * @throws ProblemError `usage-invalid`
 */
export function parsePlatformChoice(text: string): PlatformChoice {
  if (text.toLowerCase() === 'all') return 'all';
  const platforms = [...new Set(text.split(',').map((each) => formatPlatform(parsePlatform(each))))].map(parsePlatform);
  const [first] = platforms;
  return first && platforms.length === 1 ? first : platforms;
}

/** `linux/arm/v7`. */
export function formatPlatform(platform: Platform): string {
  return [platform.os, platform.architecture, platform.variant].filter(Boolean).join('/');
}

/** Buildkit marks the attestations that it puts into an index with this platform. */
export function isUnknownPlatform(platform: Platform | undefined): boolean {
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}

const defaultVariants: Readonly<Record<string, string>> = { amd64: 'v1', arm: 'v7', arm64: 'v8' };

/** Does `found` run where `wanted` is asked for? An absent variant means v1 for amd64, v7 for arm and v8 for arm64, as in containerd. */
export function platformMatches(wanted: Platform, found: Platform | undefined): boolean {
  if (!found || wanted.os !== found.os || wanted.architecture !== found.architecture) return false;
  const fallback = defaultVariants[wanted.architecture];
  return (wanted.variant ?? fallback) === (found.variant ?? fallback);
}
