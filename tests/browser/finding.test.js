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
  const filter = page.getByRole('button', { name: /^Filter/ });
  return {
    search: find.getByRole('searchbox', { name: 'Search prompts and notes' }),
    filter,
    state: page.getByRole('combobox', { name: 'Status' }),
    shape: page.getByRole('combobox', { name: 'Aspect ratio of the runs' }),
    seed: page.getByRole('textbox', { name: 'Seed of the runs' }),
    favorites: find.getByRole('button', { name: 'Favorites only' }),
    layout: (name) => find.getByRole('radiogroup', { name: 'Layout' }).getByRole('radio', { name }),
    remove: (name) => page.getByRole('button', { name: `Remove filter: ${name}` }),
    counts: page.locator('#counts'),
    /** Opens the panel, chooses there, and closes it. */
    choose: async (select, option) => {
      await filter.click();
      await select.selectOption(option);
      await page.keyboard.press('Escape');
    },
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

test('a search narrows the board, chips say by what, the address holds it, and Back undoes it', async () => {
  const page = await openPage(browser);
  const { cards } = controls(page);
  const { search, state, shape, choose, remove, filter, counts } = bar(page);
  await page.goto(playground.base);
  await ready(page);
  await counts.getByText('60 runs · 60 images').waitFor();
  await search.fill('FOX snow');
  await counts.getByText('12 runs · 12 images').waitFor();
  await cards.first().getByText('A red fox in deep snow, 55', { exact: true }).waitFor();
  assert.match(page.url(), /\?q=FOX\+snow$/);
  await choose(shape, '1:1');
  await page.getByText('No runs match.').waitFor();
  await remove('Aspect ratio 1:1').waitFor();
  await page.goBack();
  await counts.getByText('12 runs').waitFor();
  assert.equal(await remove('Aspect ratio 1:1').count(), 0, 'the bar follows the address');
  assert.equal(await search.inputValue(), 'FOX snow');
  await choose(state, { label: 'Failed' });
  await counts.getByText('0 runs').waitFor();
  await filter.getByText('Filter (1)').or(page.getByRole('button', { name: 'Filter (1)' })).first().waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await counts.getByText('60 runs').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Remove filter/ }).count(), 0);
  assert.equal(new URL(page.url()).search, '');
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a link opens what it names, and nonsense in it is passed over', async () => {
  const page = await openPage(browser);
  const { cards } = controls(page);
  const { seed, state, filter, remove, counts } = bar(page);
  await page.goto(`${playground.base}/?seed=3&state=happy&ratio=%00&colour=red&run=7`);
  await ready(page);
  await cards.first().waitFor();
  await filter.click();
  assert.deepEqual([await seed.inputValue(), await state.inputValue()], ['3', '']);
  await page.keyboard.press('Escape');
  await cards.first().getByText('seed 3', { exact: true }).waitFor();
  const { runs } = await playground.json('api/runs?q=lighthouse&limit=1');
  await page.goto(`${playground.base}/?run=${runs[0].id}`);
  await remove('One run').waitFor();
  await cards.first().waitFor();
  assert.equal(await cards.count(), 1);
  await page.goto(`${playground.base}/?run=${'0'.repeat(32)}`);
  await page.getByText('There is no such run.').waitFor();
  await page.getByRole('button', { name: 'Show all runs' }).click();
  await counts.getByText('60 runs').waitFor();
  // The browser itself tells of the 404; the page adds nothing.
  assert.deepEqual(page.said.filter((words) => !words.includes('404')), []);
  await page.context().close();
});

/** Waits until the page was laid out and painted. */
const painted = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

/** Turns the wheel over the runs. */
async function wheel(page, by) {
  await page.mouse.move(900, 500);
  await page.mouse.wheel(0, by);
  await painted(page);
}

/** The runs whose contents are rendered. */
const rendered = (cards) =>
  cards.evaluateAll((all) => all.filter((card) => card.firstElementChild?.checkVisibility({ contentVisibilityAuto: true })).map((card) => card.id));

/** Turns the wheel downward until every run was rendered; what was rendered at most at one time. */
async function seeAll(page, cards, number) {
  const seen = new Set();
  let most = 0;
  for (let turns = 0; turns < 400 && seen.size < number; turns += 1) {
    await wheel(page, 500);
    const ids = await rendered(cards);
    ids.forEach((id) => seen.add(id));
    most = Math.max(most, ids.length);
  }
  assert.equal(seen.size, number);
  return most;
}

test('every run can be reached, only what is near the screen is rendered, and heights stay when scrolling back', async () => {
  const page = await openPage(browser);
  const { cards } = controls(page);
  await page.goto(playground.base);
  await ready(page);
  await cards.first().waitFor();
  const first = await cards.first().getAttribute('id');
  assert.ok((await seeAll(page, cards, 60)) < 50);
  await cards.last().getByText('A red fox in deep snow, 0', { exact: true }).waitFor();
  const last = await cards.last().getAttribute('id');
  const far = async (id) => !(await rendered(cards)).includes(id);
  assert.deepEqual([await far(first), await far(last)], [true, false]);
  const heights = () => cards.evaluateAll((all) => all.map((card) => [card.id, Math.round(card.getBoundingClientRect().height)]));
  const before = await heights();
  for (let turns = 0; turns < 400 && (await page.evaluate(() => window.scrollY)) > 0; turns += 1) {
    await wheel(page, -500);
    assert.deepEqual(await heights(), before);
  }
  await cards.first().getByText('A night market after rain, 59', { exact: true }).waitFor();
  assert.deepEqual([await far(first), await far(last)], [false, true]);
  await page.context().close();
});

test('a run that arrives joins at the top and, while scrolled, waits behind a button and moves nothing that is seen', async () => {
  const page = await openPage(browser);
  const { cards } = controls(page);
  const { search, counts } = bar(page);
  await page.goto(playground.base);
  await ready(page);
  await cards.first().waitFor();
  await page.evaluate(() => window.scrollTo(0, 1_200));
  await page.waitForFunction(() => window.scrollY > 1_000);
  await painted(page);
  /** What is seen whole, and where. */
  const inSight = () =>
    cards.evaluateAll((all) => {
      const places = all.map((card) => [card.id, card.getBoundingClientRect()]).filter(([, { top, bottom }]) => top > 120 && bottom < innerHeight);
      return places.map(([id, { left, top }]) => [id, Math.round(left), Math.round(top)]);
    });
  const before = await inSight();
  assert.ok(before.length > 1);
  // The browser scrolls by whole pixels alone.
  const stays = async (when) => {
    const now = await inSight();
    const is = now.length === before.length && now.every(([id, left, top], n) => id === before[n][0] && left === before[n][1] && Math.abs(top - before[n][2]) <= 1);
    assert.ok(is, `${when}: ${JSON.stringify({ before, now })}`);
  };
  const vane = await buy({ prompt: 'A copper weather vane', seed: 98 });
  const pill = page.getByRole('button', { name: '1 new run' });
  await pill.waitFor();
  await painted(page);
  await stays('when it arrives');
  await page.locator(`#run-${vane.id}[data-state=archived]`).waitFor({ state: 'attached' });
  await painted(page);
  await stays('when it has its images');
  assert.equal(await cards.first().getAttribute('id'), `run-${vane.id}`);
  const bell = await buy({ prompt: 'A copper bell', seed: 97 });
  await page.getByRole('button', { name: '2 new runs' }).waitFor();
  await page.locator(`#run-${bell.id}[data-state=archived]`).waitFor({ state: 'attached' });
  await painted(page);
  await stays('when another arrives');
  await page.getByRole('button', { name: '2 new runs' }).click();
  await page.waitForFunction(() => window.scrollY < 200);
  await cards.first().getByText('A copper bell', { exact: true }).waitFor();
  await page.getByRole('button', { name: /new runs?$/ }).waitFor({ state: 'detached' });
  // Under a search that a run does not fit, it is not there.
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
  await page.goto(`${playground.base}/?view=grid`);
  await ready(page);
  await page.locator('.cell').first().waitFor();
  await page.evaluate(() => {
    const look = () => (window.waited ||= document.querySelector('.cell.waiting:first-child') !== null);
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  });
  await generate.click();
  await page.locator('.cell img[alt^="A paper crane"]').nth(1).waitFor();
  assert.equal(await page.evaluate(() => window.waited), true);
  await page.getByRole('button', { name: /^Filter/ }).click();
  const seed = page.getByRole('textbox', { name: 'Seed of the runs' });
  await seed.fill('abc');
  await page.getByText('A seed is a whole number.').waitFor();
  assert.equal(await seed.getAttribute('aria-invalid'), 'true');
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('images alone stand in a grid that arrow keys walk through', async () => {
  const page = await openPage(browser);
  const { layout, search } = bar(page);
  await page.goto(playground.base);
  await ready(page);
  await search.fill('lake');
  await layout('Grid').check();
  const grid = page.getByRole('list', { name: 'Images', exact: true });
  const thumbs = grid.locator('.thumb');
  await page.waitForURL(/\?q=lake&view=grid$/);
  await page.waitForFunction(() => document.querySelectorAll('.grid .thumb').length === 12);
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

test('new images join the grid at its beginning and leave no hole', async () => {
  const page = await openPage(browser);
  await page.goto(`${playground.base}/?view=grid`);
  await ready(page);
  const cells = page.getByRole('list', { name: 'Images', exact: true }).getByRole('listitem');
  await cells.first().waitFor();
  // In every frame: rows that do not reach an edge, or leave more than the gap; the last row may end early.
  await page.evaluate(() => {
    const grid = document.querySelector('.grid');
    const isNear = (one, other) => Math.abs(one - other) < 1.5;
    const look = () => {
      const { left, right } = grid.getBoundingClientRect();
      const gap = parseFloat(getComputedStyle(grid).columnGap);
      const cells = [...grid.children].map((cell) => cell.getBoundingClientRect());
      const rows = [...Map.groupBy(cells, ({ top }) => Math.round(top)).values()];
      rows.forEach((row, at) => {
        const below = rows[at + 1];
        const isWhole =
          isNear(row[0].left, left) &&
          row.slice(1).every((cell, n) => isNear(cell.left - row[n].right, gap)) &&
          (!below || (isNear(row.at(-1).right, right) && row.every((cell) => isNear(below[0].top - cell.bottom, gap))));
        if (!isWhole) window.holes.push(`row ${at}: ${row.map((cell) => [cell.left, cell.right, cell.bottom].map(Math.round))}`);
      });
      window.frames += 1;
      window.waited ||= grid.firstElementChild.matches('.waiting');
      requestAnimationFrame(look);
    };
    Object.assign(window, { holes: [], frames: 0, waited: false });
    look();
  });
  for (const [n, shape] of ['9:16', '16:9', '1:1'].entries()) {
    await buy({ prompt: `A glass marble ${n}`, aspect_ratio: shape, seed: n, num_images: 2 });
    await page.locator(`.grid img[alt^="A glass marble ${n}"]`).nth(1).waitFor();
    await painted(page);
    const first = await cells.evaluateAll((all) => all.slice(0, 3).map((cell) => cell.querySelector('img')?.alt ?? 'none'));
    assert.deepEqual(first.map((alt) => alt.startsWith(`A glass marble ${n}`)), [true, true, false]);
    assert.equal(await cells.and(page.locator('.waiting')).count(), 0);
  }
  const { holes, frames, waited } = await page.evaluate(() => ({ holes, frames, waited }));
  assert.ok(frames > 3);
  assert.ok(waited, 'they have their places before they are there');
  assert.deepEqual(holes, []);
  assert.deepEqual(page.said, []);
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: the bar, an empty result and the grid are accessible, wide and narrow`, async () => {
    for (const width of [1366, 390]) {
      const page = await openPage(browser, { colorScheme, reducedMotion: 'reduce', viewport: { width, height: 844 }, ...(width < 760 ? { hasTouch: true, isMobile: true } : {}) });
      await page.goto(`${playground.base}/?q=fox#runs`);
      await bar(page).counts.getByText('12 runs').waitFor();
      await audit(page, 'found');
      await bar(page).layout('Grid').check();
      await page.getByRole('list', { name: 'Images', exact: true }).getByRole('img').first().waitFor();
      await audit(page, 'grid');
      await bar(page).search.fill('owl');
      await page.getByText('No runs match.').waitFor();
      await audit(page, 'nothing');
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
      await page.context().close();
    }
  });
}
