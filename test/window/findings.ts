import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** The rules whose outcome a theme can change: the same elements stand there in each. */
const rulesOfColour = ['color-contrast', 'link-in-text-block'];
const themes = ['light', 'dark', 'contrast', 'contrast-light'] as const;

/** Axe's findings in the page as it is now, one line each: every rule in the theme that is shown, those of colour in all themes. */
export async function findingsOf(page: Page): Promise<readonly string[]> {
  const root = page.locator('html');
  const shown = await root.getAttribute('data-theme');
  // Menus and tooltips float beside the landmarks; that a page has its own, each test says.
  const found = await analyze(axe(page).withTags(tags).disableRules('region'), shown);
  for (const theme of themes.filter((name) => name !== shown)) {
    await root.evaluate((element, name) => (element.dataset['theme'] = name), theme);
    found.push(...await analyze(axe(page).withRules(rulesOfColour), theme));
  }
  await root.evaluate((element, name) => (element.dataset['theme'] = name ?? ''), shown);
  return found;
}

/** Without frames there is nothing to gather from a second page, which is what axe opens otherwise: half of the time. */
const axe = (page: Page): AxeBuilder => new AxeBuilder({ page }).setLegacyMode(true);

async function analyze(builder: AxeBuilder, theme: string | null): Promise<string[]> {
  const { violations } = await builder.analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${theme}: ${id}: ${target.join(' ')}: ${failureSummary ?? ''}`));
}
