//! What can be done with a run, and what cannot.

use imagen4_core::api::Resolution;
use imagen4_core::{Run, RunId, RunState};
use leptos::prelude::*;
use web_sys::MouseEvent;

use super::desk::Desk;
use super::menu::{self, MENU};
use super::timeline::is_under_way;
use crate::api::order::Order;
use crate::app::App;
use crate::composer::Composer;
use crate::platform::dom;
use crate::platform::reactive::{Press, dynamic, press};
use crate::server::slots;

/// A queued run is sent at once where there is a slot: before this it does not wait for one.
const AT_ONCE_MS: u64 = 1_000;

/// The buttons of a card.
#[component]
pub(crate) fn Actions(app: App, run: RwSignal<Run>) -> impl IntoView {
    let desk = Desk::new(app);
    let (id, count, seed) = run.with_untracked(|run| (run.id, run.request.num_images, run.request.seed));
    let is = move |is: fn(RunState) -> bool| Signal::derive(move || run.with(|run| is(run.state)));
    let (queued, unknown) = (is(|state| state == RunState::Queued), is(|state| state == RunState::Unknown));
    let unstoppable = is(|state| is_under_way(state) && state != RunState::Queued);
    let again = Signal::derive(move || format!("Try again · {}", app.server.terms().price_of(count)));
    let fill = move |fill: fn(Composer, &Run)| press(move || run.with_untracked(|run| fill(app.composer, run)));
    let ask = move |order: fn(RunId) -> Order| press(move || desk.ask(order(id)));

    let confirming = RwSignal::new(false);
    let asks = Signal::derive(move || unknown.get() && confirming.get());
    let give_up = Signal::derive(move || run.with(give_up));
    let give_up_id = format!("give-up-{id}");
    let keep = press({
        let give_up_id = give_up_id.clone();
        move || {
            confirming.set(false);
            dom::focus(&give_up_id);
        }
    });
    let waits = Signal::derive(move || {
        run.with(|run| match run.state {
            RunState::Queued => waiting(run, app),
            RunState::Unknown if desk.taken.get() => "It is being looked for now.".to_owned(),
            _ => String::new(),
        })
    });
    let choices = dynamic(move || {
        let candidates = run.with(|run| match (&run.problem, run.state) {
            (Some(problem), RunState::Unknown) => problem.candidates.clone(),
            _ => Vec::new(),
        });
        let choice = |prediction: String| {
            let label = format!("It is {prediction}");
            let act = press(move || {
                let prediction = prediction.clone();
                desk.ask(Order::Resolve(id, Resolution::Adopt { prediction }));
            });
            button("action", label.into(), true.into(), act)
        };
        candidates.into_iter().map(choice).collect_view()
    });
    let download = Memo::new(move |_| {
        // Of several, each has its own link beside the large picture.
        run.with(|run| {
            run.images.first().filter(|_| run.images.len() == 1).map(|image| format!("{}?download", image.url))
        })
    });
    let more = move |event: MouseEvent| {
        let is_over = run.with_untracked(|run| run.state.is_terminal());
        menu::place(app, id, is_over, &event);
    };
    let failed = Signal::derive(move || !desk.failure.with(String::is_empty));
    view! {
        <div class="actions" aria-busy=Signal::derive(move || desk.busy.get().to_string())>
            {button("action strong", again, is(is_retryable), fill(Composer::try_again))}
            {button("action strong", "Look again now".into(), unknown, ask(|run| Order::Resolve(run, Resolution::Wait)))}
            <button class="action" type="button" id=give_up_id hidden=not(unknown)
                aria-expanded=Signal::derive(move || asks.get().to_string())
                on:click=press(move || confirming.update(|it| *it = !*it))>{give_up}</button>
            {button("action", "Reuse".into(), true.into(), fill(Composer::reuse))}
            {button("action", "Hold seed".into(), seed.is_some_and(|seed| seed.is_known()).into(), fill(Composer::hold_seed))}
            <button class="action more" type="button" popovertarget=MENU aria-label="More about this run" on:click=more>"⋯"</button>
            // Behind the others: they must not move when the run leaves the queue, or when the picture is there.
            {button("action", "Withdraw".into(), queued, ask(Order::Withdraw))}
            {dynamic(move || download.get().map(|url| view! { <a class="action" href=url download="">"Download"</a> }))}
            <span class="hint waits">{waits}</span>
            <span class="hint" hidden=not(unstoppable)>"A run under way can't be stopped at the vendor."</span>
        </div>
        <div class="actions">{choices}</div>
        <div class="confirm" hidden=not(asks)>
            <p>"The vendor may have billed it all the same. If it turns up there, it counts as spent after all, and its pictures come here."</p>
            <div class="actions">
                {button("action strong", "Give up anyway".into(), true.into(), ask(|run| Order::Resolve(run, Resolution::Release)))}
                {button("action", "Keep looking".into(), true.into(), keep)}
            </div>
        </div>
        <p class="trouble" hidden=not(failed)>{desk.failure}</p>
    }
}

fn button(class: &'static str, label: Signal<String>, shown: Signal<bool>, act: Press) -> AnyView {
    view! { <button class=class type="button" hidden=not(shown) on:click=act>{label}</button> }.into_any()
}

fn not(shown: Signal<bool>) -> Signal<bool> {
    Signal::derive(move || !shown.get())
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

/// Why a queued run is not sent yet. Its problem says more, if it has one.
fn waiting(run: &Run, app: App) -> String {
    let limited = !run.is_sample() && run.problem.is_none();
    let now = app.now();
    if !limited || now.ms_since(run.created_at) < AT_ONCE_MS {
        return "Waits for its turn".to_owned();
    }
    let mut words = match app.board.queue_position(run) {
        1 => "Next in the queue".to_owned(),
        position => format!("Number {position} in the queue"),
    };
    if let Some(slot) = slots::words(app.server.next_slot_at(), now) {
        words += &format!(" · {slot}");
    }
    words
}
