//! Templates as a file: JSON that says what it is and of which version.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::template::{MAX_NAME_CHARS, MOST, Template};

/// What such a file calls itself.
const FORMAT: &str = "imagen4-playground-templates";
/// The version that is written, and the newest that is read.
const VERSION: u64 = 1;
/// The largest file that is read, in bytes: every template full of the longest prompts is smaller.
pub const MAX_FILE_BYTES: usize = 4 << 20;

/// The file.
#[derive(Debug, Serialize, Deserialize)]
pub struct TemplatesFile {
    format: String,
    version: u64,
    templates: Vec<Template>,
}

/// Why a file is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    /// It is larger than [`MAX_FILE_BYTES`].
    TooLarge,
    /// It is no JSON, or only a part of it.
    Cut,
    /// It is something else.
    Foreign,
    /// A newer version of the page wrote it.
    Newer(u64),
    /// It holds more than [`MOST`].
    TooMany,
    /// The template at this place, from 1, is none.
    Broken(usize),
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "The file is larger than {} MB.", MAX_FILE_BYTES >> 20),
            Self::Cut => f.write_str("The file is not complete JSON. Export it again."),
            Self::Foreign => f.write_str("This is not a file of templates from this page."),
            Self::Newer(version) => {
                write!(f, "The file is of version {version}, and this page reads up to {VERSION}. Update the server.")
            }
            Self::TooMany => write!(f, "The file holds more than {MOST} templates."),
            Self::Broken(place) => write!(f, "Template {place} in the file can't be read."),
        }
    }
}

impl TemplatesFile {
    /// The templates as a file.
    pub fn write(templates: &[Template]) -> String {
        let file = Self { format: FORMAT.to_owned(), version: VERSION, templates: templates.to_vec() };
        serde_json::to_string_pretty(&file).unwrap_or_default()
    }

    /// The templates in a file: all of them, or none.
    ///
    /// # Errors
    /// With why the file is not read.
    pub fn read(text: &str) -> Result<Vec<Template>, FileError> {
        if text.len() > MAX_FILE_BYTES {
            return Err(FileError::TooLarge);
        }
        let file: Value = serde_json::from_str(text).map_err(|_| FileError::Cut)?;
        if file["format"] != FORMAT {
            return Err(FileError::Foreign);
        }
        match file["version"].as_u64() {
            None | Some(0) => return Err(FileError::Foreign),
            Some(newer) if newer > VERSION => return Err(FileError::Newer(newer)),
            Some(_) => {}
        }
        let templates = file["templates"].as_array().ok_or(FileError::Foreign)?;
        if templates.len() > MOST {
            return Err(FileError::TooMany);
        }
        let read = |(index, value): (usize, &Value)| {
            let template = Template::deserialize(value).ok().filter(is_valid);
            template.ok_or(FileError::Broken(index + 1))
        };
        templates.iter().enumerate().map(read).collect()
    }
}

fn is_valid(template: &Template) -> bool {
    (1..=MAX_NAME_CHARS).contains(&template.name.trim().chars().count())
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::state::draft::fields::Draft;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_is_exported_is_imported_as_it_was() {
        let draft = Draft {
            prompt: "a \"fox\"\n🦊 {a|b}".into(),
            negative_prompt: "blurry".into(),
            shape: "16:9".into(),
            seed: "7".into(),
            others: [("guidance_scale".to_owned(), "3.5".to_owned())].into(),
            ..Draft::default()
        };
        let templates = vec![Template { name: "My fox".into(), draft }];
        let file = TemplatesFile::write(&templates);
        assert_eq!(TemplatesFile::read(&file), Ok(templates));
        for cut in [1, file.len() / 2, file.len() - 2] {
            let cut = file.floor_char_boundary(cut);
            assert_eq!(TemplatesFile::read(&file[..cut]), Err(FileError::Cut), "{cut}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_other_file_is_refused_with_a_reason() {
        let file = |version: &str, templates: &str| {
            TemplatesFile::read(&format!(r#"{{"format":"{FORMAT}","version":{version},"templates":{templates}}}"#))
        };
        for foreign in ["null", "[]", "{}", "7", r#"{"format":"other","version":1}"#, r#"{"name":"package"}"#] {
            assert_eq!(TemplatesFile::read(foreign), Err(FileError::Foreign), "{foreign}");
        }
        assert_eq!(file("2", "[]"), Err(FileError::Newer(2)));
        assert_eq!(file("1", "[]"), Ok(Vec::new()));
        assert_eq!(file("-1", "[]"), Err(FileError::Foreign));
        assert_eq!(file("1", "{}"), Err(FileError::Foreign));
        for broken in [r#"[{"name":"a"},{"prompt":"b"}]"#, r#"[{"name":"a"},{"name":"b","prompt":[1]}]"#] {
            assert_eq!(file("1", broken), Err(FileError::Broken(2)), "{broken}");
        }
        assert_eq!(
            file("1", r#"[{"name":"a","newer":{"x":1}}]"#).map(|all| all.len()),
            Ok(1),
            "what is unknown is passed over"
        );
        let many = vec![Template { name: "a".into(), draft: Draft::default() }; MOST + 1];
        assert_eq!(TemplatesFile::read(&TemplatesFile::write(&many)), Err(FileError::TooMany));
        assert_eq!(TemplatesFile::read(&" ".repeat(10_000_000)), Err(FileError::TooLarge));
        assert!(FileError::TooLarge.to_string().contains("4 MB"));
    }
}
