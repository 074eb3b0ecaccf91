//! What happens on submit: what forbids it is said, what is dear is asked about, and the rest is submitted once.

use imagen4_core::MicroUsd;
use leptos::prelude::*;

use super::way::use_way;
use crate::state::Stores;
use crate::state::draft::counts::CountControl;
use crate::ui::focus::focus;

/// What the button does.
#[derive(Clone, Copy, Debug)]
pub struct Generate {
    stores: Stores,
    /// The price that the person is asked about.
    pub confirming: RwSignal<Option<MicroUsd>>,
    /// Whether the button was pressed while it was off.
    pub attempted: RwSignal<bool>,
}

impl Generate {
    /// Nothing is asked.
    pub fn new(stores: Stores) -> Self {
        Self { stores, confirming: RwSignal::new(None), attempted: RwSignal::new(false) }
    }

    /// Submits what the form says, unless something forbids it or the person wants to be asked first.
    pub fn press(self) {
        match self.dear_price() {
            _ if self.explain() => {}
            Some(price) => self.confirming.set(Some(price)),
            None => self.stores.submitter().submit(),
        }
    }

    /// The person agreed to a price: it is submitted at that price and at no other.
    pub fn confirm(self, agreed: MicroUsd) {
        self.confirming.set(None);
        match self.stores.draft.price_untracked().known() {
            Some(price) if price == agreed => self.stores.submitter().submit(),
            _ => self.press(),
        }
    }

    /// Says why what the form says cannot be submitted and goes to where that can be fixed; whether there is a reason.
    pub fn explain(self) -> bool {
        let issues = self.stores.draft.issues.get_untracked();
        let Some(issue) = issues.first() else { return false };
        self.attempted.set(true);
        self.stores.announcement.set(issues.iter().map(|issue| issue.text.as_str()).collect::<Vec<_>>().join(" "));
        focus(match issue.control.as_deref() {
            Some("prompt") => use_way().prompt_control(),
            // A group of radios has no focus of its own.
            Some("ratios") => "ratio-0",
            Some("images") if !has_number(self.stores) => "generate",
            control => control.unwrap_or("generate"),
        });
        true
    }

    /// The price of the draft, if it is one that the person wants to be asked about.
    fn dear_price(self) -> Option<MicroUsd> {
        let price = self.stores.draft.price_untracked().known()?;
        let limit = self.stores.settings.with_untracked(|settings| settings.confirm_above)?;
        let is_free = untrack(|| self.stores.config.is_demo());
        (price > limit && !is_free).then_some(price)
    }
}

fn has_number(stores: Stores) -> bool {
    matches!(CountControl::of(&stores.draft.spec.read_untracked()), CountControl::Number(..))
}

/// What the button does, in the composer.
pub fn use_generate() -> Generate {
    expect_context()
}
