// Several wordings of one prompt are bought with one press: all of them or none, and once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KEY, Playground, audit, controls, finished, openPage, ready, startChromium, startEngine } from './playground.js';

let browser;
let engine;
let playground;

before(async () => {
  browser = await startChromium();
  engine = await startEngine(['--latency-ms', '300']);
  const args = ['--upstream', engine.base, '--daily-budget', '1.00', '--images-per-minute', '60', '--max-concurrent', '60'];
  playground = await Playground.start(args, { WAVESPEED_API_KEY: KEY });
});

after(async () => {
  await browser?.close();
  await playground?.stop();
  await engine?.stop();
});

async function open(options) {
  const page = await openPage(browser, options);
  await page.goto(playground.base);
  await ready(page);
  return { page, ...controls(page), sum: page.locator('#variants summary'), wordings: page.getByRole('list', { name: 'Prompt variants' }) };
}

test('braces are counted, priced and listed before the click, and one press buys them all under one seed', async () => {
  const { page, prompt, images, generate, says, cards, sum, wordings } = await open();
  await prompt.fill('A still lake at dawn');
  assert.equal(await page.locator('#variants').count(), 0);
  await prompt.fill('A still lake at {dawn|noon{, misty|}}');
  await images(2).check();
  await says('Generate 3 × 2 images · $0.24');
  await sum.getByText('3 variants · one seed for all').waitFor();
  await sum.click();
  assert.deepEqual(await wordings.getByRole('listitem').allTextContents(), [
    'A still lake at dawn',
    'A still lake at noon, misty',
    'A still lake at noon',
  ]);
  const before = await engine.billed();
  await generate.dblclick();
  for (let n = 0; n < 3; n += 1) await finished(cards.nth(n));
  assert.equal(await cards.count(), 3);
  assert.equal((await engine.billed()) - before, 3);
  const { runs } = await playground.json('api/runs');
  assert.equal(new Set(runs.map((run) => run.request.input.seed)).size, 1);
  assert.equal(new Set(runs.map((run) => run.group)).size, 1);

  await page.getByText('A new seed for each').click();
  await images(1).check();
  await prompt.fill('A {red|grey} fox');
  await generate.click();
  await finished(cards.filter({ has: page.getByRole('heading', { name: 'grey', exact: true }) }));
  const foxes = (await playground.json('api/runs?q=fox')).runs;
  assert.deepEqual([foxes.length, new Set(foxes.map((run) => run.request.input.seed)).size], [2, 2]);

  const grey = cards.filter({ has: page.getByRole('heading', { name: 'grey', exact: true }) });
  await grey.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('button', { name: 'View variants' }).click();
  await page.locator('#counts').getByText('2 runs · 2 images').waitFor();
  assert.deepEqual(await cards.getByRole('heading').allTextContents(), ['red', 'grey'], 'in the order of the prompt');
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a group is generated again with a new seed for all, and its viewer counts its images', async () => {
  const { page, prompt, images, seed, generate, says, cards } = await open();
  await images(2).check();
  await prompt.fill('A {clay|glass} teapot');
  await generate.click();
  const glass = cards.filter({ has: page.getByRole('heading', { name: 'glass', exact: true }) });
  await finished(glass);
  await finished(cards.filter({ has: page.getByRole('heading', { name: 'clay', exact: true }) }));
  await glass.getByRole('button', { name: /^Open image 1/ }).click();
  const viewer = page.getByRole('dialog', { name: 'Image', exact: true });
  await viewer.getByText(/^image 3 of 4$/i).waitFor();
  await page.keyboard.press('Escape');
  await prompt.fill('something else');
  await page.locator('.group-card').filter({ has: page.getByRole('heading', { name: 'glass', exact: true }) }).getByRole('button', { name: 'Regenerate' }).click();
  await page.getByText('Filled in with a new seed. Press Generate to run it.').first().waitFor();
  await says('Generate 2 × 2 images · $0.16');
  assert.deepEqual([await prompt.inputValue(), await seed.inputValue()], ['A {clay|glass} teapot', '']);
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('an answer that was lost does not buy the group twice, with the same seed after a reload', async () => {
  const { page, prompt, generate, cards } = await open();
  await prompt.fill('A {paper|tin} boat');
  const before = await engine.billed();
  let lost = true;
  await page.route('**/api/groups', async (route) => {
    await route.fetch();
    return lost ? route.abort() : route.continue();
  });
  await generate.click();
  await page.getByText('Not submitted.').first().waitFor();
  lost = false;
  await page.reload();
  await finished(cards.filter({ has: page.getByRole('heading', { name: 'tin', exact: true }) }));
  assert.equal((await engine.billed()) - before, 2);
  await page.context().close();
});

test('too many wordings, or more than is left, is said before the click', async () => {
  const { page, prompt, images, generate, cards } = await open();
  const reasons = page.locator('#reasons');
  await prompt.fill('{a|b|c|d|e}{a|b|c|d|e}{a|b|c|d|e}');
  await reasons.getByText('Prompt makes 125 variants; at most 100 are allowed.').waitFor();
  assert.equal(await generate.getAttribute('aria-disabled'), 'true');
  await prompt.fill('{1|2|3|4|5|6|7|8} lighthouses');
  await images(4).check();
  await reasons.getByText(/Daily budget exceeded: needs \$1\.28, .* left\./).waitFor();
  const count = await cards.count();
  await generate.press('Enter');
  assert.equal(await cards.count(), count);
  await page.context().close();
});

test('braces that are no wordings are sent as they are, and a run is used again as it was', async () => {
  const { page, prompt, images, generate, says, cards } = await open();
  await images(1).check();
  for (const text of ['{"subject": "a {lone} owl"}', 'An owl with a { in its beak', '\\{red\\|grey\\} owl']) {
    await prompt.fill(text);
    await says('Generate 1 image · $0.04');
    await generate.click();
    const sent = text.replaceAll(/\\([{|}])/g, '$1');
    const card = cards.filter({ has: page.getByRole('heading', { name: sent, exact: true }) });
    await finished(card);
    await prompt.fill('something else');
    await card.getByRole('button', { name: 'Edit prompt' }).click();
    await says('Generate 1 image · $0.04');
    assert.equal(await prompt.inputValue(), text.includes('\\') ? text : sent);
  }
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: the list of wordings is accessible, wide and narrow`, async () => {
    for (const width of [1366, 390]) {
      const { page, prompt, sum } = await open({ colorScheme, reducedMotion: 'reduce', viewport: { width, height: 844 } });
      await prompt.fill('A still lake at {dawn|noon|dusk|night}, {mist|rain|snow|wind}');
      await sum.click();
      await audit(page, 'variants');
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
      await page.context().close();
    }
  });
}
