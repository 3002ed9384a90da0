import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

/** The two screens every test of a page looks at. */
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1280, height: 800 };

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts the installed Chromium; `CHROMIUM_PATH` names another one. */
export function launch(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: FLAGS });
}

const REPORT_CSP = `addEventListener('securitypolicyviolation', (event) =>
  console.error('CSP: ' + event.violatedDirective + ' ' + event.blockedURI));`;

/** A context that notes whatever goes wrong on any of its pages. */
export async function watchedContext(
  browser: Browser,
  viewport: { width: number; height: number },
): Promise<{ context: BrowserContext; faults: string[] }> {
  const context = await browser.newContext({ viewport, locale: 'zh-CN' });
  const faults: string[] = [];
  await context.addInitScript(REPORT_CSP);
  context.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  context.on('weberror', (error) => faults.push(String(error.error())));
  context.on('requestfailed', (request) => {
    // A page that is left takes the requests with it that are still on their way.
    if (request.failure()?.errorText === 'net::ERR_ABORTED') return;
    faults.push(`failed: ${request.url()}`);
  });
  return { context, faults };
}

let folder: string | undefined;

/** Where the screenshots of this run are. */
export function screenshotFolder(): string {
  folder ??= mkdtempSync(join(tmpdir(), '3pay-till-'));
  return folder;
}

/** Writes a screenshot of the whole page, every movement at its end. */
export async function shoot(page: Page, name: string): Promise<void> {
  const path = join(screenshotFolder(), `${name}.png`);
  await page.screenshot({ path, fullPage: true, animations: 'disabled' });
}

const OVERFLOW = `Math.max(
  ...[document.documentElement, ...document.querySelectorAll('.pane')].map(
    (box) => box.scrollWidth - box.clientWidth))`;

/** How many pixels the page, or one of its panes, is wider than there is room. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>(OVERFLOW);
}
