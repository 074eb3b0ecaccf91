// From the first keystroke to pictures that stay, as a person goes through it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Playground, controls, finished, openPage, ready, startChromium } from './playground.js';

let browser;
let playground;

before(async () => {
  browser = await startChromium();
  playground = await Playground.start(['--latency-ms', '2000']);
});

after(async () => {
  await browser?.close();
  await playground?.stop();
});

/** Holds the wasm back until the returned function is called. */
async function holdWasm(page) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

/** The sizes of the pictures that the thumbs of a card stand for. */
const sizes = (card) =>
  card.getByRole('img').evaluateAll((thumbs) =>
    Promise.all(
      thumbs.map(async (thumb) => {
        await thumb.decode();
        const picture = new Image();
        picture.src = thumb.src.split('?')[0];
        await picture.decode();
        return [picture.naturalWidth, picture.naturalHeight];
      }),
    ),
  );

test('the first visit begins with images also on a phone, and blames nobody who has not begun', async () => {
  const page = await openPage(browser, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const { prompt, generate } = controls(page);
  await page.goto(playground.base);
  await ready(page);
  const reason = page.locator('#reasons li', { hasText: 'Prompt is required' });
  const color = () => reason.evaluate((line) => getComputedStyle(line).color);
  const calm = await color();
  const start = page.getByRole('button', { name: /^Lighthouse in a winter storm/ });
  await start.waitFor();
  assert.ok((await start.boundingBox()).y < 700, 'its beginning is on the screen');
  await page.getByText('Nothing is charged.').first().waitFor();
  await generate.tap({ force: true });
  assert.notEqual(await color(), calm, 'whoever pressed the button is told');
  await start.tap();
  await reason.waitFor({ state: 'detached' });
  assert.notEqual(await prompt.inputValue(), '');
  await page.locator('#generate[aria-disabled=false]:focus').waitFor();
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a prompt typed before and after the wasm arrives ends as four pictures that stay', async () => {
  const page = await openPage(browser);
  const { prompt, ratio, images, generate, says, cards } = controls(page);
  const release = await holdWasm(page);
  await page.goto(playground.base);
  await prompt.pressSequentially('A still mountain lake');
  assert.equal(await generate.isDisabled(), true, 'nothing can be sent before the wasm is there');
  await page.keyboard.press('ArrowLeft');
  release();
  await ready(page);
  assert.equal(await prompt.evaluate((area) => document.activeElement === area), true, 'the focus stays');
  assert.equal(await prompt.evaluate((area) => area.selectionStart), 20, 'and so does the caret');
  await page.keyboard.press('End');
  await page.keyboard.type(' at dawn');
  assert.equal(await prompt.inputValue(), 'A still mountain lake at dawn');

  await ratio('16:9').check();
  await images(4).check();
  await says('Generate 4 samples · free');
  await page.getByText('$0.16 on WaveSpeed').waitFor();
  await generate.click();

  const card = cards.first();
  await card.getByText('Rendering', { exact: true }).waitFor();
  await finished(card);
  assert.deepEqual(await sizes(card), Array(4).fill([1408, 768]));
  await card.getByText('demo', { exact: true }).waitFor();

  await page.reload();
  await finished(card);
  assert.deepEqual(await sizes(card), Array(4).fill([1408, 768]));

  assert.deepEqual(page.said, []);

  await playground.restart();
  await page.reload();
  await finished(card);
  assert.deepEqual(await sizes(card), Array(4).fill([1408, 768]));
  assert.equal(await cards.count(), 1);
  // While nobody listens, the browser itself says so; the page adds nothing.
  assert.deepEqual(page.said.filter((words) => !words.includes('net::ERR_')), []);
  await page.context().close();
});

test('the shell is painted before the wasm, and nothing jumps when it takes over or when pictures arrive', async () => {
  const page = await openPage(browser);
  const { prompt, ratio, generate, cards } = controls(page);
  await page.addInitScript(() => {
    Object.assign(window, { shifts: [], shift: 0 });
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries()) {
        if (!shift.hadRecentInput) {
          const name = ({ node }) => (node?.outerHTML ?? node?.textContent)?.slice(0, 120);
          const way = ({ previousRect: from, currentRect: to }) => [from.x, from.y, to.x, to.y].join(' ');
          // Words that are centered or end at an edge begin elsewhere when they change; nothing around them may move.
          const isLabel = ({ node }) => (node instanceof Element ? node : node?.parentElement)?.closest('#generate, #counts');
          const moved = shift.sources.filter((source) => !isLabel(source) || source.previousRect.y !== source.currentRect.y);
          if (moved.length) window.shifts.push(moved.map((source) => `${name(source)} ${way(source)}`));
          window.shift += shift.value;
        }
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
  const release = await holdWasm(page);
  await page.goto(playground.base);
  await ratio('9:16').waitFor();
  const before = await generate.boundingBox();
  release();
  await ready(page);
  assert.deepEqual(await generate.boundingBox(), before);

  await prompt.fill('A heron in the reeds');
  await ratio('9:16').check();
  await generate.click();
  const card = cards.first();
  await card.getByText('Rendering', { exact: true }).waitFor();
  const waiting = await card.boundingBox();
  await finished(card);
  await card.getByRole('img').first().evaluate((image) => image.decode());
  assert.equal((await card.boundingBox()).height, waiting.height, 'pictures take the place that was kept for them');
  assert.deepEqual(await page.evaluate(() => window.shifts), []);
  assert.ok((await page.evaluate(() => window.shift)) < 0.001);
  await page.context().close();
});

test('what cannot be sent says every reason beside the button', async () => {
  const page = await openPage(browser);
  const { prompt, seed, generate, says, cards } = controls(page);
  await page.goto(playground.base);
  await ready(page);
  await says('Generate 1 sample · free');
  const reasons = page.locator('#reasons');
  const runs = (await playground.json('api/runs')).runs.length;
  for (const [text, number, words] of [
    ['   ', '', ['Prompt is required']],
    ['x'.repeat(10_001), '', ['10001 characters']],
    ['', 'seven', ['Prompt is required', 'Seed must be a whole number from -1 to 2147483647']],
    ['a fox', '2147483648', ['Seed must be']],
  ]) {
    await prompt.fill(text);
    await seed.fill(number);
    for (const word of words) await reasons.getByText(word).waitFor();
    assert.equal(await generate.getAttribute('aria-disabled'), 'true');
    await generate.click({ force: true });
    await page.keyboard.press('Control+Enter');
  }
  await prompt.fill('a fox');
  await seed.fill('7');
  assert.equal(await generate.getAttribute('aria-disabled'), 'false');
  assert.equal((await playground.json('api/runs')).runs.length, runs);
  assert.equal(await cards.count(), runs);
  await page.context().close();
});

test('a draft is kept over a reload', async () => {
  const page = await openPage(browser);
  const { prompt, ratio, images, seed } = controls(page);
  await page.goto(playground.base);
  await ready(page);
  await prompt.fill('A quiet street');
  await ratio('3:4').check();
  await images(3).check();
  await seed.fill('42');
  await page.reload();
  await ready(page);
  assert.deepEqual([await prompt.inputValue(), await seed.inputValue()], ['A quiet street', '42']);
  assert.equal((await ratio('3:4').isChecked()) && (await images(3).isChecked()), true);
  await page.context().close();
});

test('the lightbox is used by keyboard alone and gives the focus back', async () => {
  const page = await openPage(browser);
  const { prompt, images, generate, says, cards } = controls(page);
  await page.goto(playground.base);
  await ready(page);
  await prompt.fill('A night market after rain');
  await images(2).check();
  await says('Generate 2 samples · free');
  await page.keyboard.press('Control+Enter');
  const card = cards.first();
  await finished(card);
  const [first, second] = [card.getByRole('button', { name: 'Open image 1 of 2' }), card.getByRole('button', { name: 'Open image 2 of 2' })];
  await first.focus();
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/image 1 of 2/i).first().waitFor();
  await page.keyboard.press('ArrowRight');
  await dialog.getByText(/image 2 of 2/i).first().waitFor();
  await dialog.getByText(/demo sample/).waitFor();
  const href = await dialog.getByRole('link', { name: 'Download' }).getAttribute('href');
  const download = await fetch(`${playground.base}/${href}`);
  assert.match(download.headers.get('content-disposition'), /^attachment; filename=".*a-night-market-after-rain-seed\d+-[0-9a-f]{8}-2\.jpg"; filename\*=UTF-8''/);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(await second.evaluate((thumb) => document.activeElement === thumb), true);
  assert.equal(await generate.isVisible(), true);
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a narrow screen has two tabs, no sideways scroll, and Generate shows the runs', async () => {
  for (const width of [390, 320]) {
    const page = await openPage(browser, { viewport: { width, height: 844 }, hasTouch: true, isMobile: true });
    const { prompt, generate, cards } = controls(page);
    await page.goto(playground.base);
    await ready(page);
    await prompt.fill('A ceramic teapot by a window');
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    assert.equal(await fits(), true);
    const small = await page.locator('button:visible, a:visible, label:visible, summary:visible, input[type=text]:visible').evaluateAll((all) =>
      all.filter((one) => one.getBoundingClientRect().height < 44 && !one.querySelector('input') && !one.matches('.vh, .skip')).map((one) => one.outerHTML.slice(0, 80)),
    );
    assert.deepEqual(small.filter((html) => !html.startsWith('<label for')), []);
    await generate.click();
    await finished(cards.first());
    assert.equal(await prompt.isVisible(), false);
    assert.equal(await fits(), true);
    await page.getByRole('link', { name: 'Compose' }).click();
    await prompt.waitFor();
    await page.context().close();
  }
});
