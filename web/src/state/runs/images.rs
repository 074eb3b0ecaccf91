//! The images of a run: a slot for each that was promised, of the right shape from the start, filled as they arrive.

use imagen4_core::{Run, RunId};

use super::progress::is_in_progress;
use crate::state::config::Models;

/// One image of the board.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageKey {
    /// Its run.
    pub run: RunId,
    /// Its place among the run's images, from 0.
    pub index: u8,
}

impl ImageKey {
    /// The id of its thumbnail's element on the board.
    pub fn element_id(self) -> String {
        format!("image-{}-{}", self.run, self.index)
    }

    /// The images of a run that are here.
    pub fn all_of(run: &Run) -> Vec<Self> {
        run.images.iter().map(|image| Self { run: run.id, index: image.index }).collect()
    }
}

/// One of a run's images, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// It is here.
    Ready(u8),
    /// It may come.
    Waiting(u8),
    /// It will not.
    Missing(u8),
}

/// How many slots a run has: as many as were promised, or as came. Where nobody knows there is one until they are here.
pub fn expected(run: &Run) -> usize {
    let came = run.images.iter().map(|image| usize::from(image.index) + 1).max().unwrap_or_default();
    let promised = run.request.promised().map_or(0, |count| count as usize);
    let least = usize::from(is_in_progress(run.state));
    came.max(promised).max(least)
}

/// The slots of a run. One that ended without any image has none.
pub fn slots(run: &Run) -> Vec<Slot> {
    if run.images.is_empty() && !is_in_progress(run.state) {
        return Vec::new();
    }
    let slot = |index| match run.images.iter().any(|image| image.index == index) {
        true => Slot::Ready(index),
        false if is_in_progress(run.state) => Slot::Waiting(index),
        false => Slot::Missing(index),
    };
    (0..expected(run)).filter_map(|index| u8::try_from(index).ok()).map(slot).collect()
}

/// `image 1 of 4`
pub fn position(index: u8, of: usize) -> String {
    format!("image {} of {of}", u32::from(index) + 1)
}

/// Width and height of a slot: those of the first image, or what the model makes of the shape that was asked for. A slot has its shape
/// before the image has come.
pub fn sides(run: &Run, models: &Models) -> (u32, u32) {
    if let Some(image) = run.images.first() {
        return (image.width.max(1), image.height.max(1));
    }
    let Some(shape) = run.request.shape() else { return (1, 1) };
    let known = models.catalogue.find(&run.request.model).and_then(|entry| entry.spec.size_of(&shape));
    let by_ratio = || run.request.ratio().map(|ratio| ((ratio.value() * 1_000.0).round().max(1.0) as u32, 1_000));
    known.or_else(by_ratio).unwrap_or((1, 1))
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunState;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;
    use crate::state::runs::samples::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn every_image_has_its_slot_before_it_is_there() {
        assert_eq!(slots(&run(RunState::Running)), [Slot::Waiting(0), Slot::Waiting(1)]);
        let mut archived = run(RunState::Archived);
        assert_eq!(slots(&archived), [Slot::Ready(0), Slot::Ready(1)]);
        archived.state = RunState::Expired;
        archived.images.remove(0);
        assert_eq!(slots(&archived), [Slot::Missing(0), Slot::Ready(1)]);
        assert_eq!(slots(&run(RunState::Failed)), [], "nothing will come");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn where_no_number_is_promised_the_card_takes_what_comes() {
        let unsure = |state| {
            let mut run = run(state);
            run.request.input.remove("num_images");
            run
        };
        assert_eq!(slots(&unsure(RunState::Running)), [Slot::Waiting(0)]);
        assert_eq!(slots(&unsure(RunState::Archived)), [Slot::Ready(0), Slot::Ready(1)]);
        assert_eq!(slots(&unsure(RunState::Failed)), []);
        let mut more = unsure(RunState::Archived);
        more.request.input.insert("num_images".into(), 1.into());
        assert_eq!(slots(&more).len(), 2, "more than was asked for is not hidden");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_slot_has_the_shape_that_the_image_will_have() {
        let models = told(&[]);
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
