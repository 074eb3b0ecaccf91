// One click is one run; the key is in no byte that the browser receives.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KEY, Playground, controls, finished, openPage, ready, startChromium, startEngine } from './playground.js';

let browser;
let engine;
let playground;

before(async () => {
  browser = await startChromium();
  engine = await startEngine(['--latency-ms', '300']);
  const limits = ['--images-per-minute', '500', '--max-concurrent', '50', '--daily-budget', '0.54'];
  playground = await Playground.start(['--upstream', engine.base, ...limits], { WAVESPEED_API_KEY: KEY });
});

after(async () => {
  await browser?.close();
  await playground?.stop();
  await engine?.stop();
});

test('a double click, fast or slow, is one run', async () => {
  const page = await openPage(browser);
  const { prompt, generate, cards } = controls(page);
  await page.goto(playground.base);
  await ready(page);
  for (const [runs, delay] of [
    [1, 0],
    [2, 250],
  ]) {
    await prompt.fill(`A fox in snow, ${delay}`);
    await page.locator('#generate[aria-disabled=false]').waitFor();
    // From within the page: a busy machine makes no two clicks of a double click.
    await generate.evaluate((button, delay) => {
      button.click();
      return new Promise((resolve) => setTimeout(() => resolve(button.click()), delay));
    }, delay);
    await finished(cards.first());
    assert.equal(await cards.count(), runs);
    assert.equal(await engine.billed(), runs);
  }
  await page.context().close();
});

test('an answer that was lost on the way is asked for again under the same key', async () => {
  const page = await openPage(browser);
  const { prompt, generate, cards } = controls(page);
  await page.goto(playground.base);
  await ready(page);
  const before = await engine.billed();
  let sent = 0;
  let lost = 1;
  await page.route('**/api/runs', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    sent += 1;
    if (sent > lost) return route.continue();
    const answer = await route.fetch();
    if (sent % 2) return route.abort('connectionreset');
    // Or what stands between says that nobody is there, in its own words.
    return route.fulfill({ status: 502, body: `<h1>Bad gateway</h1>${answer.status()}` });
  });
  const card = cards.filter({ hasText: 'A heron in the reeds' });
  await prompt.fill('A heron in the reeds');
  await generate.click();
  await finished(card);
  assert.equal(sent, 2, 'by itself');

  lost = Infinity;
  await prompt.fill('A heron in the reeds, again');
  await generate.click();
  await page.locator('#reasons').getByText(/stays one run/).waitFor();
  lost = 0;
  await page.reload();
  await ready(page);
  await finished(card.nth(1));
  await page.waitForTimeout(500);
  assert.equal(await card.count(), 2);
  assert.equal(await engine.billed(), before + 2);
  await page.context().close();
});

test('the page says before the click that the budget does not allow it', async () => {
  const page = await openPage(browser);
  const { prompt, images, generate } = controls(page);
  await page.goto(playground.base);
  await ready(page);
  await page.locator('#usage-open').getByText('$0.16 of $0.54 today').waitFor();
  await prompt.fill('A lighthouse');
  for (let run = 0; run < 2; run += 1) {
    await images(4).check();
    await generate.click();
    await page.waitForTimeout(700);
  }
  await page.locator('#reasons').getByText('Daily budget exceeded: needs $0.16, $0.06 left.').waitFor();
  assert.equal(await generate.getAttribute('aria-disabled'), 'true');
  await images(1).check();
  assert.equal(await generate.getAttribute('aria-disabled'), 'false');
  await page.context().close();
});

test('the key is in no byte that the browser receives', async () => {
  const page = await openPage(browser);
  const received = [];
  page.on('response', async (response) => {
    const body = await response.body().catch(() => Buffer.alloc(0));
    received.push({ url: response.url(), text: JSON.stringify(response.headers()) + body.toString('latin1') });
  });
  await page.goto(playground.base);
  await ready(page);
  await page.getByRole('img').first().waitFor();
  await page.waitForTimeout(300);
  assert.ok(received.length >= 6, `${received.length} answers were seen`);
  assert.deepEqual(received.filter(({ text }) => text.includes(KEY) || /Bearer [\w-]{8}/.test(text)).map(({ url }) => url), []);
  assert.ok(received.every(({ url }) => url.startsWith(playground.base)), 'and it asks nobody else');
  assert.ok(!(await page.content()).includes(KEY));
  await page.context().close();
});
