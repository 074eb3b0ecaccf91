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

document.addEventListener('DOMContentLoaded', async () => {
  const form = document.getElementById('composer');
  form.addEventListener('submit', (event) => event.preventDefault());
  // What is chosen before the code arrives counts, whatever was kept.
  const touched = new Set();
  form.addEventListener('input', ({ target }) => {
    form.dataset.touched = [...touched.add(target.name)].join(' ');
  });
  try {
    const draft = JSON.parse(stored('imagen4.draft')) ?? {};
    for (const [name, value] of Object.entries(draft)) {
      // What was typed since the shell was painted wins. A group of radios has a value, too.
      const control = form.elements[name];
      if (name === 'model') {
        if (!value) continue;
        // The code tells the models; until then the kept one goes by its id.
        if (![...control.options].some((option) => option.value === value)) control.add(new Option(value, value));
      }
      if (control && !(control.defaultValue === '' && control.value)) control.value = value;
    }
  } catch {
    // An unreadable draft is no draft.
  }

  const { js, wasm } = document.querySelector('meta[name=app]').dataset;
  try {
    const { default: init } = await import(new URL(js, document.baseURI).href);
    await init({ module_or_path: new URL(wasm, document.baseURI) });
  } catch (error) {
    const note = document.createElement('p');
    note.className = 'fatal';
    note.setAttribute('role', 'alert');
    note.textContent = `The page could not start: ${error.message ?? error}. Your text is still here; copy it, then reload.`;
    document.querySelector('main').before(note);
  }
});
