use super::*;

/// Prompts of many kinds that say what they want, also where they begin with light, camera or style.
const PLAIN: [&str; 64] = [
    "Lighthouse at dusk",
    "A neon sign",
    "Neon sign",
    "Neon sign, rain",
    "neon lights, a street in Tokyo",
    "Traffic light, empty crossing",
    "Portrait of a woman, golden hour",
    "Portrait, a woman with red hair",
    "Watercolor box on a table",
    "Watercolor, a fox",
    "Golden Gate Bridge",
    "Golden Gate Bridge, fog",
    "Golden hour",
    "Golden hour over a lake, calm water",
    "Candlelight dinner",
    "Candlelight dinner, two people",
    "Film camera on a shelf",
    "Film camera, wooden shelf",
    "Wide shot of a desert, dunes",
    "wide shot of…",
    "Close-up of a bee, macro",
    "A close-up of hands, oil painting",
    "Macro photograph of a dewdrop, morning",
    "Aerial view of a river delta, autumn",
    "Sunset, palm trees",
    "Dusk, a lake",
    "Moonlight on the sea, ink",
    "Dawn patrol, two soldiers",
    "Lens on a desk, dust",
    "Telephoto lens, white background",
    "Drone over a field, evening",
    "Oil painting, gilded frame, museum wall",
    "Oil lamp, still life",
    "Ink bottle, quill",
    "Print shop, 1920s",
    "Poster, art deco, a train",
    "Comic shop, neon",
    "Photo album, old table",
    "Photograph of a street, 35 mm",
    "3D printer, workshop",
    "Art gallery, visitors",
    "Shadows, a staircase",
    "Light bulb, filament",
    "Studio, light, a dancer",
    "Low table, tea",
    "Cinematic portrait of a boxer, sweat",
    "Style guide, typography",
    "Glow worm, leaf",
    "Noon in Havana, old cars",
    "\"Golden hour\", a book cover",
    "“wide shot”, written on a clapperboard",
    "Fox",
    "fox, golden hour, wide shot",
    "Ein Leuchtturm in der Dämmerung, Öl auf Leinwand",
    "Porträt einer Frau, weiches Licht",
    "Un phare au crépuscule, lumière dorée",
    "Un faro al atardecer, plano general",
    "一只狐狸在雪地里奔跑",
    "黄昏的灯塔，水彩",
    "夕暮れの灯台, 油絵",
    "Лиса в снегу, золотой час",
    "منارة عند الغسق, ضوء ناعم",
    "{dawn|dusk}, a lake",
    "🦊, snow",
];

#[test]
fn plain_prompts_have_no_hint() {
    for prompt in PLAIN {
        assert_eq!(hints(prompt, ""), [], "{prompt}");
        assert_eq!(hints(prompt, "blurry, low quality, watermark, text"), [], "{prompt}");
        assert_eq!(hints(&prompt.to_uppercase(), ""), [], "{prompt}");
    }
    assert_eq!(hints("  ", "much to keep out"), []);
    assert_eq!(hints("golden hour, ", ""), [], "more may come");
}

#[test]
fn a_beginning_without_a_subject_is_noticed() {
    for prompt in [
        "golden hour, a fox",
        " Golden  Hour,a fox",
        "Wide-angle shot, a desert",
        "wide shot\na desert",
        "Close-up, a bee",
        "soft light, a dancer",
        "Studio lighting, a shoe",
        "Bird’s-eye view, a city",
        "shallow depth of field, a hand",
        "photorealistic, a cat",
    ] {
        assert_eq!(hints(prompt, ""), [Hint::NoSubject], "{prompt}");
    }
}

#[test]
fn what_is_asked_for_and_kept_out_is_noticed() {
    for (prompt, negative, both) in [
        ("a fox in snow, clear sky", "birds, Snow, sky", "Snow"),
        ("a fox in snow at dusk", "snow", "snow"),
        ("A red car.", "red car", "red car"),
        ("a blurry fox", "blurry, text", "blurry"),
        ("an ÉCLAIR on a plate", "éclair", "éclair"),
        ("a {fox|dog} in fog", "dog", "dog"),
        ("no people, a fox in snow", "people, snow", "snow"),
    ] {
        assert_eq!(hints(prompt, negative), [Hint::InBoth(both.into())], "{prompt} / {negative}");
    }
    for (prompt, negative) in [
        ("a black cat", "black background"),
        ("a snow leopard", "snow"),
        ("a snow-covered roof", "snow"),
        ("a fox, no snow", "snow"),
        ("a fox without any snow", "snow"),
        ("a fox in snow", "no snow"),
        ("a fox in snow", "without snow, avoid snow"),
        ("a sign that says “No dogs”", "dogs"),
        ("a sign that says 'free text'", "text"),
        ("a lighthouse", "light, house"),
        ("portrait of a woman, detailed hands", "extra hands, bad hands"),
        ("a small house", "small"),
        ("雪の中の狐", "雪"),
        ("a fox", " ,; "),
    ] {
        assert_eq!(hints(prompt, negative), [], "{prompt} / {negative}");
    }
}

#[test]
fn a_negative_prompt_may_be_long_if_the_prompt_is() {
    let flaws = "extra fingers, bad anatomy, ".repeat(12);
    assert_eq!(hints("a fox", &flaws), [Hint::NegativeLonger]);
    assert_eq!(hints(&"a quiet town by the sea ".repeat(20), &flaws), []);
    assert_eq!(hints("a fox", "blurry, low quality, watermark, signature, text, jpeg artifacts, bad anatomy"), []);
    assert_eq!(hints("雪の中を走る狐、夕暮れ", "blurry, low quality, watermark, text"), []);
}

#[test]
fn a_lone_brace_is_noticed_unless_it_is_quoted() {
    assert_eq!(hints("a {red fox", ""), [Hint::LoneBrace('{')]);
    assert_eq!(hints("a red} fox", ""), [Hint::LoneBrace('}')]);
    for prompt in ["a sign with \"{\"", "the letter “}”", r"a \{ brace", "{\"a\": \"fox\"}", "\"{\" beside {red|blue}"]
    {
        assert_eq!(hints(prompt, ""), [], "{prompt}");
    }
    let said = "“{” has no matching brace and is sent as typed; variants look like {dawn|noon}.";
    assert_eq!(Hint::LoneBrace('{').to_string(), said);
}

#[test]
fn length_is_counted_for_the_longest_variant_not_for_all() {
    let long = "a quiet town by the sea ".repeat(100);
    assert_eq!(hints(&long, ""), [Hint::TooLong(600)]);
    assert_eq!(Hint::TooLong(600).to_string(), "About 600 tokens: a model may read only the first few hundred.");
    let words = |count: usize| "word ".repeat(count);
    assert_eq!(hints(&format!("a fox, {{{}|{}}}", words(300), words(400)), ""), []);
    assert_eq!(tokens("A lighthouse, 雪国"), 1 + 2 + 1 + 2);
    assert_eq!(tokens("маяк на закате, é\u{200b}"), 1 + 1 + 2 + 1 + 1, "letters make words in any alphabet");
}
