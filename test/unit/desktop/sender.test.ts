import type { WebContents, WebFrameMain } from 'electron';
import { describe, expect, it } from 'vitest';
import { isOurPage } from '../../../main/desktop/sender.js';

const window = {} as WebContents;
const frame = (url: string, parent: unknown = null): WebFrameMain => ({ url, parent }) as WebFrameMain;

describe('a message is ours', () => {
  it('when the main frame of our window shows our page', () => {
    expect(isOurPage({ sender: window, senderFrame: frame('app://longshore/') }, window)).toBe(true);
    expect(isOurPage({ sender: window, senderFrame: frame('app://longshore/index.html#a') }, window)).toBe(true);
  });

  it('and not when it comes from other contents', () => {
    expect(isOurPage({ sender: {} as WebContents, senderFrame: frame('app://longshore/') }, window)).toBe(false);
    expect(isOurPage({ sender: window, senderFrame: frame('app://longshore/') }, undefined)).toBe(false);
  });

  it('and not when it comes from a frame inside the page, or one that is gone', () => {
    expect(isOurPage({ sender: window, senderFrame: frame('app://longshore/', frame('app://longshore/')) }, window)).toBe(false);
    expect(isOurPage({ sender: window, senderFrame: null }, window)).toBe(false);
  });

  it.each(['https://longshore/', 'app://other/', 'app://longshore.example.com/', 'file:///longshore/', 'about:blank', 'data:text/html,x', ''])('and not from %j', (url) => {
    expect(isOurPage({ sender: window, senderFrame: frame(url) }, window)).toBe(false);
  });
});
