// Starts what a test needs: a real proxy, a real engine, a real Chromium; and ends just what it started.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

/** The key that engine and proxy share where a test needs one. */
export const KEY = 'wsk_test_0123456789abcdef_never_to_be_seen';

const { IMAGEN4_PROXY_BIN, IMAGEN4_ENGINE_BIN, IMAGEN4_DIST, CHROMIUM } = process.env;

/** Starts a program and waits for the address that it prints. */
export async function serve(program, args, env = {}, cwd = undefined) {
  const child = spawn(program, args, { cwd, env: { RUST_LOG: 'warn', ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface({ input: child.stdout })) {
    const address = line.match(/http:\/\/127\.0\.0\.1:\d+/);
    if (address) return { base: address[0], child };
  }
  throw new Error(`${program} ended before it said its address`);
}

/** Ends what was started, and waits for it. */
export async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** A proxy over a data directory of its own; it can be stopped and started again under the same address. */
export class Playground {
  static async start(args = [], env = {}) {
    const playground = new Playground();
    playground.args = args;
    playground.env = env;
    playground.folder = await mkdtemp(join(tmpdir(), 'imagen4-'));
    playground.listen = '127.0.0.1:0';
    await playground.begin();
    return playground;
  }

  async begin() {
    const args = ['--listen', this.listen, '--data-dir', join(this.folder, 'data'), '--static-dir', IMAGEN4_DIST, ...this.args];
    Object.assign(this, await serve(IMAGEN4_PROXY_BIN, args, this.env));
    this.listen = this.base.replace('http://', '');
  }

  async halt() {
    await end(this.child);
  }

  async restart() {
    await this.halt();
    await this.begin();
  }

  async json(path) {
    return (await fetch(`${this.base}/${path}`)).json();
  }

  async stop() {
    await this.halt();
    await rm(this.folder, { recursive: true });
  }
}

/** An engine alone, standing in for the vendor, that knows one key. */
export async function startEngine(args = [], key = KEY) {
  const engine = await serve(IMAGEN4_ENGINE_BIN, ['--listen', '127.0.0.1:0', '--api-key', key, ...args]);
  const post = async (path, body) => {
    const answer = await fetch(`${engine.base}/api/v3/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await answer.json()).data;
  };
  return {
    base: engine.base,
    stop: () => end(engine.child),
    /** Sends a request past the proxy. */
    submit: (input) => post('wavespeed-ai/imagen4', input),
    /** How many predictions the vendor's own bill says were accepted. */
    billed: async () => (await post('billings/search', { page: 1, page_size: 100, billing_type: 'deduct' })).total,
  };
}

/** Chromium with a fresh profile, quiet on a closed network. */
export function startChromium() {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A page whose console and errors are collected in `page.said`. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1366, height: 850 }, ...options });
  const page = await context.newPage();
  page.said = [];
  page.on('console', (message) => page.said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => page.said.push(`error: ${error.message}`));
  return page;
}

/** The controls by the names that people and screen readers know them by. */
export function controls(page) {
  return {
    model: page.getByRole('combobox', { name: 'Model', exact: true }),
    prompt: page.getByRole('textbox', { name: 'Prompt', exact: true }),
    negative: page.getByRole('textbox', { name: 'Negative prompt' }),
    ratio: (name) => page.getByRole('radiogroup', { name: 'Aspect ratio' }).getByRole('radio', { name }),
    images: (count) => page.getByRole('radiogroup', { name: 'Images' }).getByRole('radio', { name: new RegExp(`^${count}`) }),
    seed: page.getByRole('textbox', { name: 'Seed', exact: true }),
    generate: page.getByRole('button', { name: /^Generate/ }),
    /** Waits until the button says this, which it does once the price is known. */
    says: (words) => page.getByRole('button', { name: words, exact: true }).waitFor(),
    runs: page.getByRole('list', { name: 'Runs' }),
    cards: page.getByRole('list', { name: 'Runs' }).getByRole('article'),
    status: page.locator('[role=status]').last(),
  };
}

/** Waits until all images of a card's run are kept. */
export async function finished(card) {
  await card.and(card.page().locator('[data-state=archived]')).first().waitFor();
}

/** Waits until the wasm has taken the form over. */
export async function ready(page) {
  await page.locator('#generate:not([disabled])').waitFor();
}

/** axe finds nothing on the page as it is now. */
export async function audit(page, where) {
  // Colours are judged when nothing fades any more.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.effect?.getTiming().iterations !== Infinity).map((a) => a.finished)));
  // Without a list of everything that is as it should be, which takes longer than to find what is not. The page has no frames.
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode().analyze();
  const found = violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  assert.deepEqual(found, []);
}
