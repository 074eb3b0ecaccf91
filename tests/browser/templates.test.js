// Templates: those that come with the page, and a person's own, in this browser and in files.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Playground, audit, controls, finished, openPage, ready, startChromium } from './playground.js';

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

const MINE = 'A paper boat on a puddle';

/** A page of a fresh browser with this prompt in its form, and its templates open. */
async function gallery(t, { text = MINE, deny, ...options } = {}) {
  const page = await openPage(browser, options);
  t.after(() => page.context().close());
  if (deny) await page.addInitScript(deny);
  await page.goto(playground.base);
  await ready(page);
  const form = controls(page);
  if (text) await form.prompt.fill(text);
  const mode = (name) => page.getByRole('radiogroup', { name: 'Prompt mode' }).getByRole('radio', { name }).check();
  await mode('Templates');
  const saved = page.getByRole('list', { name: 'Saved templates' });
  const name = page.getByRole('textbox', { name: 'Template name' });
  const message = page.locator('#templates-message');
  return {
    page,
    ...form,
    mode,
    message,
    /** What to keep out of the picture. */
    exclude: async (words) => {
      await page.getByRole('button', { name: '+ Negative prompt' }).click();
      await form.negative.fill(words);
    },
    undo: page.getByRole('button', { name: 'Undo: bring my text back' }),
    tile: (words) => page.locator('.gallery').getByRole('button', { name: words, exact: true }),
    own: (words) => saved.getByRole('button', { name: words, exact: true }),
    remove: (words) => saved.getByRole('button', { name: `Delete template ${words}`, exact: true }),
    /** Saves the form under a name. */
    save: async (words) => {
      await name.fill(words);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
    },
    /** What the list says. */
    names: () => saved.locator('.own-template').allTextContents(),
    exported: async () => {
      const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export', exact: true }).click()]);
      return readFile(await file.path());
    },
    /** Chooses a file, and what is said of it. */
    imported: async (buffer, said) => {
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Import', exact: true }).click()]);
      await chooser.setFiles({ name: 'templates.json', mimeType: 'application/json', buffer: Buffer.from(buffer) });
      await message.getByText(said).waitFor();
    },
  };
}

test('every tile of the gallery has a picture that loads', async (t) => {
  const { page } = await gallery(t);
  const pictures = page.locator('.gallery .tile img');
  assert.ok((await pictures.count()) >= 12, `${await pictures.count()} tiles`);
  for (const picture of await pictures.all()) {
    await picture.scrollIntoViewIfNeeded();
    const name = await picture.getAttribute('src');
    const width = await picture.evaluate((img) => img.decode().then(() => img.naturalWidth, () => 0));
    assert.ok(width > 0, name);
  }
  assert.deepEqual(page.said, []);
});

test('one click puts a template into the form, and Undo brings the own text back', async (t) => {
  const { page, prompt, ratio, undo, tile } = await gallery(t);
  const words = await tile('Fisherman against the sun').getAttribute('title');
  await tile('Fisherman against the sun').click();
  await prompt.waitFor();
  assert.equal(await prompt.inputValue(), words);
  assert.equal(await ratio('3:4').isChecked(), true, 'with the shape that suits it');
  assert.equal(await prompt.evaluate((area) => document.activeElement === area), true);
  await undo.click();
  assert.equal(await prompt.inputValue(), MINE);
  assert.equal(await ratio('3:4').isChecked(), false, 'and the shape');
  await page.getByRole('button', { name: 'Redo', exact: true }).click();
  assert.equal(await prompt.inputValue(), words);
  assert.deepEqual(page.said, []);
});

test('styles are put behind the own text, which stays, and each can be undone', async (t) => {
  const { page, prompt, mode, undo, tile } = await gallery(t);
  await tile('Watercolor').click();
  await mode('Write');
  assert.equal(await prompt.inputValue(), `${MINE}, watercolor on rough paper`);
  await mode('Templates');
  await tile('Watercolor').click();
  await tile('Neon noir').click();
  await mode('Write');
  const both = await prompt.inputValue();
  assert.ok(both.startsWith(`${MINE}, watercolor on rough paper, neon noir`), both);
  assert.equal(both.split('watercolor').length, 2, 'the same style once');
  await undo.click();
  assert.equal(await prompt.inputValue(), `${MINE}, watercolor on rough paper`);
  await undo.click();
  assert.equal(await prompt.inputValue(), MINE);
  assert.deepEqual(page.said, []);
});

test('the form is saved as a template with all that it says, and is there after a reload', async (t) => {
  const { page, prompt, negative, exclude, ratio, images, seed, mode, own, save, names, message } = await gallery(t);
  await exclude('people');
  await ratio('16:9').check();
  await images(3).check();
  await seed.fill('77');
  await save('  Boats <b>& "quotes"</b> 🚣 ');
  await message.getByText('Template saved.').waitFor();
  const name = 'Boats <b>& "quotes"</b> 🚣';
  assert.deepEqual(await names(), [name]);
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  await page.reload();
  await ready(page);
  assert.equal(await prompt.inputValue(), '');
  await mode('Templates');
  await own(name).click();
  assert.equal(await prompt.inputValue(), MINE);
  assert.deepEqual([await negative.inputValue(), await seed.inputValue()], ['people', '77']);
  assert.deepEqual([await ratio('16:9').isChecked(), await images(3).isChecked()], [true, true]);
  assert.deepEqual(page.said, []);
});

test('a template is not saved without a name, or with a very long one, and the page says so', async (t) => {
  const { save, names, message } = await gallery(t);
  await save('   ');
  await message.getByText('Enter a name for the template.').waitFor();
  await save('x'.repeat(81));
  await message.getByText('A name has at most 80 characters.').waitFor();
  assert.deepEqual(await names(), []);
});

test('a template that was replaced by another of its name comes back on Undo', async (t) => {
  const { page, prompt, mode, own, save, names, message } = await gallery(t);
  await save('Boats');
  await message.getByText('Template saved.').waitFor();
  await mode('Write');
  await prompt.fill('Something else');
  await mode('Templates');
  await save('Boats');
  await page.getByRole('group', { name: 'Notice' }).getByRole('button', { name: 'Undo' }).click();
  assert.deepEqual(await names(), ['Boats']);
  await own('Boats').click();
  assert.equal(await prompt.inputValue(), MINE);
});

test('a deleted template goes at once, comes back on Undo, and is gone after a reload without it', async (t) => {
  const { page, own, remove, save, names, mode, prompt } = await gallery(t);
  const notice = page.getByRole('group', { name: 'Notice' });
  await save('Boats');
  await own('Boats').waitFor();
  await save('Ships');
  await own('Ships').waitFor();
  await remove('Boats').click();
  await notice.getByText('Template deleted').waitFor();
  assert.deepEqual(await names(), ['Ships']);
  await notice.getByRole('button', { name: 'Undo' }).click();
  await own('Boats').waitFor();
  await page.reload();
  await ready(page);
  await mode('Templates');
  assert.deepEqual(await names(), ['Boats', 'Ships']);
  await remove('Boats').click();
  await own('Boats').waitFor({ state: 'detached' });
  await page.reload();
  await ready(page);
  assert.equal(await prompt.inputValue(), MINE, 'the form is untouched');
  await mode('Templates');
  assert.deepEqual(await names(), ['Ships']);
  assert.deepEqual(page.said, []);
});

test('exported templates are imported by another browser as they were, and not twice', async (t) => {
  const one = await gallery(t, { text: 'A "fox"\nin {snow|rain} 🦊' });
  await one.exclude('people');
  await one.ratio('9:16').check();
  await one.save('Fox');
  await one.own('Fox').waitFor();
  await one.mode('Write');
  await one.prompt.fill(MINE);
  await one.mode('Templates');
  await one.save('Boats');
  await one.own('Boats').waitFor();
  const file = await one.exported();
  const other = await gallery(t, { text: 'half a thought' });
  await other.imported(file, '2 templates imported.');
  assert.deepEqual(await other.names(), ['Boats', 'Fox']);
  await other.imported(file, 'You have all of these templates already.');
  assert.deepEqual(JSON.parse(await other.exported()), JSON.parse(file));
  await other.own('Fox').click();
  assert.equal(await other.prompt.inputValue(), 'A "fox"\nin {snow|rain} 🦊');
  assert.equal(await other.negative.inputValue(), 'people');
  assert.equal(await other.ratio('9:16').isChecked(), true);
  await other.undo.click();
  assert.equal(await other.prompt.inputValue(), 'half a thought');
  assert.deepEqual([...one.page.said, ...other.page.said], []);
});

test('a file that cannot be read is refused in plain words, and changes nothing', async (t) => {
  const { page, own, save, names, mode, exported, imported, prompt } = await gallery(t);
  await save('Boats');
  await own('Boats').waitFor();
  const file = (await exported()).toString();
  const changed = (change) => JSON.stringify({ ...JSON.parse(file), ...change });
  const [template] = JSON.parse(file).templates;
  const another = { ...template, name: 'Another' };
  for (const [buffer, said] of [
    [file.slice(0, -20), /^Nothing imported\. The file is not complete JSON/],
    ['', /^Nothing imported\. The file is not complete JSON/],
    ['just some words', /^Nothing imported\. The file is not complete JSON/],
    [Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0x00]), /^Nothing imported\./],
    ['{"templates": [{"name": "x"}]}', /^Nothing imported\. This is not a file of templates from this page\./],
    ['null', /^Nothing imported\. This is not a file of templates/],
    [changed({ version: 2 }), /^Nothing imported\. The file is of version 2, and this page reads up to 1/],
    [changed({ templates: [another, { name: 7 }] }), /^Nothing imported\. Template 2 in the file can't be read\./],
    [changed({ templates: Array.from({ length: 501 }, (_, n) => ({ ...template, name: `n${n}` })) }), /^Nothing imported\. The file holds more than 500 templates\./],
    [Buffer.alloc(10_000_000, ' '), /^(Nothing imported\. )?The file is larger than 4 MB\./],
  ]) {
    await imported(buffer, said);
    assert.deepEqual(await names(), ['Boats'], String(said));
  }
  await page.reload();
  await ready(page);
  assert.equal(await prompt.inputValue(), MINE);
  await mode('Templates');
  assert.deepEqual(await names(), ['Boats']);
  assert.deepEqual(page.said, []);
});

test('a file whose template is none of this page says so and is imported with its words', async (t) => {
  const { own, save, exported, imported, prompt, undo } = await gallery(t);
  await save('Boats');
  await own('Boats').waitFor();
  const file = JSON.parse(await exported());
  Object.assign(file.templates[0], { name: 'Foreign', model: 'nobody/has-this', shape: '99:1', prompt: 'A far land' });
  await imported(JSON.stringify(file), '1 template imported.');
  await own('Foreign').click();
  assert.equal(await prompt.inputValue(), 'A far land');
  await undo.click();
  assert.equal(await prompt.inputValue(), MINE);
});

/** A browser that keeps nothing more. */
function noStorage() {
  Storage.prototype.setItem = () => {
    throw new DOMException('denied', 'QuotaExceededError');
  };
}

/** A browser that does not even hand out its storage. */
function deniedStorage() {
  Object.defineProperty(window, 'localStorage', {
    get() {
      throw new DOMException('denied', 'SecurityError');
    },
  });
}

for (const [what, deny] of [
  ['that is full', noStorage],
  ['that is denied', deniedStorage],
]) {
  test(`with storage ${what} the page says that templates are not kept, loses no text, and still buys`, async (t) => {
    const { page, own, save, mode, message, prompt, generate, exported } = await gallery(t, { deny });
    await save('Boats');
    await message.getByText('This browser does not save templates: export them before you leave.').waitFor();
    await mode('Write');
    assert.equal(await prompt.inputValue(), MINE);
    const accepted = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('api/runs'));
    await generate.click();
    await finished(page.locator(`#run-${(await (await accepted).json()).id}`));
    await mode('Templates');
    await own('Boats').waitFor();
    assert.deepEqual(JSON.parse(await exported()).templates.map((it) => [it.name, it.prompt]), [['Boats', MINE]]);
    assert.deepEqual(page.said, []);
  });
}

test('when storage is full later, no template that the page still shows is lost by saving the next', async (t) => {
  const { page, own, save, names, message } = await gallery(t);
  await save('Stored');
  await own('Stored').waitFor();
  await page.evaluate(noStorage);
  await save('Second');
  await message.getByText(/does not save templates/).waitFor();
  await own('Second').waitFor();
  await save('Third');
  await own('Third').waitFor();
  assert.deepEqual(await names(), ['Second', 'Stored', 'Third']);
});

test('without storage an import that is shown is not called one that failed', async (t) => {
  const one = await gallery(t);
  await one.save('Boats');
  await one.own('Boats').waitFor();
  const file = await one.exported();
  const other = await gallery(t, { deny: noStorage });
  await other.imported(file, /does not save templates/);
  await other.own('Boats').waitFor();
  assert.doesNotMatch(await other.message.textContent(), /Nothing imported/);
});

test('a template that another tab saved is not lost when this one saves', async (t) => {
  const { page, save, own, mode, names } = await gallery(t);
  await save('Here');
  await own('Here').waitFor();
  const other = await page.context().newPage();
  await other.goto(playground.base);
  await ready(other);
  await other.getByRole('radio', { name: 'Templates' }).check();
  await other.getByRole('textbox', { name: 'Template name' }).fill('There');
  await other.getByRole('button', { name: 'Save', exact: true }).click();
  await other.getByText('Template saved.').waitFor();
  await save('Later');
  await own('Later').waitFor();
  await page.reload();
  await ready(page);
  await mode('Templates');
  assert.deepEqual(await names(), ['Here', 'Later', 'There']);
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: the gallery with an own template is accessible`, async (t) => {
    const { page, save, own } = await gallery(t, { colorScheme, reducedMotion: 'reduce' });
    await save('Boats');
    await own('Boats').waitFor();
    await audit(page, 'templates');
  });
}
