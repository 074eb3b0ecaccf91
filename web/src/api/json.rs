//! JSON by the browser's own parser. With serde's readers of the same shapes the wasm is a fifth larger.

use js_sys::{Array, Reflect};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use wasm_bindgen::{JsCast, JsValue};

/// A JSON value.
#[derive(Clone, Debug)]
pub struct Json(JsValue);

/// Types that can be read from JSON. Fields that this build does not know are passed over.
pub trait FromJson: Sized {
    /// The value, if `json` has its shape.
    fn from_json(json: &Json) -> Option<Self>;
}

impl Json {
    /// Parses a text.
    pub fn parse(text: &str) -> Option<Self> {
        js_sys::JSON::parse(text).ok().map(Self)
    }

    /// The field of that name, unless it is absent or null.
    pub fn field(&self, name: &str) -> Option<Self> {
        let value = Reflect::get(&self.0, &JsValue::from_str(name)).ok()?;
        (!value.is_null() && !value.is_undefined()).then_some(Self(value))
    }

    /// A field that is text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.field(name)?.0.as_string()
    }

    /// A field that is a whole number.
    pub fn number<T: TryFrom<i64>>(&self, name: &str) -> Option<T> {
        let number = self.field(name)?.0.as_f64().filter(|number| number.fract() == 0.0)?;
        T::try_from(number as i64).ok()
    }

    /// A field that is true or false.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.field(name)?.0.as_bool()
    }

    /// A field that is one of an enum's names on the wire.
    pub fn word<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Option<T> {
        let text = self.text(name)?;
        let word: StrDeserializer<'_, Error> = text.as_str().into_deserializer();
        T::deserialize(word).ok()
    }

    /// A field that is text in some form of its own: an id, a point in time.
    pub fn parsed<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.parse().ok()
    }

    /// A field of a shape that is as free as JSON itself, read by serde.
    pub fn serde<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let text = js_sys::JSON::stringify(&self.field(name)?.0).ok()?;
        serde_json::from_str(&String::from(text)).ok()
    }

    /// A field of that shape.
    pub fn read<T: FromJson>(&self, name: &str) -> Option<T> {
        T::from_json(&self.field(name)?)
    }

    /// A field that is a list; what does not have the shape of its items is left out.
    pub fn list<T: FromJson>(&self, name: &str) -> Option<Vec<T>> {
        let list: Array = self.field(name)?.0.dyn_into().ok()?;
        Some(list.iter().filter_map(|item| T::from_json(&Self(item))).collect())
    }

    /// A field that is a list of texts; none when it is absent.
    pub fn strings(&self, name: &str) -> Vec<String> {
        let list: Option<Array> = self.field(name).and_then(|field| field.0.dyn_into().ok());
        list.map(|list| list.iter().filter_map(|item| item.as_string()).collect()).unwrap_or_default()
    }

    /// The fields and their texts; what is no text is left out.
    pub fn texts(&self) -> Vec<(String, String)> {
        let Some(object) = self.0.dyn_ref::<js_sys::Object>() else { return Vec::new() };
        let names = js_sys::Object::keys(object).into_iter().filter_map(|name| name.as_string());
        names.filter_map(|name| self.text(&name).map(|text| (name, text))).collect()
    }
}
