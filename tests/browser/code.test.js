// The code that the page shows runs as it stands: it is copied, and run against an engine that bills it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { KEY, Playground, audit, controls, openPage, ready, startChromium, startEngine } from './playground.js';

const run = promisify(execFile);
const PROGRAMS = { curl: ['sh', 'code.sh'], Python: ['python3', 'code.py'], JavaScript: [process.execPath, 'code.mjs'] };
const PROMPT = 'A \'fox\' in "snow" for $HOME, `id` and \\n 雪';

let browser;
let engine;
let playground;
let folder;

before(async () => {
  browser = await startChromium();
  engine = await startEngine(['--latency-ms', '300']);
  playground = await Playground.start(['--latency-ms', '100']);
  folder = await mkdtemp(join(tmpdir(), 'imagen4-code-'));
});

after(async () => {
  await browser?.close();
  await playground?.stop();
  await engine?.stop();
  await rm(folder, { recursive: true });
});

async function open(options) {
  const page = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'], ...options });
  await page.goto(playground.base);
  await ready(page);
  const code = page.getByRole('button', { name: 'Code', exact: true });
  return { page, ...controls(page), code: code.first(), dialog: page.getByRole('dialog', { name: 'Code' }) };
}

test('the form as code, in each language, does what the button would do', async () => {
  const { page, prompt, negative, images, ratio, seed, code, dialog } = await open();
  await code.click();
  assert.equal(await dialog.isVisible(), false, 'nothing to paint yet');
  await page.getByRole('status').getByText('Prompt is required').waitFor();
  await prompt.fill(`${PROMPT} {at dawn|at noon}`);
  await page.getByText('Negative prompt', { exact: true }).click();
  await negative.fill("text, 'logos'");
  await images(2).check();
  await ratio('16:9').check();
  await seed.fill('7');
  await code.click();
  await dialog.getByText('costs $0.08 each time it runs').waitFor();
  let billed = await engine.billed();
  for (const [language, [program, name]] of Object.entries(PROGRAMS)) {
    await dialog.getByRole('radio', { name: language }).check();
    await dialog.getByRole('button', { name: 'Copy' }).click();
    await dialog.getByText('Copied').waitFor();
    await writeFile(join(folder, name), await page.evaluate(() => navigator.clipboard.readText()));
    const env = { PATH: process.env.PATH, WAVESPEED_BASE_URL: engine.base, WAVESPEED_API_KEY: KEY };
    const { stdout } = await run(program, [name], { cwd: folder, env });
    const outputs = stdout.match(/http:\/\/[^"\s]+/g).filter((url) => !url.endsWith('/result'));
    assert.equal(outputs.length, 2, `${language}: ${stdout}`);
    assert.equal((await fetch(outputs[1])).headers.get('content-type'), 'image/jpeg', language);
    billed += 1;
    assert.equal(await engine.billed(), billed, `${language} submits once`);
  }
  const list = await fetch(`${engine.base}/api/v3/predictions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ page: 1, page_size: 3, created_after: '2020-01-01T00:00:00Z', created_before: '2100-01-01T00:00:00Z', include_inputs: true }),
  });
  for (const { inputs, input } of (await list.json()).data.items) {
    const { prompt: words, negative_prompt: not, aspect_ratio: shape, num_images: count, seed: held } = inputs ?? input;
    const expected = [`${PROMPT} at dawn`, "text, 'logos'", '16:9', 2, 7];
    assert.deepEqual([words, not, shape, count, held], expected, 'the first of its wordings, to the letter');
  }
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a run as code has its own seed and price', async () => {
  const { page, prompt, generate, cards, dialog } = await open();
  await prompt.fill('A red kite');
  await generate.click();
  const card = cards.filter({ hasText: 'A red kite' });
  await card.getByText(/archived ·/).waitFor();
  await prompt.fill('something else');
  await card.getByRole('button', { name: 'More about this run' }).click();
  await page.locator('#menu').getByRole('button', { name: 'Code' }).click();
  const { request } = (await playground.json('api/runs?limit=1')).runs[0];
  const text = await dialog.locator('pre').textContent();
  assert.ok(text.includes('"prompt": "A red kite"') && text.includes(`"seed": ${request.seed}`), text);
  await dialog.getByRole('radio', { name: 'Rust' }).check();
  await dialog.getByText('const INPUT: &str = r#"{').waitFor();
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: the code is accessible, wide and narrow`, async () => {
    for (const width of [1366, 390]) {
      const { page, prompt, code } = await open({ colorScheme, reducedMotion: 'reduce', viewport: { width, height: 844 } });
      await prompt.fill('A fox');
      await code.click();
      await audit(page, `code at ${width}`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
      await page.context().close();
    }
  });
}
