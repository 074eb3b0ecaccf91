//! What else can be done with a run: one menu of the shell's, shared by all cards. The browser opens and closes it, gives the
//! focus back and ends it on Escape; here it only learns which run it is about.

use imagen4_core::{Run, RunId};
use web_sys::{HtmlElement, MouseEvent};

use super::finder;
use crate::app::App;
use crate::composer::again;
use crate::platform::dom::{self, asked, document, listen, part, window};
use crate::platform::reactive::spawn;
use crate::{api, platform};

/// The menu's width in the style sheet, and how near it comes to the screen's edge, in pixels.
const WIDTH: i32 = 220;
const EDGE: i32 = 8;

/// Takes the shell's menu over.
pub fn adopt(app: App) {
    listen(&part("menu"), "click", move |event: MouseEvent| {
        let (Some((what, _)), Some(id)) = (asked(&event), app.board.menu.get_untracked()) else { return };
        if let Some(run) = app.board.runs.with_untracked(|runs| runs.get(id)) {
            // A copy: what is done may change the run.
            act(app, &what, &run.get_untracked());
        }
    });
}

/// Puts the menu beside the button that opens it, before the browser does.
pub fn place(app: App, run: &Run, button: &HtmlElement) {
    let id = run.id;
    app.board.menu.set(Some(id));
    let menu: HtmlElement = part("menu");
    let json = part::<HtmlElement>("menu-json");
    let _best_effort = json.set_attribute("href", &format!("api/runs/{id}"));
    part::<HtmlElement>("menu-delete").set_hidden(!run.state.is_terminal());
    let rect = button.get_bounding_client_rect();
    let (width, height) = (document().document_element().map_or(0, |it| it.client_width()), inner_height());
    let left = (rect.right() as i32 - WIDTH).min(width - WIDTH - EDGE).max(EDGE);
    let style = menu.style();
    let side = if rect.bottom() > height / 2.0 { ("bottom", height - rect.top()) } else { ("top", rect.bottom()) };
    for (name, value) in [("top", "auto".to_owned()), ("bottom", "auto".to_owned())] {
        let _best_effort = style.set_property(name, &value);
    }
    let _best_effort = style.set_property(side.0, &format!("{}px", side.1 as i32 + 4));
    let _best_effort = style.set_property("left", &format!("{left}px"));
}

fn inner_height() -> f64 {
    window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default()
}

fn act(app: App, what: &str, run: &Run) {
    match what {
        "new-seed" => again::reuse_new_seed(app, run),
        "prompt" => copy(app, run.request.prompt(), "Prompt copied"),
        "link" => copy(app, &finder::link_to(run.id), "Link copied"),
        "code" => app.code.show(run.request.clone(), Some(run.price_microusd)),
        "seed" => finder::show_alike(app, |filter| filter.seed = run.request.seed()),
        "note" => {
            app.board.note.set(run.note.clone().unwrap_or_default());
            app.board.noting.set(Some(run.id));
        }
        "delete" => delete(app, run.id),
        _ => {}
    }
}

/// Copies text, and says whether the browser let us.
pub fn copy(app: App, text: &str, done: &'static str) {
    let copied = dom::copied(dom::copy(text));
    spawn(async move { app.toast.say(if copied.await { done } else { dom::NO_COPY }) });
}

/// Takes a run off the board now, and deletes it when the chance to undo that is over; with those that were deleted just before.
fn delete(app: App, id: RunId) {
    let board = app.board;
    app.toast.forget();
    board.leaving.update(|leaving| leaving.push(id));
    board.doomed.update(|doomed| doomed.push(id));
    let doomed = board.doomed.get_untracked();
    let words = match doomed.len() {
        1 => "Run deleted".to_owned(),
        count => format!("{count} runs deleted"),
    };
    let undo = move || {
        let doomed = board.doomed.take();
        board.leaving.update(|leaving| leaving.retain(|other| !doomed.contains(other)));
        platform::timer::soon(move || dom::focus(&super::desk::card_id(id)));
    };
    let done = move || {
        for id in board.doomed.take() {
            spawn(send_away(app, id));
        }
    };
    app.toast.offer_undo(&words, undo, done);
    platform::timer::soon(|| dom::focus("toast-undo"));
}

async fn send_away(app: App, id: RunId) {
    let answer = api::delete(id).await;
    app.server.note(&answer);
    match answer {
        Ok(()) => app.board.drop_run(id),
        Err(error) => {
            app.board.leaving.update(|leaving| leaving.retain(|other| *other != id));
            app.toast.say(&format!("Not deleted. {}", error.words()));
        }
    }
}
