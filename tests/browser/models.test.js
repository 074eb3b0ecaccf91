// Models are data: the form has what the model has, a draft goes along to another one, and nothing is bought without its price.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY, Playground, audit, controls, finished, openPage, ready, startChromium, startEngine } from './playground.js';

const IMAGEN = 'wavespeed-ai/imagen4';
const FLUX = 'wavespeed-ai/flux-dev';
const MINIMAX = 'minimax/image-01/text-to-image';
const BANANA = 'google/nano-banana-2/text-to-image';
const SEEDREAM = 'bytedance/seedream-v4';
const SEQUENTIAL = 'bytedance/seedream-v4/sequential';
const MIDJOURNEY = 'midjourney/text-to-image';
const QWEN = 'wavespeed-ai/qwen-image/text-to-image';
const GONE = 'wavespeed-ai/flux-schnell';

/** Of this model the vendor never tells a price. */
const FAULTS = `
[[rule]]
on = "price"
model = "${QWEN}"
always = true
then = { error = { status = 503 } }
`;

let browser;
let engine;
let playground;
let folder;

before(async () => {
  browser = await startChromium();
  folder = await mkdtemp(join(tmpdir(), 'imagen4-models-'));
  const faults = join(folder, 'faults.toml');
  await writeFile(faults, FAULTS);
  engine = await startEngine(['--latency-ms', '300', '--faults', faults, '--retire', GONE]);
  const args = ['--upstream', engine.base, '--daily-budget', '20.00', '--images-per-minute', '500', '--max-concurrent', '50'];
  playground = await Playground.start(args, { WAVESPEED_API_KEY: KEY });
});

after(async () => {
  await browser?.close();
  await playground?.stop();
  await engine?.stop();
  await rm(folder, { recursive: true });
});

async function open(options, prepare = async () => {}) {
  const page = await openPage(browser, options);
  await prepare(page);
  await page.goto(playground.base);
  await ready(page);
  return {
    page,
    ...controls(page),
    size: page.getByRole('textbox', { name: 'Size' }),
    count: page.getByRole('spinbutton', { name: 'Images' }),
    resolution: page.getByRole('combobox', { name: 'Resolution' }),
    dropped: page.locator('.model-notice'),
    reasons: page.locator('#reasons'),
  };
}

/** Which of the concepts' controls are seen. */
async function seen({ page, negative, size, count, resolution, seed }) {
  const parts = {
    negative: page.locator('#negative'),
    ratios: page.getByRole('radiogroup', { name: 'Aspect ratio' }),
    size,
    resolution,
    segments: page.getByRole('radiogroup', { name: 'Images' }),
    count,
    seed,
  };
  const visible = await Promise.all(Object.entries(parts).map(async ([name, part]) => ((await part.isVisible()) ? name : null)));
  return visible.filter((name) => name !== null);
}

test('a full draft goes from model to model: what both have stays, the rest is named, and it comes back', async () => {
  const form = await open();
  const { page, model, prompt, negative, ratio, images, seed, says, dropped } = form;
  await prompt.fill('A lighthouse at {dawn|dusk}');
  await page.getByRole('button', { name: '+ Negative prompt' }).click();
  await negative.fill('blurry');
  await ratio('16:9').check();
  await images(4).check();
  await seed.fill('7');
  await says('Generate 2 × 4 images · $0.32');

  await model.selectOption(FLUX);
  assert.deepEqual(await seen(form), ['ratios', 'size', 'segments', 'seed']);
  await dropped.getByText('Not carried over: the negative prompt.').waitFor();
  assert.deepEqual([await seed.inputValue(), await ratio('16:9').isChecked(), await images(4).isChecked()], ['7', true, true]);
  await says('Generate 2 × 4 images · $0.096');
  await page.getByRole('button', { name: 'Undo the change of model' }).click();
  assert.deepEqual([await model.inputValue(), await negative.inputValue()], [IMAGEN, 'blurry']);
  await says('Generate 2 × 4 images · $0.32');

  await model.selectOption(MINIMAX);
  assert.deepEqual(await seen(form), ['ratios', 'size', 'count', 'seed']);
  await form.count.fill('10');
  await form.reasons.getByText('Images must be a whole number from 1 to 9.').waitFor();
  assert.equal(await form.count.getAttribute('aria-invalid'), 'true');
  await form.count.fill('9');
  await says('Generate 2 × 9 images · $0.063');

  await model.selectOption(BANANA);
  assert.deepEqual(await seen(form), ['ratios', 'resolution']);
  await page.getByText("This model has no seed: its images can't be reproduced.").waitFor();
  await says('Generate 2 runs · $0.14');
  await form.resolution.selectOption('4k');
  await says('Generate 2 runs · $0.28');

  await model.selectOption(SEQUENTIAL);
  assert.deepEqual(await seen(form), ['ratios', 'size', 'count']);
  await form.count.fill('5');
  await says('Generate 2 × up to 5 images · $0.27');

  await model.selectOption(MIDJOURNEY);
  assert.deepEqual(await seen(form), ['ratios', 'seed']);
  await page.getByText('Makes 4 images per run.').waitFor();
  assert.equal(await prompt.inputValue(), 'A lighthouse at {dawn|dusk}', 'through all of them');

  await page.reload();
  await ready(page);
  await says('Generate 2 × 4 images · $0.20');
  assert.equal(await model.inputValue(), MIDJOURNEY, 'the form begins with the last model');
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('runs of many models are bought at the price that the button showed', async () => {
  const { page, model, prompt, ratio, generate, says, cards, size } = await open();
  const bought = [];
  for (const [id, name, shape, price, label] of [
    [IMAGEN, 'Imagen 4', '16:9', '$0.04', 'Generate 1 image · $0.04'],
    [FLUX, 'FLUX dev', '4:3', '$0.012', 'Generate 1 image · $0.012'],
    [BANANA, 'Nano Banana 2', '21:9', '$0.07', 'Generate · $0.07'],
    [SEEDREAM, 'Seedream 4', '1:1', '$0.027', 'Generate · $0.027'],
    [MIDJOURNEY, 'Midjourney', '2:3', '$0.10', 'Generate 4 images · $0.10'],
  ]) {
    await model.selectOption(id);
    await prompt.fill(`A paper boat by ${name}`);
    await ratio(shape).check();
    if (id === FLUX) {
      await size.fill('1280x960');
      await page.getByText('More settings').click();
      await page.getByRole('spinbutton', { name: 'Guidance scale' }).fill('7.5');
      await page.getByRole('combobox', { name: 'Output format' }).selectOption('png');
    }
    const sent = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/runs'));
    await says(label);
    await generate.click();
    const body = (await sent).postDataJSON();
    assert.equal(body.model, id);
    assert.equal(`$${body.max_price_microusd / 1e6}`.slice(0, 6), price.replace(/0$/, ''), id);
    const card = cards.filter({ hasText: `A paper boat by ${name}` });
    await finished(card);
    await card.locator('.meta').getByText(price, { exact: true }).waitFor();
    assert.match(await card.locator('.meta').getAttribute('title'), new RegExp(name));
    await card.getByRole('img').nth(id === MIDJOURNEY ? 3 : 0).evaluate((image) => image.decode());
    bought.push(id);
  }
  const { runs } = await playground.json('api/runs?q=paper+boat');
  assert.deepEqual(runs.map((run) => run.request.model).reverse(), bought);
  const flux = runs.find((run) => run.request.model === FLUX).request.input;
  assert.deepEqual([flux.size, flux.guidance_scale, flux.output_format], ['1280*960', 7.5, 'png']);

  // They are found by model, and used again with it.
  await page.getByRole('button', { name: /^Filter/ }).click();
  await page.getByRole('combobox', { name: 'Model of the runs' }).selectOption({ label: 'FLUX dev' });
  await page.keyboard.press('Escape');
  await page.locator('#counts').getByText('1 run · 1 image', { exact: true }).waitFor();
  assert.match(page.url(), /model=wavespeed-ai(%2F|\/)flux-dev/);
  await cards.first().getByRole('button', { name: 'Edit prompt' }).click();
  assert.deepEqual([await model.inputValue(), await size.inputValue()], [FLUX, '1280*960']);
  assert.equal(await page.locator('#input-guidance_scale').inputValue(), '7.5');
  await page.getByRole('button', { name: /^Remove filter: Model/ }).click();
  await cards.filter({ hasText: 'by Seedream 4' }).getByText('no seed', { exact: true }).waitFor();
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a model that is gone is named with others in its place, and the draft stays', async () => {
  const draft = JSON.stringify({ model: GONE, prompt: 'A tin robot', seed: '7', others: { strength: '0.5' } });
  const prepare = (page) => page.addInitScript((draft) => localStorage.setItem('imagen4.draft', draft), draft);
  const { page, model, prompt, seed, generate, says } = await open({}, prepare);
  const gone = page.getByRole('group', { name: 'Model not available' });
  await gone.getByText(/^FLUX schnell is no longer available on WaveSpeed \(since /).waitFor();
  await page.locator('#reasons').getByText('FLUX schnell is no longer available: choose another model.').waitFor();
  assert.equal(await generate.getAttribute('aria-disabled'), 'true');
  assert.deepEqual([await model.inputValue(), await prompt.inputValue(), await seed.inputValue()], [GONE, 'A tin robot', '7']);
  await gone.getByRole('button', { name: /^Use / }).first().click();
  await gone.waitFor({ state: 'hidden' });
  assert.deepEqual([await prompt.inputValue(), await seed.inputValue()], ['A tin robot', '7']);
  assert.notEqual(await model.inputValue(), GONE);
  await page.locator('#generate[aria-disabled=false]').waitFor();
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a draft for a model that this server has never heard of says so, and loses nothing on its way to another', async () => {
  const draft = { model: 'somebody/else', prompt: 'A tin {robot|bird}', negative_prompt: 'rust', aspect_ratio: '16:9', num_images: '3', seed: '7' };
  const kept = (page) => page.evaluate(() => JSON.parse(localStorage.getItem('imagen4.draft')));
  const prepare = (page) => page.addInitScript((draft) => localStorage.getItem('imagen4.draft') ?? localStorage.setItem('imagen4.draft', draft), JSON.stringify(draft));
  const { page, model, prompt, negative, seed, ratio, images, generate, says } = await open({}, prepare);
  const gone = page.getByRole('group', { name: 'Model not available' });
  for (const time of ['at first', 'after a reload']) {
    await gone.getByText("somebody/else is not one of this server's models.", { exact: true }).waitFor();
    await page.locator('#reasons').getByText('somebody/else is no longer available: choose another model.').waitFor();
    assert.equal(await generate.getAttribute('aria-disabled'), 'true', time);
    assert.deepEqual([await model.inputValue(), await prompt.inputValue()], ['somebody/else', draft.prompt], time);
    const now = await kept(page);
    for (const [name, value] of Object.entries(draft)) assert.equal(now[name], value, `${name} ${time}`);
    await page.reload();
    await ready(page);
  }
  await gone.getByRole('button', { name: /^Use Imagen 4/ }).click();
  await gone.waitFor({ state: 'hidden' });
  await says('Generate 2 × 3 images · $0.24');
  assert.deepEqual([await prompt.inputValue(), await negative.inputValue(), await seed.inputValue()], [draft.prompt, 'rust', '7']);
  assert.deepEqual([await ratio('16:9').isChecked(), await images(3).isChecked()], [true, true]);
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('a link to the runs of a model that is not there shows none, says so, and leads back to all', async () => {
  const page = await openPage(browser);
  await page.goto(`${playground.base}/?model=somebody%2Felse&q=boat`);
  await ready(page);
  const { prompt, cards, says } = controls(page);
  await prompt.fill('A draft that stays');
  await page.getByText('No runs match.', { exact: true }).waitFor();
  await page.getByRole('button', { name: /^Filter/ }).click();
  assert.equal(await page.getByRole('combobox', { name: 'Model of the runs' }).inputValue(), 'somebody/else');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Remove filter: Model somebody/else' }).click();
  await page.waitForURL((url) => !url.searchParams.has('model'));
  assert.equal(await page.getByRole('searchbox', { name: 'Search prompts and notes' }).inputValue(), 'boat', 'the search stays');
  await cards.first().waitFor();
  await page.goBack();
  await page.getByText('No runs match.', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).last().click();
  await cards.first().waitFor();
  assert.equal(await prompt.inputValue(), 'A draft that stays');
  await says('Generate 1 image · $0.04');
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('without a price nothing can be bought, and it can be asked for again', async () => {
  const { page, model, prompt, generate, says, reasons } = await open();
  const before = await engine.billed();
  await prompt.fill('A wax seal');
  await model.selectOption(QWEN);
  await says('Generate · no price');
  await reasons.getByText(/^Can't get the price\. /).waitFor();
  assert.equal(await generate.getAttribute('aria-disabled'), 'true');
  await generate.press('Enter');

  // Of another model it is not known either, and then it is.
  let asked = 0;
  const unknown = { code: 'price_unknown', title: 'The price is not known at the moment', status: 503, retryable: true, billed: 'no' };
  await page.route('**/api/quote', async (route) => {
    asked += 1;
    if (asked > 1) return route.continue();
    return route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(unknown) });
  });
  await model.selectOption(MINIMAX);
  await says('Generate 1 image · no price');
  await page.getByRole('button', { name: 'Retry' }).click();
  await says('Generate 1 image · $0.0035');
  assert.equal(asked, 2);
  // What costs the same is asked once.
  await page.getByRole('textbox', { name: 'Seed', exact: true }).fill('7');
  await prompt.fill('Another wax seal');
  await page.waitForTimeout(600);
  assert.equal(asked, 2);
  assert.equal(await engine.billed(), before);
  await page.context().close();
});

test('a price that has risen is shown, and bought only at the next press', async () => {
  const { page, model, prompt, generate, says, reasons, cards } = await open();
  await model.selectOption(IMAGEN);
  await prompt.fill('A ruby ring');
  // The button knows a price that is not true any more.
  const quote = { price_microusd: 30_000, list_price_microusd: 30_000, quoted_at: new Date().toISOString() };
  await page.route('**/api/quote', (route) => route.fulfill({ contentType: 'application/json', body: JSON.stringify(quote) }));
  await page.reload();
  await ready(page);
  await says('Generate 1 image · $0.03');
  const before = await engine.billed();
  await generate.click();
  await reasons.getByText(/It costs \$0\.04 now: press Generate again to buy it for that\./).waitFor();
  await says('Generate 1 image · $0.04');
  assert.equal(await engine.billed(), before, 'nothing was bought');
  await page.waitForTimeout(800);
  await generate.click();
  await finished(cards.filter({ hasText: 'A ruby ring' }));
  assert.equal(await engine.billed(), before + 1);
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: the form with all its settings is accessible, wide and narrow`, async () => {
    for (const width of [1366, 390, 320]) {
      const { page, model, says } = await open({ colorScheme, reducedMotion: 'reduce', viewport: { width, height: 844 }, ...(width < 760 ? { hasTouch: true, isMobile: true } : {}) });
      for (const [id, label] of [
        [FLUX, 'Generate 1 image · $0.012'],
        [BANANA, 'Generate · $0.07'],
        [SEQUENTIAL, 'Generate 1 image · $0.027'],
        [MIDJOURNEY, 'Generate 4 images · $0.10'],
      ]) {
        await model.selectOption(id);
        const more = page.locator('#more');
        if (await more.isVisible()) await more.evaluate((fold) => (fold.open = true));
        await says(label);
        await audit(page, `${id} at ${width}`);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true, `${id} at ${width}`);
      }
      const small = await page.locator('button:visible, summary:visible, select:visible, input[type=number]:visible').evaluateAll((all) =>
        all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 80)),
      );
      assert.deepEqual(width < 760 ? small : [], []);
      await page.context().close();
    }
  });
}
