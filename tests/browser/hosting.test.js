// The playground behind nginx and Caddy, each started from the very file in deploy/: at the root of a name, and under a path.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Playground, controls, finished, openPage, ready, startChromium } from './playground.js';

const { IMAGEN4_DIST } = process.env;
const NGINX = process.env.NGINX || '/usr/sbin/nginx';
const CADDY = process.env.CADDY || 'caddy';
const DEPLOY = new URL('../../deploy/', import.meta.url);

/** Where people find the page; Chromium takes every name below localhost for this machine. */
const PLACES = {
  'at the root': { host: 'imagen4.localhost', entry: '/', base: '/' },
  'under a path': { host: 'tools.localhost', entry: '/imagen4', base: '/imagen4/' },
};

/** What the files of the page must carry, whoever serves them. */
const PROMISED = [
  'cache-control',
  'content-security-policy',
  'x-content-type-options',
  'referrer-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'permissions-policy',
];

/** A documented file with the values of this machine. Each of the documented ones must be there. */
async function adapt(file, values) {
  let text = await readFile(new URL(file, DEPLOY), 'utf8');
  for (const [documented, real] of values) {
    assert.ok(text.includes(documented), `deploy/${file} does not say "${documented}" any more`);
    text = text.replaceAll(documented, real);
  }
  return text;
}

/** What both files have in common. 127.0.0.2 is left out of the networks, so that there is a stranger. */
const values = () => [
  ['imagen4.example.com', PLACES['at the root'].host],
  ['tools.example.com', PLACES['under a path'].host],
  ['127.0.0.1:8787', playground.listen],
  ['127.0.0.0/8', '127.0.0.1'],
  ['/usr/local/share/imagen4-playground/dist', IMAGEN4_DIST],
];

const FRONTS = {
  async nginx(folder, port) {
    const site = await adapt('nginx.conf', [
      ...values(),
      ['listen      80;', `listen 127.0.0.1:${port};`],
      ['/var/log/nginx/', `${folder}/`],
    ]);
    await writeFile(join(folder, 'site.conf'), site);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`);
    const main = [
      // One process, so that it stays the current user.
      `daemon off; master_process off; pid ${folder}/pid; events {}`,
      `http { ${temporary.join(' ')} include ${folder}/site.conf; }`,
    ];
    await writeFile(join(folder, 'nginx.conf'), main.join('\n'));
    return [NGINX, ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')]];
  },
  async Caddy(folder, port) {
    const sites = Object.values(PLACES).map(({ host }) => [`http://${host} {`, `http://${host}:${port} {`]);
    await writeFile(join(folder, 'Caddyfile'), await adapt('Caddyfile', [...values(), ...sites]));
    return [CADDY, ['run', '--config', join(folder, 'Caddyfile'), '--adapter', 'caddyfile']];
  },
};

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const answers = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** Starts a front in the foreground, with a folder of its own, and waits until it takes connections. */
async function startFront(name) {
  const folder = await mkdtemp(join(tmpdir(), 'imagen4-front-'));
  const port = await freePort();
  const [program, args] = await FRONTS[name](folder, port);
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  let ended = null;
  child.stderr.on('data', (words) => (said += words));
  child.on('exit', (code) => (ended ??= `ended with ${code}: ${said}`));
  child.on('error', (error) => {
    const missing = `is missing: install it, or name it in ${name.toUpperCase()} (${error.message})`;
    ended = error.code === 'ENOENT' ? missing : error.message;
  });
  const front = {
    port,
    /** Everything that it has written down. */
    async logs() {
      const files = (await readdir(folder)).filter((file) => file.endsWith('.log'));
      return (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('') + said;
    },
    async stop() {
      if (ended === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true });
    },
  };
  for (let tries = 0; !(await answers(port)); tries++) {
    if (ended === null && tries < 200) {
      await delay(50);
      continue;
    }
    await front.stop();
    throw new Error(`${name} ${ended ?? `does not answer: ${said}`}`);
  }
  return front;
}

/** Asks with the path exactly as it is written. */
async function open(port, host, path, { body, ...options } = {}) {
  const headers = { host: `${host}:${port}`, ...options.headers };
  const asking = request({ host: '127.0.0.1', port, path, agent: false, ...options, headers });
  // Who refuses a long body early may hang up before all of it is written.
  asking.on('error', () => {});
  asking.end(body);
  const [answer] = await once(asking, 'response', { signal: AbortSignal.timeout(5_000) });
  return answer;
}

async function ask(...what) {
  const answer = await open(...what);
  const body = Buffer.concat(await answer.toArray());
  return { status: answer.statusCode, headers: answer.headers, body, text: body.toString() };
}

let browser;
let playground;
const fronts = {};

before(async () => {
  browser = await startChromium();
  const hosts = Object.values(PLACES).flatMap(({ host }) => ['--allowed-host', host]);
  playground = await Playground.start(['--latency-ms', '300', '--images-per-minute', '60', ...hosts]);
  for (const name of Object.keys(FRONTS)) fronts[name] = await startFront(name);
});

after(async () => {
  await browser?.close();
  for (const front of Object.values(fronts)) await front.stop();
  await playground?.stop();
});

/** Marks a run at the proxy itself. */
async function mark(run, favorite) {
  const answer = await fetch(`${playground.base}/api/runs/${run}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ favorite }),
  });
  assert.equal(answer.status, 200);
}

/** Listens to the events through a front. */
async function listen(port, { host, base }) {
  const stream = await open(port, host, `${base}api/events`);
  let heard = '';
  stream.setEncoding('utf8').on('data', (words) => (heard += words));
  stream.on('error', () => {});
  return {
    headers: stream.headers,
    /** How many milliseconds it takes until these words have been heard. */
    async until(words, within) {
      const start = performance.now();
      while (!heard.includes(words)) {
        assert.ok(performance.now() - start < within, `${words} was not heard within ${within} ms, but: ${heard}`);
        await delay(5);
      }
    },
    end: () => stream.destroy(),
  };
}

for (const name of Object.keys(FRONTS)) {
  for (const [where, place] of Object.entries(PLACES)) {
    const { host, entry, base } = place;

    test(`${name}, ${where}: pictures are made, events come at once, and a restart of the proxy is survived`, async () => {
      const { port, logs } = fronts[name];
      const page = await openPage(browser);
      const { prompt, images, generate, cards } = controls(page);
      await page.goto(`http://${host}:${port}${entry}`);
      await ready(page);
      assert.equal(new URL(page.url()).pathname, base);
      const paint = async (words, count) => {
        await prompt.fill(words);
        await images(count).check();
        await generate.click();
        const card = cards.filter({ hasText: words });
        await finished(card);
        const widths = await card.getByRole('img').evaluateAll((thumbs) =>
          Promise.all(
            thumbs.map(async (thumb) => {
              const picture = new Image();
              picture.src = thumb.src.split('?')[0];
              await Promise.all([thumb.decode(), picture.decode()]);
              return [thumb.naturalWidth > 0, picture.naturalWidth];
            }),
          ),
        );
        assert.deepEqual(widths, Array(count).fill([true, 1024]));
        return card;
      };
      const card = await paint(`A bridge seen ${where} of ${name}`, 2);

      const stream = await listen(port, place);
      assert.match(stream.headers['content-type'], /^text\/event-stream/);
      await stream.until('event: spend', 1_000);
      const { id } = (await playground.json('api/runs')).runs[0];
      await mark(id, true);
      await stream.until('"favorite":true', 1_000);
      await card.locator('.card-actions .star[aria-pressed=true]').waitFor({ timeout: 1_000 });
      stream.end();
      assert.deepEqual(page.said, []);

      await playground.halt();
      assert.equal((await ask(port, host, `${base}api/runs?q=whispered`)).status, 502);
      await page.locator('#runs').getByText('Connection lost. Reconnecting…').waitFor();
      await playground.begin();
      await page.getByText('Connected again. Everything is up to date.').waitFor();
      await mark(id, false);
      await card.locator('.card-actions .star[aria-pressed=false]').waitFor({ timeout: 1_000 });
      await paint(`A ferry seen ${where} of ${name}`, 1);
      // While nobody listens, the browser itself says so; the page adds nothing.
      assert.deepEqual(page.said.filter((words) => !words.includes('502 (Bad Gateway)')), []);
      assert.equal((await logs()).includes('whispered'), false, 'what people search for is in no log');
      await page.context().close();
    });

    test(`${name}, ${where}: the page is as protected, kept and small as the proxy sends it`, async () => {
      const { port } = fronts[name];
      const files = (await readdir(IMAGEN4_DIST, { recursive: true })).filter((file) => /\.(?!br$|gz$)\w+$/.test(file));
      assert.ok(files.some((file) => file.endsWith('.wasm')));
      const seen = ({ status, headers }) => {
        return [status, headers['content-type'].split(';')[0], ...PROMISED.map((header) => headers[header])];
      };
      for (const file of ['', ...files]) {
        const ours = await ask(new URL(playground.base).port, '127.0.0.1', `/${file}`);
        const theirs = await ask(port, host, base + file);
        assert.deepEqual(seen(theirs), seen(ours), file);
        assert.equal(theirs.body.equals(ours.body), true, file);
        if (!/\.(html|css|js|wasm)$/.test(file)) continue;
        const small = await ask(port, host, base + file, { headers: { 'accept-encoding': 'gzip, br' } });
        assert.match(small.headers['content-encoding'], /^(br|gzip)$/, file);
        assert.match(small.headers.vary, /accept-encoding/i, file);
        assert.ok(small.body.length < ours.body.length, file);
        assert.deepEqual(seen(small), seen(ours), file);
      }
      const gone = await ask(port, host, `${base}style-0123456789abcdef.css`);
      assert.equal(gone.status, 404);
      assert.match(gone.headers['content-security-policy'], /^default-src 'none';/);
      assert.doesNotMatch(gone.headers['cache-control'] ?? '', /immutable/, 'what is missing may be there tomorrow');
      const { headers } = await ask(port, host, `${base}api/config`);
      assert.match(headers['content-security-policy'], /^default-src 'none';[^,]*$/, 'once, by the proxy');
    });

    test(`${name}, ${where}: nothing but the page and its API is reached, and only by those who may`, async () => {
      const { port } = fronts[name];
      const inside = new URL(playground.base).port;
      for (const path of ['metrics', 'livez', 'readyz']) {
        assert.equal((await ask(inside, '127.0.0.1', `/${path}`)).status, 200);
        const climbs = ['..', '%2e%2e', '..%2f.'].map((up) => `${base}api/${up}/${path}`);
        for (const way of [`/${path}`, `//${path}`, `${base}${path}`, `${base}/${path}`, ...climbs]) {
          const { status, text } = await ask(port, host, way);
          // Where a site has nothing, Caddy says 200 and nothing else.
          assert.ok(status !== 200 || text === '', `${way}: ${status} ${text}`);
        }
      }

      const post = (headers, body) => {
        headers = { 'content-type': 'application/json', 'idempotency-key': 'hosting', ...headers };
        return ask(port, host, `${base}api/runs`, { method: 'POST', headers, body });
      };
      const foreign = await post({ origin: 'http://evil.example' }, '{"prompt":"A bridge"}');
      assert.deepEqual([foreign.status, foreign.headers['content-type']], [403, 'application/problem+json']);
      const long = await post({}, JSON.stringify({ prompt: 'x'.repeat(3_000_000) }));
      assert.deepEqual([long.status, long.headers['content-type']], [413, 'application/problem+json'], 'it says so itself');
      // Announced only: who is refused while still writing may not get to read why.
      const huge = await post({ 'content-length': '5000000' }, '{"prompt":"');
      assert.equal(huge.status, 413);
      assert.notEqual(huge.headers['content-type'], 'application/problem+json', 'the proxy is not bothered with it');

      for (const path of ['', 'index.html', 'api/config']) {
        assert.equal((await ask(port, host, base + path)).status, 200);
        assert.equal((await ask(port, host, base + path, { localAddress: '127.0.0.2' })).status, 403, path);
      }
    });
  }
}
