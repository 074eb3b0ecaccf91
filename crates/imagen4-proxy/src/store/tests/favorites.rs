//! Favorites: runs, and single images of them.

use imagen4_core::api::{ImagePatch, RunPatch};
use imagen4_core::run::RunImage;
use imagen4_core::{Run, RunFilter};

use super::*;

fn image(index: u8) -> NewPicture {
    RunImage {
        index,
        url: String::new(),
        thumb_url: None,
        width: 1,
        height: 1,
        content_type: "image/png".to_owned(),
        bytes: 1,
        sha256: String::new(),
        nsfw: false,
        favorite: false,
    }
}

const FAVORITE: ImagePatch = ImagePatch { favorite: Some(true) };

/// Four runs: without images; a favorite; with a favorite image; with images, and none is a favorite.
fn four() -> SyncStore {
    let mut store = store("https://vendor.test");
    for number in 1..=4 {
        store.write(|tx| tx.accept(&new_run(number))).expect("accepted");
    }
    for (run, index) in [(3, 0), (3, 1), (4, 0)] {
        store.write(|tx| tx.keep_picture(RunId::from_bits(run), &image(index))).expect("kept");
    }
    let favorite = RunPatch { favorite: Some(true), note: None };
    assert!(store.write(|tx| tx.patch("local", RunId::from_bits(2), &favorite)).expect("written"));
    assert!(store.write(|tx| tx.patch_image("local", RunId::from_bits(3), 1, &FAVORITE)).expect("written"));
    store
}

fn numbers(runs: &[Run]) -> Vec<RunId> {
    runs.iter().map(|run| run.id).collect()
}

#[test]
fn a_run_is_found_as_a_favorite_by_itself_or_by_an_image_and_the_page_finds_the_same() {
    let store = four();
    let list = |filter: &RunFilter| store.read_tx().runs("local", filter, None, 10).expect("read").0;
    let all = list(&RunFilter::default());
    for (favorite, expected) in [(true, [3, 2]), (false, [4, 1])] {
        let filter = RunFilter { favorite: Some(favorite), ..RunFilter::default() };
        let expected = expected.map(RunId::from_bits);
        assert_eq!(numbers(&list(&filter)), expected, "{favorite}");
        assert_eq!(store.read_tx().counts("local", &filter).expect("counted").runs, 2);
        let live: Vec<Run> = all.iter().filter(|run| filter.matches(run)).cloned().collect();
        assert_eq!(numbers(&live), expected, "{favorite}");
    }
}

#[test]
fn only_an_image_that_is_there_and_ones_own_is_changed() {
    let mut store = four();
    let mut patch = |person: &str, run: u128, index: u8, patch: ImagePatch| {
        store.write(|tx| tx.patch_image(person, RunId::from_bits(run), index, &patch)).expect("written")
    };
    assert!(!patch("local", 4, 1, FAVORITE) && !patch("local", 9, 0, FAVORITE) && !patch("somebody", 4, 0, FAVORITE));
    assert!(patch("local", 3, 1, ImagePatch::default()), "nothing is changed");
    // Kept once more, as after a crash between the file and its row.
    store.write(|tx| tx.keep_picture(RunId::from_bits(3), &image(1))).expect("kept");
    let favorites = |store: &SyncStore, run: u128| {
        let run = store.read_tx().run("local", RunId::from_bits(run)).expect("read").expect("it is there");
        run.images.iter().map(|image| image.favorite).collect::<Vec<_>>()
    };
    assert_eq!((favorites(&store, 3), favorites(&store, 4)), (vec![false, true], vec![false]));
}
