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
mod tests;
