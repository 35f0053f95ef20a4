import axe from 'axe-core';
import type { Page } from '@playwright/test';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The rules whose outcome a theme can change: the same elements stand there in each. */
const rulesOfColour = ['color-contrast', 'link-in-text-block'];
const themes = ['light', 'dark', 'contrast'] as const;
/** For the page that has every part: what it has is everywhere. */
export const allThemes = [...themes, 'contrast-light'] as const;

/** Axe's findings in the page as it is now, one line each: every rule in the theme that is shown, those of colour in the other themes. */
export async function findingsOf(page: Page, looks: readonly string[] = themes): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async ([all, ofColour, others]) => {
    const root = document.documentElement;
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe;
    const lines: string[] = [];
    const look = async (runOnly: axe.RunOnly | string[]): Promise<void> => {
      // Menus and tooltips float beside the landmarks; that a page has its own, each test says.
      const { violations } = await run(document, { runOnly, resultTypes: ['violations'], rules: { region: { enabled: false } } });
      lines.push(...violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${root.dataset['theme']}: ${id}: ${target.join(' ')}: ${failureSummary ?? ''}`)));
    };
    const shown = root.dataset['theme'];
    await look({ type: 'tag', values: [...all] });
    for (const theme of others.filter((name) => name !== shown)) {
      root.dataset['theme'] = theme;
      await look([...ofColour]);
    }
    root.dataset['theme'] = shown ?? '';
    return lines;
  }, [tags, rulesOfColour, looks] as const);
}
