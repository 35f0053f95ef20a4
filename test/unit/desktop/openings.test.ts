import { expect, it } from 'vitest';
import type { Numbered } from '../../../shared/contract/contract.js';
import { EventHub } from '../../../main/application/event-hub.js';
import { createOpenings } from '../../../main/desktop/openings.js';

function listen(): { readonly hub: EventHub; readonly heard: unknown[] } {
  const hub = new EventHub();
  const heard: unknown[] = [];
  hub.listen(({ name, event }: Numbered) => heard.push({ name, ...event }));
  return { hub, heard };
}

it('what is opened before the page listens waits for it, in order, and comes once', () => {
  const { hub, heard } = listen();
  const openings = createOpenings();
  openings.open('longshore://open?ref=registry.example.com/team/app:1.0', '/home/me');
  openings.open('app.tar', '/home/me');
  expect(heard).toEqual([]);
  openings.deliver(hub);
  // A page that was loaded again listens anew.
  openings.deliver(hub);
  expect(heard).toEqual([
    { name: 'app.navigate', address: 'registry.example.com/team/app:1.0' },
    { name: 'app.openArchive', path: '/home/me/app.tar' },
  ]);
});

it('what is opened later is told at once, and each thing once', () => {
  const { hub, heard } = listen();
  const openings = createOpenings();
  openings.deliver(hub);
  openings.open('file:///srv/a%20b.tar', '/');
  openings.deliver(hub);
  expect(heard).toEqual([{ name: 'app.openArchive', path: '/srv/a b.tar' }]);
});

it('a link that is not understood, and a file of another machine, open nothing', () => {
  const { hub, heard } = listen();
  const openings = createOpenings();
  openings.deliver(hub);
  openings.open('longshore://delete?ref=registry.example.com/team/app:1.0', '/');
  openings.open('file://server/share/a.tar', '/');
  expect(heard).toEqual([]);
});
