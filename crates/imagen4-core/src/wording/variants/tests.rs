use proptest::prelude::*;

use super::*;

#[test]
fn groups_expand_in_a_fixed_order_and_can_be_nested() {
    let expand = |prompt| expand(prompt).expect("few enough");
    assert_eq!(expand("{a|b{1|2}}{x|y}"), ["ax", "ay", "b1x", "b1y", "b2x", "b2y"]);
    assert_eq!(expand("a {|big }fox"), ["a fox", "a big fox"]);
    assert_eq!(expand("{fox|fox|owl}"), ["fox", "owl"], "nobody pays twice for the same");
    assert_eq!(expand(r"{a\|b|c\}}"), ["a|b", "c}"]);
    assert_eq!(expand(r"a \{b\} \n"), [r"a {b} \n"]);
}

#[test]
fn what_is_no_group_is_text() {
    for text in
        ["", "a | b", r#"{"fox": {"in": "snow"}}"#, "a { b", "a } b", "{a|b", "a|b}", "{}", r"C:\dir\\", "{a {b} c"]
    {
        assert_eq!(expand(text).as_deref(), Ok(&[text.to_owned()][..]));
    }
    assert_eq!(expand("{x {a|b}}").as_deref(), Ok(&["{x a}".to_owned(), "{x b}".to_owned()][..]));
    assert_eq!(expand("{c|d {a|b}").as_deref(), Ok(&["{c|d a".to_owned(), "{c|d b".to_owned()][..]));
    assert_eq!(
        [unbalanced("{a"), unbalanced("a}{"), unbalanced("{a}"), unbalanced(r"\{")],
        [Some('{'), Some('}'), None, None]
    );
}

#[test]
fn too_many_are_counted_and_not_made() {
    let three = "{a|b|c}";
    assert_eq!(expand(&three.repeat(4)).map(|all| all.len()), Ok(81));
    let error = expand(&(three.repeat(4) + "{a|b}")).expect_err("too many");
    assert_eq!(error.to_string(), "makes 162 variants; at most 100 are allowed");
    assert_eq!(expand(&three.repeat(9_000)), Err(TooMany { count: usize::MAX }));
}

#[test]
fn depth_overflows_nothing() {
    for deep in ["{".repeat(10_000), "{".repeat(50_000) + &"}".repeat(50_000)] {
        assert_eq!(expand(&deep), Ok(vec![deep.clone()]));
    }
    assert!(expand(&("{a|".repeat(10_000) + &"}".repeat(10_000))).is_err());
}

#[test]
fn the_difference_is_told_in_whole_words() {
    let of = |prompt| {
        let variants = expand(prompt).expect("few enough");
        let (start, end) = difference(&variants);
        variants.iter().map(|it| it[start..it.len() - end].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of("a lake at {dawn|dusk}, still"), ["dawn,", "dusk,"]);
    assert_eq!(of("a {|big }fox"), ["", "big "]);
}

proptest! {
    #[test]
    fn an_escaped_text_stands_for_itself(text in r#"([a{|}\\ é"]|\PC){0,40}"#) {
        prop_assert_eq!(expand(&escape(&text)), Ok(vec![text]));
    }

    #[test]
    fn text_without_marks_is_returned_verbatim(text in r"[^{|}]{0,60}") {
        prop_assert_eq!(expand(&text), Ok(vec![text.clone()]));
        prop_assert_eq!(escape(&text), text);
    }

    #[test]
    fn a_variant_has_no_words_but_the_prompts(text in r"([ab {|}\\]|one|two){0,40}") {
        let words = |text: &str| text.split([' ', '{', '|', '}', '\\']).map(str::to_owned).collect::<Vec<_>>().concat();
        if let Ok(variants) = expand(&text) {
            prop_assert!(!variants.is_empty() && variants.len() <= MAX_GROUP_RUNS);
            let all = words(&text);
            for variant in &variants {
                // Every variant is the text with parts left out, in its order.
                let mut rest = all.chars();
                prop_assert!(words(variant).chars().all(|char| rest.any(|other| other == char)), "{}", variant);
            }
            let (start, end) = difference(&variants);
            for variant in &variants {
                prop_assert!(start + end <= variant.len());
                prop_assert_eq!(&variant[..start], &variants[0][..start]);
                prop_assert_eq!(&variant[variant.len() - end..], &variants[0][variants[0].len() - end..]);
            }
        }
    }
}
