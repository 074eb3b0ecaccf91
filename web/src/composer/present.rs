//! What follows from the form and the server together: the model, what a press would buy, its price, and why it cannot be pressed.

use std::rc::Rc;

use imagen4_core::ModelSpec;

use super::Composer;
use super::composed::Composed;
use super::quote::Price;
use super::reasons::{Reason, reasons};
use crate::app::App;
use crate::platform::reactive::{Signal, untrack};
use crate::server::Server;

/// It, kept.
#[derive(Clone, Copy, Debug)]
pub struct Present {
    spec: Signal<Rc<ModelSpec>>,
    /// What a press would buy.
    pub composed: Signal<Composed>,
    reasons: Signal<Vec<Reason>>,
}

impl Present {
    /// Of a form and a server.
    pub fn of(composer: Composer, server: Server) -> Self {
        let model = Signal::derived(move || composer.draft.with(|draft| draft.model.clone()));
        let spec = Signal::derived(move || server.models.with(|models| model.with(|id| models.spec(id))));
        let composed = Signal::derived(move || composed(composer, server));
        let reasons = Signal::derived(move || composed.with(|composed| reasons_of(composer, server, composed)));
        Self { spec, composed, reasons }
    }
}

fn composed(composer: Composer, server: Server) -> Composed {
    server.models.with(|models| composer.draft.with(|draft| Composed::of(draft, models)))
}

fn is_offered(composer: Composer, server: Server) -> bool {
    server.models.with(|models| {
        !models.told || composer.draft.with(|it| it.model.is_empty() || models.offered(&it.model).is_some())
    })
}

fn price(composer: Composer, server: Server, composed: &Composed) -> Price {
    match server.models.with(|models| models.told) {
        true => composer.quotes.price(&composed.asks),
        // Nobody can be asked yet, but soon.
        false => Price::Asking,
    }
}

fn reasons_of(composer: Composer, server: Server, composed: &Composed) -> Vec<Reason> {
    let spec = server.models.with(|models| composer.draft.with(|draft| models.spec(&draft.model)));
    let price = price(composer, server, composed);
    reasons(&spec, is_offered(composer, server), composed, &price, &server.terms())
}

impl App {
    /// The model that the form is for.
    pub fn spec(self) -> Rc<ModelSpec> {
        self.present.spec.get()
    }

    /// The same at this very moment, without following it.
    pub fn spec_untracked(self) -> Rc<ModelSpec> {
        let model = self.composer.draft.with_untracked(|draft| draft.model.clone());
        self.server.models.with_untracked(|models| models.spec(&model))
    }

    /// Whether that model can be bought.
    pub fn is_offered(self) -> bool {
        is_offered(self.composer, self.server)
    }

    /// What a press would buy at this very moment, without following it.
    pub fn composed_untracked(self) -> Composed {
        untrack(|| composed(self.composer, self.server))
    }

    /// What a press costs.
    pub fn price(self) -> Price {
        self.present.composed.with(|composed| price(self.composer, self.server, composed))
    }

    /// The same at this very moment, without following it.
    pub fn price_untracked(self) -> Price {
        let composed = self.composed_untracked();
        untrack(|| price(self.composer, self.server, &composed))
    }

    /// Why what the form says cannot be sent.
    pub fn reasons(self) -> Vec<Reason> {
        self.present.reasons.get()
    }

    /// The same at this very moment, without following it.
    pub fn reasons_untracked(self) -> Vec<Reason> {
        let composed = self.composed_untracked();
        untrack(|| reasons_of(self.composer, self.server, &composed))
    }

    /// `true` where a reason leads to the control of that id, as an attribute says it.
    pub fn is_wrong(self, control: &str) -> String {
        let is_wrong = self.present.reasons.with(|all| all.iter().any(|it| it.control.as_deref() == Some(control)));
        if is_wrong { "true".to_owned() } else { String::new() }
    }
}
