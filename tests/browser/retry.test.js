// A request that failed once is made again, by itself: nothing stays locked or empty because of one bad moment.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Playground, controls, finished, openPage, ready, startChromium } from './playground.js';

let browser;
let playground;

before(async () => {
  browser = await startChromium();
  playground = await Playground.start(['--latency-ms', '100']);
});

after(async () => {
  await browser?.close();
  await playground?.stop();
});

/** A gateway's answer to the first `times` requests that `is` is true for. */
async function failing(page, url, times, is, fail) {
  let left = times;
  await page.route(url, (route) => {
    if (left === 0 || !is(route.request())) return route.continue();
    left -= 1;
    return fail(route);
  });
}

const badGateway = (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' });

test('a configuration that could not be had is asked for again', async () => {
  const page = await openPage(browser);
  await failing(page, '**/api/config', 3, () => true, badGateway);
  const { prompt, generate, cards } = controls(page);
  await page.goto(playground.base);
  await prompt.fill('A fox, whatever happens');
  await ready(page);
  await generate.click();
  await finished(cards.filter({ hasText: 'A fox, whatever happens' }));
  await page.context().close();
});

test('a list that could not be had is asked for again', async () => {
  const page = await openPage(browser);
  // Nothing that it knows already.
  await page.goto(`${playground.base}/?q=nothing`);
  await page.getByText('No runs match.').waitFor();
  await failing(page, /api\/runs\?/, 1, (request) => request.url().includes('q=whatever'), badGateway);
  await page.getByRole('searchbox', { name: 'Search prompts and notes' }).fill('whatever');
  await controls(page).cards.filter({ hasText: 'A fox, whatever happens' }).waitFor();
  await page.context().close();
});

test('a run that could not be asked for is not said to be gone', async () => {
  const { runs } = await playground.json('api/runs');
  const page = await openPage(browser);
  await failing(page, `**/api/runs/${runs[0].id}`, 1, () => true, badGateway);
  await page.goto(`${playground.base}/?run=${runs[0].id}`);
  await controls(page).cards.filter({ hasText: 'A fox, whatever happens' }).waitFor();
  assert.equal(await page.getByText('There is no such run').count(), 0);
  await page.context().close();
});

test('after a submission that nobody answered, Generate can be pressed again by itself', async () => {
  const page = await openPage(browser);
  const { prompt, generate, cards } = controls(page);
  await page.goto(playground.base);
  await ready(page);
  await prompt.fill('A hen, in spite of it');
  await failing(page, '**/api/runs', 4, (request) => request.method() === 'POST', (route) => route.abort());
  await generate.click();
  const failure = page.getByText('Not submitted.');
  await failure.first().waitFor();
  await page.locator('#generate:not([aria-disabled=true])').waitFor();
  await generate.click();
  await finished(cards.filter({ hasText: 'A hen, in spite of it' }));
  const { runs } = await playground.json('api/runs?q=spite');
  assert.equal(runs.length, 1);
  await page.context().close();
});

test('what was said of a submission goes when the form becomes another one', async () => {
  const page = await openPage(browser);
  const { prompt, generate } = controls(page);
  await page.goto(playground.base);
  await ready(page);
  await prompt.fill('A cat that nobody answers for');
  await failing(page, '**/api/runs', 4, (request) => request.method() === 'POST', (route) => route.abort());
  await generate.click();
  const promise = page.locator('.failure').getByText('it stays one run');
  await promise.waitFor();
  await prompt.fill('A cat that is another run');
  await promise.waitFor({ state: 'detached' });
  await page.context().close();
});
