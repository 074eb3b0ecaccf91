// The form is there before the code: whoever writes in it meanwhile notices nothing when the code takes over.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { KEY, Playground, openPage, ready, startChromium, startEngine } from './playground.js';

const RUNS = 20;
const WORDS = 'a lighthouse in a winter storm ';
const SCREENS = [
  { viewport: { width: 1440, height: 900 } },
  { viewport: { width: 768, height: 1024 } },
  { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
];

let browser;
let engine;
/** The same page without a key and with one. */
const modes = {};
/** A server of a test, which leaves nothing open. */
const servers = [];

before(async () => {
  browser = await startChromium();
  engine = await startEngine();
  modes.demo = await Playground.start(['--latency-ms', '100']);
  modes.live = await Playground.start(['--upstream', engine.base, '--daily-budget', '10.00'], { WAVESPEED_API_KEY: KEY });
});

after(async () => {
  await browser?.close();
  for (const server of servers) server.closeAllConnections();
  for (const server of servers) server.close();
  for (const playground of Object.values(modes)) await playground.stop();
  await engine?.stop();
});

const LABELS = { demo: 'Generate 1 sample · free', live: 'Generate 1 image · $0.04' };

/** A page whose code is held back until `release`, and that notes every shift of its layout, also those soon after a key. */
async function openShell(options, base = modes.demo.base, waitUntil = 'domcontentloaded') {
  const page = await openPage(browser, options);
  await page.addInitScript(() => {
    window.shifts = [];
    const of = ({ node, previousRect: a, currentRect: b }) => `${node?.outerHTML?.slice(0, 60) ?? node?.data} from ${[a.x, a.y]} to ${[b.x, b.y]}`;
    // A label that says something else is centered anew: its words change, and it stays where it is.
    const isLabel = ({ node, previousRect: a, currentRect: b }) => node?.parentElement?.id === 'generate' && a.y === b.y;
    const told = (list) => {
      for (const { sources } of list.getEntries()) window.shifts.push(...sources.filter((source) => !isLabel(source)).map(of));
    };
    new PerformanceObserver(told).observe({ type: 'layout-shift', buffered: true });
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...args) => {
      const made = await instantiate.apply(WebAssembly, args);
      // After the start function, which is called as soon as this is there.
      setTimeout(() => (window.started = true));
      return made;
    };
  });
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route('**/*.wasm', async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(base, { waitUntil });
  return { page, release, prompt: page.getByRole('textbox', { name: 'Prompt', exact: true }) };
}

const isThere = (page) => page.evaluate(() => document.getElementById('shell') === null);
const place = (prompt) => prompt.evaluate((area) => [area.value, area.selectionStart, area.selectionEnd, document.activeElement === area]);
const shifts = (page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(window.shifts)))));

test('no key is lost, the caret and the focus stay and nothing moves, 20 times of 20', async () => {
  for (let run = 0; run < RUNS; run += 1) {
    const { page, release, prompt } = await openShell(SCREENS[0]);
    const isInTheMiddle = run % 2 === 1;
    await prompt.click();
    let [before, after] = ['', ''];
    const type = async (text) => {
      await page.keyboard.type(text);
      before += text;
    };
    await type(WORDS);
    if (isInTheMiddle) {
      const back = 10;
      for (let n = 0; n < back; n += 1) await page.keyboard.press('ArrowLeft');
      [before, after] = [before.slice(0, -back), before.slice(-back)];
    }
    await type('x'.repeat(run));
    assert.equal(await isThere(page), false);
    release();
    let beats = 0;
    // Key upon key without a pause, from before the code arrives until well after.
    for (let left = 20; left > 0; left -= (await isThere(page)) ? 1 : 0) {
      await type(String(beats++ % 10));
      assert.ok(beats < 2_000, 'the code has started');
    }
    assert.deepEqual(await place(prompt), [before + after, before.length, before.length, true], `run ${run}`);
    await ready(page);
    await page.getByRole('button', { name: LABELS.demo }).waitFor();
    assert.deepEqual(await place(prompt), [before + after, before.length, before.length, true], `run ${run}, later`);
    assert.deepEqual(await shifts(page), [], `run ${run}`);
    assert.deepEqual(page.said, []);
    await page.context().close();
  }
});

test('a form of which half has arrived is not painted, and nothing moves when the rest comes', async () => {
  let arrive;
  const rest = new Promise((resolve) => (arrive = resolve));
  const slow = createServer(async (request, response) => {
    const from = await fetch(new URL(request.url, modes.demo.base));
    const body = Buffer.from(await from.arrayBuffer());
    response.writeHead(from.status, { 'Content-Type': from.headers.get('Content-Type') });
    if (request.url === '/') {
      const half = body.indexOf('id="ratio-1"');
      response.write(body.subarray(0, half));
      await rest;
      response.end(body.subarray(half));
    } else {
      response.end(body);
    }
  });
  await new Promise((resolve) => slow.listen(0, '127.0.0.1', resolve));
  servers.push(slow);
  const { page } = await openShell(SCREENS[0], `http://127.0.0.1:${slow.address().port}`, 'commit');
  await page.getByText('Aspect ratio').waitFor({ state: 'attached' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  const painted = () => page.evaluate(() => performance.getEntriesByType('paint').length);
  assert.equal(await painted(), 0);
  arrive();
  await page.waitForFunction(() => performance.getEntriesByType('paint').length > 0);
  assert.deepEqual(await shifts(page), []);
  await page.context().close();
});

test('a word that an input method composes is finished first', async () => {
  const { page, release, prompt } = await openShell(SCREENS[0]);
  const devtools = await page.context().newCDPSession(page);
  const compose = (text) => devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  await prompt.click();
  await page.keyboard.type('a fox ');
  await compose('き');
  release();
  await page.waitForFunction(() => window.started);
  await compose('きつ');
  await compose('きつね');
  assert.equal(await isThere(page), false, 'the code waits');
  await devtools.send('Input.insertText', { text: '狐' });
  await page.waitForFunction(() => document.getElementById('shell') === null);
  const text = 'a fox 狐';
  assert.deepEqual(await place(prompt), [text, text.length, text.length, true]);
  await page.keyboard.type('!');
  assert.equal(await prompt.inputValue(), `${text}!`);
  await ready(page);
  assert.deepEqual(await shifts(page), []);
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a composition that is told by its events alone delays it, too', async () => {
  const { page, release, prompt } = await openShell(SCREENS[0]);
  const tell = (type) => prompt.evaluate((area, type) => area.dispatchEvent(new CompositionEvent(type, { bubbles: true })), type);
  await prompt.fill('an owl');
  await tell('compositionstart');
  release();
  await page.waitForFunction(() => window.started);
  await page.keyboard.type('s');
  assert.equal(await isThere(page), false, 'the code waits');
  await tell('compositionend');
  assert.equal(await isThere(page), true);
  assert.deepEqual(await place(prompt), ['an owls', 7, 7, true]);
  await page.context().close();
});

for (const mode of ['demo', 'live']) {
  for (const screen of SCREENS) {
    test(`${mode}, at ${screen.viewport.width}: the form of the code is where the form before it was`, async () => {
      const { page, release } = await openShell(screen, modes[mode].base);
      // Everything that both have.
      const parts = ['header.top', '.model-menu select', '.prompt-head', '.tabs label', '[aria-label="Prompt tips"]', '#prompt', '.ratios'];
      parts.push('.ratio:nth-child(3)', '.segmented label:nth-child(2)', '#seed', '[aria-label="Randomize and lock"]', '.add', '.composer-footer');
      parts.push('#generate', '.generate-note .link', '.bottom-tabs', '[aria-label="Menu"]');
      const measure = () =>
        page.evaluate((parts) => {
          // The menu is as wide as the model's name and price, and as there is room for beside today's money.
          const sides = (part) => (part === '.model-menu select' ? ['x', 'y', 'height'] : ['x', 'y', 'width', 'height']);
          const box = (part, element) => element && sides(part).map((side) => Math.round(element.getBoundingClientRect()[side]));
          return parts.map((part) => [part, box(part, document.querySelector(part))]);
        }, parts);
      await page.waitForFunction(() => document.fonts.status === 'loaded');
      const before = await measure();
      assert.deepEqual(before.filter(([, box]) => box === null), []);
      // An emulated phone may find its size only after its first layout.
      await page.evaluate(() => (window.shifts = []));
      release();
      await ready(page);
      await page.getByRole('button', { name: LABELS[mode] }).waitFor();
      await page.getByText(mode === 'demo' ? 'Demo' : 'Live', { exact: true }).waitFor({ state: 'attached' });
      assert.deepEqual(await measure(), before);
      assert.deepEqual(await shifts(page), []);
      await page.context().close();
    });
  }
}
