// Whatever is pasted, kept or heard, nothing disappears and nothing breaks.

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

async function open(prepare = async () => {}) {
  const page = await openPage(browser);
  await prepare(page);
  await page.goto(playground.base);
  await ready(page);
  return { page, ...controls(page) };
}

test('a prompt is shown and sent as it was written, whatever is in it', async () => {
  const { page, prompt, generate, cards } = await open();
  for (const text of [
    '<img src=x onerror="document.title=1"><script>1</script>&amp; fox',
    'a \u202Efox\u202C, \u200Fright to left',
    '👩🏽‍🚀🦊 e\u0301 \uFEFF fox',
    "'; DROP TABLE runs; -- fox",
    'fox\u0000null\u0007bell',
  ]) {
    await prompt.evaluate((area, value) => {
      area.value = value;
      area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }, text);
    const before = await cards.count();
    await generate.click();
    await cards.nth(before).waitFor();
    const [run] = (await playground.json('api/runs?limit=1')).runs;
    assert.equal(run.request.input.prompt, text);
    const card = page.locator(`#run-${run.id}`);
    await finished(card);
    assert.equal(await card.getByRole('heading', { level: 3 }).evaluate((title) => title.textContent), text);
  }
  assert.equal(await page.title(), 'Imagen 4 Playground');
  // Half of a pair of surrogates is no character: it becomes the sign for that, here as on the wire.
  await prompt.evaluate((area) => {
    area.value = 'a lone \uD83E fox';
    area.dispatchEvent(new InputEvent('input', { bubbles: true }));
  });
  await generate.click();
  await finished(cards.filter({ hasText: 'a lone \uFFFD fox' }));
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a hundred thousand characters are kept, counted and not sent', async () => {
  const { page, prompt, generate } = await open();
  const runs = (await playground.json('api/runs?limit=1')).counts.runs;
  await prompt.fill('fox '.repeat(25_600));
  await page.locator('#reasons').getByText('Prompt has 102400 characters; at most 10000 are allowed.').waitFor();
  await page.locator('.prompt-note').getByText('102,400 of 10,000').waitFor();
  await generate.press('Enter');
  await page.reload();
  await ready(page);
  assert.equal((await prompt.inputValue()).length, 102_400, 'and it is there after a reload');
  assert.equal((await playground.json('api/runs?limit=1')).counts.runs, runs);
  await page.context().close();
});

test('what an older version or anybody else has left in storage does no harm', async () => {
  for (const [draft, prompt] of [
    ['{"prompt":"an old fox","size":"1024x1024","seed":"7"}', 'an old fox'],
    ['{"prompt":["a"],"aspect_ratio":"7:5","num_images":"9","parent":"me"}', null],
    ['null', ''],
    ['{"prompt":', ''],
    ['\u0000', ''],
  ]) {
    const form = await open((page) =>
      page.addInitScript((value) => {
        localStorage.setItem('imagen4.draft', value);
        localStorage.setItem('imagen4.settings', 'num_images=lots\n\u0000=');
        sessionStorage.setItem('imagen4.armed', 'nonsense');
      }, draft),
    );
    if (prompt !== null) assert.equal(await form.prompt.inputValue(), prompt);
    await form.prompt.fill('A fox');
    await form.says('Generate 1 sample · free');
    assert.deepEqual(form.page.said, []);
    await form.page.context().close();
  }
});

test('without storage, or when it is full, the page works all the same', async () => {
  for (const deny of [
    () => Object.defineProperty(window, 'localStorage', { get: () => { throw new DOMException('denied', 'SecurityError'); } }),
    () => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; },
  ]) {
    const { page, prompt, generate, cards } = await open((page) => page.addInitScript(deny));
    await prompt.fill('A fox without a memory');
    await page.getByText('This browser does not save your draft: copy your text before you leave.').waitFor();
    await generate.click();
    await finished(cards.filter({ hasText: 'A fox without a memory' }).first());
    assert.equal(await prompt.inputValue(), 'A fox without a memory');
    assert.deepEqual(page.said, []);
    await page.context().close();
  }
});

test('a stream of nonsense and a picture that is none leave everything else as it was', async () => {
  const good = (await playground.json('api/runs?limit=1')).runs[0];
  const { page, cards } = await open(async (page) => {
    const nonsense = ['event: run\ndata: {"id":7}', 'event: run\ndata: {', 'event: deleted\ndata: null', 'event: spend\ndata: "much"', 'event: x\ndata: y', ':'];
    const events = { contentType: 'text/event-stream', body: `${nonsense.join('\n\n')}\n\n` };
    await page.route('**/api/events', (route) => route.fulfill(events));
    await page.route('**/images/**', (route) => route.fulfill({ contentType: 'image/jpeg', body: 'this is no image' }));
  });
  const card = page.locator(`#run-${good.id}`);
  await card.getByText('Could not be loaded').waitFor();
  await finished(card);
  await page.unroute('**/images/**');
  await card.getByRole('button', { name: 'Load image 1 of 1 again' }).click();
  await card.getByRole('button', { name: 'Open image 1 of 1' }).waitFor();
  await page.waitForFunction((id) => document.querySelector(`#run-${id} img`).naturalWidth > 0, good.id);
  assert.ok((await cards.count()) > 1);
  assert.deepEqual(page.said.filter((words) => words.startsWith('error')), []);
  await page.context().close();
});
