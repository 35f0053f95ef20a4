import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { Pipe, startSlowLink, type SlowLink } from '../../../scripts/bench/slow-link.js';

const quick: SlowLink = { roundTripMilliseconds: 2, bytesPerSecond: 1e9, totalBytesPerSecond: 1e9 };

/** A server behind a link, and a connection to it through the link: both their ends. */
async function connected(link: SlowLink = quick): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const running = await startSlowLink(`127.0.0.1:${(server.address() as AddressInfo).port}`, link);
  const arrived = once(server, 'connection') as Promise<[Socket]>;
  const near = connect({ port: running.port, host: '127.0.0.1', allowHalfOpen: true });
  const [far] = await arrived;
  onTestFinished(async () => {
    near.destroy();
    far.destroy();
    await running.close();
    server.close();
  });
  return { near, far };
}

/** Up to the end of what the other side says; this side stays open. */
async function heard(socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = [];
  socket.on('data', (part: Buffer) => parts.push(part));
  await once(socket, 'end');
  return Buffer.concat(parts);
}

/** No two blocks are alike, so that none can be lost or change places unseen. */
function numbered(bytes: number): Buffer {
  const numbers = new Uint32Array(bytes / 4).map((_, at) => at);
  return Buffer.from(numbers.buffer);
}

test('bytes leave a pipe at its rate, behind those that came before', () => {
  const pipe = new Pipe(1000);
  expect([pipe.take(100, 0), pipe.take(50, 0), pipe.take(50, 500)]).toEqual([100, 150, 550]);
});

test('a pipe that opens later holds back what comes sooner', () => {
  expect(new Pipe(1000, 40).take(10, 0)).toBe(50);
});

test('all bytes arrive in order, both ways at the same time', async () => {
  const { near, far } = await connected();
  const [up, down] = [numbered(8 * 1024 * 1024), numbered(4 * 1024 * 1024)];
  near.end(up);
  far.end(down);
  const [atFar, atNear] = await Promise.all([heard(far), heard(near)]);
  expect(atFar.equals(up)).toBe(true);
  expect(atNear.equals(down)).toBe(true);
});

test('a side that has said all still hears the other', async () => {
  const { near, far } = await connected();
  near.end('question');
  const question = await heard(far);
  far.end('answer');
  expect([question.toString(), (await heard(near)).toString()]).toEqual(['question', 'answer']);
});

test('who breaks off breaks off for the other, too', async () => {
  const { near, far } = await connected();
  near.write('something');
  await once(far, 'data');
  const broken = once(far, 'error') as Promise<[NodeJS.ErrnoException]>;
  near.resetAndDestroy();
  expect((await broken)[0].code).toBe('ECONNRESET');
});
