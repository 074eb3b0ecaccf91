// No paid picture is lost and what the page says is true, whatever stops, breaks off or was made elsewhere.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY, Playground, audit, controls, openPage, ready, startChromium, startEngine } from './playground.js';

/** What the engine does to whose prompt: it accepts and hangs up; it hangs up without accepting. */
const FAULTS = `
[[rule]]
prompt = "lost"
then = "accept_and_drop"

[[rule]]
prompt = "swallowed"
then = "drop"
`;

let browser;

before(async () => {
  browser = await startChromium();
});

after(async () => {
  await browser?.close();
});

/** Gives `act` an engine, a proxy that pays it, and a page; ends them all whatever happens. */
async function playing({ engine: engineArgs = [], proxy: proxyArgs = [], prepare = async () => {} }, act) {
  const engine = await startEngine(engineArgs);
  let playground;
  try {
    await prepare(engine);
    playground = await Playground.start(['--upstream', engine.base, ...proxyArgs], { WAVESPEED_API_KEY: KEY });
    const page = await openPage(browser, { reducedMotion: 'reduce' });
    await page.goto(playground.base);
    await ready(page);
    await act({ engine, playground, page, ...controls(page) });
    // While nobody listens, the browser itself says so; the page adds nothing.
    assert.deepEqual(page.said.filter((words) => !words.includes('net::ERR_')), []);
    await page.context().close();
  } finally {
    await playground?.stop();
    await engine.stop();
  }
}

test('a proxy that is stopped while a run is under way brings its pictures when it is back, for one bill', async () => {
  await playing({ engine: ['--latency-ms', '2500'] }, async ({ engine, playground, page, prompt, images, generate, cards }) => {
    await prompt.fill('A harbour in the fog');
    await images(2).check();
    await generate.click();
    const card = cards.first();
    await card.getByText('processing', { exact: true }).waitFor();

    await playground.halt();
    const notice = page.locator('#runs').getByText('Connection lost. Reconnecting…');
    await notice.waitFor();
    assert.equal(await card.getByText('processing', { exact: true }).isVisible(), true, 'what was known stays');
    await page.locator('#reasons').getByText('The server cannot be reached.').waitFor();

    await playground.begin();
    await notice.waitFor({ state: 'hidden' });
    await card.getByText(/archived ·/).waitFor();
    await card.getByRole('img').nth(1).evaluate((image) => image.decode());
    assert.equal(await cards.count(), 1);
    assert.equal(await engine.billed(), 1);
    assert.equal(await generate.getAttribute('aria-disabled'), 'false');
  });
});

test('a queued run says when it could leave, and is taken back for nothing', async () => {
  const proxy = ['--images-per-minute', '1'];
  await playing({ engine: ['--latency-ms', '300'], proxy }, async ({ engine, page, prompt, generate, cards, status }) => {
    await prompt.fill('A first picture');
    await generate.click();
    await cards.first().getByText(/archived ·/).waitFor();
    await page.locator('#money').getByText(/next slot in \d+ s/).waitFor();

    await prompt.fill('A second picture');
    await generate.click();
    const card = cards.filter({ hasText: 'A second picture' });
    await card.getByText(/Next in the queue · limit of 1 image per minute · next slot in \d+ s/).waitFor();
    await card.getByText('$0.04 held', { exact: true }).waitFor();
    await audit(page, 'queued');
    await card.getByRole('button', { name: 'Withdraw' }).click();
    await card.getByText('Withdrawn before it was sent.').waitFor();
    await card.getByText('$0.04 · not billed', { exact: true }).waitFor();
    await status.getByText('Withdrawn').waitFor();
    assert.equal(await card.getByRole('button', { name: 'Withdraw' }).isVisible(), false);
    assert.equal(await card.evaluate((card) => document.activeElement === card), true, 'the focus stays with the run');
    await card.getByRole('button', { name: 'Try again · about $0.04' }).waitFor();
    await page.locator('#money').getByText('$0.04 spent').waitFor();
    assert.equal(await engine.billed(), 1);
  });
});

async function withFaults(act) {
  const folder = await mkdtemp(join(tmpdir(), 'imagen4-faults-'));
  try {
    const file = join(folder, 'faults.toml');
    await writeFile(file, FAULTS);
    await playing({ engine: ['--latency-ms', '300', '--faults', file] }, act);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a run whose answer was lost is found at the vendor and not sent again', async () => {
  await withFaults(async ({ engine, prompt, generate, cards }) => {
    await prompt.fill('A letter lost at sea');
    await generate.click();
    const card = cards.first();
    const again = card.getByRole('button', { name: 'Look again now' });
    const found = card.getByText(/archived ·/);
    await again.or(found).first().waitFor();
    // It can be found before one gets to ask.
    if (await again.isVisible()) await again.click({ timeout: 1_000 }).catch(() => {});
    await found.waitFor();
    await card.getByRole('img').first().evaluate((image) => image.decode());
    assert.equal(await engine.billed(), 1);
  });
});

test('a run of which nobody knows whether it was billed says so, and is given up only after a second press', async () => {
  await withFaults(async ({ engine, page, prompt, images, generate, cards }) => {
    await prompt.fill('A ship swallowed by the sea');
    await images(4).check();
    await generate.click();
    const card = cards.first();
    await card.getByText("We don't know yet whether this was billed.").waitFor();
    await card.getByText('The $0.16 stay set aside until that is known.').waitFor();
    await card.getByText('$0.16 held', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Look again now' }).click();
    await page.getByRole('status').getByText('Looking for it at the vendor').waitFor();
    await card.getByRole('button', { name: 'Give up · frees $0.16' }).click();
    await audit(page, 'giving up');
    await card.getByRole('button', { name: 'Keep looking' }).click();
    await card.getByRole('button', { name: 'Give up · frees $0.16' }).click();
    await card.getByRole('button', { name: 'Give up anyway' }).click();
    await card.getByText('$0.16 · given up', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Try again · about $0.16' }).waitFor();
    await page.locator('#money').getByText(/^\$0\.00 spent · \$10\.00 a day$/).waitFor();
    assert.equal(await engine.billed(), 0);
  });
});

test('a prediction that no run explains is told of and can be adopted', async () => {
  const made = 'Made elsewhere with the same key';
  const prepare = (engine) => engine.submit({ prompt: made, aspect_ratio: '4:3', num_images: 2, seed: 5 });
  await playing({ engine: ['--latency-ms', '300'], prepare }, async ({ engine, page, cards }) => {
    const notice = page.getByText('The vendor lists 1 prediction of the last 7 days that no run here explains.');
    await notice.click();
    const entry = page.getByRole('list', { name: 'Unexplained predictions' }).getByRole('listitem');
    await entry.getByText(made).waitFor();
    await audit(page, 'unexplained');
    await entry.getByRole('button', { name: 'Adopt · $0.08' }).click();
    const card = cards.filter({ hasText: made });
    await card.getByText(/archived ·/).waitFor();
    await card.getByRole('img').nth(1).evaluate((image) => image.decode());
    await notice.waitFor({ state: 'hidden' });
    await page.locator('#money').getByText('$0.08 spent').waitFor();
    assert.equal(await engine.billed(), 1);
  });
});
