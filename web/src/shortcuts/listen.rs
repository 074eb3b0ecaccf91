//! Keys that do something wherever the focus is, but in a field or a dialog. A person can turn them off: voice control and a slip of the
//! hand press single keys, too.

use leptos::ev;
use leptos::prelude::*;

use crate::state::Stores;
use crate::state::draft::FocusTarget;
use crate::state::view::Panel;
use crate::ui::{dom, focus, keys};

/// The field that the board is searched with.
const SEARCH: &str = "search";

/// What a single key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Command {
    ShowShortcuts,
    Search,
    Prompt,
}

/// Listens for the life of the page.
pub fn listen(stores: Stores) {
    let _for_the_life_of_the_page = window_event_listener(ev::keydown, move |event| {
        let command = keys::character(&event).and_then(|key| command(&key));
        let is_wanted = || stores.settings.with_untracked(|settings| settings.shortcuts);
        // Whoever handles a key says so.
        let is_free = || !event.default_prevented() && !dom::is_in_field() && !dom::is_dialog_open();
        if let Some(command) = command.filter(|_| is_wanted() && is_free()) {
            event.prevent_default();
            run(stores, command);
        }
    });
}

fn command(key: &str) -> Option<Command> {
    match key {
        "?" => Some(Command::ShowShortcuts),
        "/" => Some(Command::Search),
        "n" => Some(Command::Prompt),
        _ => None,
    }
}

fn run(stores: Stores, command: Command) {
    match command {
        Command::ShowShortcuts => stores.overlays.shortcuts.set(true),
        Command::Search => {
            stores.view.show_panel(Panel::Board);
            focus::focus_soon(SEARCH);
        }
        Command::Prompt => {
            stores.view.show_panel(Panel::Composer);
            stores.draft.focus.set(Some(FocusTarget::Prompt));
        }
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn only_the_listed_keys_do_something() {
        assert_eq!(["?", "/", "n"].map(command), [Command::ShowShortcuts, Command::Search, Command::Prompt].map(Some));
        for key in ["N", "b", "Enter", " ", "Process", "Dead"] {
            assert_eq!(command(key), None, "{key}");
        }
    }
}
