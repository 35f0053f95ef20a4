import type { Guide } from './guide.js';
import { Person } from './person.js';
import type { Stage } from './stage.js';
import { addFirst, addSecond } from './tour/add-accounts.js';
import { browse, openArtifact } from './tour/browse.js';
import { loadDropped } from './tour/load.js';
import { pullAll } from './tour/pull.js';
import { pushAll, seeThem } from './tour/push.js';
import { saveAll } from './tour/save.js';
import type { Cargo, Scene } from './tour/scene.js';
import type { DemoWindow } from './window.js';

/** Of the air gap: each has a window and a profile of its own, and nothing but the archive goes across. */
type Side = 'this side' | 'the other side';

/** The main job, in the order in which a person does it. */
const chapters: readonly { readonly title: string; readonly side: Side; readonly play: (scene: Scene) => Promise<void> }[] = [
  { title: 'Add a registry that anybody may read', side: 'this side', play: addFirst },
  { title: 'Browse its repositories and tags', side: 'this side', play: browse },
  { title: 'Look into an image', side: 'this side', play: openArtifact },
  { title: 'Pull three images into the library', side: 'this side', play: pullAll },
  { title: 'Save them into one archive', side: 'this side', play: saveAll },
  { title: 'Add a registry with a private authority and a password', side: 'the other side', play: addSecond },
  { title: 'Load the archive by dropping it on the window', side: 'the other side', play: loadDropped },
  { title: 'Push to the registry there, under new tags', side: 'the other side', play: pushAll },
  { title: 'See what arrived', side: 'the other side', play: seeThem },
];

export interface TourOptions {
  readonly stage: Stage;
  readonly guide: Guide;
  readonly cargo: readonly Cargo[];
  readonly archive: string;
  /** Milliseconds between two deeds. */
  readonly pace: number;
  readonly signal: AbortSignal;
}

/**
 * @returns the windows, still open
 * @throws Error in the window's words, and with a picture of it, when something is not as it should be
 */
export async function playTour({ stage, guide, cargo, archive, pace, signal }: TourOptions): Promise<readonly DemoWindow[]> {
  const windows = new Map<Side, DemoWindow>();
  for (const [at, { title, side, play }] of chapters.entries()) {
    const window = windows.get(side) ?? (await stage.openWindow(side.replaceAll(' ', '-')));
    windows.set(side, window);
    const person = new Person(window.page, pace, signal);
    try {
      await guide.step(`${at + 1} of ${chapters.length}, ${side}: ${title}`, window.page, async () => {
        await play({ stage, window, person, guide, cargo, archive });
        await person.look();
      });
    } catch (error) {
      signal.throwIfAborted();
      if (window.page.isClosed()) throw new Error('The window was closed before the tour had ended.', { cause: error });
      await guide.shoot('failed');
      throw error;
    }
  }
  return [...windows.values()];
}
