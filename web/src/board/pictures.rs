//! The pictures of a run: places of the right shape from the start, filled as the pictures arrive.

use imagen4_core::Run;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlImageElement};

use super::timeline::is_under_way;
use crate::app::App;
use crate::lightbox::PictureKey;
use crate::platform::part::{Part, list};
use crate::platform::reactive::Signal;
use crate::server::Models;

/// More are in several rows.
const IN_ONE_ROW: usize = 4;

/// `picture 1 of 4`
pub fn place(index: u8, of: usize) -> String {
    format!("picture {} of {of}", u32::from(index) + 1)
}

/// How many places a run has: as many as were promised, or as came. Where nobody knows there is one until they are here.
pub fn expected(run: &Run) -> usize {
    let came = run.images.iter().map(|image| usize::from(image.index) + 1).max().unwrap_or_default();
    let promised = run.request.promised().map_or(0, |count| count as usize);
    let least = usize::from(is_under_way(run.state));
    came.max(promised).max(least)
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
    (0..expected(run)).filter_map(|index| u8::try_from(index).ok()).map(one).collect()
}

/// The row of pictures on a card.
pub(crate) fn bind(app: App, run: Signal<Run>, row: &Part) {
    let sides = move || run.with(|run| app.server.models.with(|models| sides(run, models)));
    row.bind_style("--w", move || sides().0.to_string()).bind_style("--h", move || sides().1.to_string());
    row.bind_class("tall", move || sides().0 < sides().1).bind_class("alone", move || run.with(expected) == 1);
    row.bind_class("many", move || run.with(expected) > IN_ONE_ROW);
    row.show(move || run.with(|run| is_under_way(run.state) || !run.images.is_empty()));
    list(row, move || run.with(places), move |place| part(app, run, place));
}

/// Width and height of a place: those of the first picture, or what the model makes of the shape that was asked for. A place has its
/// shape before the picture has come.
fn sides(run: &Run, models: &Models) -> (u32, u32) {
    if let Some(image) = run.images.first() {
        return (image.width.max(1), image.height.max(1));
    }
    let Some(shape) = run.request.shape() else { return (1, 1) };
    let known = models.catalogue.find(&run.request.model).and_then(|entry| entry.spec.size_of(&shape));
    let by_ratio = || run.request.ratio().map(|ratio| ((ratio.value() * 1_000.0).round().max(1.0) as u32, 1_000));
    known.or_else(by_ratio).unwrap_or((1, 1))
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
    let (key, prompt) = run.with_untracked(|run| (PictureKey { run: run.id, index }, run.request.prompt().to_owned()));
    // Others may come that nobody promised.
    let place = move || run.with(|run| place(index, expected(run)));
    let hidden = move || app.settings.with(|settings| settings.hide_flagged);
    let veiled = move || image.nsfw && (hidden() || !app.lightbox.is_revealed(key));
    let broken = Signal::new(false);

    let img = thumb.find("img");
    img.bind_attr("alt", move || format!("{prompt}, {}", place()));
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
        (true, _) => format!("Load {} again", place()),
        (_, true) if hidden() => format!("Hidden {}, flagged as not safe for work", place()),
        (_, true) => format!("Reveal {}, flagged as not safe for work", place()),
        _ => format!("Open {}", place()),
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

    #[wasm_bindgen_test(unsupported = test)]
    fn where_no_number_is_promised_the_card_takes_what_comes() {
        let unsure = |state| {
            let mut run = run(state);
            run.request.input.remove("num_images");
            run
        };
        assert_eq!(places(&unsure(RunState::Running)), [Place::Waiting(0)]);
        assert_eq!(places(&unsure(RunState::Archived)), [Place::Kept(0), Place::Kept(1)]);
        assert_eq!(places(&unsure(RunState::Failed)), []);
        let mut more = unsure(RunState::Archived);
        more.request.input.insert("num_images".into(), 1.into());
        assert_eq!(places(&more).len(), 2, "more than was asked for is not hidden");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_place_has_the_shape_that_the_picture_will_have() {
        let models = crate::server::models::tests::told(&[]);
        let of = |model: &str, name: &str, shape: &str| {
            let mut run = run(RunState::Running);
            run.request.model = model.into();
            run.request.input.remove("aspect_ratio");
            run.request.input.insert(name.into(), shape.into());
            sides(&run, &models)
        };
        assert_eq!(of("wavespeed-ai/imagen4", "aspect_ratio", "16:9"), (1408, 768));
        assert_eq!(of("wavespeed-ai/nucleus-image/text-to-image", "aspect_ratio", "3:2"), (1500, 1000));
        assert_eq!(of("wavespeed-ai/flux-dev", "size", "1280*720"), (1280, 720));
        assert_eq!(of("openai/gpt-image-1.5/text-to-image", "size", "auto"), (1, 1));
        assert_eq!(sides(&run(RunState::Archived), &models), (1024, 1024));
    }
}
