import { join } from 'node:path';
import type { Page } from '@playwright/test';

/** One stage of the tour with what came of it. */
export interface Step {
  /** `3 of 9: Browse …`. */
  readonly title: string;
  readonly seconds: number;
  /** Files in the output folder. */
  readonly screenshots: readonly string[];
}

export interface GuideOptions {
  /** Where the screenshots go. */
  readonly output: string;
  /** Says each step in the window, too. */
  readonly aloud: boolean;
  readonly signal: AbortSignal;
}

/** Announces each step, takes its pictures, and keeps both for the report. */
export class Guide {
  readonly steps: Step[] = [];
  readonly #options: GuideOptions;
  #screenshots: string[] = [];
  #page: Page | undefined;
  #taken = 0;
  #title = '';

  constructor(options: GuideOptions) {
    this.#options = options;
  }

  /** @param page of the window in which it happens */
  async step(title: string, page: Page, work: () => Promise<void>): Promise<void> {
    this.#options.signal.throwIfAborted();
    this.#page = page;
    console.log(`\n── ${title}`);
    this.#title = title;
    await this.#caption(title);
    const started = performance.now();
    this.#screenshots = [];
    await work();
    this.steps.push({ title, seconds: (performance.now() - started) / 1000, screenshots: this.#screenshots });
    await this.#caption('');
  }

  /** Takes a picture of the window without the caption; its name begins with its number. */
  async shoot(name: string): Promise<void> {
    this.#taken += 1;
    const file = `${String(this.#taken).padStart(2, '0')}-${name}.png`;
    await this.#caption('');
    await this.#page?.screenshot({ path: join(this.#options.output, file), animations: 'disabled' });
    this.#screenshots.push(file);
    await this.#caption(this.#title);
  }

  async #caption(text: string): Promise<void> {
    if (this.#options.aloud) await this.#page?.locator('body').evaluate(showCaption, [captionId, text] as const);
  }
}

const captionId = 'demo-caption';

/** Runs in the page, over everything in it; the policy of the page allows no style in text, but properties. */
function showCaption(body: { readonly ownerDocument: PageDocument }, [id, text]: readonly [string, string]): void {
  const { ownerDocument } = body;
  const caption = ownerDocument.getElementById(id) ?? ownerDocument.createElement('div');
  caption.id = id;
  caption.popover = 'manual';
  caption.textContent = text;
  Object.assign(caption.style, { position: 'fixed', inset: 'auto 0 44px', margin: '0 auto', padding: '8px 20px', border: '0', borderRadius: '999px', background: '#0d1214', color: '#ffffff', fontSize: '15px', fontWeight: '600', whiteSpace: 'nowrap', pointerEvents: 'none' });
  ownerDocument.body.append(caption);
  caption.hidePopover();
  // Shown anew, it lies over a dialog that was opened meanwhile.
  if (text === '') caption.remove();
  else caption.showPopover();
}

/** What is used of the page's own types, which this side has not. */
interface PageDocument {
  readonly body: { append(element: PageElement): void };
  getElementById(id: string): PageElement | null;
  createElement(name: 'div'): PageElement;
}

interface PageElement {
  id: string;
  popover: string;
  textContent: string;
  readonly style: object;
  showPopover(): void;
  hidePopover(): void;
  remove(): void;
}
