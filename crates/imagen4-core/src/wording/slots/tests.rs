use proptest::prelude::*;

use super::*;

fn split(prompt: &str) -> [String; 6] {
    Slots::split(prompt).texts
}

fn edited(prompt: &str, slot: Slot, text: &str) -> String {
    let mut slots = Slots::split(prompt);
    slots.set(slot, text);
    slots.compose()
}

const ODD: [&str; 22] = [
    "A poster that reads \"Good night, golden hour, sleep well\", watercolor",
    "„Gute Nacht, Abendlicht“ in Neon, oil on canvas,",
    "  a fox ,golden hour,, thick fur\n\n85 mm lens ,  ",
    "a fox\r\nGood night, golden hour, sleep well\r\nwatercolor\r\n",
    "A sign «ouvert, nuit», (golden hour:1.2), [film grain, art], {oil, ink|watercolor}",
    "1,000 paper cranes in a hall, f/1.8, 85 mm, 1/250 s, ISO 100",
    "「おやすみ, 月」の看板, 水彩, golden hour",
    "portrait of an old sailor\nunder a torn flag,\n deep shadows, wrinkled hands, film grain",
    "golden hour, a fox, soft haze, thick fur, dusk, wide shot, ears, oil",
    "'Don't stop, art' on a wall, cats' eyes, dogs' ears, it's ink",
    "A cat.\u{a0}It sits in\tsnow. Golden hour, film.",
    "a \"lonely quote, golden hour, (open, oil",
    ",",
    " \n ",
    "",
    "\u{200b}",
    "{\"subject\": \"fox, in snow\", \"light\": [\"dusk\", \"haze\"]}",
    "A fox 🦊 in 雪, é\u{301}, golden hour,\u{3000}oil",
    "a fox, a fox, a fox, golden hour, a fox",
    "in the snow, at dusk",
    "a fox in\nat dusk, oil",
    "Title: Night, Noon\n\nBody, golden hour\n\n- one, oil\n- two, ink",
];

#[test]
fn the_parts_of_a_prompt_find_their_slots() {
    assert_eq!(
        split("A red fox in fresh snow, thick winter fur, golden hour, 85 mm lens, watercolor on paper"),
        ["A red fox", "in fresh snow", "thick winter fur", "golden hour", "85 mm lens", "watercolor on paper"]
    );
    assert_eq!(
        split("an old sailor, deep shadows, wrinkled hands, film grain, f/1.8, 85mm, soft haze"),
        ["an old sailor", "", "wrinkled hands", "deep shadows, soft haze", "f/1.8, 85mm", "film grain"]
    );
    assert_eq!(
        split("A poster that reads \"Good night, golden hour, sleep well\", watercolor"),
        ["A poster that reads \"Good night, golden hour, sleep well\"", "", "", "", "", "watercolor"]
    );
    assert_eq!(split("a sign, it reads “oil, neon”"), ["a sign", "", "it reads “oil, neon”", "", "", ""]);
    assert_eq!(split("a {fox, in snow|owl} in {rain|fog, at noon}, {dusk, red|dawn}")[1], "in {rain|fog, at noon}");
    assert_eq!(split("a split-light delight"), ["a split-light delight", "", "", "", "", ""]);
    assert_eq!(split("a poster\nGood night, moon, ink")[5], "Good night, moon, ink", "a line is one part");
}

#[test]
fn an_edit_changes_its_own_slot_and_nothing_else() {
    let prompt = "A poster that reads \"Good night, golden hour, sleep well\", watercolor";
    assert_eq!(edited(prompt, Slot::Style, "watercolorx"), format!("{prompt}x"));
    let prompt = "  a fox in snow ,dusk,, thick fur\n\n85 mm lens ,  ";
    assert_eq!(edited(prompt, Slot::Lighting, "dawn"), "  a fox in snow ,dawn,, thick fur\n\n85 mm lens ,  ");
    assert_eq!(edited(prompt, Slot::Lighting, ""), "  a fox in snow,, thick fur\n\n85 mm lens ,  ");
    assert_eq!(edited(prompt, Slot::Details, " , "), "  a fox in snow ,dusk\n\n85 mm lens ,  ");
    assert_eq!(edited(prompt, Slot::Subject, ""), "  in snow ,dusk,, thick fur\n\n85 mm lens ,  ");
    assert_eq!(edited(prompt, Slot::Scene, ""), "  a fox ,dusk,, thick fur\n\n85 mm lens ,  ");
    assert_eq!(edited(prompt, Slot::Scene, "a wood"), "  a fox, a wood ,dusk,, thick fur\n\n85 mm lens ,  ");
    assert_eq!(edited(prompt, Slot::Camera, ""), "  a fox in snow ,dusk,, thick fur ,  ");
    let prompt = "an old sailor, deep shadows, wrinkled hands, film grain, soft haze";
    assert_eq!(
        edited(prompt, Slot::Lighting, "deep shadows, soft fog"),
        "an old sailor, deep shadows, wrinkled hands, film grain, soft fog"
    );
    assert_eq!(
        edited(prompt, Slot::Lighting, "noon"),
        "an old sailor, noon, wrinkled hands, film grain",
        "pieces that become one stand where the first was"
    );
}

#[test]
fn a_slot_that_was_empty_goes_behind_those_before_it() {
    let fox = "a fox, thick fur, wide shot, ears\n";
    assert_eq!(edited(fox, Slot::Scene, "in snow"), "a fox in snow, thick fur, wide shot, ears\n");
    assert_eq!(edited(fox, Slot::Scene, "a wood"), "a fox, a wood, thick fur, wide shot, ears\n");
    assert_eq!(edited(fox, Slot::Lighting, " dusk, "), "a fox, thick fur, wide shot, ears, dusk\n");
    assert_eq!(edited("A fox. It sleeps.", Slot::Style, "Oil on canvas."), "A fox. It sleeps. Oil on canvas.");
    assert_eq!(edited("a poster\nGood night, moon", Slot::Style, "ink"), "a poster\nGood night, moon\nink");
    let mut slots = Slots::split(" \n");
    slots.set(Slot::Style, "ink drawing, ");
    slots.set(Slot::Scene, "a harbor");
    assert_eq!(slots.compose(), "a harbor, ink drawing");
    slots.set(Slot::Subject, "a heron");
    assert_eq!(slots.compose(), "a heron, a harbor, ink drawing");
    slots.set(Slot::Scene, "At a harbor");
    assert_eq!(slots.compose(), "a heron At a harbor, ink drawing");
    assert_eq!(slots.get(Slot::Style), "ink drawing, ", "what is being typed stays as it is");
    let mut slots = Slots::split("a fox, oil,");
    slots.set(Slot::Subject, "");
    slots.set(Slot::Style, "");
    assert_eq!(slots.compose(), "", "no comma is left alone");
}

#[test]
fn typing_and_taking_back_restores_the_prompt() {
    for prompt in ODD {
        let mut slots = Slots::split(prompt);
        assert_eq!(slots.compose(), prompt);
        for slot in Slot::ALL {
            let text = slots.get(slot).to_owned();
            for typed in [format!("{text}x"), format!("x{text}"), String::new(), "\"in, oil".to_owned()] {
                slots.set(slot, &typed);
                assert_eq!(slots.get(slot), typed);
                slots.set(slot, &text);
                assert_eq!(slots.compose(), prompt);
            }
        }
    }
}

#[test]
fn a_text_box_may_change_the_line_breaks() {
    let prompt = "a sign (one,\r\ntwo), oil";
    let mut slots = Slots::split(prompt);
    for seen in ["a sign (one,\ntwo)", "a sign (one,two)"] {
        slots.set(Slot::Subject, &format!("{seen}x"));
        assert_eq!(slots.compose(), format!("{seen}x, oil"));
        slots.set(Slot::Subject, seen);
        assert_eq!(slots.compose(), prompt);
    }
}

/// Words that mean something here, separators, marks, and anything else.
fn prompts() -> impl Strategy<Value = String> {
    const TOKENS: [&str; 44] = [
        "in",
        "at ",
        ", ",
        ",",
        " ",
        "  ",
        "\n",
        "\r\n",
        "{",
        "|",
        "}",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "“",
        "”",
        "„",
        "«",
        "»",
        "'",
        "’",
        "「",
        "」",
        "fox",
        "golden hour",
        "85 mm",
        "f/1.8",
        "1",
        "1,000",
        "oil",
        "é",
        "雪",
        "🦊",
        "\u{a0}",
        "\\",
        ".",
        "\u{200b}",
        "\t",
        "wide shot",
        "dusk",
        "under",
        "\u{301}",
    ];
    let token = prop::sample::select(&TOKENS[..]);
    prop_oneof![
        3 => prop::collection::vec(token, 0..30).prop_map(|tokens| tokens.concat()),
        1 => any::<String>(),
        1 => prop::sample::select(&ODD[..]).prop_map(str::to_owned),
    ]
}

fn slot() -> impl Strategy<Value = Slot> {
    prop::sample::select(&Slot::ALL[..])
}

/// Parts that no edit of another slot may touch, and their order.
fn keepsake() -> impl Strategy<Value = String> {
    prop::sample::select(
        &[
            "\"one, golden hour\"",
            "“dusk, oil”",
            "'in snow, art'",
            "«ink, two»",
            "„drei, neon“",
            "「四, 雪」",
            "(a, b, c)",
            "[film, 85 mm]",
            "{oil, ink|dusk}",
            "1,000",
            "f/1.8, 85 mm",
            "10, 20, 30",
            "\nGood night, dusk, oil\n",
        ][..],
    )
    .prop_map(str::to_owned)
}

proptest! {
    #[test]
    fn a_prompt_that_nobody_edits_stays_as_it_is(prompt in prompts()) {
        let mut slots = Slots::split(&prompt);
        prop_assert_eq!(slots.compose(), prompt.clone());
        for slot in Slot::ALL {
            let text = slots.get(slot).to_owned();
            slots.set(slot, &text);
        }
        prop_assert_eq!(slots.compose(), prompt);
    }

    #[test]
    fn what_is_taken_back_was_never_there(
        prompt in prompts(),
        edits in prop::collection::vec((slot(), prompts()), 1..6),
    ) {
        let mut slots = Slots::split(&prompt);
        let before = slots.clone();
        for (slot, text) in edits {
            slots.set(slot, &text);
            slots.compose();
        }
        for slot in Slot::ALL {
            slots.set(slot, before.get(slot));
        }
        prop_assert_eq!(slots.compose(), prompt);
    }

    #[test]
    fn the_other_slots_keep_their_text_and_its_order(prompt in prompts(), slot in slot(), text in prompts()) {
        let mut slots = Slots::split(&prompt);
        slots.set(slot, &text);
        let composed = slots.compose();
        let mut rest = composed.as_str();
        for piece in slots.pieces.iter().filter(|piece| piece.slot != slot) {
            let kept = &prompt[piece.at.clone()];
            let at = rest.find(kept);
            prop_assert!(at.is_some(), "{:?} is gone from {:?}", kept, composed);
            rest = &rest[at.unwrap_or_default() + kept.len()..];
        }
        // What was set is in it, too, without the commas around it, and whole unless it was of several pieces.
        if slots.pieces_of(slot).len() < 2 {
            prop_assert!(composed.contains(trim(&text)));
        }
    }

    #[test]
    fn what_belongs_together_survives_every_edit_of_another_slot(
        parts in prop::collection::vec((prop::option::of(keepsake()), "(a|dusk|in snow|oil|wide shot|ears) "), 1..6),
        edits in prop::collection::vec((slot(), prompts()), 0..4),
    ) {
        let words = |(kept, words): &(Option<String>, String)| words.clone() + kept.as_deref().unwrap_or("x");
        let prompt = parts.iter().map(words).collect::<Vec<_>>().join(", ");
        let mut slots = Slots::split(&prompt);
        for (slot, text) in &edits {
            slots.set(*slot, text);
        }
        let composed = slots.compose();
        let untouched = |at: usize| {
            slots.pieces.iter().any(|piece| piece.at.contains(&at) && edits.iter().all(|(slot, _)| *slot != piece.slot))
        };
        let (mut from, mut rest) = (0, composed.as_str());
        for kept in parts.iter().filter_map(|(kept, _)| kept.as_deref()) {
            let at = from + prompt[from..].find(kept).expect("it is there");
            from = at + kept.len();
            let kept = kept.trim();
            if untouched(at + 1) {
                let found = rest.find(kept);
                prop_assert!(found.is_some(), "{:?} is gone from {:?}", kept, composed);
                rest = &rest[found.unwrap_or_default() + kept.len()..];
            }
        }
    }

    #[test]
    fn typing_in_a_slot_of_several_pieces_moves_none(prompt in prompts(), slot in slot(), at in any::<prop::sample::Index>()) {
        let mut slots = Slots::split(&prompt);
        let text = slots.get(slot).to_owned();
        let at = text.ceil_char_boundary(at.index(text.len() + 1));
        slots.set(slot, &format!("{}x{}", &text[..at], &text[at..]));
        let composed = slots.compose();
        let mut rest = composed.chars();
        // The prompt is what was composed, with some left out: one letter, and what joins it.
        prop_assert!(prompt.chars().filter(|c| *c != ',' && !c.is_whitespace()).all(|c| rest.any(|other| other == c)));
    }
}
