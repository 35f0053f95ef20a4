import { expect as see, type Locator, type Page } from '@playwright/test';

/** One of the two ways to work at the window: with the mouse, and text typed where it clicked, or with keys alone. */
export interface Way {
  /** A button, a link, a box to tick, a fold. */
  press(control: Locator): Promise<void>;
  /** One of several that exclude each other: a radio, a tab. */
  choose(one: Locator): Promise<void>;
  /** Types in place of what a field holds; a date as the field wants it, `11272026`. */
  fill(field: Locator, text: string): Promise<void>;
  pick(select: Locator, option: string): Promise<void>;
  /** Opens a row of a list, which is the page's. */
  open(list: Locator, text: string): Promise<void>;
  scrollToEnd(list: Locator): Promise<void>;
}

const rowOf = (list: Locator, text: string): Locator => list.getByRole('row').filter({ has: list.page().getByText(text, { exact: true }) });

/** A date field is several small ones: the first is at its left. */
const atLeft = { x: 12, y: 12 };

export function byMouse(page: Page): Way {
  return {
    press: (control) => control.click(),
    choose: (one) => one.click(),
    async fill(field, text) {
      if ((await field.getAttribute('type')) === 'date') await field.click({ position: atLeft });
      else await field.click({ clickCount: 3 });
      await page.keyboard.type(text);
    },
    // The list of a select is the system's own and no part of the page.
    pick: async (select, option) => void (await select.selectOption({ label: option })),
    open: (list, text) => rowOf(list, text).dblclick(),
    async scrollToEnd(list) {
      await list.hover();
      await page.mouse.wheel(0, 10_000_000);
    },
  };
}

/** More than the controls of any page. */
const mostSteps = 80;

export function byKeyboard(page: Page): Way {
  const keys = page.keyboard;

  /** Where what has the focus is, from the wanted one. */
  const standing = (wanted: Locator): Promise<'here' | 'before' | 'after'> =>
    wanted.evaluate((element) => {
      const held = document.activeElement ?? document.body;
      if (held === element) return 'here';
      return element.compareDocumentPosition(held) & Node.DOCUMENT_POSITION_FOLLOWING ? 'after' : 'before';
    });

  /** Presses what leads there until nothing does any more. */
  const walk = async (next: () => Promise<string | undefined>, wanted: Locator): Promise<void> => {
    for (let steps = 0; steps < mostSteps; steps += 1) {
      const key = await next();
      if (key === undefined) return;
      await keys.press(key);
    }
    throw new Error(`No key leads to ${String(wanted)}.`);
  };

  const focus = async (wanted: Locator): Promise<void> => {
    await wanted.waitFor();
    await walk(async () => ({ here: undefined, before: 'Tab', after: 'Shift+Tab' })[await standing(wanted)], wanted);
  };

  return {
    async press(control) {
      await focus(control);
      await keys.press((await control.getAttribute('type')) === 'checkbox' ? 'Space' : 'Enter');
    },
    async choose(one) {
      const isRadio = (await one.getAttribute('type')) === 'radio';
      const isChosen = (): Promise<boolean> => one.evaluate((element) => (element as HTMLInputElement).checked || element.ariaSelected === 'true');
      const onwards = isRadio ? 'ArrowDown' : 'ArrowRight';
      const peers = isRadio ? page.locator(`input[name="${await one.getAttribute('name')}"]:checked`) : one.locator('xpath=..').getByRole('tab', { selected: true });
      await focus(peers);
      await walk(async () => ((await isChosen()) ? undefined : onwards), one);
    },
    async fill(field, text) {
      await focus(field);
      await keys.press('Control+a');
      await keys.type(text);
    },
    async pick(select, option) {
      await focus(select);
      // A space would open the list.
      await keys.type(option.split(' ')[0] ?? option);
      await see(select.locator('option:checked')).toHaveText(option);
    },
    async open(list, text) {
      await focus(list);
      await see(rowOf(list, text)).toBeAttached();
      await walk(async () => ((await list.locator('.active').getByText(text, { exact: true }).isVisible()) ? undefined : 'ArrowDown'), list);
      await keys.press('Enter');
    },
    async scrollToEnd(list) {
      await focus(list);
      await keys.press('End');
    },
  };
}

/** For `describe.each`. */
export const ways = [['the mouse', byMouse], ['the keyboard alone', byKeyboard]] as const;
