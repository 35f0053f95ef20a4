import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ProblemError } from '../../shared/errors.js';
import { diskProblem } from '../disk/problems.js';

const certificateBlock = /-----BEGIN CERTIFICATE-----\r?\n[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a text, each as a PEM block of its own. They are not looked into. */
export function splitCertificates(text: string): string[] {
  return (text.match(certificateBlock) ?? []).map((block) => `${block.replaceAll('\r', '')}\n`);
}

/**
 * Reads a file of certificates that someone gave on purpose, so that every fault in it is told.
 * @throws ProblemError `certificate-unreadable` naming the file, `file-unknown`, `disk-denied`
 */
export async function readCertificates(path: string): Promise<string[]> {
  const blocks = await readBundle(path);
  for (const block of blocks) {
    try {
      new X509Certificate(block);
    } catch (error) {
      throw unreadable(path, 'one of its certificates is damaged', error);
    }
  }
  return blocks;
}

/**
 * As {@link readCertificates} for a collection that others keep: its certificates are not looked into, since one odd
 * authority among hundreds harms nobody.
 */
export async function readBundle(path: string): Promise<string[]> {
  const blocks = splitCertificates(await readText(path));
  if (blocks.length === 0) throw unreadable(path, 'it has no PEM certificate');
  return blocks;
}

/**
 * Reads a private key that is not encrypted.
 * @throws ProblemError `certificate-unreadable` naming the file, `file-unknown`, `disk-denied`
 */
export async function readPrivateKey(path: string): Promise<string> {
  const text = await readText(path);
  try {
    createPrivateKey(text);
    return text;
  } catch {
    throw unreadable(path, 'it has no private key that can be read without a passphrase');
  }
}

export function unreadable(path: string, why: string, cause?: unknown): ProblemError {
  return new ProblemError('certificate-unreadable', {
    message: `${path} cannot be used: ${why}.`,
    next: 'Put a PEM file there (it begins with -----BEGIN), or take the file away.',
    cause,
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw diskProblem(error, 'read', path);
  }
}
