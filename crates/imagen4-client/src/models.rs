//! WaveSpeed's catalogue.

use imagen4_core::MicroUsd;
use imagen4_core::model::{ModelSpec, RowError, rows_of};
use imagen4_core::prediction::Unreadable;
use serde_json::Value;

use crate::money;
use crate::transport::MAX_MODELS_ANSWER;
use crate::{ApiError, Client};

/// A model as WaveSpeed lists it, of whatever kind.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelRow {
    /// Its id, which is also its path.
    pub id: String,
    /// What people call it; the id where it has no name.
    pub name: String,
    /// WaveSpeed's word for what it makes of what: `text-to-image`.
    pub kind: Option<String>,
    /// What one run costs at least, where that is told.
    pub base_price: Option<MicroUsd>,
    /// Its inputs, or why they cannot be read: it takes a file, it has no prompt, its schema is of an unknown form.
    pub spec: Result<ModelSpec, RowError>,
    /// The row itself.
    pub row: Value,
}

impl Client {
    /// Every model that WaveSpeed serves now; rows without an id are left out.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/stand_in/doc.rs"));
    /// # fn main() { with_client(example) }
    /// # async fn example(client: imagen4_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use serde_json::json;
    ///
    /// let mut models = client.models().await?.into_iter();
    /// let flux = models.find(|row| row.id == "wavespeed-ai/flux-dev").ok_or("it is not offered")?.spec?;
    /// let input = flux.accept(&json!({ "prompt": "a fox in snow", "size": "1280*720", "guidance_scale": 5 }))?;
    /// println!("{} for {:?}", client.price(input.request()).await?.price, input.request().ratio());
    /// println!("{:?}", client.run(input).await?.outputs);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// See [`Client::models_json`].
    pub async fn models(&self) -> Result<Vec<ModelRow>, ApiError> {
        let answer = self.models_json().await?;
        Ok(rows_of(&answer).into_iter().flatten().filter_map(ModelRow::read).collect())
    }

    /// The same as it came: a list of rows, or an object that has one. [`rows_of`] tells them.
    ///
    /// # Errors
    /// [`ApiError::TooLong`] beyond 16 MiB, [`ApiError::Unreadable`] for what is no list or says that there is more of it;
    /// see [`ApiError`].
    pub async fn models_json(&self) -> Result<Value, ApiError> {
        let answer = self.get_up_to("models", MAX_MODELS_ANSWER).await?;
        let has_more = answer.get("has_more").and_then(Value::as_bool).unwrap_or(false);
        match rows_of(&answer) {
            Some(_) if !has_more => Ok(answer),
            _ => Err(Unreadable::new("no whole list of models").into()),
        }
    }
}

impl ModelRow {
    /// `None` for a row without a usable id.
    fn read(row: &Value) -> Option<Self> {
        let text = |key: &str| row.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
        let spec = ModelSpec::from_row(row);
        let id = match &spec {
            Ok(spec) => spec.id.clone(),
            Err(error) => error.id.clone()?,
        };
        Some(Self {
            name: text("name").unwrap_or_else(|| id.clone()),
            id,
            kind: text("type"),
            base_price: row.get("base_price").and_then(|price| money::price(price).ok()),
            spec,
            row: row.clone(),
        })
    }
}
