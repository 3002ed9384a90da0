import type { Page } from 'playwright-core';

/** On no page are there more places for the focus. */
const MOST_PRESSES = 200;

/** Presses Tab until it has the focus. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < MOST_PRESSES; presses += 1) {
    const isThere = await page.evaluate<boolean>(
      `document.activeElement?.matches(${JSON.stringify(selector)}) ?? false`,
    );
    if (isThere) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}
