import { describe, expect, it } from 'vitest';
import { placeWindow } from '../../../main/desktop/placement.js';

const left = { x: 0, y: 25, width: 1920, height: 1055 };
const right = { x: 1920, y: 0, width: 1280, height: 1024 };
const kept = (x: number, y: number, width = 1280, height = 800) => ({ x, y, width, height, maximized: false });

describe('the window', () => {
  it('begins in a size of its own, wherever the system puts it', () => {
    expect(placeWindow(undefined, [left])).toEqual({ bounds: { width: 1280, height: 800 }, maximized: false });
  });

  it('comes back where it was', () => {
    expect(placeWindow({ ...kept(1930, 10, 900, 700), maximized: true }, [left, right])).toEqual({ bounds: { x: 1930, y: 10, width: 900, height: 700 }, maximized: true });
  });

  it('is drawn back where part of it would be out of sight', () => {
    expect(placeWindow(kept(1000, -10), [left]).bounds).toEqual({ x: 640, y: 25, width: 1280, height: 800 });
  });

  it('is placed by the system when its display is gone', () => {
    expect(placeWindow(kept(2000, 100), [left]).bounds).toEqual({ width: 1280, height: 800 });
    expect(placeWindow(kept(1880, 100), [left]).bounds).toEqual({ width: 1280, height: 800 });
  });

  it('is never larger than its display', () => {
    expect(placeWindow(kept(0, 0, 4000, 3000), [right]).bounds).toEqual({ x: 1920, y: 0, width: 1280, height: 1024 });
    expect(placeWindow(kept(-9000, 0, 4000, 3000), [right]).bounds).toEqual({ width: 1280, height: 1024 });
  });
});
