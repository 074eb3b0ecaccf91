//! How large an image is shown, and which part of it. Whole numbers: nothing here needs more than a pixel or a thousandth.

/// An image as it fits its frame, in thousandths of itself.
const FIT: i64 = 1_000;
/// The largest, in percent of the image's own pixels.
const MOST_PERCENT: i64 = 800;

/// A point or a size in CSS pixels; points are counted from the middle of the frame.
pub type Pixels = (i64, i64);

/// What is seen of an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zoom {
    /// In thousandths of how it fits the frame.
    scale: i64,
    /// Where its middle is.
    at: Pixels,
}

impl Default for Zoom {
    fn default() -> Self {
        Self { scale: FIT, at: (0, 0) }
    }
}

/// An image in its frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fitted {
    /// Its size when it fits.
    pub shown: Pixels,
    /// Its own width in pixels.
    pub natural_width: i64,
}

impl Fitted {
    /// The image's own size, in thousandths of how it fits.
    fn natural(self) -> i64 {
        self.natural_width * FIT / self.shown.0.max(1)
    }
}

impl Zoom {
    /// Whether more than the whole image would be needed to fill the frame.
    pub const fn is_fit(self) -> bool {
        self.scale <= FIT
    }

    /// How large it is, in percent of its own pixels.
    pub fn percent(self, fitted: Fitted) -> i64 {
        (self.scale * 100 + fitted.natural() / 2) / fitted.natural().max(1)
    }

    /// So many thousandths of its size now, the point under `pointer` staying where it is.
    #[must_use]
    pub fn by(self, thousandths: i64, pointer: Pixels, fitted: Fitted) -> Self {
        let most = (fitted.natural() * MOST_PERCENT / 100).max(FIT);
        let scale = (self.scale * thousandths / 1_000).clamp(FIT, most);
        let move_to = |pointer: i64, at: i64| pointer - (pointer - at) * scale / self.scale;
        Self { scale, at: (move_to(pointer.0, self.at.0), move_to(pointer.1, self.at.1)) }.inside(fitted)
    }

    /// Each pixel of the image is one on the screen; where that is smaller than the frame, it fits.
    pub fn natural(fitted: Fitted) -> Self {
        Self { scale: fitted.natural().max(FIT), at: (0, 0) }
    }

    /// Moved by so much, as far as there is more to see.
    #[must_use]
    pub fn moved(self, by: Pixels, fitted: Fitted) -> Self {
        Self { at: (self.at.0 + by.0, self.at.1 + by.1), ..self }.inside(fitted)
    }

    fn inside(self, fitted: Fitted) -> Self {
        let hold = |at: i64, size: i64| {
            let room = size * (self.scale - FIT) / FIT / 2;
            at.clamp(-room, room)
        };
        Self { at: (hold(self.at.0, fitted.shown.0), hold(self.at.1, fitted.shown.1)), ..self }
    }

    /// As a CSS `transform`.
    pub fn css(self) -> String {
        format!("translate({}px, {}px) scale(calc({} / 1000))", self.at.0, self.at.1, self.scale)
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// 1408 × 768 pixels shown at half their size.
    const WIDE: Fitted = Fitted { shown: (704, 384), natural_width: 1408 };

    #[wasm_bindgen_test(unsupported = test)]
    fn the_level_is_told_in_the_images_own_pixels_and_has_ends() {
        let fit = Zoom::default();
        assert_eq!((fit.percent(WIDE), Zoom::natural(WIDE).percent(WIDE)), (50, 100));
        let far = (0..40).fold(fit, |zoom, _| zoom.by(1_250, (0, 0), WIDE));
        assert_eq!(far.percent(WIDE), 800);
        let back = (0..60).fold(far, |zoom, _| zoom.by(800, (0, 0), WIDE));
        assert_eq!(back, fit);
        let small = Fitted { shown: (200, 100), natural_width: 100 };
        assert!(Zoom::natural(small).is_fit());
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_point_under_the_pointer_stays_and_the_image_never_leaves_its_frame() {
        let zoom = Zoom::default().by(2_000, (100, -50), WIDE);
        // What was at the pointer, at this distance from the image's middle, is there still.
        assert_eq!(zoom.at, (100 - 100 * 2, -50 + 50 * 2));
        assert_eq!(zoom.moved((10_000, -10_000), WIDE).at, (352, -192));
        assert_eq!(zoom.by(500, (300, 0), WIDE), Zoom::default(), "when it fits again, it is in the middle");
        assert_eq!(Zoom::default().moved((50, 50), WIDE), Zoom::default());
    }
}
