// No paid picture is lost and what the page says is true, whatever stops, breaks off or was made elsewhere.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEY, Playground, audit, controls, finished, openPage, ready, startChromium, startEngine } from './playground.js';

/** What the engine does to whose prompt: it accepts and hangs up; it hangs up without accepting; it blocks what it accepted; it does not even accept it. */
const FAULTS = `
[[rule]]
prompt = "lost"
then = "accept_and_drop"

[[rule]]
prompt = "swallowed"
then = "drop"

[[rule]]
prompt = "blocked"
always = true
fate = { fail = { code = 1200, error = "Content flagged by moderation.", status = "failed" } }

[[rule]]
prompt = "turned away"
then = { refuse = { status = 400, message = "The prompt contains sensitive content" } }
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
    await card.getByText('Rendering', { exact: true }).waitFor();

    await playground.halt();
    const notice = page.locator('#runs').getByText('Connection lost. Reconnecting…');
    await notice.waitFor();
    assert.equal(await card.getByText('Rendering', { exact: true }).isVisible(), true, 'what was known stays');
    await page.locator('#reasons').getByText("Can't reach the server.").waitFor();

    await playground.begin();
    await notice.waitFor({ state: 'hidden' });
    await finished(card);
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
    await finished(cards.first());
    await page.locator('#reasons').getByText(/Next request in \d+ s/).waitFor();

    await prompt.fill('A second picture');
    await generate.click();
    const card = cards.filter({ hasText: 'A second picture' });
    await card.getByText(/Next in the queue · limit of 1 image per minute · next request in \d+ s/).waitFor();
    await audit(page, 'queued');
    await card.getByRole('button', { name: 'Cancel' }).click();
    await card.getByText('Canceled.').waitFor();
    await card.getByText('$0.04 · not charged', { exact: true }).waitFor();
    await status.getByText('Canceled').waitFor();
    assert.equal(await card.getByRole('button', { name: 'Cancel' }).isVisible(), false);
    assert.equal(await card.evaluate((card) => document.activeElement === card), true, 'the focus stays with the run');
    await card.getByRole('button', { name: 'Try again' }).waitFor();
    await page.locator('#usage-open').getByText('$0.04 of $10.00 today').waitFor();
    assert.equal(await engine.billed(), 1);
  });
});

async function withFaults(act, proxy = []) {
  const folder = await mkdtemp(join(tmpdir(), 'imagen4-faults-'));
  try {
    const file = join(folder, 'faults.toml');
    await writeFile(file, FAULTS);
    await playing({ engine: ['--latency-ms', '300', '--faults', file], proxy }, act);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a run whose answer was lost is found at the vendor and not sent again', async () => {
  await withFaults(async ({ engine, page, prompt, generate, cards }) => {
    await prompt.fill('A letter lost at sea');
    await generate.click();
    const card = cards.first();
    const again = card.getByRole('button', { name: 'Check again' });
    const found = card.and(page.locator('[data-state=archived]'));
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
    await card.getByText('Billing status unknown.').waitFor();
    await card.getByText('$0.16 stays reserved until that is known.').waitFor();
    await card.getByText('$0.16 reserved', { exact: true }).waitFor();
    await card.getByRole('button', { name: 'Check again' }).click();
    await page.getByRole('status').getByText('Checking WaveSpeed again').waitFor();
    await card.getByRole('button', { name: 'Stop tracking', exact: true }).click();
    await audit(page, 'giving up');
    await card.getByRole('button', { name: 'Keep tracking' }).click();
    await card.getByRole('button', { name: 'Stop tracking', exact: true }).click();
    await card.getByRole('button', { name: 'Stop tracking anyway' }).click();
    await card.getByText('$0.16 · tracking stopped', { exact: true }).waitFor();
    // It may turn up as charged: nothing offers to buy the same once more.
    await card.getByRole('button', { name: 'Edit prompt' }).waitFor();
    assert.equal(await card.getByRole('button', { name: 'Try again' }).count(), 0);
    await page.locator('#usage-open').getByText('$0.00 of $10.00 today').waitFor();
    assert.equal(await engine.billed(), 0);
  });
});

test('a prediction that no run explains is told of and can be adopted', async () => {
  const made = 'Made elsewhere with the same key';
  const prepare = (engine) => engine.submit({ prompt: made, aspect_ratio: '4:3', num_images: 2, seed: 5 });
  await playing({ engine: ['--latency-ms', '300'], prepare }, async ({ engine, page, cards }) => {
    const notice = page.getByText('1 image generated elsewhere');
    await notice.click();
    const entry = page.getByRole('list', { name: 'Images generated elsewhere' }).getByRole('listitem');
    await entry.getByText(made).waitFor();
    await audit(page, 'unexplained');
    await entry.getByRole('button', { name: 'Import' }).click();
    const card = cards.filter({ hasText: made });
    await finished(card);
    await card.getByRole('img').nth(1).evaluate((image) => image.decode());
    await notice.waitFor({ state: 'hidden' });
    await page.locator('#usage-open').getByText('$0.08 of $10.00 today').waitFor();
    assert.equal(await engine.billed(), 1);
  });
});

test('what the content policy blocks is offered to be edited, and never to be bought once more as it is', async () => {
  const act = async ({ engine, page, prompt, generate, cards, says }) => {
    const titled = (name) => cards.filter({ has: page.getByRole('heading', { name, exact: true }) });
    for (const { words, title, label, accepted } of [
      { words: 'A blocked parade', title: 'A blocked parade', label: 'Generate 1 image · $0.04', accepted: 1 },
      { words: 'A parade turned away', title: 'A parade turned away', label: 'Generate 1 image · $0.04', accepted: 0 },
      { words: 'A blocked {duck|drake}', title: 'duck', label: 'Generate 2 × 1 image · $0.08', accepted: 2 },
    ]) {
      const before = await engine.billed();
      await prompt.fill(words);
      await says(label);
      await generate.click();
      const card = titled(title);
      await card.getByText('Blocked by content policy.', { exact: true }).waitFor();
      assert.deepEqual(await card.locator('.button').allTextContents(), ['Edit prompt'], 'one thing to do');
      assert.equal(await card.locator('.button.primary').count(), 1);
      await card.getByRole('button', { name: 'More actions' }).click();
      await page.locator('.popover:popover-open').getByText('Copy prompt').waitFor();
      assert.equal(await card.getByRole('button', { name: /again|generate|\$/i }).count(), 0, 'nothing that costs money, also in the menu');
      await page.keyboard.press('Escape');
      // What was never accepted has no id that support could ask for.
      assert.equal(await card.getByRole('button', { name: 'Copy prediction ID' }).count(), accepted > 0 ? 1 : 0);
      await audit(page, words);

      await prompt.fill('something else');
      await card.locator('.button.primary').click();
      await page.waitForFunction(() => document.activeElement.id === 'prompt');
      assert.equal(await prompt.inputValue(), title === 'duck' ? 'A blocked duck' : words);
      assert.equal((await engine.billed()) - before, accepted, 'nothing was bought by that');
    }
  };
  await withFaults(act, ['--images-per-minute', '60']);
});
