export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the window is put; without a place, the system finds one. */
export interface Placement {
  readonly bounds: Bounds | { readonly width: number; readonly height: number };
  readonly maximized: boolean;
}

const firstSize = { width: 1280, height: 800 };

/** A window is reached when this much of it can be seen, pixels each way. */
const leastSeen = 64;

/**
 * Where the window was, made to fit the displays of today.
 * @param areas the parts of the displays that windows may cover
 */
export function placeWindow(kept: (Bounds & { readonly maximized: boolean }) | undefined, areas: readonly Bounds[]): Placement {
  if (!kept) return { bounds: firstSize, maximized: false };
  const area = areas.find((candidate) => overlaps(kept, candidate));
  const width = Math.min(kept.width, (area ?? areas[0] ?? kept).width);
  const height = Math.min(kept.height, (area ?? areas[0] ?? kept).height);
  if (!area) return { bounds: { width, height }, maximized: kept.maximized };
  const x = clamp(kept.x, area.x, area.x + area.width - width);
  const y = clamp(kept.y, area.y, area.y + area.height - height);
  return { bounds: { x, y, width, height }, maximized: kept.maximized };
}

function overlaps(a: Bounds, b: Bounds): boolean {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return across >= leastSeen && down >= leastSeen;
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
