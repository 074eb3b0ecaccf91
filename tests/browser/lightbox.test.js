// One picture, large: nearer by wheel and keys, moved by arrows and drag, told in per cent of its own pixels.

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

/** The large view of a run of two wide pictures. */
async function large(options) {
  const page = await openPage(browser, options);
  const { prompt, ratio, images, generate } = controls(page);
  await page.goto(playground.base);
  await ready(page);
  await prompt.fill('A still mountain lake');
  await ratio('16:9').check();
  await images(2).check();
  // An earlier test's run may be the first one still.
  const accepted = page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().endsWith('api/runs'));
  await generate.click();
  const card = page.locator(`#run-${(await (await accepted).json()).id}`);
  await finished(card);
  await card.getByRole('button', { name: 'Open image 1 of 2' }).click();
  const dialog = page.getByRole('dialog', { name: 'Image', exact: true });
  const picture = dialog.locator('.lightbox-frame img');
  await picture.evaluate((image) => image.decode());
  const box = () => picture.boundingBox();
  return { page, card, dialog, picture, box, level: dialog.locator('.lightbox-said') };
}

test('an image is not seen in the place of the next one', async () => {
  const { page, dialog, picture } = await large();
  const visible = () => picture.evaluate((image) => getComputedStyle(image).visibility);
  assert.equal(await visible(), 'visible');
  let arrive;
  const arrived = new Promise((resolve) => { arrive = resolve; });
  await page.route('**/images/**', async (route) => {
    await arrived;
    await route.continue();
  });
  await dialog.getByRole('button', { name: 'Next image' }).click();
  await dialog.getByText(/image 2 of 2/i).first().waitFor();
  assert.equal(await visible(), 'hidden', 'a browser shows what was there until the next one has arrived');
  arrive();
  await page.waitForFunction(() => getComputedStyle(document.querySelector('.lightbox-frame img')).visibility === 'visible');
  await page.context().close();
});

test('keys zoom, say how far, and arrows move what is larger than its frame', async () => {
  const { page, dialog, box, level } = await large();
  const whole = await box();
  const percent = Math.round((whole.width / 1408) * 100);
  await page.keyboard.press('+');
  const nearer = `${Math.round((whole.width * 1.25 * 100) / 1408)}%`;
  await level.getByText(nearer, { exact: true }).waitFor();
  await dialog.getByText(nearer, { exact: true }).waitFor();
  assert.ok(Math.abs((await box()).width - whole.width * 1.25) < 2);
  await page.keyboard.press('1');
  await level.getByText('100%', { exact: true }).waitFor();
  assert.ok(percent < 100 && Math.abs((await box()).width - 1408) < 3, `${percent}`);
  const before = await box();
  await page.keyboard.press('ArrowRight');
  assert.ok((await box()).x < before.x, 'the picture moves');
  await dialog.getByText(/image 1 of 2/i).first().waitFor();
  for (let n = 0; n < 40; n += 1) await page.keyboard.press('ArrowRight');
  const end = await box();
  assert.ok(end.x + end.width >= whole.x + whole.width - 2, 'and stays in its frame');
  await page.keyboard.press('0');
  await level.getByText(`${percent}%`, { exact: true }).waitFor();
  await page.keyboard.press('ArrowRight');
  await dialog.getByText(/image 2 of 2/i).first().waitFor();
  await page.keyboard.press('+');
  await page.keyboard.press('0');
  await page.keyboard.press('ArrowLeft');
  await dialog.getByText(/image 1 of 2/i).first().waitFor();
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('the wheel zooms towards the pointer, and dragging moves the picture', async () => {
  const { page, picture, box, level } = await large();
  const whole = await box();
  const at = { x: whole.x + whole.width * 0.25, y: whole.y + whole.height * 0.25 };
  await page.mouse.move(at.x, at.y);
  for (let n = 0; n < 4; n += 1) await page.mouse.wheel(0, -100);
  await level.getByText('%').waitFor();
  const near = await box();
  assert.ok(Math.abs((at.x - near.x) / near.width - 0.25) < 0.02, 'what was under the pointer is there still');
  assert.equal(await page.evaluate(() => window.visualViewport.scale), 1, 'the page itself is not zoomed');
  await page.mouse.down();
  await page.mouse.move(at.x + 60, at.y + 30, { steps: 4 });
  await page.mouse.up();
  const moved = await box();
  assert.ok(Math.abs(moved.x - near.x - 60) < 3, `${moved.x - near.x}`);
  await picture.dblclick();
  await level.getByText(`${Math.round((whole.width / 1408) * 100)}%`, { exact: true }).waitFor();
  await picture.dblclick();
  await level.getByText('100%', { exact: true }).waitFor();
  await page.context().close();
});

test('Back closes the picture and nothing else, and closing it leaves no step behind', async () => {
  const { page, dialog } = await large();
  const address = page.url();
  await page.goBack();
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(page.url(), address);
  await page.waitForFunction(() => document.activeElement.matches('.thumb'));
  const before = await page.evaluate(() => history.length);
  await page.keyboard.press('Enter');
  await dialog.waitFor();
  await page.evaluate(() => {
    window.stepped = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
  });
  await page.keyboard.press('Escape');
  // The dialog is gone before its step is.
  await page.evaluate(async () => void (await window.stepped));
  await dialog.waitFor({ state: 'hidden' });
  await page.waitForFunction(() => document.activeElement.matches('.thumb'));
  // The step is there still, but ahead: Back goes on from where the person was.
  assert.equal(await page.evaluate(() => history.length), before);
  await page.goBack();
  assert.notEqual(page.url(), address);
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('at a phone the focus is back at the picture, however it was closed', async () => {
  const { page, dialog } = await large({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const ways = {
    Escape: () => page.keyboard.press('Escape'),
    Close: () => dialog.getByRole('button', { name: 'Close', exact: true }).click(),
    Back: () => page.goBack(),
  };
  for (const [way, close] of Object.entries(ways)) {
    await page.evaluate(() => {
      window.stepped = new Promise((resolve) => addEventListener('popstate', () => setTimeout(resolve, 100), { once: true }));
    });
    await close();
    await page.evaluate(() => window.stepped);
    assert.equal(await page.evaluate(() => document.activeElement.matches('.thumb')), true, way);
    await page.keyboard.press('Enter');
    await dialog.waitFor();
  }
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('whoever opens the picture again at once has it open, and Back closes it still', async () => {
  const { page, dialog } = await large();
  const address = page.url();
  const ways = {
    Back: () => page.goBack(),
    Escape: () => page.keyboard.press('Escape'),
    Close: () => dialog.getByRole('button', { name: 'Close', exact: true }).click(),
  };
  // The focus is back first, then the browser tells that the dialog was closed, then the step is taken back.
  const moments = { focusin: () => document, close: () => document.querySelector('dialog.lightbox') };
  for (const [moment, of] of Object.entries(moments)) {
    for (const [way, close] of Object.entries(ways)) {
      // A page that nobody touched since cannot hold its dialog open on Escape.
      await page.keyboard.press('0');
      const target = await page.evaluateHandle(of);
      await target.evaluate((target, moment) => {
        const again = () => {
          if (!document.activeElement.matches('.thumb')) return;
          target.removeEventListener(moment, again);
          queueMicrotask(() => document.activeElement.click());
        };
        target.addEventListener(moment, again);
      }, moment);
      await close();
      // Until whatever was under way has come.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
      assert.equal(await dialog.isVisible(), true, `${way}, at ${moment}`);
    }
  }
  await page.goBack();
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(page.url(), address);
  await page.goBack();
  assert.notEqual(page.url(), address);
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('what can be done with a picture can be done from the large view', async () => {
  const { page, card, dialog, level } = await large({ permissions: ['clipboard-read', 'clipboard-write'] });
  const button = (name) => dialog.getByRole('button', { name, exact: true });
  // At this width the information has a column of its own.
  assert.equal(await button('Info').getAttribute('aria-expanded'), 'true');
  const facts = await dialog.locator('#lightbox-info').innerText();
  for (const words of ['wavespeed-ai/imagen4', '1408 × 768 pixels', 'Seed', '$0.08 · not charged', 'Render time']) {
    assert.ok(facts.includes(words), `${words} in ${facts}`);
  }
  await button('Copy prompt').click();
  await level.getByText('Prompt copied').waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'A still mountain lake');
  await button('Copy image').click();
  await level.getByText('Image copied').waitFor();
  const size = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const { width, height } = await createImageBitmap(await item.getType('image/png'));
    return [width, height];
  });
  assert.deepEqual(size, [1408, 768]);
  await page.keyboard.press('f');
  await dialog.locator('.star[aria-pressed=true]').waitFor();
  await button('Lock seed').click();
  await level.getByText('Seed locked in the form').waitFor();
  await page.keyboard.press('Escape');
  assert.match(await controls(page).seed.inputValue(), /^\d+$/);
  await card.locator('.slot-actions .star[aria-pressed=true]').waitFor();
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('two fingers zoom, and one brings the next picture', async () => {
  const { page, dialog, picture, box, level } = await large({ hasTouch: true, viewport: { width: 390, height: 844 } });
  const touch = await page.context().newCDPSession(page);
  const send = (type, points) =>
    touch.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const whole = await box();
  const [x, y] = [whole.x + whole.width / 2, whole.y + whole.height / 2];
  await send('touchStart', [[x + 80, y]]);
  for (const step of [40, 0, -40, -80]) await send('touchMove', [[x + step, y + 3]]);
  await send('touchEnd', []);
  await dialog.getByText(/image 2 of 2/i).first().waitFor();
  await picture.evaluate((image) => image.decode());
  await send('touchStart', [[x - 20, y], [x + 20, y]]);
  for (const spread of [30, 40, 50, 60]) await send('touchMove', [[x - spread, y], [x + spread, y]]);
  await send('touchEnd', []);
  await level.getByText('%').waitFor();
  const near = await box();
  assert.ok(Math.abs(near.width / whole.width - 3) < 0.2, `${near.width / whole.width}`);
  assert.equal(await page.evaluate(() => window.visualViewport.scale), 1, 'the page itself is not zoomed');
  await dialog.getByText(/image 2 of 2/i).first().waitFor();
  await page.context().close();
});

test('the focus goes back to a thumb that was far from the screen meanwhile', async () => {
  const page = await openPage(browser);
  for (let n = 0; n < 24; n += 1) {
    const body = { prompt: `A box of ${n} pencils`, num_images: 1, aspect_ratio: '1:1' };
    const headers = { 'content-type': 'application/json', 'idempotency-key': `pencils-${n}-0123456789abcdef` };
    await fetch(`${playground.base}/api/runs`, { method: 'POST', headers, body: JSON.stringify(body) });
  }
  await page.goto(`${playground.base}/?q=pencils`);
  await ready(page);
  const { cards } = controls(page);
  await page.waitForFunction(() => !document.title.startsWith('('));
  await cards.first().getByRole('button', { name: /^Open/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Image', exact: true });
  for (let n = 22; n >= 0; n -= 1) {
    await page.keyboard.press('ArrowRight');
    await dialog.getByText(`A box of ${n} pencils`, { exact: true }).waitFor();
  }
  await page.keyboard.press('Escape');
  // A closing dialog gives the focus to where it was opened first.
  await page.waitForFunction(() => document.activeElement.querySelector('img')?.alt.startsWith('A box of 0 pencils'));
  const thumb = page.locator('.thumb:focus');
  assert.ok(await thumb.evaluate((one) => one.getBoundingClientRect().top < innerHeight), 'and it is seen');
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: zoomed, it is accessible, wide and narrow`, async () => {
    for (const width of [1366, 390]) {
      const { page, dialog } = await large({ colorScheme, reducedMotion: 'reduce', viewport: { width, height: 844 }, ...(width < 760 ? { hasTouch: true, isMobile: true } : {}) });
      await dialog.getByRole('button', { name: '100%' }).click();
      await audit(page, 'zoomed');
      const small = await dialog.getByRole('button').evaluateAll((all) =>
        all.filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44).map((one) => one.outerHTML.slice(0, 80)),
      );
      assert.deepEqual(width < 760 ? small : [], []);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
      await page.context().close();
    }
  });
}
