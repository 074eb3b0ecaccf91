//! Keys that do something wherever the focus is, but in a field or a dialog. A person can turn them off: voice control and a
//! slip of the hand press single keys, too.

use web_sys::KeyboardEvent;

use crate::app::App;
use crate::platform::dom::{document, focus, is_dialog_open, listen, open, part, show_view};

/// Listens for the keys, and to the header's button that lists them.
pub fn adopt(app: App) {
    listen(&part("shortcuts-open"), "click", |_: web_sys::Event| open("shortcuts"));
    listen(&document(), "keydown", move |event: KeyboardEvent| {
        let plain = !event.ctrl_key() && !event.meta_key() && !event.alt_key() && !event.is_composing();
        let wanted = app.settings.with_untracked(|settings| settings.keys);
        if !plain || !wanted || is_in_field() || is_dialog_open() {
            return;
        }
        match event.key().as_str() {
            "?" => open("shortcuts"),
            "/" => go("runs", "search"),
            "n" => go("compose", "prompt"),
            _ => return,
        }
        event.prevent_default();
    });
}

fn go(view: &str, field: &str) {
    show_view(view);
    focus(field);
}

fn is_in_field() -> bool {
    let field = "input, textarea, select, [contenteditable]";
    document().active_element().is_some_and(|element| element.matches(field).unwrap_or_default())
}
