// What must be seen is seen: the button that buys, the run that was bought, the images before everything else, and no text over another.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY, Playground, controls, openPage, ready, startChromium, startEngine } from './playground.js';

const phone = (width, height) => ({ viewport: { width, height }, hasTouch: true, isMobile: true });
const SCREENS = {
  '1440 × 900': { viewport: { width: 1440, height: 900 } },
  '1366 × 768': { viewport: { width: 1366, height: 768 } },
  '1440 × 900 at 133 %': { viewport: { width: 1083, height: 677 }, deviceScaleFactor: 1.33 },
  '1440 × 900 at 200 %': { viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 },
  '390 × 844': phone(390, 844),
  '320 × 640': phone(320, 640),
};
/** The share of a 1440 × 900 screen that has to be images. */
const IMAGE_SHARE = 0.45;

let browser;
/** Sixteen finished runs of four images each, by their aspect ratio. */
const boards = {};

before(async () => {
  browser = await startChromium();
  for (const ratio of ['1:1', '16:9']) boards[ratio] = await filledBoard(ratio);
});

after(async () => {
  await browser?.close();
  for (const board of Object.values(boards)) await board.stop();
});

async function filledBoard(ratio) {
  const playground = await Playground.start(['--latency-ms', '200']);
  const runs = Array.from({ length: 16 }, (_, n) => ({ prompt: `A harbor in the morning mist, seen from window ${n}`, aspect_ratio: ratio, num_images: 4, seed: n }));
  for (const [n, input] of runs.entries()) {
    const answer = await fetch(`${playground.base}/api/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `layout-${n}` },
      body: JSON.stringify({ model: 'wavespeed-ai/imagen4', input }),
    });
    assert.ok(answer.ok, await answer.text());
  }
  for (;;) {
    const listed = (await playground.json('api/runs?limit=50')).runs;
    if (listed.length === runs.length && listed.every((run) => run.state === 'archived')) return playground;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function open(playground, options, path = '') {
  const page = await openPage(browser, options);
  await page.goto(`${playground.base}/${path}`);
  // A narrow screen that shows the board hides the form.
  if (path.includes('#runs')) await page.locator('#generate:not([disabled])').waitFor({ state: 'attached' });
  else await ready(page);
  return { page, ...controls(page), mode: (name) => page.getByRole('radiogroup', { name: 'Prompt mode' }).getByRole('radio', { name }) };
}

/** Nothing reaches over the right edge: not the page, and nothing in it that can be scrolled. */
async function fits(page, where) {
  const wide = await page.evaluate(() => {
    const cut = (element) => element.scrollWidth > element.clientWidth && /auto|scroll/.test(getComputedStyle(element).overflowX);
    const all = [...document.querySelectorAll('body *')].filter(cut).map((element) => element.outerHTML.slice(0, 80));
    const root = document.documentElement;
    // A phone zooms out instead of scrolling.
    const isWide = root.scrollWidth > root.clientWidth || window.innerWidth > window.screen.width;
    return isWide ? [`the page: ${root.scrollWidth}`, ...all] : all;
  });
  assert.deepEqual(wide, [], where);
}

/** The button is whole on the screen, nothing lies over it, and it can be pressed. */
async function generateIsThere({ page, generate }, where) {
  const covered = await generate.evaluate((button) => {
    const { left, top, right, bottom } = button.getBoundingClientRect();
    if (left < 0 || top < 0 || right > window.innerWidth || bottom > window.innerHeight) return `at ${[left, top, right, bottom]}`;
    const points = [[left + 4, top + 4], [right - 4, top + 4], [(left + right) / 2, (top + bottom) / 2], [left + 4, bottom - 4], [right - 4, bottom - 4]];
    const over = points.map((point) => document.elementFromPoint(...point)).find((found) => !button.contains(found));
    return over ? over.outerHTML.slice(0, 80) : null;
  });
  assert.equal(covered, null, where);
  // While it is off it can be pressed all the same, and says why, but Playwright waits for one that is on.
  if ((await generate.getAttribute('aria-disabled')) === 'false') await generate.click({ trial: true, timeout: 2_000 });
  await fits(page, where);
}

for (const [name, screen] of Object.entries(SCREENS)) {
  test(`${name}: Generate is on the screen and can be pressed, whatever is open above it`, async () => {
    const form = await open(boards['1:1'], screen);
    const { page, prompt, negative, says, mode } = form;
    await generateIsThere(form, 'nothing written');
    await form.generate.press('Enter');
    await page.locator('#reasons').getByText(/^Prompt is required/).waitFor();
    await generateIsThere(form, 'with a reason');

    await prompt.fill('A lighthouse at dusk, storm waves over the rocks, a gull in the wind, long exposure. '.repeat(8));
    await says('Generate 1 sample · free');
    await generateIsThere(form, 'a long prompt');

    await mode('Build').check();
    for (const slot of ['Subject', 'Scene', 'Details', 'Lighting', 'Camera', 'Style']) {
      await page.getByRole('textbox', { name: slot, exact: true }).focus();
      await generateIsThere(form, `Build, ${slot}`);
    }
    await mode('Templates').check();
    await generateIsThere(form, 'Templates');
    await page.getByRole('button', { name: 'Mountain lake at dawn', exact: true }).click();
    await page.getByRole('button', { name: 'Undo: bring my text back' }).waitFor();
    await generateIsThere(form, 'a template');
    await mode('Templates').check();
    await page.getByRole('button', { name: 'Night market after rain', exact: true }).click();
    await page.getByRole('button', { name: 'Undo: bring my text back' }).click();
    await page.getByRole('button', { name: 'Redo' }).waitFor();
    await generateIsThere(form, 'Undo, Redo and Clear');

    await mode('Write').check();
    await prompt.fill('A {red|grey|blue|white} fox in {snow|rain|fog|sand}');
    await page.locator('#variants summary').click();
    await page.getByRole('list', { name: 'Prompt variants' }).waitFor();
    await says('Generate 16 × 1 sample · free');
    await generateIsThere(form, 'variants');

    await page.getByRole('button', { name: '+ Negative prompt' }).click();
    await negative.waitFor();
    await generateIsThere(form, 'variants and the negative prompt');
    await negative.fill('blurry, text, watermark, extra fingers, cropped, '.repeat(12));
    await page.locator('#variants summary').click();
    await generateIsThere(form, 'a long negative prompt');
    assert.deepEqual(page.said, []);
    await page.context().close();
  });

  test(`${name}: nothing is wider than the screen, on the board and in the dialogs`, async () => {
    for (const view of ['', '?view=grid']) {
      const { page } = await open(boards['16:9'], screen, `${view}#runs`);
      await page.locator('#runs img').first().waitFor();
      await fits(page, `board ${view}`);
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.getByRole('combobox', { name: 'Status' }).waitFor();
      await fits(page, `filter ${view}`);
      await page.keyboard.press('Escape');
      for (const dialog of ['Settings', 'Usage', 'Keyboard shortcuts']) {
        await page.getByRole('button', { name: 'Menu', exact: true }).click();
        await fits(page, 'menu');
        await page.getByRole('button', { name: dialog, exact: true }).click();
        await page.getByRole('dialog', { name: dialog }).waitFor();
        await fits(page, dialog);
        await page.keyboard.press('Escape');
      }
      await page.context().close();
    }
  });
}

for (const ratio of ['1:1', '16:9']) {
  test(`of a screen of 1440 × 900 at least 45 % is images in ${ratio}`, async () => {
    const { page, cards } = await open(boards[ratio], SCREENS['1440 × 900']);
    await cards.nth(15).waitFor();
    const share = await page.evaluate(() => {
      const side = (from, to, end) => Math.max(0, Math.min(to, end) - Math.max(from, 0));
      const area = ({ left, right, top, bottom }) => side(left, right, window.innerWidth) * side(top, bottom, window.innerHeight);
      const all = [...document.querySelectorAll('#runs .thumb img')].map((image) => area(image.getBoundingClientRect()));
      return all.reduce((sum, one) => sum + one, 0) / (window.innerWidth * window.innerHeight);
    });
    assert.ok(share >= IMAGE_SHARE, `${(100 * share).toFixed(1)} %`);
    await page.context().close();
  });
}

/** Buys what the form says, and waits at most two seconds from the answer on until `selector` begins on the screen, below what is kept at the top. */
async function isBroughtIntoView({ page, generate }, selector) {
  const answer = page.waitForResponse((response) => response.request().method() === 'POST' && /api\/(runs|groups)$/.test(response.url()));
  await generate.click();
  const bought = await (await answer).json();
  const { id } = bought.runs?.[0] ?? bought;
  await page.waitForFunction(
    (selector) => {
      const element = document.querySelector(selector);
      const bar = document.querySelector('.board-bar').getBoundingClientRect().bottom;
      const { top = -1, height = 0 } = element?.getBoundingClientRect() ?? {};
      return height > 0 && top >= Math.min(bar, 0) + 48 && top < window.innerHeight * 0.75;
    },
    selector(id),
    { timeout: 2_000 },
  );
  return id;
}

test('a run that is bought while one looks at old ones is in view within two seconds', async () => {
  for (const reducedMotion of ['no-preference', 'reduce']) {
    const form = await open(boards['16:9'], { ...SCREENS['1440 × 900'], reducedMotion });
    const { page, prompt, cards } = form;
    await cards.nth(15).waitFor();
    const scrollDown = async () => {
      await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
      await page.waitForFunction(() => window.scrollY > window.innerHeight);
    };
    await scrollDown();
    await prompt.fill(`A paper lantern, ${reducedMotion}`);
    await isBroughtIntoView(form, (id) => `#run-${id}`);
    await scrollDown();
    await prompt.fill(`A {paper|tin} boat, ${reducedMotion}`);
    await isBroughtIntoView(form, (id) => `article:has(#run-${id}), #run-${id}`);
    assert.deepEqual(page.said, []);
    await page.context().close();
  }
});

for (const [name, screen] of Object.entries(SCREENS).filter(([, screen]) => screen.isMobile)) {
  test(`${name}: the board is shown with the run that was bought, and Back leads to the form as it was`, async () => {
    const form = await open(boards['1:1'], screen);
    const { page, prompt, generate } = form;
    await prompt.fill(`A paper kite at ${name}`);
    await isBroughtIntoView(form, (id) => `#run-${id}`);
    assert.equal(await page.getByRole('link', { name: 'Images' }).getAttribute('aria-current'), 'page');
    assert.equal(await generate.isVisible(), false);
    await page.goBack();
    await generate.waitFor();
    assert.equal(await prompt.inputValue(), `A paper kite at ${name}`);
    await page.context().close();
  });
}

test('between two rows there is the same space, whatever stands in them', async () => {
  const playground = await Playground.start(['--latency-ms', '50']);
  try {
    const submit = (path, body) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': `rows-${JSON.stringify(body).length}-0000000000` };
      return fetch(`${playground.base}/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    };
    const run = (prompt, ratio) => ({ model: 'wavespeed-ai/imagen4', input: { prompt, num_images: 1, aspect_ratio: ratio, seed: 1 } });
    await submit('groups', { requests: [run('A red kite', '1:1'), run('A blue kite', '1:1')] });
    await submit('runs', run('A single square kite', '1:1'));
    await submit('groups', { requests: [run('A tin drum', '1:1'), run('A wooden drum', '1:1')] });
    await submit('runs', run('A single wide kite', '16:9'));
    const { page, cards } = await open(playground, { viewport: { width: 1366, height: 2400 } });
    await cards.filter({ hasText: 'A single square kite' }).and(page.locator('[data-state=archived]')).waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.run-card.beside').length === 2);
    // The image of a card, where that is what fills its height.
    const gaps = await page.evaluate(() => {
      const rows = [...document.querySelectorAll('#runs article.run-card, #runs .group-card')].map((card) => (card.querySelector(':scope > .strip') ?? card).getBoundingClientRect());
      return rows.slice(1).map((row, n) => Math.round(row.top - rows[n].bottom));
    });
    assert.deepEqual(gaps, [18, 18, 18]);
    await page.context().close();
  } finally {
    await playground.stop();
  }
});

/** Which texts and buttons of the runs lie over each other, each cut to what is seen of it; and which words of a phase are cut. */
function overlaps() {
  const cut = (rect, element) => {
    let { left, top, right, bottom } = rect;
    for (let box = element; box && box.id !== 'runs'; box = box.parentElement) {
      if (getComputedStyle(box).overflowX === 'visible') continue;
      const clip = box.getBoundingClientRect();
      [left, top, right, bottom] = [Math.max(left, clip.left), Math.max(top, clip.top), Math.min(right, clip.right), Math.min(bottom, clip.bottom)];
    }
    return { left, top, right, bottom };
  };
  const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest('.vh');
  const found = [];
  for (const line of document.querySelectorAll('#runs .card-line')) {
    const boxes = [];
    const texts = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { parentElement: element, data } = texts.currentNode;
      if (!data.trim() || !isSeen(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      for (const rect of range.getClientRects()) boxes.push({ what: data, element, ...cut(rect, element) });
      const [whole] = range.getClientRects();
      const shown = cut(whole, element);
      if (element.matches('.word') && shown.right - shown.left < whole.width - 1) found.push(`${data} is cut`);
    }
    for (const button of line.querySelectorAll('button, a')) {
      if (isSeen(button)) boxes.push({ what: button.getAttribute('aria-label') ?? button.textContent, element: button, ...cut(button.getBoundingClientRect(), button) });
    }
    boxes.forEach((one, n) => {
      for (const other of boxes.slice(n + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (width > 1 && height > 1) found.push(`${one.what} × ${other.what}`);
      }
    });
  }
  return found;
}

/** The answer to a slow submission comes late, and what it makes takes long; one quick run teaches how long they usually take. */
const SLOW = `
[[rule]]
prompt = "quick"
fate = { latency_ms = 500 }

[[rule]]
prompt = "slow"
always = true
then = { delay_answer = { ms = 6000 } }
`;

test('while a run is submitted slowly, its phase is read whole and no text lies over another, at every width', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imagen4-layout-'));
  const faults = join(folder, 'faults.toml');
  await writeFile(faults, SLOW);
  const engine = await startEngine(['--latency-ms', '15000', '--faults', faults]);
  const playground = await Playground.start(['--upstream', engine.base, '--max-concurrent', '3'], { WAVESPEED_API_KEY: KEY });
  try {
    const { page, prompt, ratio, generate, cards, says } = await open(playground, SCREENS['1440 × 900']);
    await prompt.fill('A quick sketch');
    await generate.click();
    await page.locator('[data-state=archived]').waitFor();
    const all = [page];
    for (const screen of [{ viewport: { width: 768, height: 1024 } }, SCREENS['390 × 844'], SCREENS['320 × 640']]) {
      all.push((await open(playground, screen, '#runs')).page);
    }
    // The narrowest card there is, a group, and one that has to wait for them.
    await ratio('9:16').check();
    for (const [words, price] of [['A slow river', '$0.04'], ['A slow {snail|tortoise}', '$0.08'], ['A slow train, waiting', '$0.04']]) {
      await prompt.fill(words);
      await says(words.includes('|') ? `Generate 2 × 1 image · ${price}` : `Generate 1 image · ${price}`);
      await generate.click();
      await cards.filter({ hasText: words.split('{')[0] }).first().waitFor();
    }
    const seen = new Set();
    const running = cards.filter({ hasText: 'A slow river' });
    const until = Date.now() + 60_000;
    while (!(await running.and(page.locator('[data-state=archived]')).isVisible())) {
      assert.ok(Date.now() < until, 'the run has ended');
      for (const one of all) {
        assert.deepEqual(await one.evaluate(overlaps), [], `at ${one.viewportSize().width}`);
        for (const words of await one.locator('#runs .word, #runs .elapsed').allInnerTexts()) seen.add(words.replace(/[\d.]+ (min|s)/g, '').trim());
      }
    }
    for (const phase of ['Submitting', 'Rendering', '· longer than usual']) assert.ok(seen.has(phase), `${phase} in ${[...seen]}`);
    for (const one of all) await one.context().close();
  } finally {
    await playground.stop();
    await engine.stop();
    await rm(folder, { recursive: true });
  }
});
