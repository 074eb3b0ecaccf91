//! What the account has, and what things cost.

use imagen4_core::prediction::Unreadable;
use imagen4_core::{GenerationRequest, MicroUsd};
use serde_json::{Value, json};

use crate::money;
use crate::{ApiError, Client};

/// A model as the vendor lists it, of whatever kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRow {
    /// Its id, which is also its path.
    pub id: String,
    /// What people call it; the id where it has no name.
    pub name: String,
    /// What one run costs at least, where that is told.
    pub base_price: Option<MicroUsd>,
}

/// What a submission would cost now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// What is billed: with the account's discount, where it has one.
    pub price: MicroUsd,
    /// The price without a discount.
    pub list_price: MicroUsd,
}

impl Client {
    /// What is left on the account; negative when it is overdrawn.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn balance(&self) -> Result<MicroUsd, ApiError> {
        let data = self.get("balance").await?;
        Ok(money::dollars(data.get("balance").unwrap_or(&data))?)
    }

    /// Every model that the vendor serves now; rows without an id are left out.
    ///
    /// # Errors
    /// See [`ApiError`].
    pub async fn models(&self) -> Result<Vec<ModelRow>, ApiError> {
        let data = self.get("models").await?;
        let rows = data.get("items").unwrap_or(&data).as_array();
        let rows = rows.ok_or_else(|| Unreadable::new("no list of models"))?;
        Ok(rows.iter().filter_map(ModelRow::read).collect())
    }

    /// What the vendor would bill for that request now.
    ///
    /// # Errors
    /// [`ApiError::Refused`] when it does not serve the model; see [`ApiError`].
    pub async fn price(&self, request: &GenerationRequest) -> Result<Price, ApiError> {
        let body = json!({ "model_id": request.model.id, "inputs": request.vendor_input() });
        let data = self.post("model/price", &body).await?;
        let amount = |key: &str| data.get(key).filter(|amount| !amount.is_null()).map(money::price).transpose();
        let (list_price, discounted) = (amount("price")?, amount("discounted_price")?);
        let price = discounted.or(list_price).ok_or_else(|| Unreadable::new("no price"))?;
        Ok(Price { price, list_price: list_price.unwrap_or(price) })
    }
}

impl ModelRow {
    fn read(row: &Value) -> Option<Self> {
        let text = |key: &str| row.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        // Documents call the id `name` and put a number of the database beside it.
        let id = text("model_id").or_else(|| text("id")).or_else(|| text("name"))?;
        let base_price = row.get("base_price").and_then(|price| money::price(price).ok());
        Some(Self { id: id.to_owned(), name: text("name").unwrap_or(id).to_owned(), base_price })
    }
}
