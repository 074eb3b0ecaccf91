//! What a list of runs is narrowed to. The same words stand in a query of the HTTP face and in the page's address bar.

use crate::{AspectRatio, FieldErrors, Run, RunId, RunState, Seed};

/// Longest search, in characters.
pub const MAX_SEARCH_CHARS: usize = 200;

/// What a run must be to be listed; the default lets all of them through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Words that its prompt or its note must hold, each at the beginning of a word there.
    pub q: String,
    /// It is in one of these states; none means any.
    pub states: Vec<RunState>,
    /// Its shape.
    pub ratio: Option<AspectRatio>,
    /// Its seed.
    pub seed: Option<Seed>,
    /// It is marked, or it is not.
    pub favorite: Option<bool>,
    /// It has a picture that the vendor flagged, or it has none.
    pub nsfw: Option<bool>,
    /// It was bought with this press.
    pub group: Option<RunId>,
}

impl RunFilter {
    /// The names it is written under.
    pub const NAMES: [&str; 7] = ["q", "state", "ratio", "seed", "favorite", "nsfw", "group"];

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
            "ratio" => read(value, |ratio| ratio.parse().ok()).map(|ratio| self.ratio = ratio),
            "seed" => read(value, |seed| seed.parse().ok()).map(|seed| self.seed = seed),
            "favorite" => read(value, flag).map(|favorite| self.favorite = favorite),
            "nsfw" => read(value, flag).map(|nsfw| self.nsfw = nsfw),
            "group" => read(value, |id| id.parse().ok()).map(|group| self.group = group),
            _ => {
                errors.add(name, "is unknown; runs are narrowed by q, state, ratio, seed, favorite, nsfw and group");
                return;
            }
        };
        if taken.is_err() {
            errors.add(
                name,
                match name {
                    "state" => "must be names of states with commas between them",
                    "ratio" => "must be one of 1:1, 16:9, 9:16, 3:4, 4:3",
                    "seed" => "must be a whole number from -1 to 2147483647",
                    "group" => "must be 32 hex digits",
                    _ => "must be true or false",
                },
            );
        }
    }

    /// The pairs of a query that say it; none when it lets everything through.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let [q, state, ratio, seed, favorite, nsfw, group] = Self::NAMES;
        let states: Vec<_> = self.states.iter().map(|state| state.as_str()).collect();
        let pairs = [
            (q, Some(self.q.trim().to_owned())),
            (state, Some(states.join(","))),
            (ratio, self.ratio.map(|it| it.to_string())),
            (seed, self.seed.map(|it| it.to_string())),
            (favorite, self.favorite.map(|it| it.to_string())),
            (nsfw, self.nsfw.map(|it| it.to_string())),
            (group, self.group.map(|it| it.to_string())),
        ];
        pairs.into_iter().filter_map(|(name, value)| Some((name, value.filter(|it| !it.is_empty())?))).collect()
    }

    /// The words that are searched for, their ASCII letters in lower case.
    pub fn words(&self) -> Vec<String> {
        words(&self.q)
    }

    /// Whether `run` is let through. The server's search also overlooks accents, and the case of letters beyond ASCII.
    pub fn matches(&self, run: &Run) -> bool {
        let request = &run.request;
        (self.states.is_empty() || self.states.contains(&run.state))
            && self.ratio.is_none_or(|ratio| ratio == request.aspect_ratio)
            && self.seed.is_none_or(|seed| request.seed == Some(seed))
            && self.favorite.is_none_or(|favorite| favorite == run.favorite)
            && self.nsfw.is_none_or(|nsfw| nsfw == run.images.iter().any(|image| image.nsfw))
            && self.group.is_none_or(|group| run.group.as_ref().and_then(|it| it.parse().ok()) == Some(group))
            && self.is_found_in(run)
    }

    fn is_found_in(&self, run: &Run) -> bool {
        let sought = self.words();
        if sought.is_empty() {
            return true;
        }
        let mut held = words(run.request.prompt.as_str());
        held.extend(run.note.as_deref().map(words).unwrap_or_default());
        sought.iter().all(|sought| held.iter().any(|held| held.starts_with(sought.as_str())))
    }
}

/// Unicode's tables of letters would weigh more in the page than all the rest of this.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests {
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
            ("ratio", "16:9"),
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
            ("ratio", "2:1"),
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
    fn words_are_found_by_how_they_begin_whatever_their_case() {
        assert_eq!(words("A fox, in SNOW-drifts"), ["a", "fox", "in", "snow", "drifts"]);
    }
}
