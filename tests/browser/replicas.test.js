// Two replicas behind the very Caddyfile of deploy/: the page shows what happens at either, and goes on at the other when one stops.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { KEY, controls, end, finished, openPage, ready, serve, startChromium, startEngine } from './playground.js';

const { CADDY, IMAGEN4_DIST, IMAGEN4_PROXY_BIN, IMAGEN4_TEST_POSTGRES, IMAGEN4_TEST_S3 } = process.env;
const skip = IMAGEN4_TEST_POSTGRES && IMAGEN4_TEST_S3 ? false : 'needs PostgreSQL and S3 servers, which `cargo xtask test` starts';

let browser;
let engine;
const started = [];
let folder;

before(async () => {
  if (skip) return;
  browser = await startChromium();
  engine = await startEngine(['--latency-ms', '300']);
  folder = await mkdtemp(join(tmpdir(), 'imagen4-replicas-'));
  assert.equal((await fetch(`${IMAGEN4_TEST_S3}/pictures`, { method: 'PUT' })).ok, true);
});

after(async () => {
  if (skip) return;
  await browser?.close();
  for (const child of started) await end(child);
  await engine?.stop();
  await rm(folder, { recursive: true });
});

/** A port that nobody has at the moment. */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function replica(name, port) {
  const args = ['--listen', `127.0.0.1:${port}`, '--static-dir', IMAGEN4_DIST, '--upstream', engine.base, '--replica', name];
  const limits = ['--images-per-minute', '1000', '--max-concurrent', '20', '--daily-budget', 'unlimited'];
  const { child, base } = await serve(IMAGEN4_PROXY_BIN, [...args, ...limits], {
    WAVESPEED_API_KEY: KEY,
    IMAGEN4_DATABASE: IMAGEN4_TEST_POSTGRES,
    IMAGEN4_IMAGES: 's3://pictures/browser',
    AWS_ENDPOINT_URL: IMAGEN4_TEST_S3,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  started.push(child);
  return { child, base };
}

/** Caddy from the file of deploy/, at other ports. */
async function caddy(ports) {
  const port = await freePort();
  let text = await readFile(new URL('../../deploy/Caddyfile.compose', import.meta.url), 'utf8');
  const places = { ':8080 {': `http://127.0.0.1:${port} {`, '127.0.0.1:8787': `127.0.0.1:${ports[0]}`, '127.0.0.1:8788': `127.0.0.1:${ports[1]}` };
  for (const [from, to] of Object.entries(places)) {
    assert.equal(text.split(from).length, 2, `${from} is there once`);
    text = text.replace(from, to);
  }
  await writeFile(join(folder, 'Caddyfile'), text);
  const env = { PATH: process.env.PATH, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const child = spawn(CADDY, ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile'], { env, stdio: 'ignore' });
  started.push(child);
  const base = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`${base}/api/config`).catch(() => null);
    if (answer?.ok) return base;
    assert.ok(tries < 200, 'Caddy answers');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function submit(base, prompt) {
  const answer = await fetch(`${base}/api/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': prompt + Math.random() },
    body: JSON.stringify({ model: 'wavespeed-ai/imagen4', input: { prompt } }),
  });
  assert.equal(answer.status, 202, await answer.text());
}

/** How many pages follow a replica's events. */
async function openStreams({ base }) {
  const metrics = await (await fetch(`${base}/metrics`)).text();
  return Number(metrics.match(/^imagen4_event_streams (\d+)/m)[1]);
}

test('the page shows what happens at another replica within a second, and goes on there when its own stops', { skip }, async () => {
  const ports = [await freePort(), await freePort()];
  const replicas = [await replica('a', ports[0]), await replica('b', ports[1])];
  const front = await caddy(ports);
  const page = await openPage(browser);
  await page.goto(front);
  await ready(page);
  const { prompt, generate, cards } = controls(page);
  // Caddy chose one of them for the page's events; what comes now comes from the other.
  const streams = await Promise.all(replicas.map(openStreams));
  const [own, other] = streams[0] ? replicas : replicas.toReversed();
  const word = Math.random().toString(36).slice(2);
  await submit(other.base, `A heron at the other one ${word}`);
  const heron = cards.filter({ hasText: `A heron at the other one ${word}` });
  await heron.first().waitFor({ timeout: 1000 });
  await finished(heron);
  const image = heron.first().getByRole('img').first();
  await image.evaluate((img) => img.decode());

  await end(own.child);
  await prompt.fill(`A fox after the change ${word}`);
  await generate.click();
  const fox = cards.filter({ hasText: `A fox after the change ${word}` });
  await finished(fox);
  await submit(other.base, `An owl at the end ${word}`);
  await cards.filter({ hasText: `An owl at the end ${word}` }).first().waitFor({ timeout: 3000 });
  assert.equal(await fox.count(), 1, 'one press is one run');
  await page.context().close();
});
