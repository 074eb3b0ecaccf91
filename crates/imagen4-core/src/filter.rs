//! What a list of runs is narrowed to. The same words stand in a query of the HTTP face and in the page's address bar.

use crate::text::{fold, search_terms};
use crate::{FieldErrors, Ratio, Run, RunId, RunState};

/// Longest search, in characters.
pub const MAX_SEARCH_CHARS: usize = 200;

/// What a run must be to be listed; the default lets all of them through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Words that its prompt or its note must hold, anywhere in them.
    pub q: String,
    /// It is in one of these states; none means any.
    pub states: Vec<RunState>,
    /// It is of this model.
    pub model: Option<String>,
    /// Its shape, whatever the model calls it.
    pub ratio: Option<Ratio>,
    /// Its seed.
    pub seed: Option<i64>,
    /// It or one of its images is a favorite, or none of them is.
    pub favorite: Option<bool>,
    /// It has an image that WaveSpeed flagged, or it has none.
    pub nsfw: Option<bool>,
    /// It was bought with this press.
    pub group: Option<RunId>,
}

impl RunFilter {
    /// The names it is written under.
    pub const NAMES: [&str; 8] = ["q", "state", "model", "ratio", "seed", "favorite", "nsfw", "group"];

    /// Takes one pair of a query; an empty value narrows nothing.
    ///
    /// # Errors
    /// When the value is not one that `name` can have; the filter stays as it was.
    pub fn set(&mut self, name: &str, value: &str, errors: &mut FieldErrors) {
        fn read<T>(value: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ()> {
            if value.is_empty() { Ok(None) } else { read(value).map(Some).ok_or(()) }
        }
        fn flag(value: &str) -> Option<bool> {
            value.parse().ok()
        }
        let taken = match name {
            "q" if value.chars().count() > MAX_SEARCH_CHARS => {
                errors.add("q", format!("must have at most {MAX_SEARCH_CHARS} characters"));
                return;
            }
            "q" => {
                self.q = value.to_owned();
                Ok(())
            }
            "state" => read(value, |names| names.split(',').map(RunState::from_wire).collect())
                .map(|states| self.states = states.unwrap_or_default()),
            "model" if value.len() > MAX_SEARCH_CHARS => {
                errors.add("model", "must be the id of a model");
                return;
            }
            "model" => read(value, |id| Some(id.to_owned())).map(|model| self.model = model),
            "ratio" => read(value, |ratio| ratio.parse().ok()).map(|ratio| self.ratio = ratio),
            "seed" => read(value, |seed| seed.parse().ok()).map(|seed| self.seed = seed),
            "favorite" => read(value, flag).map(|favorite| self.favorite = favorite),
            "nsfw" => read(value, flag).map(|nsfw| self.nsfw = nsfw),
            "group" => read(value, |id| id.parse().ok()).map(|group| self.group = group),
            _ => {
                errors.add(
                    name,
                    "is unknown; runs are narrowed by q, state, model, ratio, seed, favorite, nsfw and group",
                );
                return;
            }
        };
        if taken.is_err() {
            errors.add(
                name,
                match name {
                    "state" => "must be names of states with commas between them",
                    "ratio" => "must be width:height, such as 16:9",
                    "seed" => "must be a whole number",
                    "group" => "must be 32 hex digits",
                    _ => "must be true or false",
                },
            );
        }
    }

    /// The pairs of a query that say it; none when it lets everything through.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let [q, state, model, ratio, seed, favorite, nsfw, group] = Self::NAMES;
        let states: Vec<_> = self.states.iter().map(|state| state.as_str()).collect();
        let pairs = [
            (q, Some(self.q.trim().to_owned())),
            (state, Some(states.join(","))),
            (model, self.model.clone()),
            (ratio, self.ratio.map(|it| it.to_string())),
            (seed, self.seed.map(|it| it.to_string())),
            (favorite, self.favorite.map(|it| it.to_string())),
            (nsfw, self.nsfw.map(|it| it.to_string())),
            (group, self.group.map(|it| it.to_string())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value.filter(|it| !it.is_empty())?))).collect()
    }

    /// Whether `run` is let through. A server that searches [`searched`] texts for each of [`RunFilter::terms`] says the same.
    pub fn matches(&self, run: &Run) -> bool {
        let request = &run.request;
        (self.states.is_empty() || self.states.contains(&run.state))
            && self.model.as_ref().is_none_or(|model| *model == request.model)
            && self.ratio.is_none_or(|ratio| request.ratio() == Some(ratio))
            && self.seed.is_none_or(|seed| request.seed() == Some(seed))
            && self.favorite.is_none_or(|favorite| favorite == has_favorite(run))
            && self.nsfw.is_none_or(|nsfw| nsfw == run.images.iter().any(|image| image.nsfw))
            && self.group.is_none_or(|group| run.group.as_ref().and_then(|it| it.parse().ok()) == Some(group))
            && self.is_found_in(run)
    }

    /// What each run's [`searched`] text must hold.
    pub fn terms(&self) -> Vec<String> {
        search_terms(&self.q)
    }

    fn is_found_in(&self, run: &Run) -> bool {
        let terms = self.terms();
        if terms.is_empty() {
            return true;
        }
        let held = searched(run.request.prompt(), run.note.as_deref());
        terms.iter().all(|term| held.contains(term.as_str()))
    }
}

fn has_favorite(run: &Run) -> bool {
    run.favorite || run.images.iter().any(|image| image.favorite)
}

/// What is searched of a run, folded: its prompt and its note.
pub fn searched(prompt: &str, note: Option<&str>) -> String {
    let mut held = fold(prompt);
    if let Some(note) = note {
        // No term has a space, so none is found across both.
        held.push(' ');
        held += &fold(note);
    }
    held
}

#[cfg(test)]
mod tests {
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
        let pairs = [
            ("q", long.as_str()),
            ("state", "happy"),
            ("ratio", "wide"),
            ("seed", "x"),
            ("nsfw", "1"),
            ("colour", "red"),
        ];
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
            RunFilter { q: q.to_owned(), ..RunFilter::default() }
                .terms()
                .iter()
                .all(|term| held.contains(term.as_str()))
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
}
