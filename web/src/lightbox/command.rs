//! What the keys do in the lightbox.

use web_sys::KeyboardEvent;

use super::zoom::Pixels;
use crate::ui::keys::{self, Modifier};

/// One step closer and one back, in thousandths.
const CLOSER: i64 = 1_250;
const FARTHER: i64 = 800;
/// How far an arrow moves an image that is larger than its frame, in pixels.
const STEP: i64 = 80;

/// What can be done by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Shows the image so many places on.
    Go(isize),
    /// Moves the image.
    Pan(Pixels),
    /// Zooms by so many thousandths.
    Zoom(i64),
    /// Shows the whole image.
    Fit,
    /// Shows each pixel of it as one.
    Natural,
    /// Shows or hides the information.
    Info,
    /// Makes it a favorite, or no more.
    Favorite,
}

impl Command {
    /// What a key asks for; arrows move what is larger than its frame.
    pub fn of_event(event: &KeyboardEvent, is_fit: bool) -> Option<Self> {
        match keys::shortcut(event, Modifier::None).and_then(|key| Self::of_arrow(&key, is_fit)) {
            Some(command) => Some(command),
            // On most keyboards `+` takes Shift.
            None => keys::character(event).and_then(|key| Self::of_character(&key)),
        }
    }

    fn of_arrow(key: &str, is_fit: bool) -> Option<Self> {
        Some(match (key, is_fit) {
            ("ArrowLeft", true) => Self::Go(-1),
            ("ArrowRight", true) => Self::Go(1),
            ("ArrowLeft", false) => Self::Pan((STEP, 0)),
            ("ArrowRight", false) => Self::Pan((-STEP, 0)),
            ("ArrowUp", false) => Self::Pan((0, STEP)),
            ("ArrowDown", false) => Self::Pan((0, -STEP)),
            _ => return None,
        })
    }

    fn of_character(key: &str) -> Option<Self> {
        Some(match key {
            "+" | "=" => Self::Zoom(CLOSER),
            "-" => Self::Zoom(FARTHER),
            "0" => Self::Fit,
            "1" => Self::Natural,
            "i" => Self::Info,
            "f" => Self::Favorite,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn arrows_go_on_and_move_what_is_larger_than_its_frame() {
        assert_eq!(Command::of_arrow("ArrowRight", true), Some(Command::Go(1)));
        assert_eq!(Command::of_arrow("ArrowRight", false), Some(Command::Pan((-80, 0))));
        assert_eq!(Command::of_arrow("ArrowDown", true), None, "what can be scrolled scrolls");
        assert_eq!(Command::of_arrow("ArrowDown", false), Some(Command::Pan((0, -80))));
        assert_eq!(["a", "I", "Escape", "Tab"].map(Command::of_character), [None; 4]);
        assert_eq!(Command::of_character("="), Command::of_character("+"));
    }
}
