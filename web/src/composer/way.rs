//! How a person comes to a prompt.

use leptos::prelude::*;

/// The ways to come to a prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// As text.
    #[default]
    Write,
    /// From slots.
    Build,
    /// From a template.
    Templates,
}

impl Way {
    /// All of them, and what they are called.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Write, "Write"), (Self::Build, "Build"), (Self::Templates, "Templates")];
}

/// The way that is chosen.
#[derive(Clone, Copy, Debug)]
pub struct WaySignal(RwSignal<Way>);

impl WaySignal {
    /// The way now.
    pub fn get(self) -> Way {
        self.0.get()
    }

    /// Chooses a way.
    pub fn set(self, way: Way) {
        self.0.set(way);
    }

    /// Goes to the text.
    pub fn write(self) {
        self.0.set(Way::Write);
    }

    /// The id of the control in which the prompt is written now.
    pub fn prompt_control(self) -> &'static str {
        match self.0.get_untracked() {
            Way::Build => "slot-subject",
            Way::Write => "prompt",
            Way::Templates => {
                self.0.set(Way::Write);
                "prompt"
            }
        }
    }
}

/// The way that is chosen, in the composer.
pub fn use_way() -> WaySignal {
    use_context().unwrap_or_else(|| {
        let way = WaySignal(RwSignal::new(Way::default()));
        provide_context(way);
        way
    })
}
