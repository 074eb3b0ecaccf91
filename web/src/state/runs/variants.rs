//! What tells the runs of a group apart: the words that differ, and the prompt that they share.

use imagen4_core::wording::variants::{difference, escape, expand};

/// The shared prompt and what each run has of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variants {
    /// The shared prompt, with an ellipsis for what differs; the prompt that stands for all of them where hardly anything is shared.
    pub title: String,
    /// The words that differ; the whole prompt where nothing is shared.
    pub labels: Vec<String>,
}

/// Compares the prompts of a group.
pub fn compare(prompts: &[String]) -> Variants {
    let Some(first) = prompts.first() else { return Variants::default() };
    if prompts.iter().all(|prompt| prompt == first) {
        return Variants { title: first.clone(), labels: vec![String::new(); prompts.len()] };
    }
    let (start, end) = shared_to_read(prompts);
    let title = match (first[..start].trim(), first[first.len() - end..].trim()) {
        ("", "") => as_one_prompt(prompts).unwrap_or_else(|| format!("{} prompt variants", prompts.len())),
        ("", after) => format!("… {after}"),
        (before, "") => format!("{before} …"),
        (before, after) if after.starts_with(PUNCTUATION) => format!("{before} …{after}"),
        (before, after) => format!("{before} … {after}"),
    };
    let labels = prompts.iter().map(|prompt| match prompt[start..prompt.len() - end].trim() {
        "" => "(nothing)".to_owned(),
        words => words.to_owned(),
    });
    Variants { title, labels: labels.collect() }
}

/// The one prompt that stands for all of them, `a {red|blue} fox`, if there is one.
pub fn as_one_prompt(prompts: &[String]) -> Option<String> {
    let first = prompts.first()?;
    let (start, end) = shared(prompts);
    let with = |escape: fn(&str) -> String| {
        let words: Vec<_> = prompts.iter().map(|prompt| escape(&prompt[start..prompt.len() - end])).collect();
        format!("{}{{{}}}{}", escape(&first[..start]), words.join("|"), escape(&first[first.len() - end..]))
    };
    let stands_for_all = |prompt: &String| expand(prompt).is_ok_and(|wordings| wordings == prompts);
    [with(escape), with(escape_marks)].into_iter().find(stands_for_all)
}

const PUNCTUATION: [char; 4] = [',', '.', ';', ':'];

/// So few letters in common are no prompt that could be read.
const FEW_LETTERS: usize = 4;

/// The same for whoever reads it: an article alone is nothing shared.
fn shared_to_read(prompts: &[String]) -> (usize, usize) {
    let (start, end) = shared(prompts);
    let letters = |prompt: &String| {
        let both = prompt[..start].chars().chain(prompt[prompt.len() - end..].chars());
        both.filter(|letter| letter.is_alphanumeric()).count()
    };
    if prompts.first().map_or(0, letters) < FEW_LETTERS { (0, 0) } else { (start, end) }
}

/// Where they begin to differ, and how long the end is that they share again; punctuation behind a word belongs to that end.
fn shared(prompts: &[String]) -> (usize, usize) {
    let (start, end) = difference(prompts);
    let ends_alike = |mark: &char| {
        let words = |prompt: &String| prompt[start..prompt.len() - end].trim_end_matches(*mark).trim().len();
        prompts.iter().all(|prompt| prompt[start..prompt.len() - end].ends_with(*mark) && words(prompt) > 0)
    };
    (start, end + usize::from(PUNCTUATION.iter().any(ends_alike)))
}

/// Every brace and bar as text, also where it would be text by itself: beside others it may not be.
fn escape_marks(text: &str) -> String {
    text.replace('{', "\\{").replace('|', "\\|").replace('}', "\\}")
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn prompts(prompt: &str) -> Vec<String> {
        expand(prompt).expect("few enough")
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_shared_prompt_is_said_once_and_each_has_its_own_words() {
        let of = |prompt: &str| {
            let Variants { title, labels } = compare(&prompts(prompt));
            (title, labels.join("|"))
        };
        let said = |title: &str, labels: &str| (title.to_owned(), labels.to_owned());
        assert_eq!(of("a bakery at {dawn|noon}, in ink"), said("a bakery at …, in ink", "dawn|noon"));
        assert_eq!(of("a {|big }fox"), said("a … fox", "(nothing)|big"));
        assert_eq!(of("{a fox|an owl} in snow"), said("… in snow", "a fox|an owl"));
        assert_eq!(of("a fox in {snow|rain}"), said("a fox in …", "snow|rain"));
        assert_eq!(of("A {fox|owl}."), said("A {fox|owl}.", "A fox.|A owl."));
        assert_eq!(of("{one|two}"), said("{one|two}", "one|two"));
        assert_eq!(of("{狐狸|猫}，雪"), said("{狐狸，雪|猫，雪}", "狐狸，雪|猫，雪"));
        let same = vec!["a fox".to_owned(); 2];
        assert_eq!(compare(&same).title, "a fox");
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn one_prompt_stands_for_all_of_them_whatever_they_hold() {
        for prompt in
            ["a bakery at {dawn|noon}, in ink", r"\{a {x|y|z\|} b\}", r"{c\|d {a|b}", r#"{"fox": {in|out}}"#, "{a|b}"]
        {
            let all = prompts(prompt);
            let one = as_one_prompt(&all).expect(prompt);
            assert_eq!(prompts(&one), all, "{one}");
        }
        assert_eq!(as_one_prompt(&prompts("a bakery at {dawn|noon}")).as_deref(), Some("a bakery at {dawn|noon}"));
        assert_eq!(as_one_prompt(&vec!["a fox".to_owned(); 2]), None, "a prompt stands for another only once");
    }
}
