//! The geometry of a run's images: known before any of them has come, so that nothing moves when they do.

use imagen4_core::Run;

use crate::state::config::Models;
use crate::state::runs::images::{expected, sides};
use crate::ui::strip::{self, ROW};

/// Longer or taller images are cut to this on a card; the lightbox shows all of them.
const EXTREMES: (f64, f64) = (0.4, 4.0);
/// On boards that narrow a card may be as tall as a row of this height, in pixels.
const NARROW: f64 = 480.0;
/// The line under the images, in pixels.
const LINE: f64 = 44.0;

/// How a run's images stand together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// So many side by side.
    pub columns: usize,
    /// In so many rows.
    pub rows: usize,
    /// Width to height of one row.
    pub ratio: f64,
    /// About how tall the card is, in pixels, before the browser has laid it out.
    pub height: f64,
}

impl Frame {
    /// The frame of a run on a board of that width.
    pub fn of(run: &Run, models: &Models, board: f64) -> Self {
        let (count, image) = (expected(run).max(1), image_ratio(run, models));
        let columns = strip::columns(count, image, board);
        let (rows, ratio) = (count.div_ceil(columns), strip::frame_ratio(count, image, board));
        let row = if board <= NARROW { NARROW } else { ROW };
        let height = (ratio * row).min(board) / ratio * rows as f64 + LINE;
        Self { columns, rows, ratio, height }
    }

    /// The images of one of several runs that stand beside each other: one below the other.
    pub fn stacked(run: &Run, models: &Models) -> Self {
        let (rows, ratio) = (expected(run).max(1), image_ratio(run, models));
        Self { columns: 1, rows, ratio, height: ROW * rows as f64 + LINE }
    }
}

/// Width to height of a run's images, as the board shows them.
pub fn image_ratio(run: &Run, models: &Models) -> f64 {
    let (width, height) = sides(run, models);
    (f64::from(width) / f64::from(height)).clamp(EXTREMES.0, EXTREMES.1)
}

#[cfg(test)]
mod tests {
    use imagen4_core::RunState;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::config::models::tests::told;
    use crate::state::runs::samples::run;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_frame_is_the_same_before_and_after_the_images_have_come() {
        let models = told(&[]);
        let frame = |state| Frame::of(&run(state), &models, 1_060.0);
        assert_eq!(frame(RunState::Running), frame(RunState::Archived));
        assert_eq!(frame(RunState::Running), Frame { columns: 2, rows: 1, ratio: 2.0, height: 324.0 });
        let stacked = Frame::stacked(&run(RunState::Running), &models);
        assert_eq!((stacked.columns, stacked.rows, stacked.ratio), (1, 2, 1.0));
        let mut wide = run(RunState::Archived);
        wide.images[0].width = 10_240;
        assert_eq!(image_ratio(&wide, &models), 4.0);
    }
}
