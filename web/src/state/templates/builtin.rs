//! The prompts and styles that come with the page. Each has a thumbnail, `templates/<id>.webp` beside the page, painted by
//! the embedded engine; `web/assets/README.md` says from which words and seeds.

/// A prompt to start from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Builtin {
    /// Names the thumbnail.
    pub id: &'static str,
    /// A few words for the gallery.
    pub title: &'static str,
    /// The whole prompt; braces hold variants.
    pub prompt: &'static str,
    /// The aspect ratio that suits it, as `16:9`.
    pub ratio: &'static str,
}

/// A style to end a prompt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Names the thumbnail.
    pub id: &'static str,
    /// A few words for the gallery.
    pub title: &'static str,
    /// What is put behind the prompt, with its comma.
    pub append: &'static str,
}

/// The prompts, in the order of the gallery; the first three are what a first visit shows.
pub const PROMPTS: [Builtin; 12] = [
    Builtin {
        id: "winter-lighthouse",
        title: "Lighthouse in a winter storm",
        prompt: "A lighthouse in a winter storm, waves breaking over the rocks, its beam cutting through driving snow, \
            deep blue dusk, wide shot, photorealistic",
        ratio: "4:3",
    },
    Builtin {
        id: "mountain-lake",
        title: "Mountain lake at dawn",
        prompt: "A still mountain lake at dawn, low mist over the water, layered ridges fading into the distance, \
            warm first light, wide shot, photorealistic",
        ratio: "16:9",
    },
    Builtin {
        id: "night-market",
        title: "Night market after rain",
        prompt: "A night market after rain, lanterns mirrored in the wet street, steam rising from the stalls, \
            people under umbrellas, shallow depth of field, 35 mm film",
        ratio: "4:3",
    },
    Builtin {
        id: "red-teapot",
        title: "Still life with a red teapot",
        prompt: "A still life of a red teapot, lemons and a vase of wild flowers on a wooden table, \
            soft afternoon light from a window, close-up, photorealistic",
        ratio: "1:1",
    },
    Builtin {
        id: "fisherman",
        title: "Fisherman against the sun",
        prompt: "Portrait of an old fisherman in profile, backlit at golden hour, rim light on his hat, \
            blurred harbor lights behind him, 85 mm lens, photorealistic",
        ratio: "3:4",
    },
    Builtin {
        id: "skyline",
        title: "Skyline at the blue hour",
        prompt: "A city skyline at the blue hour seen across the water, a suspension bridge, the first lit windows, \
            long clouds, long exposure, photorealistic",
        ratio: "16:9",
    },
    Builtin {
        id: "autumn-stag",
        title: "Stag in an autumn forest",
        prompt: "A stag at the edge of an autumn forest, low sunbeams between tall trunks, fallen leaves, \
            breath in the cold air, long lens, photorealistic",
        ratio: "3:4",
    },
    Builtin {
        id: "bakery",
        title: "Corner bakery at three hours",
        prompt: "A small bakery on a corner at {dawn|noon|night}, bread in the window, a cat on the sill, \
            warm light inside, eye level, ink and watercolor",
        ratio: "1:1",
    },
    Builtin {
        id: "dune-poster",
        title: "Desert travel poster",
        prompt: "A lone traveler on the crest of a desert dune at sunset, long shadows, \
            large simple shapes in orange and plum, minimalist travel poster",
        ratio: "3:4",
    },
    Builtin {
        id: "northern-lights",
        title: "Northern lights over a fjord",
        prompt: "Northern lights above a fjord, mountains mirrored in still water, a rowing boat with a lantern, \
            long exposure, photorealistic",
        ratio: "9:16",
    },
    Builtin {
        id: "sailboat",
        title: "Sailboat on a summer day",
        prompt: "A sailboat off a rocky coast at noon, gulls overhead, clear summer sky, high viewpoint, photorealistic",
        ratio: "4:3",
    },
    Builtin {
        id: "heron",
        title: "Heron in the reeds",
        prompt: "A heron standing in a reed bed, ripples spreading around its legs, morning mist, \
            side view at eye level, gouache on rough paper",
        ratio: "4:3",
    },
];

/// The styles, in the order of the gallery. Their thumbnails show one subject.
pub const STYLES: [Style; 8] = [
    Style { id: "film-photo", title: "Film photo", append: ", 35 mm film photo, faded colors, visible grain" },
    Style { id: "black-and-white", title: "Black and white", append: ", black and white photograph, deep shadows" },
    Style { id: "watercolor", title: "Watercolor", append: ", watercolor on rough paper" },
    Style { id: "gouache", title: "Gouache", append: ", matte gouache in muted teal and sand" },
    Style { id: "ink-drawing", title: "Ink drawing", append: ", ink drawing with a light wash" },
    Style { id: "flat-poster", title: "Flat poster", append: ", flat vector poster, a few bold colors" },
    Style { id: "papercut", title: "Papercut", append: ", layered papercut, pastel pink tones" },
    Style { id: "neon-noir", title: "Neon noir", append: ", neon noir at night, magenta and cyan glow, cinematic" },
];
