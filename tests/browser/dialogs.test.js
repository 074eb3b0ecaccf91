// Settings, money, shortcuts, the question before a dear click, and what a tab says of itself.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { KEY, Playground, audit, controls, finished, openPage, ready, startChromium, startEngine } from './playground.js';

let browser;
let engine;
let playground;

before(async () => {
  browser = await startChromium();
  engine = await startEngine(['--latency-ms', '900']);
  const args = ['--upstream', engine.base, '--daily-budget', '5.00', '--images-per-minute', '60', '--max-concurrent', '60'];
  playground = await Playground.start(args, { WAVESPEED_API_KEY: KEY });
});

after(async () => {
  await browser?.close();
  await playground?.stop();
  await engine?.stop();
});

async function open(options) {
  const page = await openPage(browser, options);
  await page.goto(playground.base);
  await ready(page);
  const dialog = (name) => page.getByRole('dialog', { name });
  /** Opens a dialog from the menu in the header. */
  const menu = page.getByRole('button', { name: 'Menu' });
  const open = async (name) => {
    await menu.click();
    await page.getByRole('button', { name, exact: true }).click();
  };
  return { page, ...controls(page), dialog, menu, openDialog: open };
}

test('a dear click is asked about, and only where the person wants that', async () => {
  const { page, prompt, images, generate, cards, dialog, menu, openDialog } = await open();
  await openDialog('Settings');
  const limit = dialog('Settings').getByLabel('Ask before spending more than');
  await limit.fill('lots');
  await dialog('Settings').getByText('Enter an amount in dollars').waitFor();
  await limit.fill('0.08');
  await dialog('Settings').getByText('Enter an amount in dollars').waitFor({ state: 'hidden' });
  await page.keyboard.press('Escape');
  assert.equal(await menu.evaluate((button) => document.activeElement === button), true);
  await page.reload();
  await ready(page);

  const before = await engine.billed();
  await prompt.fill('A copper bowl');
  await images(2).check();
  await generate.click();
  await finished(cards.filter({ hasText: 'A copper bowl' }));
  assert.equal(await engine.billed(), before + 1, '$0.08 is not more than $0.08');
  await prompt.fill('A silver bowl');
  await images(3).check();
  const ask = dialog('Generate 3 images · $0.12?');
  await generate.click();
  await ask.getByRole('button', { name: 'Cancel' }).click();
  await generate.click();
  await page.keyboard.press('Escape');
  await ask.waitFor({ state: 'hidden' });
  assert.equal(await generate.evaluate((button) => document.activeElement === button), true);
  assert.equal(await engine.billed(), before + 1);
  await generate.click();
  await ask.getByRole('button', { name: 'Spend $0.12' }).click();
  await finished(cards.filter({ hasText: 'A silver bowl' }));
  assert.equal(await engine.billed(), before + 2);
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('an empty form is as it was set, and what was cleared comes back', async () => {
  const { page, prompt, negative, ratio, images, dialog, menu, openDialog } = await open();
  await prompt.fill('My own words');
  await page.getByRole('button', { name: '+ Negative prompt' }).click();
  await negative.fill('blurry');
  await openDialog('Settings');
  await dialog('Settings').getByLabel('Default aspect ratio').selectOption('9:16');
  await dialog('Settings').getByLabel('Default number of images').selectOption('2');
  await dialog('Settings').getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Clear', exact: true }).click();
  assert.deepEqual([await prompt.inputValue(), await negative.inputValue()], ['', '']);
  assert.equal((await ratio('9:16').isChecked()) && (await images(2).isChecked()), true);
  await page.getByRole('button', { name: 'Undo: bring my text back' }).click();
  assert.deepEqual([await prompt.inputValue(), await negative.inputValue()], ['My own words', 'blurry']);
  await page.evaluate(() => localStorage.removeItem('imagen4.draft'));
  await page.reload();
  await ready(page);
  assert.equal((await ratio('9:16').isChecked()) && (await images(2).isChecked()), true, 'a first visit begins as it was set');
  await page.context().close();
});

test('the money is told by day and by model, and can be taken along', async () => {
  const { page, prompt, images, generate, cards, dialog, openDialog } = await open();
  await prompt.fill('A paper lantern');
  await images(1).check();
  await generate.click();
  await finished(cards.filter({ hasText: 'A paper lantern' }));
  const { spent_microusd: spent, models } = await playground.json('api/spend');
  await page.locator('#usage-open').click();
  const money = dialog('Usage');
  const row = (name) => money.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) }).getByRole('cell');
  const dollars = `$${(spent / 1e6).toFixed(2)}`;
  assert.equal(await row('Today').textContent(), dollars);
  assert.equal(await row('Daily budget').textContent(), '$5.00');
  assert.match(await row('Imagen 4').textContent(), new RegExp(`^\\${dollars} · ${models[0].pictures} image`));
  assert.match(await row('Average per image').textContent(), /^\$0\.04 ·/);
  await money.getByRole('list', { name: 'Spent by day' }).getByText(/^\d{4}-\d\d-\d\d: \$/).waitFor();
  const href = await money.getByRole('link', { name: 'Download CSV' }).getAttribute('href');
  assert.match(await (await fetch(`${playground.base}/${href}`)).text(), /^day,run,model,/);
  await page.keyboard.press('Escape');
  await money.waitFor({ state: 'hidden' });
  await openDialog('Usage');
  await money.waitFor();
  await page.context().close();
});

test('single keys work outside of fields, and can be turned off', async () => {
  const { page, prompt, dialog, menu, openDialog } = await open();
  const search = page.getByRole('searchbox', { name: 'Search prompts and notes' });
  const has = (field) => field.evaluate((element) => document.activeElement === element);
  await search.waitFor();
  await page.keyboard.press('/');
  assert.equal(await has(search), true);
  await page.keyboard.type('n?');
  assert.equal(await search.inputValue(), 'n?', 'in a field they are letters');
  await search.fill('');
  await menu.focus();
  await page.keyboard.press('n');
  assert.equal(await has(prompt), true);
  await menu.focus();
  await page.keyboard.press('?');
  await dialog('Keyboard shortcuts').waitFor();
  await page.keyboard.press('n');
  assert.equal(await has(prompt), false, 'not below a dialog');
  await page.keyboard.press('Escape');
  await openDialog('Settings');
  await dialog('Settings').getByLabel('Single-key shortcuts').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('n');
  await page.keyboard.press('?');
  assert.equal((await has(prompt)) || (await dialog('Keyboard shortcuts').isVisible()), false);
  await page.context().close();
});

test('title and icon say that something is under way', async () => {
  const { page, prompt, generate, cards } = await open();
  const icon = () => page.locator('link[rel=icon]').getAttribute('href');
  const calm = await icon();
  assert.equal(await page.title(), 'Imagen 4 Playground');
  await prompt.fill('A wooden flute');
  await generate.click();
  await page.waitForFunction(() => document.title === '(1) Imagen 4 Playground');
  const busy = await icon();
  assert.notEqual(busy, calm);
  assert.equal((await fetch(`${playground.base}/${busy}`)).status, 200);
  await finished(cards.filter({ hasText: 'A wooden flute' }));
  await page.waitForFunction(() => document.title === 'Imagen 4 Playground');
  assert.equal(await icon(), calm);
  await page.context().close();
});

test('a run that ends while nobody looks is told of, if the person wants that and the browser lets it', async () => {
  const hide = () => {
    window.told = [];
    window.Notification = class {
      static permission = 'default';
      static async requestPermission() {
        return (this.permission = window.answer ?? 'granted');
      }
      constructor(title, { body }) {
        window.told.push(`${title}: ${body}`);
      }
    };
    Object.defineProperty(document, 'hidden', { get: () => window.isHidden ?? false });
    window.look = (away) => {
      window.isHidden = away;
      document.dispatchEvent(new Event('visibilitychange'));
    };
  };
  const page = await openPage(browser);
  await page.addInitScript(hide);
  await page.goto(playground.base);
  await ready(page);
  const { prompt, generate } = controls(page);
  const run = async (words, away) => {
    await prompt.fill(words);
    await generate.click();
    await page.waitForFunction(() => document.title.startsWith('(1)'));
    await page.evaluate((away) => window.look(away), away);
    await page.waitForFunction(() => document.title === 'Imagen 4 Playground');
    await page.evaluate(() => window.look(false));
  };
  await run('A tin whistle', true);
  assert.deepEqual(await page.evaluate(() => window.told), [], 'nobody asked for it');
  const box = page.getByLabel('Notify me when a run ends while this tab is hidden');
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('button', { name: 'Settings', exact: true }).click();
  await page.evaluate(() => (window.answer = 'denied'));
  await box.click();
  await page.getByText('Your browser blocks notifications from this page.').waitFor();
  assert.equal(await box.isChecked(), false);
  await page.evaluate(() => (window.answer = 'granted'));
  await box.check();
  await page.keyboard.press('Escape');
  await run('A tin drum', false);
  assert.deepEqual(await page.evaluate(() => window.told), [], 'it was seen');
  await run('A glass bell', true);
  assert.deepEqual(await page.evaluate(() => window.told), ['1 image ready: A glass bell']);
  await page.context().close();
});

test('a server that is gone and back is told of, and so is another version of it', async () => {
  const { page } = await open();
  await playground.halt();
  await page.getByText('Connection lost. Reconnecting…').first().waitFor();
  await page.context().setOffline(true);
  await playground.begin();
  await page.context().setOffline(false);
  await page.getByText('Connected again. Everything is up to date.').waitFor();
  await page.getByText('Connected again. Everything is up to date.').waitFor({ state: 'hidden' });
  assert.equal(await page.getByText('The server was updated.').isVisible(), false);
  await page.route('**/api/config', async (route) => {
    // While the server is away there is no answer to change.
    const answer = await route.fetch().catch(() => null);
    await (answer ? route.fulfill({ json: { ...(await answer.json()), version: '9.9.9' } }) : route.abort());
  });
  await playground.restart();
  await page.getByText('The server was updated.').waitFor();
  await page.context().close();
});

test('a network that comes back is noticed at once', async () => {
  const { page, prompt, generate, says, cards } = await open();
  await prompt.fill('A silk kite');
  await says('Generate 1 image · $0.04');
  await page.context().setOffline(true);
  await generate.click();
  await page.locator('#reasons').getByText("Can't reach the server.").waitFor();
  await page.waitForTimeout(6_000);
  const back = Date.now();
  await page.context().setOffline(false);
  await page.locator('#generate[aria-disabled=false]').waitFor();
  assert.ok(Date.now() - back < 2_500, `${Date.now() - back} ms`);
  await generate.click();
  await finished(cards.filter({ hasText: 'A silk kite' }).first());
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: the dialogs are accessible, wide and narrow`, async () => {
    for (const width of [1366, 390]) {
      const { page, dialog, menu, openDialog } = await open({ colorScheme, reducedMotion: 'reduce', viewport: { width, height: 844 } });
      for (const name of ['Settings', 'Keyboard shortcuts', 'Usage']) {
        await openDialog(name);
        await dialog(name).waitFor();
        await audit(page, name);
        await page.keyboard.press('Escape');
      }
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
      await page.context().close();
    }
  });
}
