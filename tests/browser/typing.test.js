// No text that a person typed is lost by anything the page does, and no key means more than it says.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Playground, controls, finished, openPage, ready, startChromium } from './playground.js';

let browser;
let playground;

before(async () => {
  browser = await startChromium();
  playground = await Playground.start(['--latency-ms', '50']);
});

after(async () => {
  await browser?.close();
  await playground?.stop();
});

const SLOTS = ['Subject', 'Scene', 'Details', 'Lighting', 'Camera', 'Style'];

/** A fresh page; with these prompts painted before, the last one first. */
async function open(t, prompts = []) {
  const page = await openPage(browser);
  t.after(() => page.context().close());
  await page.goto(playground.base);
  await ready(page);
  const form = controls(page);
  const cards = [];
  for (const prompt of prompts) {
    await form.prompt.fill(prompt);
    const accepted = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('api/runs'));
    await form.generate.click();
    cards.push(page.locator(`#run-${(await (await accepted).json()).id}`));
    await finished(cards.at(-1));
  }
  const mode = (name) => page.getByRole('radiogroup', { name: 'Prompt mode' }).getByRole('radio', { name }).check();
  const slot = (name) => page.getByRole('textbox', { name, exact: true });
  const undo = page.getByRole('button', { name: 'Undo: bring my text back' });
  const lightbox = page.getByRole('dialog', { name: 'Image', exact: true });
  const writeNote = async (card) => {
    await card.getByRole('button', { name: 'More actions' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Write a note' }).click();
    return card.getByRole('textbox', { name: 'Note' });
  };
  return { page, ...form, painted: cards, mode, slot, undo, lightbox, writeNote };
}

/** Counts what is sent to be generated, and lets none of it through. */
async function countSubmissions(page) {
  const count = { sent: 0 };
  await page.route('**/api/runs', (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    count.sent += 1;
    return route.fulfill({ status: 403 });
  });
  return count;
}

/** Tells an element of a key as the browser would, and whether anything took it. */
function tell(target, key, init = {}) {
  const event = { key, bubbles: true, cancelable: true, ...init };
  return target.evaluate((element, event) => !element.dispatchEvent(new KeyboardEvent('keydown', event)), event);
}

const MODIFIERS = ['ctrlKey', 'altKey', 'shiftKey', 'metaKey'];
/** Every combination of the four modifiers, but those that are meant. */
function otherModifiers(...meant) {
  const all = Array.from({ length: 16 }, (_, bits) => MODIFIERS.filter((_, n) => bits & (1 << n)));
  return all.filter((held) => !meant.includes(held.join('+'))).map((held) => Object.fromEntries(held.map((key) => [key, true])));
}
/** A key that belongs to an input method: while it composes, and as Safari tells of the key that ends it. */
const COMPOSING = [{ isComposing: true }, { keyCode: 229 }, { isComposing: true, keyCode: 229 }];

test('whoever walks through earlier prompts and writes on finds what they had written', async (t) => {
  const { page, prompt } = await open(t, ['A wind-up bird', 'A clockwork mouse']);
  const step = async (key, expected) => {
    await page.keyboard.press(key);
    assert.equal(await prompt.inputValue(), expected, key);
  };
  await prompt.fill('my own words');
  await step('Alt+ArrowUp', 'A clockwork mouse');
  await page.keyboard.press('End');
  await page.keyboard.type(' x');
  await step('Alt+ArrowDown', 'A clockwork mouse x');
  await step('Alt+ArrowUp', 'my own words');
  await page.keyboard.press('End');
  await page.keyboard.type(', more');
  await step('Alt+ArrowUp', 'A clockwork mouse x');
  await step('Alt+ArrowUp', 'my own words');
  await step('Alt+ArrowUp', 'A clockwork mouse');
  await step('Alt+ArrowUp', 'A wind-up bird');
  for (const expected of ['A clockwork mouse', 'my own words', 'A clockwork mouse x', 'my own words, more']) await step('Alt+ArrowDown', expected);
});

test('whatever the page puts into the form, Undo brings the own text back', async (t) => {
  const { page, painted, prompt, negative, seed, mode, slot, undo, lightbox } = await open(t, ['A stone arch']);
  const [card] = painted;
  await page.getByRole('button', { name: '+ Negative prompt' }).click();
  // Build hides it.
  const text = () => page.locator('#prompt').inputValue();
  const openImage = () => card.getByRole('button', { name: /^Open image 1/ }).click();
  const ways = {
    'Edit prompt': () => card.getByRole('button', { name: 'Edit prompt' }).click(),
    Regenerate: () => card.getByRole('button', { name: 'Regenerate' }).click(),
    'Edit prompt in the lightbox': async () => {
      await openImage();
      await lightbox.getByRole('button', { name: 'Edit prompt' }).click();
      await lightbox.waitFor({ state: 'hidden' });
    },
    Clear: () => page.getByRole('button', { name: 'Clear', exact: true }).click(),
    'a template': async () => {
      await mode('Templates');
      await page.locator('.gallery').getByRole('button', { name: 'Night market after rain', exact: true }).click();
    },
  };
  for (const [name, replace] of Object.entries(ways)) {
    const words = `My own words before ${name}`;
    await mode('Write');
    await prompt.fill(words);
    await negative.fill('blurry, text');
    await replace();
    assert.notEqual(await text(), words, name);
    await undo.click();
    assert.deepEqual([await text(), await negative.inputValue()], [words, 'blurry, text'], name);
  }
  await mode('Write');
  await seed.fill('1234');
  for (let n = 0; n < 3; n += 1) await page.getByRole('button', { name: 'Randomize and lock' }).click();
  assert.notEqual(await seed.inputValue(), '1234');
  await undo.click();
  assert.equal(await seed.inputValue(), '1234');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await undo.click();
  assert.equal(await seed.inputValue(), '1234');
  await mode('Build');
  await slot('Subject').fill('a heron');
  await slot('Style').fill('woodcut');
  const built = await text();
  await ways['Edit prompt']();
  assert.equal(await text(), 'A stone arch');
  await undo.click();
  assert.equal(await text(), built);
  assert.deepEqual(page.said, []);
});

const UNTOUCHED = [
  'A poster that reads "Good night, golden hour, sleep well", watercolor',
  'A sign, “oil painting, 85 mm lens”, over a door, neon glow',
  'watercolor, a red fox in fresh snow',
  'A fox (watercolor, golden hour), soft light, in a forest',
  'First line, golden hour\nsecond line, watercolor\n\nthird',
  '  A fox ,watercolor,, golden hour ,  ',
  'A price tag of 1,000.50, 35 mm film, {red, blue|green, gold} paint',
  '夕焼けの灯台、水彩画、広角',
];

test('what is only looked at in Build keeps every byte', async (t) => {
  const { page, prompt, mode, slot } = await open(t);
  for (const text of UNTOUCHED) {
    await mode('Write');
    await prompt.fill(text);
    for (const name of SLOTS) {
      await mode('Build');
      await slot(name).focus();
      await page.keyboard.press('End');
      await page.keyboard.type('x');
      await page.keyboard.press('Backspace');
      await mode('Write');
      assert.equal(await prompt.inputValue(), text, `${name} of ${text}`);
    }
    await mode('Templates');
    await mode('Write');
    assert.equal(await prompt.inputValue(), text);
  }
});

test('a shortcut is exactly what it says: with any other modifiers the key is the browser’s', async (t) => {
  const { page, painted, prompt, seed, slot, mode, lightbox, writeNote } = await open(t, ['A paper moon', 'A paper sun']);
  const [, card] = painted;
  const submissions = await countSubmissions(page);
  await prompt.fill('my own words');
  for (const held of otherModifiers('altKey')) {
    for (const key of ['ArrowUp', 'ArrowDown']) {
      assert.equal(await tell(prompt, key, held), false, `${key} ${JSON.stringify(held)}`);
      assert.equal(await prompt.inputValue(), 'my own words');
    }
  }
  const note = await writeNote(card);
  await note.fill('half a thought');
  for (const held of otherModifiers('ctrlKey', 'metaKey')) {
    for (const field of [prompt, seed, note]) await tell(field, 'Enter', held);
  }
  for (const held of otherModifiers('')) {
    await tell(note, 'Escape', held);
    for (const key of ['?', '/', 'n']) if (!held.shiftKey || key === 'n') await tell(page.locator('body'), key === 'n' && held.shiftKey ? 'N' : key, held);
  }
  assert.equal(await note.inputValue(), 'half a thought');
  assert.equal(await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).isVisible(), false);
  assert.equal(await note.evaluate((field) => document.activeElement === field), true, 'neither the search nor the prompt took the focus');
  await mode('Build');
  for (const held of otherModifiers('ctrlKey', 'metaKey')) await tell(slot('Subject'), 'Enter', held);
  assert.equal(submissions.sent, 0);
  await note.press('Escape');

  await card.getByRole('button', { name: /^Open image 1/ }).click();
  const place = () => lightbox.locator('.lightbox-frame img').getAttribute('src');
  const shown = await place();
  for (const held of otherModifiers('')) {
    for (const key of ['ArrowLeft', 'ArrowRight']) assert.equal(await tell(lightbox, key, held), false, `${key} ${JSON.stringify(held)}`);
    for (const key of ['f', 'i']) await tell(lightbox, held.shiftKey ? key.toUpperCase() : key, held);
  }
  assert.equal(await place(), shown);
  await tell(lightbox, 'ArrowRight');
  await page.waitForFunction((before) => document.querySelector('.lightbox-frame img')?.getAttribute('src') !== before, shown);
  await page.keyboard.press('Escape');
  await lightbox.waitFor({ state: 'hidden' });
  await mode('Write');
  await prompt.press('Meta+Enter');
  await page.waitForFunction(() => document.querySelector('#reasons')?.textContent.includes('Not submitted.'));
  assert.ok(submissions.sent > 0, 'the one that is meant does it');
});

test('keys of an input method do nothing but compose, in every field', async (t) => {
  const { page, painted, prompt, negative, seed, mode, slot, writeNote } = await open(t, ['A paper star']);
  const [card] = painted;
  const submissions = await countSubmissions(page);
  await prompt.fill('my own words');
  await page.getByRole('button', { name: '+ Negative prompt' }).click();
  const note = await writeNote(card);
  await note.fill('half a thought');
  const search = page.getByRole('searchbox', { name: 'Search prompts and notes' });
  const fields = [prompt, negative, seed, note, search];
  const tellAll = async (all) => {
    for (const init of COMPOSING) {
      for (const field of all) {
        await tell(field, 'Enter', init);
        await tell(field, 'Enter', { ...init, ctrlKey: true });
        await tell(field, 'Enter', { ...init, metaKey: true });
        await tell(field, 'Escape', init);
        await tell(field, 'ArrowUp', { ...init, altKey: true });
      }
    }
  };
  await tellAll(fields);
  assert.deepEqual([await prompt.inputValue(), await note.inputValue()], ['my own words', 'half a thought']);
  await mode('Build');
  await tellAll(await Promise.all(SLOTS.map((name) => slot(name))));
  await mode('Templates');
  const name = page.getByRole('textbox', { name: 'Template name' });
  await name.fill('harbor');
  await tellAll([name]);
  assert.equal(await page.locator('.own-template').count(), 0);
  await name.press('Enter');
  assert.equal(await page.locator('.own-template').count(), 1, 'the key alone does it');
  for (const init of COMPOSING) for (const key of ['?', '/', 'n']) await tell(page.locator('body'), key, init);
  assert.equal(await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).isVisible(), false);
  assert.equal(submissions.sent, 0);
});

test('Escape while a word of a note is composed ends the word, and not the note', async (t) => {
  const { page, painted, writeNote } = await open(t, ['A paper crane']);
  const [card] = painted;
  const note = await writeNote(card);
  await note.fill('for the ');
  const devtools = await page.context().newCDPSession(page);
  const compose = (text) => devtools.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
  await compose('き');
  await compose('きつね');
  await page.keyboard.press('Escape');
  assert.equal(await note.count(), 1);
  assert.match(await note.inputValue(), /^for the /);
  await compose('');
  await devtools.send('Input.insertText', { text: '狐' });
  assert.equal(await note.inputValue(), 'for the 狐');
  await page.keyboard.press('Escape');
  await note.waitFor({ state: 'detached' });
  await card.getByRole('button', { name: 'Continue the unsaved note' }).click();
  assert.equal(await note.inputValue(), 'for the 狐', 'what was written is there');
});
