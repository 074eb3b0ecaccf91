//! The wordings that a prompt stands for, before they are bought: which they are, what they cost, and how long they wait.

use imagen4_core::api::{Limits, UpstreamKind};
use imagen4_core::wording::variants::{difference, expand};

use super::label::sum;
use crate::app::App;
use crate::platform::part::Part;
use crate::platform::reactive::Signal;
use crate::spans::rough;

/// Takes the shell's list over; returns how many wordings there are.
pub fn adopt(app: App) -> Signal<usize> {
    let draft = app.composer.draft;
    let prompt = Signal::derived(move || draft.with(|draft| draft.prompt.clone()));
    let wordings = Signal::derived(move || prompt.with(|prompt| expand(prompt).unwrap_or_default()));
    let count = Signal::derived(move || wordings.with(Vec::len).max(1));
    let fold = Part::shell("variants");
    fold.show(move || count.get() > 1);
    Part::shell("variants-sum").bind(move || {
        let (runs, spec, price) = (count.get(), app.spec(), app.price());
        let mut words = draft.with(|draft| sum(draft, &spec, runs, &price, &app.server.terms()));
        let images = app.present.composed.with(|composed| {
            composed.inputs.as_ref().ok().and_then(|all| all.first().map(|input| input.request().images()))
        });
        let wait = app.server.config.with(|config| {
            let config = config.as_ref().filter(|config| config.upstream.kind == UpstreamKind::Wavespeed)?;
            let images = u64::from(images.unwrap_or(1));
            wait_ms(runs as u64, images, &config.limits, app.server.typical_ms(&spec.id))
        });
        if let Some(wait) = wait {
            words += &format!(" · about {}", rough(wait));
        }
        words
    });
    Part::shell("wordings").bind_parts(move || {
        let all = wordings.get();
        if all.len() < 2 {
            return Vec::new();
        }
        let (start, end) = difference(&all);
        let item = |wording: &String| {
            // What they share is not worth reading a hundred times.
            let (head, rest) = wording.split_at(start);
            let (own, tail) = rest.split_at(rest.len() - end);
            let item = Part::new("li");
            item.add_text(head).add(Part::new("strong").say(own)).add_text(tail);
            item
        };
        all.iter().map(item).collect()
    });
    count
}

/// How long it takes until the last of so many runs is done, as far as the account's limits and earlier runs tell, in
/// milliseconds; `None` where nothing tells.
pub fn wait_ms(runs: u64, images: u64, limits: &Limits, typical_ms: Option<u64>) -> Option<u64> {
    let typical = typical_ms.unwrap_or_default();
    // A run larger than a minute's allowance has a minute of its own.
    let by_minute = limits.images_per_minute.map(|all| (runs - 1) / (u64::from(all) / images).max(1) * 60_000);
    let by_turns = limits.max_concurrent.map(|all| (runs - 1) / u64::from(all).max(1) * typical);
    let wait = by_minute.unwrap_or_default().max(by_turns.unwrap_or_default()) + typical;
    (wait > 0).then_some(wait)
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_wait_follows_from_the_accounts_limits() {
        let limits = |images_per_minute, max_concurrent| Limits {
            images_per_minute,
            max_concurrent,
            next_slot_at: None,
            queue_hold: None,
        };
        // Two pictures a minute: three runs of one are two in the first minute and one in the next.
        assert_eq!(wait_ms(3, 1, &limits(Some(2), Some(2)), Some(6_000)), Some(66_000));
        assert_eq!(wait_ms(3, 4, &limits(Some(2), Some(2)), None), Some(120_000), "larger than a minute allows");
        assert_eq!(wait_ms(9, 1, &limits(None, Some(2)), Some(6_000)), Some(30_000));
        assert_eq!(wait_ms(9, 1, &limits(None, None), Some(6_000)), Some(6_000));
        assert_eq!(wait_ms(2, 1, &limits(Some(2), None), None), None, "nothing tells how long a run takes");
    }
}
