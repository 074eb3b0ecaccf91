//! The images before and after, and those that are shown in the filmstrip.

use imagen4_core::Run;

use crate::state::runs::images::{ImageKey, expected, position};
use crate::state::runs::variants::compare;

/// The image `step` places from `key` in the order of the board; none beyond its ends.
pub fn neighbor(all: &[ImageKey], key: ImageKey, step: isize) -> Option<ImageKey> {
    let at = all.iter().position(|other| *other == key)?;
    all.get(at.checked_add_signed(step)?).copied()
}

/// The images of one run in the filmstrip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reel {
    /// How its prompt differs from those of its group; empty where it stands alone.
    pub label: String,
    /// They.
    pub frames: Vec<Frame>,
}

/// Which image of a filmstrip it is: `image 2 of 4` of a run, `image 5 of 6` of a group.
pub fn place(film: &[Reel], key: ImageKey) -> Option<String> {
    let frames = || film.iter().flat_map(|reel| &reel.frames);
    let at = frames().position(|frame| frame.key == key)?;
    match film {
        // It may have fewer than it was promised.
        [_] => frames().nth(at).map(|frame| frame.name.clone()),
        _ => Some(format!("image {} of {}", at + 1, frames().count())),
    }
}

/// One image of the filmstrip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Which.
    pub key: ImageKey,
    /// What it is called.
    pub name: String,
    /// Where it is, small.
    pub url: String,
    /// Whether it was flagged.
    pub nsfw: bool,
}

/// The filmstrip of a run, or of the runs of its group in their order.
pub fn film(runs: &[Run]) -> Vec<Reel> {
    let reel = |(run, label): (&Run, String)| Reel { frames: frames(run, &label), label };
    runs.iter().zip(labels(runs)).map(reel).filter(|reel| !reel.frames.is_empty()).collect()
}

fn frames(run: &Run, label: &str) -> Vec<Frame> {
    let of = expected(run);
    let frame = |image: &imagen4_core::run::RunImage| {
        let place = position(image.index, of);
        Frame {
            key: ImageKey { run: run.id, index: image.index },
            name: if label.is_empty() { place } else { format!("{label}, {place}") },
            url: image.thumb_url.as_ref().unwrap_or(&image.url).clone(),
            nsfw: image.nsfw,
        }
    };
    run.images.iter().map(frame).collect()
}

/// The words that differ; the seed where none do.
fn labels(runs: &[Run]) -> Vec<String> {
    if let [_] = runs {
        return vec![String::new()];
    }
    let prompts: Vec<_> = runs.iter().map(|run| run.request.prompt().to_owned()).collect();
    let label = |(run, words): (&Run, String)| match (words.as_str(), run.request.known_seed()) {
        ("", Some(seed)) => format!("Seed {seed}"),
        ("", None) => "–".to_owned(),
        _ => words,
    };
    runs.iter().zip(compare(&prompts).labels).map(label).collect()
}

#[cfg(test)]
mod tests {
    use imagen4_core::{RunId, RunState};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::runs::samples::run;

    fn of(id: u128, prompt: &str) -> Run {
        let mut run = Run { id: RunId::from_bits(id), ..run(RunState::Archived) };
        run.request.input.insert("prompt".into(), prompt.into());
        run
    }

    fn key(id: u128, index: u8) -> ImageKey {
        ImageKey { run: RunId::from_bits(id), index }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn arrows_go_through_the_images_of_all_runs_and_stop_at_the_ends() {
        let all: Vec<_> = [of(2, "a"), of(1, "b")].iter().flat_map(ImageKey::all_of).collect();
        assert_eq!(neighbor(&all, key(2, 1), 1), Some(key(1, 0)));
        assert_eq!(neighbor(&all, key(1, 0), -1), Some(key(2, 1)));
        assert_eq!(neighbor(&all, key(2, 0), -1), None);
        assert_eq!(neighbor(&all, key(1, 1), 1), None);
        assert_eq!(neighbor(&all, key(9, 0), 1), None, "it was deleted");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_run_alone_needs_no_label_and_those_of_a_group_say_how_they_differ() {
        let alone = film(&[of(1, "a fox")]);
        assert_eq!((alone[0].label.as_str(), alone[0].frames.len()), ("", 2));
        assert_eq!(alone[0].frames[1].name, "image 2 of 2");
        assert_eq!(alone[0].frames[1].url, "api/runs/0/images/1", "where there is no small one");
        let group = film(&[of(1, "a fox at dawn, ink"), of(2, "a fox at noon, ink")]);
        assert_eq!(group.iter().map(|reel| reel.label.as_str()).collect::<Vec<_>>(), ["dawn", "noon"]);
        assert_eq!(group[1].frames[0].name, "noon, image 1 of 2");
        let places = [key(1, 0), key(2, 1), key(9, 0)].map(|key| place(&group, key).unwrap_or_default());
        assert_eq!(places, ["image 1 of 4", "image 4 of 4", ""]);
        assert_eq!(place(&alone, key(1, 1)).as_deref(), Some("image 2 of 2"));
        let same = film(&[of(1, "a fox"), of(2, "a fox")]);
        assert_eq!(same[0].label, "Seed 7");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_run_without_images_has_no_place_in_the_filmstrip() {
        let failed = Run { images: Vec::new(), ..of(2, "a fox at noon") };
        assert_eq!(film(&[of(1, "a fox at dawn"), failed]).len(), 1);
    }
}
