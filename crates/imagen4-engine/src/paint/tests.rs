//! What the painter promises.

use super::finish::COMMENT;
use super::meaning::{Scene, Style, Thing, Time, Weather};
use super::words;
use super::{Brief, paint};

fn brief(prompt: &str) -> Brief<'_> {
    Brief { prompt, negative_prompt: None, width: 96, height: 64, seed: 7, index: 0 }
}

/// The size written in the frame header of a baseline JPEG.
fn size_of(jpeg: &[u8]) -> (u32, u32) {
    let mut at = 2;
    loop {
        let (marker, length) = (jpeg[at + 1], usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]])));
        if (0xc0..=0xc2).contains(&marker) {
            let number = |i: usize| u32::from(u16::from_be_bytes([jpeg[i], jpeg[i + 1]]));
            return (number(at + 7), number(at + 5));
        }
        at += 2 + length;
    }
}

#[test]
fn the_same_brief_gives_the_same_bytes() {
    for prompt in ["a mountain lake", "sea", "city at night", "forest", "dunes", "teapot", "portrait"] {
        assert_eq!(paint(&brief(prompt)), paint(&brief(prompt)), "{prompt}");
    }
}

#[test]
fn seed_index_ratio_and_every_word_change_the_bytes() {
    let base = paint(&brief("a mountain lake"));
    let others = [
        Brief { seed: 8, ..brief("a mountain lake") },
        Brief { index: 1, ..brief("a mountain lake") },
        Brief { width: 64, height: 96, ..brief("a mountain lake") },
        Brief { negative_prompt: Some("zzz"), ..brief("a mountain lake") },
        brief("a mountain lake, wistful"),
        brief("a mountain lake at noon"),
    ];
    for other in others {
        assert_ne!(base, paint(&other), "{other:?}");
    }
}

#[test]
fn the_file_has_the_size_of_the_brief() {
    for (width, height) in [(1024, 1024), (1408, 768), (768, 1408), (896, 1280), (1280, 896)] {
        let jpeg = paint(&Brief { width, height, ..brief("dunes") });
        assert_eq!(size_of(&jpeg), (width, height));
    }
}

#[test]
fn tiny_odd_and_narrow_sizes_are_painted_in_every_scene_and_style() {
    let scenes =
        ["mountain lake", "sea lighthouse", "city bridge", "forest deer", "dunes people", "teapot", "portrait"];
    let moods = ["noon photo", "night watercolor aurora", "storm ink", "snow flat", "rain film", "fog"];
    for (i, scene) in scenes.into_iter().enumerate() {
        for (width, height) in [(16, 16), (17, 33), (250, 16), (16, 250), (101, 67), (8192, 32), (32, 8192)] {
            let prompt = format!("{scene} {}", moods[(i + width as usize) % moods.len()]);
            let jpeg = paint(&Brief { width, height, ..brief(&prompt) });
            assert_eq!(size_of(&jpeg), (width, height), "{prompt}");
        }
        for mood in moods {
            let prompt = format!("{scene} {mood}");
            assert!(!paint(&Brief { width: 48, height: 40, ..brief(&prompt) }).is_empty());
        }
    }
}

#[test]
fn the_file_says_that_it_is_a_sample() {
    let jpeg = paint(&brief("anything"));
    assert!(jpeg.windows(COMMENT.len()).any(|bytes| bytes == COMMENT.as_bytes()));
    assert_eq!(COMMENT, "Demo image rendered locally by imagen4-engine, not by Imagen 4 or any other model");
}

#[test]
fn words_choose_scene_time_weather_and_style() {
    let reading = words::read("A red teapot on a table by the window, snowy evening, watercolour", "");
    assert_eq!(reading.scene, Scene::Room);
    assert_eq!(reading.time, Some(Time::Golden));
    assert_eq!(reading.weather, Some(Weather::Snow));
    assert_eq!(reading.style, Style::Watercolor);
    assert_eq!(reading.dye, Some(0xc0_30_28));
    assert!(reading.shown.has(Thing::Teapot));
    assert_eq!(words::read("lighthouses on the cliffs", "").scene, Scene::Coast);
    assert_eq!(words::read("golden hour", "").dye, None);
}

#[test]
fn another_time_of_day_keeps_the_scene_even_when_no_word_names_one() {
    for subject in ["a dream of elsewhere", "mountain lake", "qwertz", ""] {
        let dawn = words::read(&format!("{subject} at dawn"), "");
        let noon = words::read(&format!("{subject} at noon"), "");
        assert_eq!(dawn.scene, noon.scene, "{subject}");
        assert_ne!(dawn.time, noon.time);
    }
}

#[test]
fn the_negative_prompt_switches_things_off() {
    let reading = words::read("a foggy rainy portrait of a woman, clouds", "people, fog, rain, clouds");
    assert_ne!(reading.scene, Scene::Portrait);
    assert_eq!(reading.weather, None);
    for thing in [Thing::People, Thing::Fog, Thing::Rain, Thing::Clouds] {
        assert!(reading.banned.has(thing), "{thing:?}");
    }
    let lake = brief("mountain lake at noon with clouds");
    assert_ne!(paint(&lake), paint(&Brief { negative_prompt: Some("clouds"), ..lake }));
    assert_ne!(words::read("mountain lake", "lake").scene, Scene::Lake);
}

#[test]
fn a_scene_is_always_found_even_when_all_are_unwanted() {
    let all = "lake, sea, city, forest, desert, room, portrait";
    assert_eq!(words::read("anything", all).scene, Scene::Lake);
}
