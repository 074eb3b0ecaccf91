//! What the account has, and what a submission would cost.

use imagen4_core::prediction::Unreadable;
use imagen4_core::{MicroUsd, RunRequest};
use serde_json::{Value, json};

use crate::money;
use crate::{ApiError, Client};

/// What a submission would cost now; both are more than nothing.
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

    /// What WaveSpeed would bill for that request now. To ask costs nothing.
    ///
    /// # Errors
    /// [`ApiError::Refused`] when it does not serve the model. [`ApiError::Unreadable`] for a price that is none: not more than
    /// nothing, no number, or in other money than US dollars. See [`ApiError`].
    pub async fn price(&self, request: &RunRequest) -> Result<Price, ApiError> {
        let body = json!({ "model_id": request.model, "inputs": request.input });
        Ok(Price::read(&self.post("model/price", &body).await?)?)
    }
}

impl Price {
    fn read(data: &Value) -> Result<Self, Unreadable> {
        let present = |key: &str| data.get(key).filter(|value| !value.is_null());
        let is_dollars =
            |currency: &Value| currency.as_str().is_some_and(|currency| currency.trim().eq_ignore_ascii_case("USD"));
        if present("currency").is_some_and(|currency| !is_dollars(currency)) {
            return Err(Unreadable::new("the price is not in US dollars"));
        }
        let amount = |key: &str| match present(key).map(money::price).transpose()? {
            Some(amount) if amount <= MicroUsd::ZERO => Err(Unreadable::new(format!("a price of {amount} is none"))),
            amount => Ok(amount),
        };
        let (list_price, discounted) = (amount("price")?, amount("discounted_price")?);
        let price = discounted.or(list_price).ok_or_else(|| Unreadable::new("no price"))?;
        Ok(Self { price, list_price: list_price.unwrap_or(price) })
    }
}
