//! The pictures of a run: places of the right shape from the start, filled as the pictures arrive.

use imagen4_core::Run;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlImageElement};

use super::timeline::is_under_way;
use crate::app::App;
use crate::lightbox::PictureKey;
use crate::platform::part::{Part, list};
use crate::platform::reactive::Signal;

/// `picture 1 of 4`
pub fn place(index: u8, of: u8) -> String {
    format!("picture {} of {of}", index + 1)
}

/// One of a run's pictures, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is here.
    Kept(u8),
    /// It may come.
    Waiting(u8),
    /// It will not.
    Missing(u8),
}

pub(crate) fn places(run: &Run) -> Vec<Place> {
    let one = |index| match run.images.iter().any(|image| image.index == index) {
        true => Place::Kept(index),
        false if is_under_way(run.state) => Place::Waiting(index),
        false => Place::Missing(index),
    };
    (0..run.request.num_images.get()).map(one).collect()
}

/// The row of pictures on a card.
pub(crate) fn bind(app: App, run: Signal<Run>, row: &Part) {
    run.with_untracked(|run| {
        row.set("data-ratio", run.request.aspect_ratio.as_str());
        row.set("data-count", &run.request.num_images.to_string());
    });
    row.show(move || run.with(|run| is_under_way(run.state) || !run.images.is_empty()));
    list(row, move || run.with(places), move |place| part(app, run, place));
}

/// What stands in a place.
pub(crate) fn part(app: App, run: Signal<Run>, place: Place) -> Part {
    match place {
        Place::Kept(index) => thumb(app, run, index),
        Place::Waiting(_) => blank("picture waiting", ""),
        Place::Missing(_) => blank("picture missing", "not available"),
    }
}

fn blank(class: &str, words: &str) -> Part {
    let blank = Part::new("div");
    blank.set("class", class).say(words);
    blank
}

/// A small picture that opens large.
fn thumb(app: App, run: Signal<Run>, index: u8) -> Part {
    let thumb = Part::copy("picture-template");
    let image = run.with_untracked(|run| run.images.iter().find(|image| image.index == index).cloned());
    let Some(image) = image else { return thumb };
    let (key, prompt, place) = run.with_untracked(|run| {
        let key = PictureKey { run: run.id, index };
        (key, run.request.prompt.as_str().to_owned(), place(index, run.request.num_images.get()))
    });
    let hidden = move || app.settings.with(|settings| settings.hide_flagged);
    let veiled = move || image.nsfw && (hidden() || !app.lightbox.is_revealed(key));
    let broken = Signal::new(false);

    let img = thumb.find("img");
    img.set("alt", &format!("{prompt}, {place}"));
    img.set("width", &image.width.to_string()).set("height", &image.height.to_string());
    let ready = img.0.class_list();
    img.on("load", move |_: Event| {
        let _never_fails = ready.add_1("ready");
        broken.set(false);
    });
    img.on("error", move |_: Event| broken.set(true));
    img.set("src", image.thumb_url.as_ref().unwrap_or(&image.url));

    thumb.find(".veil").bind(move || {
        match (broken.get(), veiled()) {
            (true, _) => "This picture could not be loaded. Press to try again.",
            (_, true) if hidden() => "Hidden: flagged as not safe for work",
            (_, true) => "Reveal",
            _ => "",
        }
        .to_owned()
    });
    let name = move || match (broken.get(), veiled()) {
        (true, _) => format!("Load {place} again"),
        (_, true) if hidden() => format!("Hidden {place}, flagged as not safe for work"),
        (_, true) => format!("Reveal {place}, flagged as not safe for work"),
        _ => format!("Open {place}"),
    };
    thumb.set("id", &key.element_id()).bind_attr("aria-label", name).bind_class("veiled", veiled);
    let img: HtmlImageElement = img.0.unchecked_into();
    thumb.press(move || match (broken.get_untracked(), veiled()) {
        (true, _) => img.set_src(&img.src()),
        (_, true) if hidden() => {}
        (_, true) => app.lightbox.reveal(key),
        _ => app.lightbox.open(key),
    });
    thumb
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunState;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::board::card::tests::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn every_picture_has_its_place_before_it_is_there() {
        assert_eq!(places(&run(RunState::Running)), [Place::Waiting(0), Place::Waiting(1)]);
        let mut archived = run(RunState::Archived);
        assert_eq!(places(&archived), [Place::Kept(0), Place::Kept(1)]);
        archived.state = RunState::Expired;
        archived.images.remove(0);
        assert_eq!(places(&archived), [Place::Missing(0), Place::Kept(1)]);
    }
}
