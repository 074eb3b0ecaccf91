//! A model's input as a literal of a language. What is drawn as nothing is escaped: a compiler may refuse it where it turns the
//! direction of text, and nobody could see it.

use imagen4_core::text::shows_nothing;
use serde_json::{Map, Value};

/// Whose literal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, which JavaScript reads as well.
    Json,
    /// Python.
    Python,
    /// What `serde_json::json!` reads.
    Rust,
}

/// An input, a line for each of its values, the prompt first.
pub fn object(input: &Map<String, Value>, syntax: Syntax) -> String {
    let mut names: Vec<&String> = input.keys().collect();
    names.sort_by_key(|name| *name != "prompt");
    let line = |name: &&String| Some(format!("    {}: {}", text(name, syntax), value(input.get(*name)?, syntax)));
    let lines: Vec<_> = names.iter().filter_map(line).collect();
    format!("{{\n{}\n}}", lines.join(",\n"))
}

fn value(value: &Value, syntax: Syntax) -> String {
    match (value, syntax) {
        (Value::String(string), _) => text(string, syntax),
        (Value::Bool(true), Syntax::Python) => "True".to_owned(),
        (Value::Bool(false), Syntax::Python) => "False".to_owned(),
        (Value::Null, Syntax::Python) => "None".to_owned(),
        // Without a type a number of Rust's has 32 bits.
        (Value::Number(number), Syntax::Rust) => match (number.as_i64(), number.as_u64()) {
            (Some(signed), _) if i32::try_from(signed).is_ok() => number.to_string(),
            (Some(_), _) => format!("{number}_i64"),
            (None, Some(_)) => format!("{number}_u64"),
            (None, None) => number.to_string(),
        },
        (other, _) => other.to_string(),
    }
}

fn text(text: &str, syntax: Syntax) -> String {
    match syntax {
        Syntax::Rust => rust(text),
        Syntax::Json | Syntax::Python => visible(&serde_json::to_string(text).unwrap_or_default()),
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
pub fn shell_word(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn input(value: &Value, syntax: Syntax) -> String {
        object(value.as_object().expect("an object"), syntax)
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_language_has_its_own_words_for_the_same() {
        let value = json!({ "hd": true, "prompt": "a \"fox\"\n\\", "seed": 3_000_000_000_u32, "big": u64::MAX, "guidance_scale": 3.5, "x": null });
        let json = input(&value, Syntax::Json);
        assert!(json.starts_with("{\n    \"prompt\": \"a "), "the prompt comes first: {json}");
        assert_eq!(serde_json::from_str::<Value>(&json).expect("it is JSON"), value);
        let python = input(&value, Syntax::Python);
        assert!(python.contains("\"hd\": True") && python.contains("\"x\": None"), "{python}");
        let rust = input(&value, Syntax::Rust);
        for part in [
            r#""hd": true"#,
            r#""seed": 3000000000_i64"#,
            r#""big": 18446744073709551615_u64"#,
            r#""guidance_scale": 3.5"#,
            r#""a \"fox\"\n\\""#,
        ] {
            assert!(rust.contains(part), "{part} in {rust}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_prompt_cannot_leave_its_quotes() {
        let hostile = "a 'fox' $HOME \"and\" `id` \"## @INPUT@\nin snow";
        let json = input(&json!({ "prompt": hostile }), Syntax::Json);
        let shell = shell_word(&json);
        let inside = shell.strip_prefix('\'').and_then(|shell| shell.strip_suffix('\'')).expect("it is shell_word");
        assert!(!inside.replace("'\\''", "").contains('\''));
        assert_eq!(inside.replace("'\\''", "'"), json);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_cannot_be_seen_is_escaped() {
        let hidden = "a\u{2067}b\u{2069}\u{202e}\u{feff}\u{a0}\u{7f}\u{2028} \u{200d}🦊";
        let json = input(&json!({ "prompt": hidden }), Syntax::Json);
        assert!(json.contains("\\u2067b\\u2069\\u202e\\ufeff\\u00a0\\u007f\\u2028 \u{200d}🦊"), "{json}");
        assert_eq!(serde_json::from_str::<Value>(&json).expect("it is JSON")["prompt"], hidden);
        let rust = input(&json!({ "prompt": format!("{hidden}\u{e0041}\t\0") }), Syntax::Rust);
        assert!(rust.contains("a\\u{2067}b\\u{2069}") && rust.contains("🦊\\u{e0041}\\u{9}\\u{0}"), "{rust}");
    }
}
