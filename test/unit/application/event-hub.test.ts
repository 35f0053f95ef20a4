import { expect, it } from 'vitest';
import { EventHub } from '../../../main/application/event-hub.js';

it('events are numbered by one more each, whoever listens', () => {
  const hub = new EventHub();
  const heard: unknown[] = [];
  hub.emit('app.action', { action: 'go.home' });
  const leave = hub.listen(({ sequence, name }) => heard.push([sequence, name]));
  hub.emit('app.action', { action: 'go.library' });
  hub.emit('app.navigate', { address: 'transfers' });
  expect(hub.sequence).toBe(3);
  leave();
  hub.emit('app.action', { action: 'go.home' });
  expect(heard).toEqual([[2, 'app.action'], [3, 'app.navigate']]);
  expect(hub.sequence).toBe(4);
});

it('who listens for one event hears no other', () => {
  const hub = new EventHub();
  const heard: string[] = [];
  hub.on('app.action', ({ action }) => heard.push(action));
  hub.emit('app.navigate', { address: 'transfers' });
  hub.emit('app.action', { action: 'go.home' });
  expect(heard).toEqual(['go.home']);
});
