import { setTimeout as rest } from 'node:timers/promises';
import { chromium, type Browser, type Page } from '@playwright/test';

/** A start takes a second; on a machine that is busy with other things, more. */
const patienceMilliseconds = 60_000;
/** Between two looks at a page that is loading. */
const lookMilliseconds = 50;

/** What a debugger tells of a page or a worker. */
interface Target {
  readonly type: string;
  readonly url: string;
  readonly title: string;
}

export interface AttachedPage {
  readonly browser: Browser;
  readonly page: Page;
}

/**
 * Takes hold of the page of an Electron that was just started. Who attaches in the moment in which the document takes the
 * place of the empty one may be told of the empty one alone, and playwright then waits for the document for ever.
 * @param host address and port of its debugger
 * @param timeout milliseconds
 */
export async function attachToPage(host: string, timeout = patienceMilliseconds): Promise<AttachedPage> {
  await documentAt(host, AbortSignal.timeout(timeout));
  const browser = await chromium.connectOverCDP(`http://${host}`, { timeout });
  const page = browser.contexts().flatMap((context) => context.pages())[0];
  if (!page) throw new Error(`the window at ${host} has no page any more`);
  return { browser, page };
}

async function documentAt(host: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const targets = (await (await fetch(`http://${host}/json/list`, { signal })).json()) as readonly Target[];
    if (targets.some(hasDocument)) return;
    await rest(lookMilliseconds, undefined, { signal });
  }
}

/** Until a document gives its own title, there is none, or one made of the address. */
const hasDocument = ({ type, url, title }: Target): boolean => type === 'page' && title !== '' && !url.includes(title);
