//! A run as a command for the vendor's own API.

use imagen4_core::GenerationRequest;

/// A shell command that submits the same request to the vendor. It runs as it stands wherever `WAVESPEED_API_KEY` is set.
pub fn curl(request: &GenerationRequest) -> String {
    // What was not given is left out: not every vendor takes null for it.
    let text = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let mut body = format!("{{\"prompt\":{}", text(request.prompt.as_str()));
    if let Some(negative) = &request.negative_prompt {
        body += &format!(",\"negative_prompt\":{}", text(negative.as_str()));
    }
    body += &format!(",\"aspect_ratio\":\"{}\",\"num_images\":{}", request.aspect_ratio, request.num_images);
    if let Some(seed) = request.seed {
        body += &format!(",\"seed\":{seed}");
    }
    body.push('}');
    format!(
        "curl https://api.wavespeed.ai/api/v3/{} \\\n  -H \"Authorization: Bearer $WAVESPEED_API_KEY\" \\\n  -H 'Content-Type: application/json' \\\n  --data-raw {}",
        request.model.id,
        quoted(&body)
    )
}

/// One word for a POSIX shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use imagen4_core::{Prompt, Seed};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn a_prompt_cannot_leave_its_quotes() {
        let prompt = Prompt::new("a 'fox' $HOME \"and\" `id`\nin snow").expect("not empty");
        let command = curl(&GenerationRequest { seed: Seed::new(7).ok(), ..GenerationRequest::new(prompt) });
        let (head, body) = command.split_once("--data-raw ").expect("it has a body");
        assert!(head.starts_with("curl https://api.wavespeed.ai/api/v3/wavespeed-ai/imagen4 "));
        let inside = body.strip_prefix('\'').and_then(|body| body.strip_suffix('\'')).expect("it is quoted");
        assert!(!inside.replace("'\\''", "").contains('\''));
        let json: serde_json::Value = serde_json::from_str(&inside.replace("'\\''", "'")).expect("it is JSON");
        assert_eq!(json["prompt"], "a 'fox' $HOME \"and\" `id`\nin snow");
        assert_eq!((json["seed"].as_i64(), json.get("negative_prompt")), (Some(7), None));
    }
}
