import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { formatBytes } from '../../shared/format.js';
import { startLink } from './start-process.js';
import type { SlowLink } from './slow-link.js';
import { median } from './measure.js';

const pings = 11;
/** Long enough for a rate to show, whatever the buffers hold. */
const seconds = 1.5;
const connections = 8;

export interface Calibration {
  readonly roundTripMilliseconds: number;
  /** Of one connection. */
  readonly bytesPerSecond: number;
  /** Of eight together. */
  readonly totalBytesPerSecond: number;
}

/** Measures a link as it is: what it was asked to be is one thing, what this machine makes of it another. */
export async function calibrate(link: SlowLink, folder: string): Promise<Calibration> {
  const server = createServer({ noDelay: true }, answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const process = await startLink(`127.0.0.1:${(server.address() as AddressInfo).port}`, link, folder);
  const open = async (): Promise<Socket> => {
    const [host, port] = process.host.split(':');
    const socket = connect({ host: host!, port: Number(port), noDelay: true });
    // The handshake is held back at the far end of the first bytes.
    await ask(socket, 1);
    return socket;
  };
  try {
    const one = await open();
    const trips: number[] = [];
    for (let ping = 0; ping < pings; ping += 1) trips.push((await ask(one, 1)).last);
    const wanted = Math.round(seconds * link.bytesPerSecond);
    const alone = await ask(one, wanted);
    const all = await Promise.all(Array.from({ length: connections }, open));
    const shared = Math.round((seconds * Math.min(link.totalBytesPerSecond, connections * link.bytesPerSecond)) / connections);
    const together = await Promise.all(all.map((socket) => ask(socket, shared)));
    for (const socket of [one, ...all]) socket.destroy();
    const span = Math.max(...together.map(({ last }) => last)) - Math.min(...together.map(({ first }) => first));
    return { roundTripMilliseconds: median(trips), bytesPerSecond: (1000 * wanted) / (alone.last - alone.first), totalBytesPerSecond: (1000 * shared * connections) / span };
  } finally {
    await process.stop();
    server.close();
  }
}

/** `40 ms, 40 MB/s a connection, 1.3 GB/s in all: measured 40.4 ms, 39.9 MB/s, 8 connections 317 MB/s`. */
export function calibrationLine(link: SlowLink, measured: Calibration): string {
  const rate = (bytes: number): string => `${formatBytes(bytes)}/s`;
  return `${link.roundTripMilliseconds} ms, ${rate(link.bytesPerSecond)} a connection, ${rate(link.totalBytesPerSecond)} in all: measured ${measured.roundTripMilliseconds.toFixed(1)} ms, `
    + `${rate(measured.bytesPerSecond)}, ${connections} connections ${rate(measured.totalBytesPerSecond)}`;
}

/** Each line is a number: so many bytes come back. */
function answer(socket: Socket): void {
  let line = '';
  socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
    line += bytes.toString('latin1');
    if (!line.endsWith('\n')) return;
    socket.write(Buffer.alloc(Number(line)));
    line = '';
  });
}

/** @returns milliseconds from the question to the first and to the last byte of the answer */
function ask(socket: Socket, bytes: number): Promise<{ readonly first: number; readonly last: number }> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    let [received, first] = [0, 0];
    const take = (part: Buffer): void => {
      if (received === 0) first = performance.now() - started;
      received += part.length;
      if (received < bytes) return;
      socket.off('data', take).off('error', reject);
      resolve({ first, last: performance.now() - started });
    };
    socket.on('data', take).once('error', reject).write(`${bytes}\n`);
  });
}
