//! The models as data: prices, ratios and limits. Prices are the vendor's list prices of November 2026.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::MicroUsd;
use crate::request::{AspectRatio, ImageCount, MAX_PROMPT_CHARS, Seed};
use crate::text::visible_pattern;

/// What is asked for when no model is named.
pub const DEFAULT_MODEL: &str = "wavespeed-ai/imagen4";

/// A prompt shows something.
static VISIBLE: LazyLock<String> = LazyLock::new(visible_pattern);

/// One model of the Imagen 4 family at the vendor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The vendor's id; it is also the path under `/api/v3/`.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Price of one picture.
    pub price: MicroUsd,
    /// Most pictures in one run; where it is 1 the vendor knows no `num_images`.
    pub max_images: ImageCount,
    /// The aspect ratios it paints.
    pub ratios: &'static [AspectRatio],
}

/// Every model this build knows, the default first.
pub static MODELS: [Model; 4] = [
    Model::new(DEFAULT_MODEL, "Imagen 4", 40_000, ImageCount::MAX),
    Model::new("google/imagen4", "Google Imagen 4", 38_000, ImageCount::MAX),
    Model::new("google/imagen4-fast", "Google Imagen 4 Fast", 18_000, ImageCount::MAX),
    Model::new("google/imagen4-ultra", "Google Imagen 4 Ultra", 58_000, ImageCount::ONE),
];

impl Model {
    const fn new(id: &'static str, name: &'static str, price: i64, max_images: ImageCount) -> Self {
        Self { id, name, price: MicroUsd::new(price), max_images, ratios: &AspectRatio::ALL }
    }

    /// The model of that id, if this build knows it.
    pub fn find(id: &str) -> Option<&'static Self> {
        MODELS.iter().find(|model| model.id == id)
    }

    /// The model that is used when none is named.
    pub fn default_model() -> &'static Self {
        &MODELS[0]
    }

    /// JSON Schema of what the vendor's submit call takes for this model.
    pub fn input_schema(&self) -> Value {
        let mut properties = json!({
            "prompt": { "type": "string", "minLength": 1, "maxLength": MAX_PROMPT_CHARS, "pattern": VISIBLE.as_str(), "description": "What to paint" },
            "negative_prompt": { "type": "string", "maxLength": MAX_PROMPT_CHARS, "description": "What to keep out" },
            "aspect_ratio": {
                "type": "string", "enum": self.ratios, "default": AspectRatio::default(),
                "description": "The shape",
            },
            "num_images": {
                "type": "integer", "minimum": 1, "maximum": self.max_images, "default": 1, "description": "How many pictures",
            },
            "seed": {
                "type": "integer", "minimum": Seed::MIN, "maximum": Seed::MAX,
                "description": "The same seed repeats a picture; -1 is a random one",
            },
        });
        let mut order = vec!["prompt", "negative_prompt", "aspect_ratio", "num_images", "seed"];
        if self.max_images == ImageCount::ONE {
            order.retain(|name| *name != "num_images");
            properties.as_object_mut().map(|properties| properties.remove("num_images"));
        }
        json!({ "type": "object", "properties": properties, "required": ["prompt"], "x-order-properties": order })
    }

    /// What a run of `count` pictures costs.
    pub const fn price_of(&self, count: ImageCount) -> MicroUsd {
        self.price.times(count.get() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_imagen_4_at_four_cents() {
        let model = Model::default_model();
        assert_eq!((model.id, model.price), (DEFAULT_MODEL, MicroUsd::new(40_000)));
        assert_eq!(model.price_of(ImageCount::MAX), MicroUsd::new(160_000));
        assert_eq!(Model::find("stability-ai/sdxl"), None);
    }
}
