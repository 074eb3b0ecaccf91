use serde_json::json;

use super::*;

fn filter(pairs: &[(&str, &str)]) -> Result<RunFilter, FieldErrors> {
    let (mut filter, mut errors) = (RunFilter::default(), FieldErrors::default());
    for (name, value) in pairs {
        filter.set(name, value, &mut errors);
    }
    if errors.is_empty() { Ok(filter) } else { Err(errors) }
}

#[test]
fn a_filter_is_read_as_it_is_written() {
    let group = "0123456789abcdef0123456789abcdef";
    let pairs = [
        ("q", "fox snow"),
        ("state", "failed,expired"),
        ("model", "wavespeed-ai/imagen4"),
        ("ratio", "19.5:9"),
        ("seed", "7"),
        ("favorite", "true"),
        ("nsfw", "false"),
        ("group", group),
    ];
    let read = filter(&pairs).expect("all of it is valid");
    assert_eq!(read.pairs(), pairs.map(|(name, value)| (name, value.to_owned())));
    assert_eq!(filter(&[("q", ""), ("state", ""), ("seed", "")]), Ok(RunFilter::default()));
    assert_eq!(RunFilter::default().pairs(), []);
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let long = "x".repeat(MAX_SEARCH_CHARS + 1);
    let pairs =
        [("q", long.as_str()), ("state", "happy"), ("ratio", "wide"), ("seed", "x"), ("nsfw", "1"), ("colour", "red")];
    let errors = filter(&pairs).expect_err("none of it is valid");
    let named: Vec<_> = errors.iter().map(|(name, _)| name).collect();
    for (name, _) in pairs {
        assert!(named.contains(&name), "{name}");
    }
}

#[test]
fn a_run_is_a_favorite_by_itself_or_by_one_of_its_images() {
    // As an older build wrote it: nothing says of an image whether it is one, nor of the run its place in a group.
    let image = |index: u8| json!({ "index": index, "url": "", "width": 1, "height": 1, "content_type": "image/png", "bytes": 1, "sha256": "", "nsfw": false });
    let run = json!({
        "id": "0".repeat(32), "state": "archived", "revision": 1, "created_at": "2026-11-22T12:00:00Z", "upstream": "embedded",
        "request": { "model": "m", "input": {} }, "price_microusd": 0, "billed": "yes", "prediction": null,
        "images": [image(0), image(1)], "problem": null, "timeline": [], "group": null, "parent": null, "favorite": false,
        "note": null,
    });
    let mut run: Run = serde_json::from_value(run).expect("a run");
    assert_eq!((run.group_index, run.images[1].favorite), (None, false));
    let is_let_through = |run: &Run| {
        [Some(true), Some(false), None].map(|favorite| RunFilter { favorite, ..RunFilter::default() }.matches(run))
    };
    assert_eq!(is_let_through(&run), [false, true, true]);
    run.images[1].favorite = true;
    assert_eq!(is_let_through(&run), [true, false, true]);
    run.images[1].favorite = false;
    run.favorite = true;
    assert_eq!(is_let_through(&run), [true, false, true]);
}

#[test]
fn words_are_found_anywhere_in_prompt_and_note_in_any_script() {
    let finds = |q: &str, prompt: &str, note: Option<&str>| {
        let held = searched(prompt, note);
        RunFilter { q: q.to_owned(), ..RunFilter::default() }.terms().iter().all(|term| held.contains(term.as_str()))
    };
    for (q, prompt) in [
        ("狐狸", "一只狐狸在雪地里奔跑"),
        ("キツネ", "雪の中の赤いｷﾂﾈ"),
        ("여우", "눈 속의 붉은여우"),
        ("สุนัข", "ภาพสุนัขจิ้งจอก"),
        ("quokka", "“Quokka” on a beach"),
        ("“QUOKKA”", "a quokka"),
        ("hous light", "A lighthouse"),
        ("naive cafe", "naïve Café"),
        ("strasse", "Die Straße"),
        ("don't", "don’t look"),
        ("снег", "Лиса в СНЕГУ"),
        ("f/2.8", "shot at f/2.8"),
        ("🦊", "a 🦊 in snow"),
    ] {
        assert!(finds(q, prompt, None), "{q} in {prompt}");
        assert!(finds(q, "a castle", Some(prompt)), "{q} in a note");
        assert!(!finds(q, "a castle", None), "{q}");
    }
    assert!(finds("fox best", "a fox", Some("the best one")));
    assert!(!finds("foxthe", "a fox", Some("the best one")), "not across both");
    assert!(finds(" \u{200b} ", "anything", None));
}
