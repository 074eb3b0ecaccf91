// axe finds nothing, in either theme, wide and narrow, in every state that the page shows.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Playground, audit, controls, finished, openPage, ready, startChromium } from './playground.js';

let browser;
let playground;

before(async () => {
  browser = await startChromium();
  playground = await Playground.start(['--latency-ms', '1500']);
});

after(async () => {
  await browser?.close();
  await playground?.stop();
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: from the empty board to the lightbox`, async () => {
    const page = await openPage(browser, { colorScheme, reducedMotion: 'reduce' });
    const { prompt, generate, cards } = controls(page);
    await page.goto(playground.base);
    await ready(page);
    await audit(page, 'start');
    await page.getByRole('button', { name: '+ Negative prompt' }).click();
    await prompt.fill(`A lighthouse in a winter storm, ${colorScheme}`);
    await audit(page, 'filled');
    await generate.click();
    await cards.first().getByText('Rendering', { exact: true }).waitFor();
    await audit(page, 'running');
    await finished(cards.first());
    await audit(page, 'done');
    await cards.first().getByRole('button', { name: /^Open image 1/ }).click();
    await page.getByRole('dialog').waitFor();
    await audit(page, 'lightbox');
    assert.deepEqual(page.said, []);
    await page.context().close();
  });

  test(`${colorScheme}: on a narrow screen`, async () => {
    const page = await openPage(browser, { colorScheme, reducedMotion: 'reduce', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.goto(playground.base);
    await ready(page);
    await audit(page, 'compose');
    await page.getByRole('link', { name: 'Images' }).click();
    await audit(page, 'runs');
    await page.context().close();
  });
}

test('without wasm the page says so and keeps the text', async () => {
  const page = await openPage(browser);
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto(playground.base);
  const { prompt } = controls(page);
  await prompt.fill('A fox');
  await page.getByRole('alert').getByText(/could not start/).waitFor();
  assert.equal(await prompt.inputValue(), 'A fox');
  await page.context().close();
});
