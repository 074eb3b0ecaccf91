// Writing a prompt and building one: two ways into the same text, with ideas and hints beside it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Playground, audit, controls, finished, openPage, ready, startChromium } from './playground.js';

let browser;
let playground;

before(async () => {
  browser = await startChromium();
  playground = await Playground.start(['--latency-ms', '200']);
});

after(async () => {
  await browser?.close();
  await playground?.stop();
});

async function open(options) {
  const page = await openPage(browser, options);
  await page.goto(playground.base);
  await ready(page);
  const way = (name) => page.getByRole('radiogroup', { name: 'Prompt mode' }).getByRole('radio', { name });
  const slot = (name) => page.getByRole('textbox', { name, exact: true });
  const slots = async () => {
    const names = ['Subject', 'Scene', 'Details', 'Lighting', 'Camera', 'Style'];
    return Promise.all(names.map((name) => slot(name).inputValue()));
  };
  return { page, ...controls(page), way, slot, slots };
}

test('what is written can be built upon, and what is built can be written on', async () => {
  const { page, prompt, way, slot, slots, generate, says, cards } = await open();
  const written = 'A red fox in fresh snow, thick winter fur, golden hour, 85 mm lens, ink drawing';
  await prompt.fill(written);
  await way('Build').check();
  const split = ['A red fox', 'in fresh snow', 'thick winter fur', 'golden hour', '85 mm lens', 'ink drawing'];
  assert.deepEqual(await slots(), split);
  assert.equal(await prompt.isVisible(), false);
  await slot('Lighting').fill('');
  await page.getByRole('group', { name: 'Ideas: lighting' }).getByRole('button', { name: 'neon glow' }).click();
  await slot('Details').press('End');
  await slot('Details').pressSequentially(', one {ear|eye} open');
  const built = 'A red fox in fresh snow, thick winter fur, one {ear|eye} open, neon glow, 85 mm lens, ink drawing';
  await page.getByText(`Prompt: ${built}`).waitFor();
  await says('Generate 2 × 1 sample · free');
  await way('Write').check();
  assert.equal(await prompt.inputValue(), built);
  await prompt.fill(built.replace('{ear|eye}', 'ear'));
  await way('Build').check();
  assert.equal(await slot('Details').inputValue(), 'thick winter fur, one ear open');
  await generate.click();
  await finished(cards.filter({ hasText: 'one ear open' }));
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('while it is built, an example and an undo are split as well, and a reload keeps every word', async () => {
  const { page, prompt, way, slot, slots } = await open();
  await way('Build').check();
  await slot('Style').fill('woodcut,');
  await slot('Subject').fill('a heron');
  assert.equal(await slot('Style').inputValue(), 'woodcut,', 'what is being typed stays as it is');
  await way('Templates').check();
  await page.getByRole('button', { name: 'Night market after rain' }).last().click();
  await way('Build').check();
  assert.equal(await slot('Subject').inputValue(), 'A night market after rain');
  assert.equal(await slot('Camera').inputValue(), 'shallow depth of field, 35 mm film');
  await page.getByRole('button', { name: 'Undo: bring my text back' }).click();
  assert.deepEqual(await slots(), ['a heron', '', '', '', '', 'woodcut']);
  await page.reload();
  await ready(page);
  assert.equal(await prompt.inputValue(), 'a heron, woodcut');
  await page.context().close();
});

test('hints come after a pause, say what may be wrong, and forbid nothing', async () => {
  const { page, prompt, negative, generate, says } = await open();
  await says('Generate 1 sample · free');
  const hints = page.locator('#hints li');
  await prompt.fill('golden hour, a {fox');
  await hints.getByText('“{” has no matching brace and is sent as typed').waitFor();
  await hints.getByText('Start with the subject').waitFor();
  assert.equal(await generate.getAttribute('aria-disabled'), 'false');
  await page.getByRole('button', { name: '+ Negative prompt' }).click();
  await page.getByRole('group', { name: 'Common negative prompts' }).getByRole('button', { name: 'blurry' }).click();
  await page.getByRole('group', { name: 'Common negative prompts' }).getByRole('button', { name: 'text', exact: true }).click();
  assert.equal(await negative.inputValue(), 'blurry, text');
  await prompt.fill('a blurry fox');
  await hints.getByText('“blurry” is in both the prompt and the negative prompt.').waitFor();
  await prompt.fill('a fox');
  await negative.fill('blurry, text, watermark, cropped, extra fingers, '.repeat(12));
  await hints.getByText('The negative prompt is longer than the prompt').waitFor();
  await negative.fill('blurry, text');
  await prompt.fill('a quiet town by the sea '.repeat(100));
  await hints.getByText('About 600 tokens: a model may read only the first few hundred.').waitFor();
  await prompt.fill('a fox in fresh snow at the edge of a wood');
  await page.waitForFunction(() => document.querySelectorAll('#hints li').length === 0);
  await page.getByRole('button', { name: 'Prompt tips' }).click();
  await page.getByText('Lock the seed and change one thing at a time').waitFor();
  assert.deepEqual(page.said, []);
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: slots, hints and guide are accessible, wide and narrow`, async () => {
    for (const width of [1366, 390, 320]) {
      const { page, prompt, way } = await open({ colorScheme, reducedMotion: 'reduce', viewport: { width, height: 844 }, ...(width < 760 ? { hasTouch: true, isMobile: true } : {}) });
      await prompt.fill('golden hour, a {fox');
      await page.locator('#hints li').first().waitFor();
      await page.getByRole('button', { name: 'Prompt tips' }).click();
      await audit(page, `tips at ${width}`);
      await page.keyboard.press('Escape');
      await way('Build').check();
      await audit(page, `build at ${width}`);
      const small = await page.getByRole('button').evaluateAll((all) =>
        all.filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 80)),
      );
      assert.deepEqual(width < 760 ? small : [], []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
      await page.context().close();
    }
  });
}
