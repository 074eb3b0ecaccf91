// Several runs at once: selected by mouse, finger and keyboard, then downloaded, marked and deleted together.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Playground, audit, controls, finished, openPage, ready, startChromium } from './playground.js';

let browser;

before(async () => {
  browser = await startChromium();
});

after(() => browser?.close());

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** A board of its own with these painted runs, the last one first. */
async function board(t, prompts, options = {}, input = {}) {
  const playground = await Playground.start(['--latency-ms', '50']);
  t.after(() => playground.stop());
  const ids = [];
  for (const [n, prompt] of prompts.entries()) {
    const headers = { 'content-type': 'application/json', 'idempotency-key': `selection-${process.pid}-${n}-0000000000` };
    const body = JSON.stringify({ prompt, num_images: 1, seed: n, ...input });
    const run = await (await fetch(`${playground.base}/api/runs`, { method: 'POST', headers, body })).json();
    ids.push(run.id);
  }
  const page = await openPage(browser, options);
  t.after(() => page.context().close());
  await page.goto(`${playground.base}/#runs`);
  // A phone hides the form beside the runs.
  await page.locator('#generate:not([disabled])').waitFor({ state: 'attached' });
  const cards = ids.map((id) => page.locator(`#run-${id}`));
  for (const card of cards) await finished(card);
  const bar = page.getByRole('region', { name: 'Selection' });
  const act = (name) => bar.getByRole('button', { name, exact: true });
  return {
    playground,
    page,
    ids,
    cards,
    bar,
    act,
    zip: bar.getByRole('link', { name: 'Download ZIP' }),
    says: (number) => bar.getByText(`${number} selected`, { exact: true }).waitFor(),
    lightbox: page.getByRole('dialog', { name: 'Image', exact: true }),
    kept: async () => (await playground.json('api/runs')).runs.map((run) => run.id),
  };
}

const image = (card) => card.getByRole('button', { name: /^Open image 1/ });
const ctrl = (card) => image(card).click({ modifiers: ['Control'] });
const isSelected = (card) => card.getByText('Selected', { exact: true }).isVisible();
const selected = (cards) => Promise.all(cards.map(isSelected));

/** The names in a ZIP file, its manifest, and whether every part of it is whole. */
function unzip(path) {
  const program = [
    'import json, sys, zipfile',
    'z = zipfile.ZipFile(sys.argv[1])',
    'print(json.dumps({"names": z.namelist(), "broken": z.testzip(), "manifest": json.loads(z.read("manifest.json"))}))',
  ].join('\n');
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program, path], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** What the link of the selection bar downloads. */
async function download(page, link) {
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
  return { ...unzip(await file.path()), called: file.suggestedFilename() };
}

/** Presses Tab until the focus is there. */
async function tabTo(page, target, most = 60) {
  for (let n = 0; n < most; n += 1) {
    if ((await target.count()) && (await target.evaluate((it) => document.activeElement === it))) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not reach ${target}`);
}

/** It is on the screen, whole. */
async function isOnScreen(page, target, what) {
  const { width, height } = page.viewportSize();
  const box = await target.boundingBox();
  const is = box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width + 0.5 && box.y + box.height <= height + 0.5;
  assert.ok(is, `${what}: ${JSON.stringify(box)}`);
  return box;
}

/** Nothing covers the middle of it. */
function isInReach(target) {
  return target.evaluate((it) => {
    it.scrollIntoView({ block: 'nearest' });
    const { left, top, width, height } = it.getBoundingClientRect();
    return it.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
}

test('Ctrl+click and Shift+click select runs, Escape clears, and then a click opens an image again', async (t) => {
  const { page, cards, bar, says, lightbox } = await board(t, ['A red fox', 'A gray owl', 'A blue jay', 'A green frog']);
  await ctrl(cards[3]);
  await says(1);
  await page.locator('[role=status]').getByText('1 selected', { exact: true }).waitFor();
  await image(cards[1]).click({ modifiers: ['Shift'] });
  await says(3);
  assert.deepEqual(await selected(cards), [false, true, true, true]);
  await ctrl(cards[2]);
  await says(2);
  assert.deepEqual(await selected(cards), [false, true, false, true]);
  await image(cards[0]).click();
  await says(3);
  assert.equal(await lightbox.count(), 0, 'a plain click selects as well');
  await page.keyboard.press('Escape');
  await bar.waitFor({ state: 'detached' });
  assert.deepEqual(await selected(cards), [false, false, false, false]);
  await image(cards[0]).click();
  await lightbox.waitFor();
  assert.equal(await bar.count(), 0);
  assert.deepEqual(page.said, []);
});

test('a rectangle dragged over blank space selects what it touches, and a click there clears', async (t) => {
  const { page, cards, bar, says } = await board(t, ['A red fox', 'A gray owl', 'A blue jay']);
  const [left, right] = (await Promise.all(cards.map((card) => card.boundingBox()))).sort((a, b) => a.y - b.y || a.x - b.x);
  const bottom = Math.max(...(await Promise.all(cards.map((card) => card.boundingBox()))).map((box) => box.y + box.height));
  const blank = { x: right.x + right.width / 2, y: bottom + 120 };
  assert.equal(left.y, right.y, 'two cards stand side by side');
  await page.mouse.move(blank.x, blank.y);
  await page.mouse.down();
  await page.mouse.move(blank.x, right.y + right.height / 2, { steps: 5 });
  await page.locator('.marquee').waitFor();
  await cards[1].getByText('Selected', { exact: true }).waitFor();
  assert.equal(await isSelected(cards[2]), false, 'what it does not touch');
  await page.mouse.move(left.x + left.width / 2, left.y + left.height / 2, { steps: 5 });
  await cards[2].getByText('Selected', { exact: true }).waitFor();
  await page.mouse.move(blank.x, right.y + right.height / 2, { steps: 5 });
  await cards[2].getByText('Selected', { exact: true }).waitFor({ state: 'detached' });
  await page.mouse.up();
  await page.locator('.marquee').waitFor({ state: 'hidden' });
  assert.equal(await isSelected(cards[1]), true, 'it stays when the mouse is up');
  await bar.waitFor();
  await page.mouse.click(blank.x, blank.y);
  await bar.waitFor({ state: 'detached' });
  assert.deepEqual(page.said, []);
});

test('the ZIP of a selection holds just its images, named by their prompts, and a manifest of its runs', async (t) => {
  const prompts = ['A red fox in deep snow', 'A red fox in deep snow', 'A gray owl at night'];
  const { page, ids, cards, zip, says } = await board(t, prompts, {}, { num_images: 2 });
  await ctrl(cards[0]);
  await ctrl(cards[1]);
  await says(2);
  const href = new URL(await zip.getAttribute('href'), page.url());
  assert.equal(href.pathname, '/api/archive');
  assert.deepEqual(href.searchParams.getAll('run').sort(), ids.slice(0, 2).sort());
  const { names, broken, manifest, called } = await download(page, zip);
  assert.equal(broken, null);
  assert.match(called, /\.zip$/);
  const images = names.filter((name) => name !== 'manifest.json');
  assert.equal(images.length, 4);
  assert.equal(new Set(images.map((name) => name.toLowerCase())).size, 4, `${images}`);
  assert.deepEqual(images.filter((name) => !/red.fox.in.deep.snow/i.test(name)), []);
  assert.deepEqual(manifest.runs.map((run) => run.id).sort(), ids.slice(0, 2).sort());
  assert.deepEqual(manifest.runs.map((run) => [run.input.prompt, run.files.length]), [
    [prompts[0], 2],
    [prompts[1], 2],
  ]);
  assert.deepEqual(manifest.missing, []);
  assert.deepEqual(page.said, []);
});

test('Favorite marks all selected runs, and the filter for favorites then shows just them', async (t) => {
  const { playground, page, ids, cards, act, says } = await board(t, ['A red fox', 'A gray owl', 'A blue jay']);
  await cards[0].getByRole('button', { name: 'Favorite', exact: true }).click();
  await ctrl(cards[0]);
  await ctrl(cards[2]);
  await says(2);
  await act('Favorite').and(page.locator('[aria-pressed=false]')).click();
  await act('Favorite').and(page.locator('[aria-pressed=true]')).waitFor();
  await page.getByRole('search', { name: 'Runs' }).getByRole('button', { name: 'Favorites only' }).click();
  await page.locator('#counts').getByText('2 runs · 2 images', { exact: true }).waitFor();
  await cards[1].waitFor({ state: 'detached' });
  assert.equal(await controls(page).cards.count(), 2);
  await says(2);
  const { runs } = await playground.json('api/runs?favorite=true');
  assert.deepEqual(runs.map((run) => run.id).sort(), [ids[0], ids[2]].sort());
  assert.deepEqual(page.said, []);
});

test('favorites that the server does not take are told, and can be tried again', async (t) => {
  const { playground, page, cards, bar, act, says } = await board(t, ['A red fox', 'A gray owl']);
  await ctrl(cards[0]);
  await ctrl(cards[1]);
  await says(2);
  await page.route('**/api/runs/*', (route) => (route.request().method() === 'PATCH' ? route.abort() : route.continue()));
  await act('Favorite').click();
  await bar.getByText(/^2 of 2 runs could not be changed\./).waitFor();
  await page.unroute('**/api/runs/*');
  await act('Favorite').click();
  await bar.getByText(/could not be changed/).waitFor({ state: 'hidden' });
  await act('Favorite').and(page.locator('[aria-pressed=true]')).waitFor();
  assert.equal((await playground.json('api/runs?favorite=true')).runs.length, 2);
});

test('Delete takes a selection away with a way back, and deletes it when that is over', async (t) => {
  const { page, ids, cards, bar, act, says, kept } = await board(t, ['A red fox', 'A gray owl', 'A blue jay']);
  await page.clock.install();
  const notice = page.getByRole('group', { name: 'Notice' });
  await ctrl(cards[0]);
  await ctrl(cards[2]);
  await says(2);
  await act('Delete').click();
  await notice.getByText('2 runs deleted', { exact: true }).waitFor();
  await bar.waitFor({ state: 'detached' });
  assert.equal(await controls(page).cards.count(), 1);
  assert.equal(await page.evaluate(() => document.activeElement !== document.body), true, 'the focus is somewhere');
  await notice.getByRole('button', { name: 'Undo' }).click();
  await says(2);
  assert.deepEqual(await selected(cards), [true, false, true], 'what came back is selected again');
  assert.equal((await kept()).length, 3);
  await act('Delete').click();
  await notice.getByText('2 runs deleted', { exact: true }).waitFor();
  const deleted = [0, 2].map((n) =>
    page.waitForResponse((answer) => answer.request().method() === 'DELETE' && answer.url().endsWith(ids[n]) && answer.ok()),
  );
  await page.clock.fastForward(7_100);
  await Promise.all(deleted);
  await notice.waitFor({ state: 'hidden' });
  assert.deepEqual(await kept(), [ids[1]]);
  assert.deepEqual(page.said, []);
});

test('a selected run that is deleted elsewhere leaves the selection, and the others are downloaded', async (t) => {
  const { playground, page, ids, cards, zip, says, kept } = await board(t, ['A red fox', 'A gray owl', 'A blue jay', 'A green frog']);
  for (const card of cards.slice(0, 3)) await ctrl(card);
  await says(3);
  assert.ok((await fetch(`${playground.base}/api/runs/${ids[1]}`, { method: 'DELETE' })).ok);
  await says(2);
  await cards[1].waitFor({ state: 'detached' });
  const { names, manifest } = await download(page, zip);
  assert.equal(names.length, 3);
  assert.deepEqual(manifest.runs.map((run) => run.id).sort(), [ids[0], ids[2]].sort());
  assert.deepEqual(await selected([cards[0], cards[2], cards[3]]), [true, true, false]);
  assert.deepEqual((await kept()).sort(), [ids[0], ids[2], ids[3]].sort());
  assert.deepEqual(page.said, []);
});

test('a selected run that is deleted elsewhere is announced', async (t) => {
  const { playground, page, ids, cards, says } = await board(t, ['A red fox', 'A gray owl']);
  await ctrl(cards[0]);
  await ctrl(cards[1]);
  await says(2);
  assert.ok((await fetch(`${playground.base}/api/runs/${ids[1]}`, { method: 'DELETE' })).ok);
  await says(1);
  await page.locator('[role=status]').getByText('1 selected run was deleted elsewhere').waitFor();
});

test('by touch, a long press selects a run and a tap then adds another', async (t) => {
  const { page, cards, says, bar, lightbox } = await board(t, ['A red fox', 'A gray owl'], PHONE);
  const cdp = await page.context().newCDPSession(page);
  await image(cards[1]).scrollIntoViewIfNeeded();
  const { x, y, width, height } = await image(cards[1]).boundingBox();
  const touchPoints = [{ x: x + width / 2, y: y + height / 2 }];
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints });
  await says(1);
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await image(cards[0]).tap();
  await says(2);
  assert.deepEqual(await selected(cards), [true, true]);
  assert.equal(await lightbox.count(), 0);
  await image(cards[1]).tap();
  await says(1);
  await image(cards[0]).tap();
  await bar.waitFor({ state: 'detached' });
  await image(cards[0]).tap();
  await lightbox.waitFor();
  assert.deepEqual(page.said, []);
});

test('on a phone the selection bar, the menu of a run and the filters stay on the screen and in reach', async (t) => {
  const { page, cards, bar } = await board(t, ['A red fox', 'A gray owl'], PHONE);
  await page.evaluate(() => window.scrollTo(0, 0));
  const more = cards[1].getByRole('button', { name: 'More actions' });
  const menu = page.getByRole('group', { name: 'More actions' });
  await more.tap();
  await isOnScreen(page, menu, 'menu');
  for (const item of await menu.getByRole('button').or(menu.getByRole('link')).all()) {
    assert.ok(await isInReach(item), await item.textContent());
  }
  await menu.getByRole('button', { name: 'Select', exact: true }).tap();
  await isOnScreen(page, bar, 'selection bar');
  for (const control of await bar.getByRole('button').or(bar.getByRole('link')).all()) {
    const name = await control.textContent();
    await isOnScreen(page, control, name);
    assert.ok(await isInReach(control), name);
  }
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing scrolls sideways');
  const filters = page.locator('#filters');
  await page.getByRole('button', { name: 'Filter', exact: true }).tap();
  const box = await isOnScreen(page, filters, 'filters');
  assert.ok(box.width === 390 && Math.abs(box.y + box.height - 844) < 1, `a sheet at the bottom: ${JSON.stringify(box)}`);
  for (const control of await filters.getByRole('combobox').or(filters.getByRole('button')).or(filters.getByRole('textbox')).all()) {
    assert.ok(await isInReach(control), await control.evaluate((it) => it.outerHTML));
  }
  await filters.getByRole('button', { name: 'Done' }).tap();
  await filters.waitFor({ state: 'hidden' });
  assert.deepEqual(page.said, []);
});

test('on a phone the actions of a run open as a sheet', async (t) => {
  const { page, cards } = await board(t, ['A red fox'], PHONE);
  await cards[0].getByRole('button', { name: 'More actions' }).tap();
  const box = await isOnScreen(page, page.getByRole('group', { name: 'More actions' }), 'menu');
  assert.ok(box.width === 390 && Math.abs(box.y + box.height - 844) < 1, `a sheet at the bottom: ${JSON.stringify(box)}`);
});

test('runs are selected and the bar is used by keyboard alone', async (t) => {
  const { playground, page, cards, bar, act, says, lightbox } = await board(t, ['A red fox', 'A gray owl', 'A blue jay']);
  const menu = page.getByRole('group', { name: 'More actions' });
  const more = cards[2].getByRole('button', { name: 'More actions' });
  await page.keyboard.press('Tab');
  await tabTo(page, more, 120);
  await page.keyboard.press('Enter');
  await menu.waitFor();
  await tabTo(page, menu.getByRole('button', { name: 'Select', exact: true }));
  await page.keyboard.press('Enter');
  await says(1);
  assert.equal(await more.evaluate((button) => document.activeElement === button), true, 'the focus is where it was');
  await tabTo(page, image(cards[1]));
  await page.keyboard.press('Enter');
  await says(2);
  await page.keyboard.press('Space');
  await says(1);
  await page.keyboard.press('Space');
  await says(2);
  assert.equal(await lightbox.count(), 0);
  await tabTo(page, act('Select all shown'));
  await page.keyboard.press('Enter');
  await says(3);
  await tabTo(page, act('Favorite'), 120);
  await page.keyboard.press('Enter');
  await act('Favorite').and(page.locator('[aria-pressed=true]')).waitFor();
  await tabTo(page, act('Clear'));
  await page.keyboard.press('Enter');
  await bar.waitFor({ state: 'detached' });
  assert.equal((await playground.json('api/runs?favorite=true')).runs.length, 3);
  assert.deepEqual(page.said, []);
});

for (const [how, press] of [
  ['Clear', (page) => page.keyboard.press('Enter')],
  ['Escape', (page) => page.keyboard.press('Escape')],
]) {
  test(`the focus is not lost when ${how} closes the selection bar that it is in`, async (t) => {
    const { page, cards, bar, act, says } = await board(t, ['A red fox']);
    await ctrl(cards[0]);
    await says(1);
    await act('Clear').focus();
    await press(page);
    await bar.waitFor({ state: 'detached' });
    await page.waitForFunction(() => document.activeElement !== document.body);
  });
}

test('the star of one image marks that image alone, also in the lightbox and after a reload', async (t) => {
  const { playground, page, ids, cards, lightbox } = await board(t, ['A red fox'], {}, { num_images: 2 });
  const star = (n) => cards[0].getByRole('group', { name: `Image ${n} actions` }).getByRole('button', { name: 'Favorite image' });
  const on = page.locator('[aria-pressed=true]');
  await star(2).focus();
  await page.keyboard.press('Enter');
  await star(2).and(on).waitFor();
  await page.reload();
  await ready(page);
  await image(cards[0]).hover();
  await star(2).and(on).waitFor();
  assert.equal(await star(1).getAttribute('aria-pressed'), 'false');
  const { images, favorite } = await playground.json(`api/runs/${ids[0]}`);
  assert.deepEqual([favorite, ...images.map((it) => it.favorite)], [false, false, true]);
  await image(cards[0]).click();
  const large = lightbox.getByRole('button', { name: 'Favorite', exact: true });
  await large.and(page.locator('[aria-pressed=false]')).waitFor();
  await page.keyboard.press('ArrowRight');
  await large.and(on).waitFor();
  assert.deepEqual(page.said, []);
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: a board with a selection is accessible`, async (t) => {
    const { page, cards, says } = await board(t, ['A red fox', 'A gray owl'], { colorScheme, reducedMotion: 'reduce' });
    await ctrl(cards[0]);
    await says(1);
    await audit(page, 'selection');
  });
}
