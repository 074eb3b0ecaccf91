//! A request as a program that submits it, waits, and prints where its images are.

use imagen4_core::RunRequest;
use imagen4_core::model::is_model_id;

use super::literal::{Syntax, object, shell_word};

/// The languages that there is a program in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// A POSIX shell with curl.
    Curl,
    /// Python with its standard library.
    Python,
    /// JavaScript for Node.
    JavaScript,
    /// Rust with `imagen4-client`.
    Rust,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Curl, Self::Python, Self::JavaScript, Self::Rust];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::Rust => "Rust",
        }
    }

    /// The program, with [`MODEL`] and [`INPUT`] in the places of what is submitted.
    const fn skeleton(self) -> &'static str {
        match self {
            Self::Curl => include_str!("programs/curl.sh"),
            Self::Python => include_str!("programs/python.py"),
            Self::JavaScript => include_str!("programs/javascript.mjs"),
            // Under another ending, because Cargo and rustfmt would take it for a part of this crate.
            Self::Rust => include_str!("programs/rust.rs.txt"),
        }
    }

    fn input(self, request: &RunRequest) -> String {
        match self {
            Self::Curl => shell_word(&object(&request.input, Syntax::Json)),
            Self::JavaScript => object(&request.input, Syntax::Json),
            Self::Python => object(&request.input, Syntax::Python),
            Self::Rust => object(&request.input, Syntax::Rust),
        }
    }
}

const MODEL: &str = "@MODEL@";
const INPUT: &str = "@INPUT@";

/// The program in a language.
pub fn program(language: Language, request: &RunRequest) -> String {
    // An id can come from an old run or an odd catalogue, and here it would be code.
    if !is_model_id(&request.model) {
        return "The ID of this model can't be written into a program.".to_owned();
    }
    let skeleton = language.skeleton().replace(MODEL, &request.model);
    // The prompt comes last: nothing in it is looked at again.
    let (before, after) = skeleton.split_once(INPUT).unwrap_or((&skeleton, ""));
    format!("{before}{}{after}", language.input(request))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn request(prompt: &str) -> RunRequest {
        let input = json!({ "prompt": prompt, "seed": 7 }).as_object().cloned().expect("an object");
        RunRequest { model: "wavespeed-ai/imagen4".into(), input }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_program_submits_the_request_to_the_model() {
        for language in Language::ALL {
            let program = program(language, &request("a fox"));
            assert_eq!(program.matches("wavespeed-ai/imagen4").count(), 1, "{program}");
            assert_eq!(program.matches(r#""prompt": "a fox""#).count(), 1, "{program}");
            assert!(!program.contains(MODEL) && !program.contains(INPUT), "{program}");
            assert!(program.contains("WAVESPEED_API_KEY"), "{program}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_prompt_cannot_leave_its_place_and_an_id_cannot_be_code() {
        for language in Language::ALL {
            let mut hostile = request("a 'fox' @INPUT@ @MODEL@ \"## $HOME");
            let (before, after) = language.skeleton().split_once(INPUT).expect("there is a place for the input");
            let fill = |part: &str| part.replace(MODEL, "wavespeed-ai/imagen4");
            let expected = format!("{}{}{}", fill(before), language.input(&hostile), fill(after));
            assert_eq!(program(language, &hostile), expected);
            hostile.model = "\"; rm -rf ~; \"".into();
            assert!(!program(language, &hostile).contains("rm"));
        }
    }
}
