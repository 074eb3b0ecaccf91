// axe finds nothing, in either theme, wide and narrow, in every state of the board; forced colors leave everything to be seen.
// Dialogs, templates, selection and models are audited beside the tests of what they do.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY, Playground, audit, controls, finished, openPage, ready, startChromium, startEngine } from './playground.js';

const FAULTS = `
[[rule]]
prompt = "blocked"
always = true
fate = { fail = { code = 1200, error = "Content flagged by moderation.", status = "failed" } }

[[rule]]
prompt = "broken"
always = true
fate = { fail = { code = 5000, error = "internal", status = "failed" } }

[[rule]]
prompt = "partial"
always = true
fate = { missing_outputs = [1] }

[[rule]]
prompt = "flagged"
always = true
fate = { nsfw = [0] }

[[rule]]
prompt = "swallowed"
then = "drop"

[[rule]]
prompt = "slow"
always = true
fate = { latency_ms = 600000 }
`;

/** Runs that end in every way there is, and how a card of each says so. */
const ENDS = [
  ['A blocked parade', 'failed'],
  ['A broken bridge', 'failed'],
  ['A partial eclipse', 'completed'],
  ['A flagged statue', 'archived'],
  ['A swallowed key', 'unknown'],
  ['A slow river', 'running'],
];

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const SCREENS = { wide: { viewport: { width: 1366, height: 850 } }, phone: PHONE };

let browser;
let playground;
let engine;
let folder;
/** A board of runs in all states, which nobody changes. */
let states;

before(async () => {
  browser = await startChromium();
  playground = await Playground.start(['--latency-ms', '1500']);
  folder = await mkdtemp(join(tmpdir(), 'imagen4-accessibility-'));
  await writeFile(join(folder, 'faults.toml'), FAULTS);
  engine = await startEngine(['--latency-ms', '50', '--faults', join(folder, 'faults.toml')]);
  states = await Playground.start(['--upstream', engine.base, '--images-per-minute', '60', '--max-concurrent', '60', '--daily-budget', '5.00'], { WAVESPEED_API_KEY: KEY });
  for (const [prompt] of ENDS) await submit('runs', input(prompt, 2));
  await submit('groups', { requests: ['fox', 'owl', 'hare'].map((animal) => input(`A paper ${animal} in snow`, 1)) });
  for (;;) {
    const { runs } = await states.json('api/runs?limit=50');
    const stateOf = (prompt) => runs.find((run) => run.request.input.prompt === prompt)?.state;
    if (ENDS.every(([prompt, state]) => stateOf(prompt) === state) && runs.filter((run) => run.group).every((run) => run.state === 'archived')) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});

after(async () => {
  await browser?.close();
  await playground?.stop();
  await states?.stop();
  await engine?.stop();
  if (folder) await rm(folder, { recursive: true });
});

const input = (prompt, images) => ({ model: 'wavespeed-ai/imagen4', input: { prompt, num_images: images, seed: 7 } });

async function submit(path, body) {
  const headers = { 'content-type': 'application/json', 'idempotency-key': `accessibility-${JSON.stringify(body).length}-${Math.random()}` };
  const answer = await fetch(`${states.base}/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  assert.ok(answer.ok, await answer.text());
}

/** A page of the board that holds runs in all states. */
async function openStates(t, options = {}, path = '#runs') {
  const page = await openPage(browser, { reducedMotion: 'reduce', ...options });
  t.after(() => page.context().close());
  await page.goto(`${states.base}/${path}`);
  await page.locator('#generate:not([disabled])').waitFor({ state: 'attached' });
  return { page, ...controls(page) };
}

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
    const page = await openPage(browser, { colorScheme, reducedMotion: 'reduce', ...PHONE });
    await page.goto(playground.base);
    await ready(page);
    await audit(page, 'compose');
    await page.getByRole('link', { name: 'Images' }).click();
    await audit(page, 'runs');
    await page.context().close();
  });

  for (const [size, screen] of Object.entries(SCREENS)) {
    test(`${colorScheme}, ${size}: runs in every state, and what opens over them`, async (t) => {
      const { page, cards } = await openStates(t, { colorScheme, ...screen });
      for (const words of ['Blocked by content policy', 'Billing status unknown', 'Rendering']) await page.getByText(words).first().waitFor();
      await audit(page, 'all states');
      for (const [prompt] of ENDS) {
        const card = cards.filter({ hasText: prompt });
        // Its actions are made when it comes near the screen.
        await card.scrollIntoViewIfNeeded();
        await card.getByRole('button', { name: 'More actions' }).focus();
        await page.keyboard.press('Enter');
        await page.locator('.popover:popover-open').waitFor();
        await audit(page, `menu of ${prompt}`);
        await page.keyboard.press('Escape');
      }
      await page.getByRole('button', { name: 'Menu', exact: true }).click();
      await audit(page, 'menu');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.getByRole('combobox', { name: 'Status' }).selectOption({ index: 1 });
      await audit(page, 'filter');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: /^Remove filter/ }).first().waitFor();
      await audit(page, 'chips');
    });

    test(`${colorScheme}, ${size}: variants in one card, their grid and their lightbox`, async (t) => {
      const { page, cards } = await openStates(t, { colorScheme, ...screen }, '?q=paper#runs');
      const group = cards.filter({ hasText: 'fox' }).first();
      await group.getByRole('img').first().evaluate((image) => image.decode());
      await audit(page, 'group');
      await group.getByRole('button', { name: /^Open image 1/ }).first().click();
      await page.getByRole('dialog', { name: 'Image', exact: true }).waitFor();
      await audit(page, 'lightbox of a group');
      await page.keyboard.press('Escape');
      await page.getByRole('radiogroup', { name: 'Layout' }).getByRole('radio', { name: 'Grid' }).check();
      await page.getByRole('list', { name: 'Images', exact: true }).getByRole('img').first().waitFor();
      await audit(page, 'grid');
    });

    test(`${colorScheme}, ${size}: what the form and the page warn of`, async (t) => {
      const { page, prompt, generate, images } = await openStates(t, { colorScheme, ...screen }, '');
      // While it is off it says why all the same.
      await generate.press('Enter');
      await page.locator('#reasons').getByText(/^Prompt is required/).waitFor();
      await audit(page, 'reasons');
      await prompt.fill(`A {${Array.from({ length: 40 }, (_, n) => n).join('|')}} of clubs`);
      await images(4).check();
      await page.locator('#reasons').getByText(/Daily budget exceeded/).waitFor();
      await audit(page, 'too dear');
      await prompt.fill('A king of clubs');
      await page.getByRole('button', { name: 'Undo: bring my text back' }).waitFor({ state: 'hidden' });
      await page.context().setOffline(true);
      await generate.click();
      await page.locator('#reasons').getByText("Can't reach the server.").waitFor();
      await audit(page, 'offline');
    });
  }
}

test('in forced colors every control has an outline of its own, and what is chosen differs from what is not', async (t) => {
  for (const screen of Object.values(SCREENS)) {
    const { page } = await openStates(t, { forcedColors: 'active', ...screen }, '');
    await page.getByRole('radiogroup', { name: 'Aspect ratio' }).waitFor();
    // Colors that a page chose are gone: what shows a control is a border, an outline or an underline.
    const bare = await page.evaluate(() => {
      const isSeen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getClientRects().length > 0;
      const hasEdge = (element) => {
        const style = getComputedStyle(element);
        const edges = ['Top', 'Right', 'Bottom', 'Left'].some((side) => style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) > 0);
        return edges || style.textDecorationLine !== 'none' || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0);
      };
      // An image is seen by itself, and an icon of a button is drawn in the color of its text.
      const isDrawn = (element) => element.querySelector('img, svg') !== null || element.textContent.trim() !== '';
      const all = [...document.querySelectorAll('button, input:not([type=radio], [type=hidden]), textarea, select')];
      return all.filter((element) => isSeen(element) && !hasEdge(element) && !isDrawn(element)).map((element) => element.outerHTML.slice(0, 100));
    });
    assert.deepEqual(bare, []);
    const alike = await page.evaluate(() => {
      const look = (label) => {
        const styles = [label, ...label.querySelectorAll('*')].map((element) => getComputedStyle(element));
        return JSON.stringify(styles.map((style) => [style.backgroundColor, style.color, style.borderTopColor, style.borderTopStyle, style.borderTopWidth, style.outlineStyle, style.outlineColor, style.stroke]));
      };
      const groups = [...document.querySelectorAll('[role=radiogroup]')].filter((group) => group.checkVisibility());
      return groups.flatMap((group) => {
        const labels = [...group.querySelectorAll('label')];
        const chosen = labels.find((label) => label.querySelector('input')?.checked);
        const same = labels.filter((label) => label !== chosen && chosen && label.childElementCount === chosen.childElementCount && look(label) === look(chosen));
        return same.map((label) => `${group.getAttribute('aria-label')}: ${label.textContent}`);
      });
    });
    assert.deepEqual(alike, []);
    // Whatever the Tab key comes to shows that it has the focus.
    const unmarked = new Set();
    for (let n = 0; n < 40; n += 1) {
      await page.keyboard.press('Tab');
      const one = await page.evaluate(() => {
        const element = document.activeElement;
        const isMarked = ({ outlineStyle, outlineWidth, borderTopStyle, borderTopWidth, content }, isFrame) =>
          (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || (isFrame && content !== 'none' && borderTopStyle !== 'none' && parseFloat(borderTopWidth) > 0);
        // An image has a frame drawn over it.
        const marked = [element, element.closest('label')].some((it) => it && (isMarked(getComputedStyle(it)) || isMarked(getComputedStyle(it, '::after'), true)));
        return marked || element === document.body ? null : element.outerHTML.slice(0, 100);
      });
      if (one) unmarked.add(one);
    }
    assert.deepEqual([...unmarked], []);
    await audit(page, 'forced colors');
  }
});

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
