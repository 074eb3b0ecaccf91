// One program is enough: the page inside it, compressed, and asked for again only when it is another one.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { request } from 'node:http';
import { controls, end, finished, openPage, ready, serve, startChromium } from './playground.js';

let browser;
let folder;
let proxy;

before(async () => {
  browser = await startChromium();
  folder = await mkdtemp(join(tmpdir(), 'imagen4-'));
  // No --static-dir, and no dist/ where it stands.
  const args = ['--listen', '127.0.0.1:0', '--data-dir', join(folder, 'data'), '--latency-ms', '100'];
  proxy = await serve(process.env.IMAGEN4_PROXY_BIN, args, {}, folder);
});

after(async () => {
  await browser?.close();
  if (proxy) await end(proxy.child);
  await rm(folder, { recursive: true });
});

/** fetch() would decompress, and hide what was sent. */
function get(path, headers = {}) {
  return new Promise((resolve, reject) => {
    const call = request(`${proxy.base}${path}`, { headers }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) }));
    });
    call.on('error', reject).end();
  });
}

test('the page runs from the program alone', async () => {
  const page = await openPage(browser);
  await page.goto(proxy.base);
  await ready(page);
  const { prompt, generate, cards } = controls(page);
  await prompt.fill('A tin frog');
  await generate.click();
  await finished(cards.first());
  assert.deepEqual(page.said, []);
  await page.context().close();
});

test('its files come compressed where that is taken, with their type, and are kept', async () => {
  const shell = await get('/');
  const wasm = `/${shell.body.toString().match(/data-wasm="\.?\/?([^"]+)"/)[1]}`;
  const plain = await get(wasm);
  assert.deepEqual([plain.status, plain.headers['content-type'], plain.headers['content-encoding']], [200, 'application/wasm', undefined]);
  assert.equal(plain.headers['cache-control'], 'public, max-age=31536000, immutable');
  for (const [encoding, most] of [['br', 0.5], ['gzip', 0.6]]) {
    const packed = await get(wasm, { 'accept-encoding': encoding });
    assert.equal(packed.headers['content-encoding'], encoding);
    assert.ok(packed.body.length < plain.body.length * most, encoding);
    assert.equal(packed.headers.vary, 'accept-encoding');
  }
  assert.equal((await get(wasm, { 'accept-encoding': 'gzip, br' })).headers['content-encoding'], 'br');
  assert.equal(shell.headers['cache-control'], 'no-cache');
  assert.match(shell.headers['content-security-policy'], /default-src 'none';.* manifest-src 'self';/);
  const again = await get('/', { 'if-none-match': shell.headers.etag });
  assert.deepEqual([again.status, again.body.length], [304, 0]);
  for (const path of ['/nothing', '/index.html.br', '/../Cargo.toml', '/data/ledger.sqlite']) {
    assert.equal((await get(path)).status, 404, path);
  }
});
