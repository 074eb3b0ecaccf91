// How the page bears a long history: heap, document and long tasks while it is scrolled through, and from a key to the next frame.
// Prints figures; nothing here can fail. Against a data directory that `cargo xtask fill` has filled:
//
//   node tests/browser/measure-history.js DIR     with IMAGEN4_PROXY_BIN, IMAGEN4_DIST and CHROMIUM as the tests have them

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { controls, openPage, ready, startChromium } from './playground.js';

const { IMAGEN4_PROXY_BIN, IMAGEN4_DIST } = process.env;
const args = ['--listen', '127.0.0.1:0', '--data-dir', process.argv[2], '--static-dir', IMAGEN4_DIST];
const proxy = spawn(IMAGEN4_PROXY_BIN, args, { env: { RUST_LOG: 'warn' }, stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = await once(createInterface({ input: proxy.stdout }), 'line');
const browser = await startChromium();

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const worst = (numbers) => Math.max(...numbers);

try {
  const page = await openPage(browser);
  await page.addInitScript(() => {
    window.long = [];
    new PerformanceObserver((list) => window.long.push(...list.getEntries().map((task) => task.duration))).observe({ type: 'longtask' });
  });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Performance.enable');
  const state = async (when) => {
    await devtools.send('HeapProfiler.collectGarbage');
    const { metrics } = await devtools.send('Performance.getMetrics');
    const of = (name) => metrics.find((metric) => metric.name === name).value;
    const cards = await page.locator('article').count();
    const elements = await page.evaluate(() => document.querySelectorAll('*').length);
    console.log(`${when}: heap ${(of('JSHeapUsedSize') / 1e6).toFixed(1)} MB, ${elements} elements, ${of('Nodes')} nodes, ${cards} cards`);
  };
  const keys = async (when) => {
    const { prompt } = controls(page);
    await prompt.fill('');
    await page.evaluate(() => {
      window.waits = [];
      document.getElementById('prompt').addEventListener('keydown', ({ timeStamp }) => {
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => window.waits.push(performance.now() - timeStamp);
          port2.postMessage(0);
        });
      });
    });
    await prompt.pressSequentially('A red fox in {fresh|old} snow, golden hour, wide shot', { delay: 40 });
    const waits = await page.evaluate(() => window.waits);
    console.log(`${when}: key to painted frame, median ${median(waits).toFixed(1)} ms, worst ${worst(waits).toFixed(1)} ms of ${waits.length}`);
  };

  await page.goto(line.match(/http:\S+/)[0]);
  await ready(page);
  await controls(page).cards.first().waitFor();
  await state('at first');
  await keys('at first');
  await page.mouse.move(900, 500);
  await page.evaluate(() => {
    window.long.length = 0;
    window.frames = [];
    let last = performance.now();
    const frame = (now) => {
      window.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const end = Date.now() + 10_000;
  while (Date.now() < end) await page.mouse.wheel(0, 700);
  const { frames, long, top } = await page.evaluate(() => ({ frames: window.frames, long: window.long, top: scrollY }));
  const tasks = long.length ? `${long.length} long tasks, the longest ${worst(long).toFixed(0)} ms` : 'no long task';
  console.log(`scrolling for 10 s: ${Math.round(top)} px, ${frames.length} frames, the longest ${worst(frames).toFixed(0)} ms, ${tasks}`);
  await state('after scrolling');
  for (let n = 0; n < 400 && (await page.locator('.older').isVisible()); n += 1) {
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.waitForTimeout(60);
  }
  await page.waitForTimeout(500);
  await state('with all runs');
  await keys('with all runs');
} finally {
  await browser.close();
  proxy.kill('SIGTERM');
}
