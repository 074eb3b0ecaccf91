//! What fingers, mouse and wheel mean on the large image.

use web_sys::WheelEvent;

use super::zoom::Pixels;

/// How far a finger goes sideways to bring the next image, in pixels.
const SWIPE: i64 = 60;

/// Fingers, or a mouse button, that are down: where each began and where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pointers(Vec<(i32, Pixels, Pixels)>);

/// What a movement means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gesture {
    /// The image goes along.
    Drag(Pixels),
    /// Two fingers part or close: so many thousandths, around a point.
    Pinch(i64, Pixels),
}

impl Pointers {
    /// One is down.
    pub fn down(&mut self, id: i32, at: Pixels) {
        self.0.retain(|pointer| pointer.0 != id);
        self.0.push((id, at, at));
    }

    /// One has moved.
    pub fn moved(&mut self, id: i32, to: Pixels) -> Option<Gesture> {
        let before = self.spread();
        let pointer = self.0.iter_mut().find(|pointer| pointer.0 == id)?;
        let from = std::mem::replace(&mut pointer.2, to);
        match (self.0.as_slice(), before, self.spread()) {
            ([_], ..) => Some(Gesture::Drag((to.0 - from.0, to.1 - from.1))),
            ([one, other], Some(before), Some(now)) => {
                let middle = ((one.2.0 + other.2.0) / 2, (one.2.1 + other.2.1) / 2);
                Some(Gesture::Pinch(now * 1_000 / before.max(1), middle))
            }
            _ => None,
        }
    }

    /// One is up; the way it went, if it was alone.
    pub fn up(&mut self, id: i32) -> Option<Pixels> {
        let alone = self.0.len() == 1;
        let at = self.0.iter().position(|pointer| pointer.0 == id)?;
        let (_, from, to) = self.0.remove(at);
        alone.then_some((to.0 - from.0, to.1 - from.1))
    }

    /// How far two fingers are apart.
    fn spread(&self) -> Option<i64> {
        let [(.., one), (.., other)] = self.0.as_slice() else { return None };
        let (x, y) = (one.0 - other.0, one.1 - other.1);
        Some((x * x + y * y).isqrt())
    }
}

/// The step that a way of one finger asks for: to the left brings the next image.
pub fn swipe((x, y): Pixels) -> Option<isize> {
    (x.abs() > SWIPE && x.abs() > 2 * y.abs()).then_some(if x < 0 { 1 } else { -1 })
}

/// How much closer a turn of the wheel brings, in thousandths; a notch is 100 pixels or 3 lines.
pub fn wheel(delta: i64, mode: u32) -> i64 {
    let pixels = if mode == WheelEvent::DOM_DELTA_PIXEL { delta } else { delta * 33 };
    let step = 1_000 + (pixels.abs() * 5 / 2).min(500);
    if pixels < 0 { step } else { 1_000_000 / step }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn the_wheel_brings_as_much_closer_as_it_is_turned() {
        assert_eq!([wheel(-100, 0), wheel(-4, 0), wheel(100, 0)], [1_250, 1_010, 800]);
        assert_eq!(wheel(-3, WheelEvent::DOM_DELTA_LINE), 1_247);
        assert_eq!(wheel(-5_000, 0), 1_500, "a flick does not jump");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn one_finger_drags_and_two_pinch_around_their_middle() {
        let mut pointers = Pointers::default();
        assert_eq!(pointers.moved(1, (5, 5)), None, "a mouse that only hovers");
        pointers.down(1, (0, 0));
        assert_eq!(pointers.moved(1, (-30, 4)), Some(Gesture::Drag((-30, 4))));
        pointers.down(2, (30, 84));
        assert_eq!(pointers.moved(2, (90, 164)), Some(Gesture::Pinch(2_000, (30, 84))));
        assert_eq!(pointers.up(2), None, "a pinch is no swipe");
        assert_eq!(pointers.moved(1, (-80, 4)), Some(Gesture::Drag((-50, 0))));
        assert_eq!(pointers.up(1), Some((-80, 4)));
        assert_eq!(pointers.up(1), None);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_swipe_goes_sideways_and_far_enough() {
        assert_eq!(
            [(-80, 4), (80, -30), (-60, 0), (80, 60), (0, 200)].map(swipe),
            [Some(1), Some(-1), None, None, None]
        );
    }
}
