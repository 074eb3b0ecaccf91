//! Exactly this shortcut, and never a key of an input method.

use web_sys::KeyboardEvent;

/// The modifiers of a shortcut.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Modifier {
    /// None.
    #[default]
    None,
    /// Ctrl, or ⌘, alone.
    CtrlOrMeta,
    /// Alt alone; Option on a Mac.
    Alt,
}

/// The keys that are held, as an event tells them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Held {
    ctrl: bool,
    alt: bool,
    shift: bool,
    meta: bool,
}

impl Held {
    /// The shortcut modifier that these are, and nothing more.
    const fn modifier(self) -> Option<Modifier> {
        match self {
            Self { ctrl: false, alt: false, shift: false, meta: false } => Some(Modifier::None),
            Self { ctrl: true, alt: false, shift: false, meta: false }
            | Self { ctrl: false, alt: false, shift: false, meta: true } => Some(Modifier::CtrlOrMeta),
            Self { ctrl: false, alt: true, shift: false, meta: false } => Some(Modifier::Alt),
            _ => None,
        }
    }
}

/// Whether the key belongs to an input method: it is still composing what it will write.
pub fn is_composing(event: &KeyboardEvent) -> bool {
    // Safari ends the composition before it tells of the key that ended it.
    const IME: u32 = 229;
    event.is_composing() || event.key_code() == IME
}

/// The key of the event, if it is pressed with exactly that modifier and is no key of an input method.
pub fn shortcut(event: &KeyboardEvent, modifier: Modifier) -> Option<String> {
    let held = Held { ctrl: event.ctrl_key(), alt: event.alt_key(), shift: event.shift_key(), meta: event.meta_key() };
    (!is_composing(event) && held.modifier() == Some(modifier)).then(|| event.key())
}

/// A key that writes a character, whichever Shift that takes: `?` is Shift and something else on most keyboards.
pub fn character(event: &KeyboardEvent) -> Option<String> {
    let is_plain = !event.ctrl_key() && !event.alt_key() && !event.meta_key() && !is_composing(event);
    is_plain.then(|| event.key())
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn all_four_modifiers_are_compared() {
        let held = |ctrl, alt, shift, meta| Held { ctrl, alt, shift, meta }.modifier();
        assert_eq!(held(false, false, false, false), Some(Modifier::None));
        assert_eq!(held(true, false, false, false), Some(Modifier::CtrlOrMeta));
        assert_eq!(held(false, false, false, true), Some(Modifier::CtrlOrMeta));
        assert_eq!(held(false, true, false, false), Some(Modifier::Alt));
        for bits in 0..16_u8 {
            let flags = [1, 2, 4, 8].map(|bit| bits & bit != 0);
            if flags.iter().filter(|flag| **flag).count() > 1 || flags[2] {
                assert_eq!(held(flags[0], flags[1], flags[2], flags[3]), None, "{flags:?}");
            }
        }
    }
}
