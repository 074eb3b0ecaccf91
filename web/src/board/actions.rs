//! What can be done with a run, and what cannot.

use imagen4_core::api::{Resolution, RunPatch};
use imagen4_core::{Run, RunState};
use web_sys::{HtmlElement, MouseEvent};

use super::desk::Desk;
use super::menu;
use super::timeline::is_under_way;
use crate::api::order::Order;
use crate::app::App;
use crate::composer::again;
use crate::composer::menu::about;
use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::reactive::Signal;
use crate::server::slots;
use crate::spans;

/// A queued run is sent at once where there is a slot: before this it does not wait for one.
const AT_ONCE_MS: u64 = 1_000;

/// Brings the buttons of a card to life: which of them are seen, and what they say and do.
pub(crate) fn bind(app: App, run: Signal<Run>, card: &Part) {
    // A mark is no reason for the other buttons to wait.
    let (desk, marking) = (Desk::new(app), Desk::new(app));
    let (id, has_seed) = run.with_untracked(|run| (run.id, run.request.known_seed().is_some()));
    let confirming = Signal::new(false);
    let button = |what: &str| card.find(&format!("[data-do={what}]"));
    let is = move |is: fn(RunState) -> bool| move || run.with(|run| is(run.state));
    let unknown = is(|state| state == RunState::Unknown);
    let asks = move || unknown() && confirming.get();

    card.find(".actions").bind_state("aria-busy", move || desk.busy.get());
    button("try-again")
        .show(is(is_retryable))
        .bind(move || run.with(|run| format!("Try again · {}", about(run.price_microusd))));
    button("look-again").show(unknown);
    button("give-up").show(unknown).bind(move || run.with(give_up)).bind_state("aria-expanded", asks);
    button("hold-seed").show(move || has_seed);
    button("withdraw").show(is(|state| state == RunState::Queued));
    card.find(".unstoppable").show(is(|state| is_under_way(state) && state != RunState::Queued));
    card.find(".confirm").show(asks);
    // Of several, each has its own link beside the large picture.
    let download =
        move || run.with(|run| run.images.first().filter(|_| run.images.len() == 1).map(|it| it.url.clone()));
    card.find(".download")
        .show(move || download().is_some())
        .bind_attr("href", move || download().map(|url| format!("{url}?download")).unwrap_or_default());
    card.find(".waits").bind(move || {
        run.with(|run| match run.state {
            RunState::Queued => waiting(run, app),
            RunState::Unknown if desk.taken.get() => "It is being looked for now.".to_owned(),
            _ => String::new(),
        })
    });
    let failed = move || desk.failure.get();
    card.find(".refused").show(move || !failed().is_empty()).bind(failed);
    card.find(".candidates").bind_parts(move || {
        let candidates = run.with(|run| match (&run.problem, run.state) {
            (Some(problem), RunState::Unknown) => problem.candidates.clone(),
            _ => Vec::new(),
        });
        let choice = |prediction: String| {
            let choice = Part::new("button");
            choice.set("class", "action").set("type", "button").say(&format!("It is {prediction}"));
            choice.press(move || {
                desk.ask(Order::Resolve(id, Resolution::Adopt { prediction: prediction.clone() }));
            });
            choice
        };
        candidates.into_iter().map(choice).collect()
    });
    card.find(".star").press(move || {
        let (id, favorite) = run.with_untracked(|run| (run.id, !run.favorite));
        marking.ask(Order::Patch(id, RunPatch { favorite: Some(favorite), note: None }));
    });
    card.on("click", move |event: MouseEvent| {
        if let Some((what, button)) = dom::asked(&event) {
            // A copy: what is done may change the run.
            act(app, desk, confirming, &run.get_untracked(), &what, &button);
        }
    });
}

fn act(app: App, desk: Desk, confirming: Signal<bool>, run: &Run, what: &str, button: &HtmlElement) {
    let id = run.id;
    match what {
        "try-again" => again::try_again(app, run),
        "vary" => again::vary(app, run),
        "reuse" => again::reuse(app, run),
        "hold-seed" => again::hold_seed(app, run),
        "more" => menu::place(app, run, button),
        "withdraw" => desk.ask(Order::Withdraw(id)),
        "look-again" => desk.ask(Order::Resolve(id, Resolution::Wait)),
        "give-up" => confirming.update(|confirming| *confirming = !*confirming),
        "give-up-anyway" => desk.ask(Order::Resolve(id, Resolution::Release)),
        "keep-looking" => {
            confirming.set(false);
            dom::focus_in(button, "article", "[data-do=give-up]");
        }
        _ => {}
    }
}

const fn is_retryable(state: RunState) -> bool {
    matches!(state, RunState::Failed | RunState::Rejected | RunState::Expired | RunState::Withdrawn)
}

fn give_up(run: &Run) -> String {
    match run.is_sample() {
        true => "Give up".to_owned(),
        false => format!("Give up · frees {}", run.price_microusd),
    }
}

/// Why a queued run is not sent yet, and until when. Its problem says more, if it has one.
fn waiting(run: &Run, app: App) -> String {
    let now = app.now();
    if let Some(at) = run.not_before.filter(|at| *at > now) {
        return format!("Tried again in {}", spans::rough(at.ms_since(now)));
    }
    let hold = app.server.queue_hold();
    if run.is_sample() || now.ms_since(run.created_at) < AT_ONCE_MS {
        return "Waits for its turn".to_owned();
    }
    let mut words = match app.board.queue_position(run) {
        1 => "Next in the queue".to_owned(),
        position => format!("Number {position} in the queue"),
    };
    if let Some((hold, limits)) = hold {
        words += &format!(" · {}", slots::why(&hold, &limits, now));
    }
    words
}
