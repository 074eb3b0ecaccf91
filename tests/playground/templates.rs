//! The templates that come with the page: each can be generated as it is, and has a small thumbnail in its own shape.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use imagen4_core::wording::variants;

/// The page's own data, which needs no browser.
#[path = "../../web/src/state/templates/builtin.rs"]
#[expect(unreachable_pub, reason = "it is public in the page")]
mod builtin;

use builtin::{PROMPTS, STYLES};

const SIDE: usize = 320;
/// In bytes, of all thumbnails together: they are loaded only when they are seen.
const ALL: u64 = 220_000;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/assets/templates")
}

#[test]
fn every_template_has_its_thumbnail_and_every_thumbnail_its_template() {
    let ids: BTreeSet<_> = PROMPTS.iter().map(|p| p.id).chain(STYLES.iter().map(|s| s.id)).collect();
    assert_eq!(ids.len(), PROMPTS.len() + STYLES.len(), "an id names two");
    let wanted: BTreeSet<_> = ids.iter().map(|id| format!("{id}.webp")).collect();
    let mut there = BTreeSet::new();
    let mut bytes = 0;
    for entry in fs::read_dir(folder()).expect("the thumbnails") {
        let entry = entry.expect("a file");
        bytes += entry.metadata().expect("a size").len();
        there.insert(entry.file_name().into_string().expect("a name"));
    }
    assert_eq!(there, wanted);
    assert!(bytes < ALL, "{bytes} bytes");
}

#[test]
fn thumbnails_have_the_shape_of_what_is_generated() {
    let size = |id: &str| imagesize::size(folder().join(format!("{id}.webp"))).expect("an image");
    for template in PROMPTS {
        // The sizes of Imagen 4 are not quite those of the names of their ratios.
        let (width, height) = match template.ratio {
            "1:1" => (1024, 1024),
            "16:9" => (1408, 768),
            "9:16" => (768, 1408),
            "3:4" => (896, 1280),
            "4:3" => (1280, 896),
            other => panic!("{}: Imagen 4 has no {other}", template.id),
        };
        let long = width.max(height);
        let scaled = |side: usize| (side * SIDE + long / 2) / long;
        let thumb = size(template.id);
        assert_eq!((thumb.width, thumb.height), (scaled(width), scaled(height)), "{}", template.id);
    }
    for style in STYLES {
        assert_eq!(size(style.id).width, SIDE, "{}", style.id);
    }
}

#[test]
fn one_template_shows_what_variants_are_and_styles_end_any_prompt() {
    let mut several = Vec::new();
    for template in PROMPTS {
        let prompts = variants::expand(template.prompt).expect("few variants");
        if prompts.len() > 1 {
            several.push((template.id, prompts.len()));
        }
        for style in STYLES {
            let styled = format!("{}{}", template.prompt, style.append);
            assert_eq!(variants::expand(&styled).expect("few variants").len(), prompts.len(), "{}", style.id);
            assert!(style.append.starts_with(", ") && !style.append.ends_with(['.', ' ']), "{}", style.id);
        }
    }
    assert_eq!(several, [("bakery", 3)]);
}
