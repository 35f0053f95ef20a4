import type { Place } from '../work.js';

/** The tag in layouts and archives. */
export const bareTag = '1';

const hostOf = (reference: string): string => reference.slice(0, reference.indexOf('/'));

/** `regctl image …` that knows how these registries speak. */
export function regctl({ authority }: Place, ...references: readonly string[]): string[] {
  const hosts = [...new Set(references.map(hostOf))];
  return [...hosts.flatMap((host) => ['--host', `reg=${host},tls=${authority ? 'enabled' : 'disabled'}`]), 'image'];
}

/** `skopeo copy` that knows how these registries speak. */
export function skopeo({ authority }: Place, ...plain: readonly ('src' | 'dest')[]): string[] {
  return ['copy', '--quiet', ...(authority ? [] : plain.map((side) => `--${side}-tls-verify=false`))];
}

/** The others do not sync: nor do we, where it can be left out. */
export const noSync = ({ abilities }: Place): string[] => (abilities.noSync ? ['--no-sync'] : []);

/** With the sync, where the run without can be told from it. */
export const ifSyncIsChoice = (words: (place: Place) => string[] | undefined) => (place: Place): string[] | undefined => (place.abilities.noSync ? words(place) : undefined);
