// The code that the page shows runs as it stands: it is copied, and run against an engine that bills it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { KEY, Playground, audit, controls, finished, openPage, ready, startChromium, startEngine } from './playground.js';

const run = promisify(execFile);
const { CARGO, IMAGEN4_ROOT, IMAGEN4_TARGET } = process.env;
const LANGUAGES = ['curl', 'Python', 'JavaScript', 'Rust'];
const PROMPT = 'A \'fox\' in "snow" for $HOME, `id` and \\n 雪';
/** What compilers, shells and readers have stumbled over. */
const HOSTILE = [
  'right \u2067to\u2069 left \u202Eand\u202C back, \u061C\u200F\uFEFF bom',
  `quotes "# "## "${'#'.repeat(300)} r#" """ ''' \`\`\` ' '' */ <!-- </script> \${HOME} $(id) %s %n {0} \\u2067 \\ \\"`,
  'lines\nand\ttabs\u0000\u0007\u001B[31m\u007F\u0085\u2028\u2029\u00A0\u3000end',
  '👩🏽‍🚀🦊 \u{E0041}\u{10FFFF} e\u0301 اَلثَّعْلَب 狐狸\u00AD\u200B',
];
const PACKAGE = `[package]
name = "code"
version = "0.0.0"
edition = "2024"
publish = false

[dependencies]
imagen4-client = { path = ${JSON.stringify(join(IMAGEN4_ROOT ?? '.', 'crates/imagen4-client'))} }
serde_json = "1"
tokio = { version = "1", features = ["macros", "rt-multi-thread"] }

[profile.dev]
debug = "line-tables-only"

[workspace]
`;

let browser;
let engine;
let playground;
let folder;

before(async () => {
  browser = await startChromium();
  engine = await startEngine(['--latency-ms', '300']);
  playground = await Playground.start(['--latency-ms', '100']);
  folder = await mkdtemp(join(tmpdir(), 'imagen4-code-'));
});

after(async () => {
  await browser?.close();
  await playground?.stop();
  await engine?.stop();
  await rm(folder, { recursive: true });
});

async function open(options) {
  const page = await openPage(browser, { permissions: ['clipboard-read', 'clipboard-write'], ...options });
  await page.goto(playground.base);
  await ready(page);
  const code = page.getByRole('button', { name: 'Code', exact: true });
  return { page, ...controls(page), code: code.first(), dialog: page.getByRole('dialog', { name: 'Code' }) };
}

test('the form as code, in each language, does what the button would do', async () => {
  const { page, prompt, negative, images, ratio, seed, says, code, dialog } = await open();
  await code.click();
  assert.equal(await dialog.isVisible(), false, 'nothing to generate yet');
  await page.getByRole('status').getByText('Prompt is required').waitFor();
  await prompt.fill(`${PROMPT} {at dawn|at noon}`);
  await page.getByRole('button', { name: '+ Negative prompt' }).click();
  await negative.fill("text, 'logos'");
  await images(2).check();
  await ratio('16:9').check();
  await seed.fill('7');
  await says('Generate 2 × 2 samples · free');
  await code.click();
  await dialog.getByText('costs $0.08 per run').waitFor();
  const programs = await copies(page, dialog, 'first');
  for (const [index, text] of HOSTILE.entries()) {
    await dialog.getByRole('button', { name: 'Close' }).click();
    await prompt.evaluate((area, value) => {
      area.value = value;
      area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }, text);
    await code.click();
    programs.push(...(await copies(page, dialog, `hostile${index}`)));
  }
  await build(programs.filter(({ language }) => language === 'Rust'));
  await Promise.all(
    programs.map(async ({ language, name, command }) => {
      const cwd = join(folder, `${name}-${language}`);
      await mkdir(cwd);
      const env = { PATH: process.env.PATH, WAVESPEED_BASE_URL: engine.base, WAVESPEED_API_KEY: KEY };
      const { stdout } = await run(command[0], command.slice(1), { cwd, env });
      const outputs = stdout.match(/http:\/\/[^"\s]+/g)?.filter((url) => !url.endsWith('/result')) ?? [];
      assert.equal(outputs.length, 2, `${language} ${name}: ${stdout}`);
      assert.equal((await fetch(outputs[1])).headers.get('content-type'), 'image/jpeg', language);
    }),
  );
  const list = await fetch(`${engine.base}/api/v3/predictions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ page: 1, page_size: 100, created_after: '2020-01-01T00:00:00Z', created_before: '2100-01-01T00:00:00Z', include_inputs: true }),
  });
  const sent = (await list.json()).data.items.map(({ inputs, input }) => inputs ?? input);
  for (const text of [`${PROMPT} at dawn`, ...HOSTILE]) {
    const its = sent.filter((input) => input.prompt === text);
    assert.equal(its.length, LANGUAGES.length, `each language once, to the letter: ${JSON.stringify(text)}`);
    for (const { negative_prompt: not, aspect_ratio: shape, num_images: count, seed: held } of its) {
      assert.deepEqual([not, shape, count, held], ["text, 'logos'", '16:9', 2, 7]);
    }
  }
  assert.equal(await engine.billed(), programs.length, 'nothing else was bought');
  assert.deepEqual(page.said, []);
  await page.context().close();
});

/** The program that the dialog shows, in each language, written where it can be run. */
async function copies(page, dialog, name) {
  const files = {
    curl: [`${name}.sh`, 'sh'],
    Python: [`${name}.py`, 'python3'],
    JavaScript: [`${name}.mjs`, process.execPath],
    Rust: [join('src', 'bin', `${name}.rs`)],
  };
  await mkdir(join(folder, 'src', 'bin'), { recursive: true });
  const programs = [];
  for (const language of LANGUAGES) {
    await dialog.getByRole('radio', { name: language, exact: true }).check();
    await dialog.getByRole('button', { name: 'Copy' }).click();
    await dialog.getByText('Copied').waitFor();
    const [file, program] = files[language];
    await writeFile(join(folder, file), await page.evaluate(() => navigator.clipboard.readText()));
    const command = program ? [program, join(folder, file)] : [join(IMAGEN4_TARGET, 'debug', name)];
    programs.push({ language, name, command });
  }
  return programs;
}

/** Compiles all Rust programs at once, with what the workspace has compiled already. */
async function build(programs) {
  assert.equal(programs.length, 1 + HOSTILE.length);
  await writeFile(join(folder, 'Cargo.toml'), PACKAGE);
  await copyFile(join(IMAGEN4_ROOT, 'Cargo.lock'), join(folder, 'Cargo.lock'));
  const { PATH, HOME, CARGO_HOME, RUSTUP_HOME, RUSTUP_TOOLCHAIN } = process.env;
  // Without the toolchain's name, rustup would ask each dependency's own folder which one to use, and install that.
  const env = { PATH, HOME, CARGO_HOME, RUSTUP_HOME, RUSTUP_TOOLCHAIN, CARGO_TARGET_DIR: IMAGEN4_TARGET };
  await run(CARGO, ['build', '--quiet', '--bins'], { cwd: folder, env });
}

test('a run as code has its own seed and price', async () => {
  const { page, prompt, generate, cards, dialog } = await open();
  await prompt.fill('A red kite');
  await generate.click();
  const card = cards.filter({ hasText: 'A red kite' });
  await finished(card);
  await prompt.fill('something else');
  await card.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('group', { name: 'More actions' }).getByRole('button', { name: 'Code' }).click();
  const { request } = (await playground.json('api/runs?limit=1')).runs[0];
  const text = await dialog.locator('pre').textContent();
  assert.ok(text.includes('"prompt": "A red kite"') && text.includes(`"seed": ${request.input.seed}`), text);
  await dialog.getByRole('radio', { name: 'Rust' }).check();
  await dialog.getByText('RunRequest { model: "wavespeed-ai/imagen4".into(), input }').waitFor();
  await page.context().close();
});

for (const colorScheme of ['light', 'dark']) {
  test(`${colorScheme}: the code is accessible, wide and narrow`, async () => {
    for (const width of [1366, 390]) {
      const { page, prompt, code } = await open({ colorScheme, reducedMotion: 'reduce', viewport: { width, height: 844 } });
      await prompt.fill('A fox');
      await code.click();
      await audit(page, `code at ${width}`);
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
      await page.context().close();
    }
  });
}
