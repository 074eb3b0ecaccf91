// What was painted is found again, and the address bar says what is shown.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Playground, audit, controls, openPage, ready, startChromium } from './playground.js';

let browser;
let playground;

const PROMPTS = ['A red fox in deep snow', 'A lighthouse at dusk', 'A still lake at dawn', 'A ceramic teapot, soft light', 'A night market after rain'];
const RATIOS = ['16:9', '1:1', '9:16', '4:3', '3:4'];

/** Buys a run past the page. */
async function buy(body) {
  const key = `finding-${Math.random()}-${body.prompt}`.slice(0, 60);
  const headers = { 'content-type': 'application/json', 'idempotency-key': key };
  return (await fetch(`${playground.base}/api/runs`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

/** The parts of the bar. */
function bar(page) {
  const find = page.getByRole('search', { name: 'Runs' });
  return {
    search: find.getByRole('searchbox', { name: 'Search prompts and notes' }),
    state: find.getByRole('combobox', { name: 'State' }),
    shape: find.getByRole('combobox', { name: 'Shape' }),
    seed: find.getByRole('textbox', { name: 'Seed of the runs' }),
    favorites: find.getByRole('checkbox', { name: 'Favourites only' }),
    pictures: find.getByRole('checkbox', { name: 'Pictures only' }),
    everything: page.getByRole('button', { name: 'Show all runs' }),
    counts: page.locator('#counts'),
  };
}

before(async () => {
  browser = await startChromium();
  playground = await Playground.start(['--latency-ms', '100']);
  for (let n = 0; n < 60; n += 1) {
    await buy({ prompt: `${PROMPTS[n % 5]}, ${n}`, aspect_ratio: RATIOS[n % 5], seed: n % 7, num_images: 1 });
  }
  for (let tries = 0; tries < 300; tries += 1) {
    const { counts } = await playground.json('api/runs?state=archived&limit=1');
    if (counts.runs === 60) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('the runs were not painted');
});

after(async () => {
  await browser?.close();
  await playground?.stop();
});

test('a search narrows the board, the address holds it, and Back undoes it', async () => {
  const page = await openPage(browser);
  const { cards } = controls(page);
  const { search, state, shape, everything, counts } = bar(page);
  await page.goto(playground.base);
  await ready(page);
  await counts.getByText('60 runs · 60 pictures').waitFor();
  await search.fill('FOX snow');
  await counts.getByText('12 runs · 12 pictures').waitFor();
  await cards.first().getByText('A red fox in deep snow, 55', { exact: true }).waitFor();
  assert.match(page.url(), /\?q=FOX\+snow$/);
  await shape.selectOption('1:1');
  await page.getByText('No runs match.').waitFor();
  await page.goBack();
  await counts.getByText('12 runs').waitFor();
  assert.equal(await shape.inputValue(), '', 'the bar follows the address');
  assert.equal(await search.inputValue(), 'FOX snow');
  await state.selectOption({ label: 'Went wrong' });
  await counts.getByText('0 runs').waitFor();
  await everything.click();
  await counts.getByText('60 runs').waitFor();
  assert.equal(await everything.isVisible(), false);
  assert.equal(new URL(page.url()).search, '');
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a link opens what it names, and nonsense in it is passed over', async () => {
  const page = await openPage(browser);
  const { cards } = controls(page);
  const { seed, state, counts, everything } = bar(page);
  await page.goto(`${playground.base}/?seed=3&state=happy&ratio=%00&colour=red&run=7`);
  await ready(page);
  await cards.first().waitFor();
  assert.deepEqual([await seed.inputValue(), await state.inputValue()], ['3', '']);
  await cards.first().getByText('seed 3', { exact: true }).waitFor();
  const { runs } = await playground.json('api/runs?q=lighthouse&limit=1');
  await page.goto(`${playground.base}/?run=${runs[0].id}`);
  await counts.getByText('One run').waitFor();
  await cards.first().waitFor();
  assert.equal(await cards.count(), 1);
  await page.goto(`${playground.base}/?run=${'0'.repeat(32)}`);
  await page.getByText('There is no such run.').waitFor();
  await everything.click();
  await counts.getByText('60 runs').waitFor();
  // The browser itself tells of the 404; the page adds nothing.
  assert.deepEqual(page.said.filter((words) => !words.includes('404')), []);
  await page.context().close();
});

test('only what is near the screen is in the document, and every run can be reached', async () => {
  const page = await openPage(browser);
  const { cards } = controls(page);
  const { search, counts } = bar(page);
  await page.goto(playground.base);
  await ready(page);
  await cards.first().waitFor();
  const seen = new Set();
  let most = 0;
  for (let turns = 0; turns < 400 && seen.size < 60; turns += 1) {
    await page.mouse.move(900, 500);
    await page.mouse.wheel(0, 500);
    const ids = await cards.evaluateAll((all) => all.map((card) => card.id));
    ids.forEach((id) => seen.add(id));
    most = Math.max(most, ids.length);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  assert.equal(seen.size, 60);
  assert.ok(most < 50, `${most} cards at once`);
  const last = cards.last();
  await last.getByText('A red fox in deep snow, 0', { exact: true }).waitFor();
  const before = await page.evaluate(() => [document.documentElement.scrollHeight, document.querySelectorAll('*').length]);
  await page.evaluate(() => window.scrollTo(0, 0));
  await cards.first().getByText('A night market after rain, 59', { exact: true }).waitFor();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(Math.abs(height - before[0]) < 2, `the heights are remembered: ${before[0]} and ${height}`);
  // A run that comes while one is at the top is there at once; under a search that it does not fit, it is not.
  await search.fill('lighthouse');
  await counts.getByText('12 runs').waitFor();
  await buy({ prompt: 'A brass telescope', seed: 99 });
  const fits = await buy({ prompt: 'A lighthouse in fog', seed: 99 });
  await page.locator(`#run-${fits.id}`).waitFor();
  await counts.getByText('13 runs').waitFor();
  assert.equal(await cards.getByText('A brass telescope').count(), 0);
  await page.context().close();
});

test('what was just bought is shown, whatever was being looked for', async () => {
  const page = await openPage(browser);
  const { prompt, generate, cards } = controls(page);
  await page.goto(`${playground.base}/?q=nothing-like-it`);
  await ready(page);
  await page.getByText('No runs match.').waitFor();
  await prompt.fill('A paper crane');
  await generate.click();
  await cards.filter({ hasText: 'A paper crane' }).waitFor();
  await page.goBack();
  await page.getByText('No runs match.').waitFor();
  // Among pictures alone it has its place before it is painted.
  await page.goto(`${playground.base}/?view=pictures`);
  await ready(page);
  await page.locator('.cell').first().waitFor();
  await page.evaluate(() => {
    const look = () => (window.waited ||= document.querySelector('.cell:first-child .waiting') !== null);
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
  await generate.click();
  await page.locator('.cell img[alt^="A paper crane"]').nth(1).waitFor();
  assert.equal(await page.evaluate(() => window.waited), true);
  const seed = page.getByRole('textbox', { name: 'Seed of the runs' });
  await seed.fill('abc');
  await page.getByText('A seed is a whole number: it is left out.').waitFor();
  assert.equal(await seed.getAttribute('aria-invalid'), 'true');
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('pictures alone stand in a grid that arrow keys walk through', async () => {
  const page = await openPage(browser);
  const { pictures, search } = bar(page);
  await page.goto(playground.base);
  await ready(page);
  await search.fill('lake');
  await pictures.check();
  const grid = page.getByRole('list', { name: 'Pictures' });
  const thumbs = grid.getByRole('button');
  await thumbs.nth(11).waitFor();
  assert.match(page.url(), /\?q=lake&view=pictures$/);
  await thumbs.first().focus();
  const focused = () => thumbs.evaluateAll((all) => all.indexOf(document.activeElement));
  const columns = await thumbs.evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().top === all[0].getBoundingClientRect().top).length);
  assert.ok(columns > 2);
  await page.keyboard.press('ArrowRight');
  assert.equal(await focused(), 1);
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(), 1 + columns);
  await page.keyboard.press('Home');
  assert.equal(await focused(), 0);
  await page.keyboard.press('End');
  assert.equal(await focused(), 11);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText(/A still lake at dawn/).first().waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await focused(), 11, 'the lightbox gives the focus back');
  assert.deepEqual(page.said, []);
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: the bar, an empty result and the grid are accessible, wide and narrow`, async () => {
    for (const width of [1366, 390]) {
      const page = await openPage(browser, { colorScheme, reducedMotion: 'reduce', viewport: { width, height: 844 } });
      await page.goto(`${playground.base}/?q=fox#runs`);
      await bar(page).counts.getByText('12 runs').waitFor();
      await audit(page, 'found');
      await bar(page).pictures.check();
      await page.getByRole('list', { name: 'Pictures' }).getByRole('img').first().waitFor();
      await audit(page, 'grid');
      await bar(page).search.fill('owl');
      await page.getByText('No runs match.').waitFor();
      await audit(page, 'nothing');
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
      await page.context().close();
    }
  });
}
