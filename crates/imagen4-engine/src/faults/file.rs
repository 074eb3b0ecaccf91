//! Scripts in files.

use std::path::Path;
use std::{fs, io};

use serde::Deserialize;

use super::Rule;

/// The script cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FaultsError {
    /// The file cannot be read.
    #[error("it cannot be read")]
    Io(#[from] io::Error),
    /// It is no TOML, or not a script.
    #[error("not a script of faults")]
    Toml(#[from] toml::de::Error),
    /// It is no JSON, or not a script.
    #[error("not a script of faults")]
    Json(#[from] serde_json::Error),
    /// A rule contradicts itself.
    #[error("rule {number} of the script: {complaint}")]
    Rule {
        /// Which, from 1.
        number: usize,
        /// What is wrong.
        complaint: String,
    },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScriptFile {
    #[serde(default)]
    rule: Vec<Rule>,
}

impl ScriptFile {
    fn checked(self) -> Result<Vec<Rule>, FaultsError> {
        for (index, rule) in self.rule.iter().enumerate() {
            if let Some(complaint) = rule.complaint() {
                return Err(FaultsError::Rule { number: index + 1, complaint });
            }
        }
        Ok(self.rule)
    }
}

/// Reads a script: JSON where the name ends in `.json`, else TOML.
///
/// # Errors
/// See [`FaultsError`].
pub fn read(path: &Path) -> Result<Vec<Rule>, FaultsError> {
    let text = fs::read_to_string(path)?;
    match path.extension().is_some_and(|extension| extension == "json") {
        true => from_json(&text),
        false => from_toml(&text),
    }
}

/// Reads `[[rule]]` tables.
///
/// # Errors
/// See [`FaultsError`].
pub fn from_toml(text: &str) -> Result<Vec<Rule>, FaultsError> {
    toml::from_str::<ScriptFile>(text)?.checked()
}

/// Reads `{"rule": […]}`.
///
/// # Errors
/// See [`FaultsError`].
pub fn from_json(text: &str) -> Result<Vec<Rule>, FaultsError> {
    serde_json::from_str::<ScriptFile>(text)?.checked()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::{Effect, Ending, On};

    const EXAMPLE: &str = include_str!("../../faults.example.toml");

    #[test]
    fn the_example_is_a_script_and_says_the_same_in_json() {
        let rules = from_toml(EXAMPLE).expect("a script");
        assert_eq!((rules[0].on, rules[0].times), (On::Submit, 1));
        assert!(matches!(rules[0].then, Some(Effect::Refuse { status: 400, .. })));
        let endings: Vec<_> = rules.iter().filter_map(|rule| Some(rule.fate.fail.as_ref()?.status)).collect();
        assert!(endings.contains(&Ending::Timeout));
        let json = serde_json::json!({ "rule": rules }).to_string();
        assert_eq!(from_json(&json).expect("a script"), rules);
    }

    #[test]
    fn what_contradicts_itself_is_refused_with_its_number() {
        let good = "[[rule]]\nthen = \"drop\"\n";
        for (bad, complaint) in [
            ("[[rule]]\non = \"submit\"", "rule 2 of the script: it says neither `then` nor `fate`"),
            ("[[rule]]\non = \"list\"\nfate = { base64 = true }", "only a submission"),
            ("[[rule]]\nthen = { error = { status = 200 } }", "status 200"),
            ("[[rule]]\nthen = { accept_and_code = { code = 200 } }", "code 200"),
            ("[[rule]]\nchance = 101\nthen = \"drop\"", "100 percent"),
            ("[[rule]]\nthen = \"explode\"", "not a script"),
            ("[[rule]]\nthen = \"drop\"\npromt = \"fox\"", "not a script"),
            ("[[rule]]\nfate = { nfsw = [0] }", "not a script"),
            ("[[rule]]\nfate = { more = 1001 }", "more than 1000"),
            ("[[rule]]\non = \"models\"\nthen = { quote = { percent = 50 } }", "only a question for a price"),
            ("[[rule]]\nthen = { padding = { bytes = 268435457 } }", "padding"),
            ("[[rule]]\nthen = { replace_row = { row = { name = \"../x\" } } }", "model_id"),
        ] {
            let error = from_toml(&format!("{good}{bad}")).expect_err(bad).to_string();
            assert!(error.contains(complaint), "{bad}: {error}");
        }
    }
}
