//! A model's input as a literal of some language. What is drawn as nothing is escaped: a compiler may refuse it where it turns the
//! direction of text, and nobody could see it.

use imagen4_core::text::shows_nothing;
use serde_json::{Map, Value};

/// Whose literal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// JSON, which JavaScript reads as well.
    Json,
    /// Python.
    Python,
    /// What `serde_json::json!` reads.
    Rust,
}

/// An input, a line for each of its values, the prompt first.
pub fn object(input: &Map<String, Value>, language: Language) -> String {
    let mut names: Vec<&String> = input.keys().collect();
    names.sort_by_key(|name| *name != "prompt");
    let line = |name: &&String| Some(format!("    {}: {}", text(name, language), value(input.get(*name)?, language)));
    let lines: Vec<_> = names.iter().filter_map(line).collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

fn value(value: &Value, language: Language) -> String {
    match (value, language) {
        (Value::String(string), _) => text(string, language),
        (Value::Bool(true), Language::Python) => "True".to_owned(),
        (Value::Bool(false), Language::Python) => "False".to_owned(),
        (Value::Null, Language::Python) => "None".to_owned(),
        // Without a type a number of Rust's has 32 bits.
        (Value::Number(number), Language::Rust) if number.as_i64().is_some_and(|it| i32::try_from(it).is_err()) => {
            format!("{number}_i64")
        }
        (other, _) => other.to_string(),
    }
}

fn text(text: &str, language: Language) -> String {
    match language {
        Language::Rust => rust(text),
        Language::Json | Language::Python => visible(&serde_json::to_string(text).unwrap_or_default()),
    }
}

fn rust(text: &str) -> String {
    let mut literal = String::with_capacity(text.len() + 2);
    literal.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => literal.extend(['\\', c]),
            '\n' => literal += "\\n",
            _ if is_seen(c) => literal.push(c),
            _ => literal += &format!("\\u{{{:x}}}", c as u32),
        }
    }
    literal.push('"');
    literal
}

/// JSON with what is drawn as nothing as `\uXXXX`. Python knows no such escape for characters beyond the Basic Multilingual Plane.
fn visible(json: &str) -> String {
    let mut visible = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{10000}'.. => visible.push(c),
            _ if is_seen(c) => visible.push(c),
            _ => visible += &format!("\\u{:04x}", c as u32),
        }
    }
    visible
}

/// Whether a character is drawn, or joins emoji.
fn is_seen(c: char) -> bool {
    matches!(c, ' ' | '\u{200d}' | '\u{fe0f}') || !(shows_nothing(c) || c.is_control())
}

/// One word for a POSIX shell, whatever is in it.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn input(value: &Value, language: Language) -> String {
        object(value.as_object().expect("an object"), language)
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_language_has_its_own_words_for_the_same() {
        let value = json!({ "hd": true, "prompt": "a \"fox\"\n\\", "seed": 3_000_000_000_u32, "guidance_scale": 3.5, "x": null });
        let json = input(&value, Language::Json);
        assert!(json.starts_with("{\n    \"prompt\": \"a "), "the prompt comes first: {json}");
        assert_eq!(serde_json::from_str::<Value>(&json).expect("it is JSON"), value);
        let python = input(&value, Language::Python);
        assert!(python.contains("\"hd\": True") && python.contains("\"x\": None"), "{python}");
        let rust = input(&value, Language::Rust);
        for part in [r#""hd": true"#, r#""seed": 3000000000_i64"#, r#""guidance_scale": 3.5"#, r#""a \"fox\"\n\\""#] {
            assert!(rust.contains(part), "{part} in {rust}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_prompt_cannot_leave_its_quotes() {
        let hostile = "a 'fox' $HOME \"and\" `id` \"## @INPUT@\nin snow";
        let json = input(&json!({ "prompt": hostile }), Language::Json);
        let shell = quoted(&json);
        let inside = shell.strip_prefix('\'').and_then(|shell| shell.strip_suffix('\'')).expect("it is quoted");
        assert!(!inside.replace("'\\''", "").contains('\''));
        assert_eq!(inside.replace("'\\''", "'"), json);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_cannot_be_seen_is_escaped() {
        let hidden = "a\u{2067}b\u{2069}\u{202e}\u{feff}\u{a0}\u{7f}\u{2028} \u{200d}🦊";
        let json = input(&json!({ "prompt": hidden }), Language::Json);
        assert!(json.contains("\\u2067b\\u2069\\u202e\\ufeff\\u00a0\\u007f\\u2028 \u{200d}🦊"), "{json}");
        assert_eq!(serde_json::from_str::<Value>(&json).expect("it is JSON")["prompt"], hidden);
        let rust = input(&json!({ "prompt": format!("{hidden}\u{e0041}\t\0") }), Language::Rust);
        assert!(rust.contains("a\\u{2067}b\\u{2069}") && rust.contains("🦊\\u{e0041}\\u{9}\\u{0}"), "{rust}");
    }
}
