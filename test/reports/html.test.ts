/** The page in a real browser: no errors, nothing fetched, charts drawn, narrow and wide. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, launch, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compare } from '../../reports/compare/compare.ts';
import { comparisonHtml } from '../../reports/compare/html.ts';
import { renderHtml } from '../../reports/html/html.ts';
import type { RunResult } from '../../reports/result.ts';
import { runPlan } from '../../sim/run.ts';
import { loadPlan } from '../../sim/scenario.ts';

const CHROMIUM = find(['chromium', 'chromium-browser', 'google-chrome']);
const why = 'no chromium on this machine (Debian: apt-get install chromium)';
if (CHROMIUM === undefined && process.env.CI !== undefined) throw new Error(why);
if (CHROMIUM === undefined) process.stderr.write(`skipped: ${why}\n`);

function find(names: readonly string[]): string | undefined {
  for (const name of names) {
    try {
      return execFileSync('which', [name], { encoding: 'utf8' }).trim();
    } catch {
      // The next one.
    }
  }
  return undefined;
}

/** Everything a page can hold; names that would break it if they were not escaped. */
async function busyResult(): Promise<RunResult> {
  const plan = loadPlan(join(import.meta.dirname, '../fixtures/scenarios/contact-centre.yaml'));
  const { result } = await runPlan(plan, { clock: 'virtual' });
  const nasty = `</script><img src=x onerror=alert(1)> & "'`;
  return { ...result, scenario: { ...result.scenario, title: nasty } };
}

describe.skipIf(CHROMIUM === undefined)('the page in a browser', () => {
  let folder: string;
  let browser: Browser;
  let result: RunResult;
  let file: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rehearsal-html-'));
    result = await busyResult();
    file = join(folder, 'report.html');
    writeFileSync(file, renderHtml(result));
    const args = ['--no-sandbox', '--disable-gpu'];
    browser = await launch({ executablePath: CHROMIUM ?? '', headless: true, args });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The page at a width, with everything it complained of or asked for. */
  async function open(
    width: number,
    dark = false,
    shown = file,
  ): Promise<{ page: Page; trouble: string[] }> {
    const page = await browser.newPage();
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(message.text()));
    page.on('pageerror', (error) => trouble.push(String(error)));
    page.on('dialog', (dialog) => trouble.push(dialog.message()));
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) trouble.push(request.url());
    });
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' },
    ]);
    await page.setViewport({ width, height: 900 });
    await page.goto(pathToFileURL(shown).href);
    return { page, trouble };
  }

  /** Of each canvas: the share of its pixels that something was drawn on. */
  const inked = (page: Page): Promise<Record<string, number>> =>
    page.evaluate(() =>
      Object.fromEntries(
        // biome-ignore lint/suspicious/noExplicitAny: this runs in the browser.
        Array.from((globalThis as any).document.querySelectorAll('canvas'), (canvas: any) => {
          const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
          let seen = 0;
          for (let i = 3; i < data.length; i += 4) if (data[i] > 0) seen += 1;
          return [canvas.id, seen / (data.length / 4)];
        }),
      ),
    );

  it.each([
    ['narrow', 390, false],
    ['wide', 1440, false],
    ['wide and dark', 1440, true],
  ] as const)('opens without a word, and draws every chart: %s', async (_, width, dark) => {
    const { page, trouble } = await open(width, dark);
    expect(trouble).toEqual([]);
    const charts = await inked(page);
    expect(Object.keys(charts).sort()).toEqual(
      ['backlog', 'flow', 'heat', 'latency', 'spread', 'staff'].sort(),
    );
    for (const [id, share] of Object.entries(charts))
      expect([id, share > 0.01]).toEqual([id, true]);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await page.close();
  });

  it('lays two runs over each other, without a word', async () => {
    const comparison = compare([result], [result], { gates: ['p95(speedToAnswer)'], by: 0.05 });
    const compared = join(folder, 'compare.html');
    writeFileSync(compared, comparisonHtml(comparison, result, result));
    for (const width of [390, 1440]) {
      const { page, trouble } = await open(width, false, compared);
      expect(trouble).toEqual([]);
      const charts = await inked(page);
      expect(Object.keys(charts).sort()).toEqual(['answer', 'backlog', 'busy', 'spread']);
      for (const [id, share] of Object.entries(charts)) {
        expect([id, share > 0.01]).toEqual([id, true]);
      }
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect(overflow).toBeLessThanOrEqual(0);
      await page.close();
    }
  });

  it('says the verdict and the numbers without its script', async () => {
    const page = await browser.newPage();
    await page.setJavaScriptEnabled(false);
    await page.goto(pathToFileURL(file).href);
    const text = String(await page.$eval('body', (body) => body.textContent));
    expect(text).toContain(result.verdict.toUpperCase());
    expect(text).toContain(`</script><img src=x onerror=alert(1)> & "'`);
    for (const { text: budget } of result.budgets) expect(text).toContain(budget);
    for (const { channel } of result.channels) expect(text).toContain(channel);
    expect(await page.$$('ol.talk li')).not.toHaveLength(0);
    await page.close();
  });

  it('draws another latency when asked, by keyboard too', async () => {
    const { page, trouble } = await open(1440);
    const picture = () => page.evaluate("document.getElementById('latency').toDataURL()");
    const before = await picture();
    await page.focus('#latency-of');
    await page.keyboard.press('ArrowUp');
    expect(await page.$eval('#latency-of', (select) => select.value)).not.toBe('speedToAnswer');
    expect(await picture()).not.toBe(before);
    expect(trouble).toEqual([]);
    await page.close();
  });

  it('tells a rep under the pointer', async () => {
    const { page } = await open(1440);
    const heat = await page.$('#heat');
    await heat?.hover();
    const hint = await page.$eval('#heat-hint', (one) => one.textContent);
    expect(hint).toMatch(
      /^\S+, \d\d:\d\d:\d\d: (?:offline|online \d+ % of it, [\d.]+ of [\d.]+ units)$/,
    );
    await page.close();
  });

  it('has enough contrast for its text, light and dark', async () => {
    for (const dark of [false, true]) {
      const { page } = await open(1440, dark);
      const colours = await page.evaluate(`(() => {
        const style = getComputedStyle(document.documentElement);
        const of = (name) => style.getPropertyValue('--' + name).trim();
        return Object.fromEntries(
          ['ink', 'soft', 'paper', 'card', 'good', 'bad', 'warn', 'accent'].map((n) => [n, of(n)]),
        );
      })()`);
      const { paper, card, ...inks } = colours as Record<string, string>;
      for (const ground of [paper, card]) {
        for (const [name, ink] of Object.entries(inks)) {
          expect([name, dark, contrast(ink, ground ?? '') >= 4.5]).toEqual([name, dark, true]);
        }
      }
      await page.close();
    }
  });
});

/** Of WCAG 2.2, from 1 to 21. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => {
    const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}
