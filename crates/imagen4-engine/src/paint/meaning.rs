//! What the painter can be asked for.

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scene {
    Lake,
    Coast,
    City,
    Forest,
    Desert,
    Room,
    Portrait,
}

pub(super) const SCENES: [Scene; 7] =
    [Scene::Lake, Scene::Coast, Scene::City, Scene::Forest, Scene::Desert, Scene::Room, Scene::Portrait];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Time {
    Dawn,
    Noon,
    Golden,
    Dusk,
    Night,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Weather {
    Clear,
    Overcast,
    Mist,
    Rain,
    Snow,
    Storm,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Style {
    Photo,
    Watercolor,
    Ink,
    Flat,
    Film,
}

/// Things a prompt can ask for and a negative prompt can switch off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Thing {
    People,
    Birds,
    Boat,
    Lighthouse,
    Bridge,
    Deer,
    Teapot,
    Vase,
    Cup,
    Fruit,
    Sun,
    Moon,
    Stars,
    Aurora,
    Clouds,
    Fog,
    Rain,
    Snow,
    Rim,
    Grain,
    Vignette,
}

/// A set of [`Thing`]s.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Things(u32);

impl Things {
    pub(super) fn add(&mut self, thing: Thing) {
        self.0 |= 1 << thing as u32;
    }

    pub(super) fn has(self, thing: Thing) -> bool {
        self.0 & (1 << thing as u32) != 0
    }
}

/// What one word of the lexicon means.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    Place(Scene, u32),
    When(Time),
    Sky(Weather),
    With(Style),
    Show(Thing),
    /// A colour as `0xRRGGBB`.
    Dye(u32),
}
