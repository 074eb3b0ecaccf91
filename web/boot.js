// Everything that cannot wait for the wasm: the theme, the kept draft, and starting the wasm itself.
// A classic script in the head, because a module would run after the first paint.
'use strict';

// Storage can be denied, and what is in it can be anything.
function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

const theme = stored('imagen4.theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

// Puts the kept draft into the shell's form. What was typed since the shell was painted wins.
function restore(form) {
  try {
    const draft = JSON.parse(stored('imagen4.draft')) ?? {};
    for (const name of ['prompt', 'seed', 'aspect_ratio', 'num_images']) {
      const control = form.elements[name];
      if (!draft[name] || (control.defaultValue === '' && control.value)) continue;
      // A group of radios has a value, too.
      control.value = draft[name];
    }
  } catch {
    // An unreadable draft is no draft.
  }
}

document.addEventListener('DOMContentLoaded', async () => {
  const shell = document.getElementById('shell');
  const form = shell.querySelector('form');
  form.addEventListener('submit', (event) => event.preventDefault());
  // What is chosen before the code arrives counts, whatever was kept.
  const touched = new Set();
  form.addEventListener('input', ({ target }) => {
    shell.dataset.touched = [...touched.add(target.name)].join(' ');
  });
  // The code waits for the end of a word that an input method composes.
  form.addEventListener('compositionstart', () => (shell.dataset.composing = ''));
  form.addEventListener('compositionend', () => delete shell.dataset.composing);
  restore(form);

  const { js, wasm } = document.querySelector('meta[name=app]').dataset;
  try {
    const { default: init } = await import(new URL(js, document.baseURI).href);
    await init({ module_or_path: new URL(wasm, document.baseURI) });
  } catch (error) {
    const note = document.createElement('p');
    note.className = 'fatal';
    note.setAttribute('role', 'alert');
    note.textContent = `The page could not start: ${error.message ?? error}. Your text is still here; copy it, then reload.`;
    shell.before(note);
  }
});
