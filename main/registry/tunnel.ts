import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { ProblemError } from '../../shared/errors.js';
import { printable } from '../../shared/format.js';
import type { Proxy } from './connection.js';

/** `Proxy-Authorization` for a proxy that has a user. RFC 9110, 11.7.2. */
export function proxyHeaders(proxy: Proxy): Record<string, string> {
  if (proxy.username === undefined) return {};
  const pair = Buffer.from(`${proxy.username}:${proxy.password ?? ''}`).toString('base64');
  return { 'proxy-authorization': `Basic ${pair}` };
}

/**
 * Asks the proxy for a way through to `target` (`host:port`). RFC 9110, 9.3.6.
 * @throws ProblemError `proxy-unreachable`, `proxy-authentication`, `proxy-refused`
 */
export function openTunnel(proxy: Proxy, target: string, options: { readonly secureContext: SecureContext; readonly timeout: number; readonly signal: AbortSignal }): Promise<Socket> {
  const url = new URL(proxy.url);
  const request = url.protocol === 'https:' ? requestSecure : requestPlain;
  return new Promise((resolve, reject) => {
    const asked = request({
      ...options,
      method: 'CONNECT',
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port || (url.protocol === 'https:' ? 443 : 80),
      path: target,
      headers: { host: target, ...proxyHeaders(proxy) },
      agent: false,
    });
    asked.once('connect', (answer, socket: Socket, head) => {
      if (answer.statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(proxyAnswerProblem(proxy, answer.statusCode ?? 0, `${answer.statusCode} ${answer.statusMessage ?? ''}`));
    });
    asked.once('timeout', () => asked.destroy(new Error('no answer in time')));
    asked.once('error', (error) => reject(proxyUnreachable(proxy, error)));
    asked.end();
  });
}

/** What a proxy's own refusal means. */
export function proxyAnswerProblem(proxy: Proxy, status: number, words: string): ProblemError {
  const detail = printable(words.trim()).slice(0, 300);
  if (status === 407) {
    return new ProblemError('proxy-authentication', {
      message: proxy.username === undefined ? `The proxy ${proxy.url} wants a user name and a password.` : `The proxy ${proxy.url} does not accept the user name and password.`,
      next: 'Set the user and password of the proxy for this account or in HTTPS_PROXY.',
      detail,
    });
  }
  return new ProblemError('proxy-refused', {
    message: `The proxy ${proxy.url} refused to open the way (${status}).`,
    next: 'Ask whoever runs the proxy to allow this host, or list the host in NO_PROXY when it can be reached directly.',
    detail,
  });
}

export function proxyUnreachable(proxy: Proxy, error: Error): ProblemError {
  return new ProblemError('proxy-unreachable', {
    message: `The proxy ${proxy.url} cannot be reached.`,
    next: 'Check the address of the proxy, or list the host in NO_PROXY when it can be reached directly.',
    detail: error.message,
    cause: error,
  });
}
