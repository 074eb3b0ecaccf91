//! Prompt templates: those that come with the page, and a person's own, kept in this browser.
//!
//! # Layout
//! - this file: a person's own templates; [`template`]: one of them; [`file`](mod@file): them as a file, to be exported and imported
//! - [`builtin`]: those that come with the page

pub mod builtin;
pub mod file;
pub mod template;

use imagen4_core::RunId;
use leptos::prelude::*;

use self::file::TemplatesFile;
use self::template::{MAX_NAME_CHARS, MOST, Template};
use super::draft::fields::Draft;
use super::storage::Store;

const KEY: &str = "imagen4.templates";
/// What was there and could not be read: another version of the page may know better.
const UNREADABLE_KEY: &str = "imagen4.templates.unreadable";
/// What is said when this browser keeps nothing.
pub const NOT_KEPT: &str = "This browser does not save templates: export them before you leave.";

/// A person's own templates.
#[derive(Clone, Copy, Debug)]
pub struct TemplatesStore {
    /// They, in the order of their names.
    pub own: RwSignal<Vec<Template>>,
    /// Whether this browser has kept them as they are.
    pub is_kept: RwSignal<bool>,
}

impl TemplatesStore {
    /// Those that this browser kept.
    pub fn new() -> Self {
        Self { own: RwSignal::new(load(&Store::local())), is_kept: RwSignal::new(true) }
    }

    /// Saves the form under a name; returns the template that had that name, to bring it back.
    ///
    /// # Errors
    /// With what is wrong, in words; then nothing is changed.
    pub fn save(self, name: &str, draft: Draft) -> Result<Option<Template>, String> {
        let name = valid_name(name)?;
        // Where it was based on, is no part of a template.
        let template = Template { name, draft: Draft { parent: None::<RunId>, ..draft } };
        self.change(|own| {
            let before = take(own, &template.name);
            own.push(template);
            before
        })
    }

    /// Deletes the template of that name; what was there before, to bring it back.
    pub fn delete(self, name: &str) -> Option<Template> {
        self.change(|own| take(own, name)).ok().flatten()
    }

    /// Adds the templates of a file; those that are there already are passed over, and another one of the same name gets a number.
    /// Returns how many were added.
    ///
    /// # Errors
    /// With what is wrong with the file, in words; then nothing is changed.
    pub fn import(self, text: &str) -> Result<usize, String> {
        let templates = TemplatesFile::read(text).map_err(|error| error.to_string())?;
        self.change(|own| merge(own, templates))
    }

    /// All of them as a file.
    pub fn export(self) -> String {
        self.own.with_untracked(|own| TemplatesFile::write(own))
    }

    /// Changes what is kept: as it is now, for another tab may have changed it. What could not be kept is only here.
    fn change<T>(self, change: impl FnOnce(&mut Vec<Template>) -> T) -> Result<T, String> {
        let store = Store::local();
        let mut own = match store.get(KEY) {
            Some(_) if self.is_kept.get_untracked() => load(&store),
            _ => self.own.get_untracked(),
        };
        let changed = change(&mut own);
        if own.len() > MOST {
            return Err(format!("At most {MOST} templates can be saved."));
        }
        own.sort_by_key(|template| template.name.to_lowercase());
        self.is_kept.set(store.set(KEY, Some(&TemplatesFile::write(&own))));
        self.own.set(own);
        Ok(changed)
    }
}

impl Default for TemplatesStore {
    fn default() -> Self {
        Self::new()
    }
}

fn load(store: &Store) -> Vec<Template> {
    let Some(text) = store.get(KEY) else { return Vec::new() };
    TemplatesFile::read(&text).unwrap_or_else(|_| {
        store.set(UNREADABLE_KEY, Some(&text));
        Vec::new()
    })
}

fn take(own: &mut Vec<Template>, name: &str) -> Option<Template> {
    let at = own.iter().position(|template| template.name == name)?;
    Some(own.remove(at))
}

fn valid_name(name: &str) -> Result<String, String> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err("Enter a name for the template.".to_owned()),
        1..=MAX_NAME_CHARS => Ok(name.to_owned()),
        _ => Err(format!("A name has at most {MAX_NAME_CHARS} characters.")),
    }
}

fn merge(own: &mut Vec<Template>, templates: Vec<Template>) -> usize {
    let before = own.len();
    for mut template in templates {
        if own.contains(&template) {
            continue;
        }
        let name = template.name.clone();
        let mut number = 1;
        while own.iter().any(|other| other.name == template.name) {
            number += 1;
            template.name = format!("{name} ({number})");
        }
        own.push(template);
    }
    own.len() - before
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn template(name: &str, prompt: &str) -> Template {
        Template { name: name.into(), draft: Draft { prompt: prompt.into(), ..Draft::default() } }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn an_import_neither_repeats_nor_replaces_anything() {
        let mut own = vec![template("fox", "a fox")];
        let file = vec![template("fox", "a fox"), template("fox", "a red fox"), template("owl", "an owl")];
        assert_eq!(merge(&mut own, file.clone()), 2);
        assert_eq!(own.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["fox", "fox (2)", "owl"]);
        assert_eq!(merge(&mut own, vec![template("owl", "an owl")]), 0);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_name_is_needed_and_not_too_long() {
        assert_eq!(valid_name("  my fox "), Ok("my fox".to_owned()));
        assert!(valid_name("  ").is_err() && valid_name(&"x".repeat(81)).is_err());
    }

    #[wasm_bindgen_test]
    fn what_is_saved_is_there_for_the_next_page_and_what_cannot_be_read_is_not_thrown_away() {
        let store = Store::local();
        store.set(KEY, None);
        Owner::new().with(|| {
            let templates = TemplatesStore::new();
            let draft = |prompt: &str| Draft { prompt: prompt.into(), ..Draft::default() };
            assert_eq!(templates.save("fox", draft("a fox")), Ok(None));
            assert_eq!(templates.save("fox", draft("a red fox")), Ok(Some(template("fox", "a fox"))));
            assert_eq!(TemplatesStore::new().own.get_untracked(), templates.own.get_untracked());
            assert_eq!(templates.delete("fox").map(|it| it.name).as_deref(), Some("fox"));
            store.set(KEY, Some("{\"version\": 99}"));
            assert!(TemplatesStore::new().own.get_untracked().is_empty());
            assert_eq!(store.get(UNREADABLE_KEY).as_deref(), Some("{\"version\": 99}"));
        });
        store.set(KEY, None);
        store.set(UNREADABLE_KEY, None);
    }
}
