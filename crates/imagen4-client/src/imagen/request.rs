//! The whole request.

use imagen4_core::RunRequest;
use imagen4_core::model::builtin;
use serde_json::{Map, Value};

use super::{AspectRatio, ImageCount, NegativePrompt, Prompt, Seed};

/// One submission to a model with Imagen 4's inputs: what to paint, in which shape, how many times.
///
/// ```
/// use imagen4_client::{ImageCount, ImagenRequest, Prompt, RunRequest};
/// let request = ImagenRequest { num_images: ImageCount::MAX, ..ImagenRequest::new(Prompt::new("a fox in snow")?) };
/// let request = RunRequest::from(request);
/// assert_eq!((request.prompt(), request.promised()), ("a fox in snow", Some(4)));
/// # Ok::<(), imagen4_core::Refusal>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImagenRequest {
    /// Who paints: the id of a model that takes all of these inputs.
    pub model: String,
    /// What to paint.
    pub prompt: Prompt,
    /// What to keep out.
    pub negative_prompt: Option<NegativePrompt>,
    /// The shape.
    pub aspect_ratio: AspectRatio,
    /// How many.
    pub num_images: ImageCount,
    /// What repeats it; with `None` WaveSpeed rolls one that it does not tell.
    pub seed: Option<Seed>,
}

impl ImagenRequest {
    /// A request to the default model, with WaveSpeed's defaults for everything but the prompt.
    pub fn new(prompt: Prompt) -> Self {
        Self {
            model: builtin::default_model().id.clone(),
            prompt,
            negative_prompt: None,
            aspect_ratio: AspectRatio::default(),
            num_images: ImageCount::default(),
            seed: None,
        }
    }
}

/// The body of WaveSpeed's submit call has only what was set, and the shape and the count in any case.
impl From<&ImagenRequest> for RunRequest {
    fn from(request: &ImagenRequest) -> Self {
        let mut input = Map::new();
        let mut set = |name: &str, value: Value| drop(input.insert(name.to_owned(), value));
        set("prompt", request.prompt.as_str().into());
        if let Some(negative_prompt) = &request.negative_prompt {
            set("negative_prompt", negative_prompt.as_str().into());
        }
        set("aspect_ratio", request.aspect_ratio.as_str().into());
        set("num_images", request.num_images.get().into());
        if let Some(seed) = request.seed {
            set("seed", seed.get().into());
        }
        Self { model: request.model.clone(), input }
    }
}

impl From<ImagenRequest> for RunRequest {
    fn from(request: ImagenRequest) -> Self {
        Self::from(&request)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn whole() -> ImagenRequest {
        ImagenRequest {
            negative_prompt: NegativePrompt::new("blur").expect("valid"),
            aspect_ratio: AspectRatio::Tall,
            num_images: ImageCount::new(3).expect("valid"),
            seed: Some(Seed::UNKNOWN),
            ..ImagenRequest::new(Prompt::new(" a fox\n").expect("valid"))
        }
    }

    #[test]
    fn the_input_has_what_was_set() {
        let least = RunRequest::from(ImagenRequest::new(Prompt::new("a fox").expect("valid")));
        assert_eq!(json!(least.input), json!({ "prompt": "a fox", "aspect_ratio": "1:1", "num_images": 1 }));
        let whole = RunRequest::from(&whole());
        let expected = json!({ "prompt": " a fox\n", "negative_prompt": "blur", "aspect_ratio": "9:16", "num_images": 3,
            "seed": -1 });
        assert_eq!((whole.model.as_str(), json!(whole.input)), ("wavespeed-ai/imagen4", expected));
    }

    #[test]
    fn the_default_model_takes_whatever_can_be_built() {
        for aspect_ratio in AspectRatio::ALL {
            let request = RunRequest::from(ImagenRequest { aspect_ratio, ..whole() });
            let taken = builtin::default_model().accept(&json!(request.input)).expect("taken");
            assert_eq!(*taken.request(), request, "and it is in its normal form");
        }
    }
}
