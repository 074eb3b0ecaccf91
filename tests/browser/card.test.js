// What a person does with a run: marks it, notes something, copies it, deletes it and thinks better of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Playground, audit, controls, finished, openPage, ready, startChromium } from './playground.js';

let browser;
let playground;

before(async () => {
  browser = await startChromium();
  playground = await Playground.start(['--latency-ms', '1200']);
});

after(async () => {
  await browser?.close();
  await playground?.stop();
});

/** A page on which one run was just painted. */
async function painted(prompt, options = {}) {
  const page = await openPage(browser, options);
  const form = controls(page);
  await page.goto(playground.base);
  await ready(page);
  await form.prompt.fill(prompt);
  await form.generate.click();
  const card = form.cards.filter({ hasText: prompt });
  await finished(card);
  return { page, card, ...form };
}

const menu = (page) => page.getByRole('group', { name: 'More actions' });

/** Opens the menu of a card by keyboard. */
async function more(page, card) {
  await card.getByRole('button', { name: 'More actions' }).focus();
  await page.keyboard.press('Enter');
  await menu(page).waitFor();
}

test('a run is marked and noted, and both are there after a reload', async () => {
  const { page, card } = await painted('A heron in the reeds');
  const star = card.getByRole('button', { name: 'Favorite', exact: true });
  assert.equal(await star.getAttribute('aria-pressed'), 'false');
  await star.click();
  await card.locator('.card-actions [aria-pressed=true]').waitFor();
  await more(page, card);
  await menu(page).getByRole('button', { name: 'Write a note' }).click();
  const note = card.getByRole('textbox', { name: 'Note' });
  await note.fill('for the <b>calendar</b>\nin March');
  await card.getByRole('button', { name: 'Save note' }).click();
  await card.getByText('for the <b>calendar</b>').waitFor();
  assert.equal(await note.count(), 0);
  await page.reload();
  await card.getByText('for the <b>calendar</b>').waitFor();
  await card.locator('.card-actions [aria-pressed=true]').waitFor();
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a note that could not be saved stays in its field', async () => {
  const { page, card } = await painted('A brass telescope');
  await more(page, card);
  await menu(page).getByRole('button', { name: 'Write a note' }).click();
  await page.route('**/api/runs/*', (route) => (route.request().method() === 'PATCH' ? route.abort() : route.continue()));
  const note = card.getByRole('textbox', { name: 'Note' });
  await note.fill('keep me');
  await card.getByRole('button', { name: 'Save note' }).click();
  await card.getByText('The server did not answer.').waitFor();
  assert.equal(await note.inputValue(), 'keep me');
  await note.press('Escape');
  assert.equal(await note.count(), 0);
  await page.context().close();
});

test('a discarded note comes back although its card is gone', async () => {
  const { page, card } = await painted('A wind-up whale');
  await more(page, card);
  await menu(page).getByRole('button', { name: 'Write a note' }).click();
  const note = card.getByRole('textbox', { name: 'Note' });
  await note.fill('not yet');
  await card.getByRole('button', { name: 'Cancel', exact: true }).click();
  const search = page.getByRole('searchbox', { name: 'Search prompts and notes' });
  await search.fill('nothing like it');
  await card.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await search.fill('');
  await note.waitFor();
  assert.equal(await note.inputValue(), 'not yet');
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a run that comes to match the filter appears', async () => {
  const { page, card } = await painted('A glass marble');
  const { runs } = await playground.json('api/runs?q=marble');
  await page.getByRole('search', { name: 'Runs' }).getByRole('button', { name: 'Favorites only' }).click();
  await card.waitFor({ state: 'detached' });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${playground.base}/api/runs/${runs[0].id}`, { method: 'PATCH', headers, body: '{"favorite":true}' });
  await card.waitFor();
  await page.context().close();
});

test('a note that is being written survives whatever hides its card', async () => {
  const { page, card } = await painted('A tin soldier');
  const field = card.getByRole('textbox', { name: 'Note' });
  await more(page, card);
  await menu(page).getByRole('button', { name: 'Write a note' }).click();
  await field.fill('half a thought');
  const search = page.getByRole('searchbox', { name: 'Search prompts and notes' });
  const layout = (name) => page.getByRole('radiogroup', { name: 'Layout' }).getByRole('radio', { name });
  const ways = [
    [() => search.fill('nothing like it'), () => search.fill('')],
    [() => layout('Grid').check(), () => layout('Cards').check()],
    [
      async () => {
        await more(page, card);
        await menu(page).getByRole('button', { name: 'Delete' }).click();
      },
      () => page.getByRole('button', { name: 'Undo', exact: true }).click(),
    ],
  ];
  for (const [hide, show] of ways) {
    await hide();
    await card.waitFor({ state: 'detached' });
    await show();
    await field.waitFor();
    assert.equal(await field.inputValue(), 'half a thought');
  }
  await field.press('Control+Enter');
  await card.getByText('half a thought').waitFor();
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('two runs that were deleted one after the other come back together', async () => {
  const { page, card, prompt, generate, cards } = await painted('A pewter bell');
  await prompt.fill('A pewter horn');
  await generate.click();
  const other = cards.filter({ hasText: 'A pewter horn' });
  await finished(other);
  for (const one of [card, other]) {
    await more(page, one);
    await menu(page).getByRole('button', { name: 'Delete' }).click();
    await one.waitFor({ state: 'detached' });
  }
  await page.getByText('2 runs deleted').waitFor();
  const undo = page.getByRole('button', { name: 'Undo', exact: true });
  assert.equal(await undo.evaluate((button) => document.activeElement === button), true);
  await page.keyboard.press('Enter');
  await card.waitFor();
  await other.waitFor();
  assert.equal((await playground.json('api/runs?q=pewter')).runs.length, 2);
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('the menu is used by keyboard, and copies what it says', async () => {
  const { page, card } = await painted("A 'fox' in snow", { permissions: ['clipboard-read', 'clipboard-write'] });
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await more(page, card);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Lock seed');
  await page.keyboard.press('Escape');
  await menu(page).waitFor({ state: 'hidden' });
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'More actions');
  for (const [name, said, expected] of [
    ['Copy prompt', 'Prompt copied', /^A 'fox' in snow$/],
    ['Copy link', 'Link copied', new RegExp(`^${playground.base}/\\?run=[0-9a-f]{32}$`)],
  ]) {
    await more(page, card);
    await menu(page).getByRole('button', { name }).press('Enter');
    await page.getByText(said).waitFor();
    assert.match(await clipboard(), expected);
  }
  const json = menu(page).getByRole('link', { name: 'Raw JSON' });
  await more(page, card);
  const run = await playground.json(await json.getAttribute('href'));
  assert.equal(run.request.input.prompt, "A 'fox' in snow");
  await page.context().close();
});

test('a deleted run goes at once, comes back on Undo, and is deleted only when the toast goes', async () => {
  const { page, card } = await painted('A paper boat');
  await page.clock.install();
  const deleted = [];
  page.on('request', (request) => request.method() === 'DELETE' && deleted.push(request.url()));
  const runs = async () => Number.parseInt(await page.locator('#counts').textContent(), 10);
  const before = await runs();
  const remove = async () => {
    await more(page, card);
    await menu(page).getByRole('button', { name: 'Delete' }).click();
    await card.waitFor({ state: 'detached' });
    await page.locator('[aria-live]').getByText('Run deleted', { exact: true }).waitFor();
    assert.equal(await runs(), before - 1, 'it does not count any more');
  };
  await remove();
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await card.waitFor();
  assert.equal(await runs(), before);
  await page.clock.fastForward(10_000);
  assert.deepEqual(deleted, []);
  assert.equal((await playground.json('api/runs?q=boat')).runs.length, 1);

  await remove();
  await page.clock.fastForward(7_100);
  await page.getByText('Run deleted').waitFor({ state: 'hidden' });
  for (let tries = 0; tries < 50 && (await playground.json('api/runs?q=boat')).runs.length; tries += 1);
  assert.equal((await playground.json('api/runs?q=boat')).runs.length, 0);
  assert.equal(await card.count(), 0);
  await page.context().close();
});

test('a run that the server does not delete comes back and says so', async () => {
  const { page, card } = await painted('A copper kettle');
  await page.clock.install();
  await page.route('**/api/runs/*', (route) => (route.request().method() === 'DELETE' ? route.abort() : route.continue()));
  await more(page, card);
  await menu(page).getByRole('button', { name: 'Delete' }).click();
  await card.waitFor({ state: 'detached' });
  await page.clock.fastForward(7_100);
  await page.getByText('Not deleted. The server did not answer.').waitFor();
  await card.waitFor();
  await page.context().close();
});

test('a run that is used again keeps its seed or gets a new one', async () => {
  const { page, card, prompt, seed } = await painted('A snow globe');
  const held = (await card.getByText(/^seed \d+$/).textContent()).replace('seed ', '');
  await card.getByRole('button', { name: 'Edit prompt' }).click();
  assert.deepEqual([await seed.inputValue(), await prompt.inputValue()], [held, 'A snow globe']);
  assert.equal(await prompt.evaluate((area) => document.activeElement === area), true);
  await card.getByRole('button', { name: 'Regenerate' }).click();
  await page.getByText('Filled in with a new seed. Press Generate to run it.').first().waitFor();
  assert.equal(await seed.inputValue(), '');
  await more(page, card);
  await menu(page).getByRole('button', { name: 'Show runs with this seed' }).click();
  await page.locator('#counts').getByText('1 run · 1 image', { exact: true }).waitFor();
  await page.context().close();
});

test('a run that was varied from another says so and leads there', async () => {
  const { page, card, prompt, generate, cards } = await painted('A felt hat');
  await card.getByRole('button', { name: 'Edit prompt' }).click();
  await prompt.fill('A felt hat in the rain');
  await page.reload();
  await ready(page);
  await generate.click();
  const child = cards.filter({ hasText: 'A felt hat in the rain' });
  await finished(child);
  const { runs } = await playground.json('api/runs?q=felt');
  assert.deepEqual([runs[0].parent, runs[0].request.input.seed], [runs[1].id, runs[1].request.input.seed]);
  await more(page, child);
  await menu(page).getByRole('button', { name: /^Based on/ }).click();
  await page.getByRole('button', { name: 'Remove filter: One run' }).waitFor();
  await cards.getByText('A felt hat', { exact: true }).waitFor();
  // Another prompt has nothing to do with that run.
  await page.getByText('Based on an earlier run.').waitFor();
  await page.getByRole('radio', { name: 'Templates' }).check();
  await page.getByRole('button', { name: 'Night market after rain' }).click();
  await page.getByText('Based on an earlier run.').waitFor({ state: 'hidden' });
  await page.context().close();
});

test('how long a run takes is learned, and a long one is called so', async () => {
  const slow = await Playground.start(['--latency-ms', '3000']);
  const page = await openPage(browser);
  const { prompt, generate, cards } = controls(page);
  await page.goto(slow.base);
  await ready(page);
  await prompt.fill('A first one');
  await generate.click();
  await finished(cards.first());
  await page.reload();
  await ready(page);
  await prompt.fill('A second one');
  await generate.click();
  await cards.first().getByText(/about \d s left/).waitFor();
  await finished(cards.first());
  await page.context().close();
  await slow.stop();
});

test('earlier prompts are a key away, and what was being written is not lost', async () => {
  const { page, prompt, generate, cards } = await painted('A wind-up bird');
  await prompt.fill('A clockwork mouse');
  await generate.click();
  await cards.filter({ hasText: 'A clockwork mouse' }).waitFor();
  await prompt.fill('half a sentence');
  await page.keyboard.press('Alt+ArrowUp');
  assert.equal(await prompt.inputValue(), 'A clockwork mouse');
  await page.keyboard.press('Alt+ArrowUp');
  assert.equal(await prompt.inputValue(), 'A wind-up bird');
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Alt+ArrowDown');
  assert.equal(await prompt.inputValue(), 'half a sentence');
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: menu, note and toast are accessible`, async () => {
    const { page, card } = await painted(`A stone bridge, ${colorScheme}`, { colorScheme, reducedMotion: 'reduce' });
    await card.getByRole('button', { name: 'Favorite', exact: true }).click();
    await card.locator('.card-actions [aria-pressed=true]').waitFor();
    await more(page, card);
    await audit(page, 'menu');
    await menu(page).getByRole('button', { name: 'Write a note' }).click();
    await audit(page, 'note');
    await card.getByRole('button', { name: 'Cancel' }).click();
    await more(page, card);
    await menu(page).getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
    await audit(page, 'toast');
    await page.context().close();
  });
}

test('on a narrow screen the menu stays on it', async () => {
  const page = await openPage(browser, { viewport: { width: 390, height: 844 } });
  await page.goto(`${playground.base}/#runs`);
  const card = controls(page).cards.first();
  await more(page, card);
  const { x, y, width, height } = await menu(page).boundingBox();
  assert.ok(x >= 0 && y >= 0 && x + width <= 390 && y + height <= 844, `${x} ${y} ${width} ${height}`);
  await page.context().close();
});
