//! Catalogues of any kind and inputs of any kind, against a validator of JSON Schema that somebody else wrote.

use imagen4_core::model::{Catalogue, Kept, Sources, accepted_schema, rows_of};
use imagen4_core::{ModelSpec, Timestamp};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// JSON of any kind, with words of schemas in it.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "prompt",
        "size",
        "seed",
        "num_images",
        "aspect_ratio",
        "type",
        "string",
        "integer",
        "number",
        "boolean",
        "enum",
        "default",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "multipleOf",
        "properties",
        "required",
        "api_schema",
        "api_schemas",
        "request_schema",
        "model_id",
        "a/b",
        "1024*1024",
        "1:1",
        "auto",
        "\u{202e}",
        "$ref",
        "x-playground",
        "x-order-properties",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3_i64..3000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 64, 8, move |inner| {
        let fields = prop::collection::btree_map(word.clone(), inner.clone(), 0..8);
        prop_oneof![
            prop::collection::vec(inner, 0..6).prop_map(Value::from),
            fields.prop_map(|fields| fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

/// A property that could be in the vendor's catalogue.
fn any_property() -> impl Strategy<Value = Value> {
    let bound = || prop::option::of(-20_i64..20);
    let kinds = prop::sample::select(vec!["integer", "number"]);
    let numbers =
        (kinds, bound(), bound(), bound(), prop::option::of(1_i64..5)).prop_map(|(kind, min, max, default, of)| {
            let mut schema = json!({ "type": kind });
            for (name, value) in [("minimum", min), ("maximum", max), ("default", default), ("multipleOf", of)] {
                if let Some(value) = value {
                    schema[name] = json!(value);
                }
            }
            schema
        });
    let lengths = (prop::option::of(0_usize..6), prop::option::of(0_usize..12), prop::option::of("[a-z]{0,8}"));
    let texts = lengths.prop_map(|(min, max, default)| {
        let mut schema = json!({ "type": "string" });
        for (name, value) in [("minLength", json!(min)), ("maxLength", json!(max)), ("default", json!(default))] {
            if !value.is_null() {
                schema[name] = value;
            }
        }
        schema
    });
    let choices = (prop::collection::vec("[a-c]{1,2}", 0..4), prop::option::of("[a-c]{1,2}"))
        .prop_map(|(options, default)| json!({ "type": "string", "enum": options, "default": default }));
    let counts =
        prop::collection::vec(-2_i64..5, 1..4).prop_map(|options| json!({ "type": "integer", "enum": options }));
    prop_oneof![
        numbers,
        texts,
        choices,
        counts,
        Just(json!({ "type": "boolean", "default": true })),
        (0_u32..2000, 0_u32..2000).prop_map(|(min, max)| json!({ "type": "string", "minimum": min, "maximum": max })),
        any_json(),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-25_i64..25).prop_map(Value::from),
        (-25.0_f64..25.0).prop_map(Value::from),
        "[a-c]{0,12}".prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
        (0_u32..2100, 0_u32..2100).prop_map(|(w, h)| json!(format!("{w}*{h}"))),
        any_json(),
    ]
}

const NAMES: [&str; 8] =
    ["prompt", "size", "aspect_ratio", "seed", "num_images", "max_images", "negative_prompt", "steps"];

fn owned(fields: std::collections::BTreeMap<&'static str, Value>) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_json_is_a_model_or_a_reason(value in any_json()) {
        drop(ModelSpec::from_row(&value));
        drop(Kept::default().refreshed("u", &value, |_| true, Timestamp::from_ms(0)));
        if let Some(rows) = rows_of(&value) {
            drop(Catalogue::assemble(Sources { builtin: rows, kept: &Kept::default(), file: rows }));
        }
    }

    /// What is taken here is taken there, and taking it again changes nothing.
    #[test]
    fn an_accepted_input_is_accepted_by_the_schema(
        properties in prop::collection::btree_map(prop::sample::select(NAMES.to_vec()), any_property(), 1..6),
        given in prop::collection::btree_map(prop::sample::select(NAMES.to_vec()), any_value(), 0..6),
    ) {
        let mut properties = owned(properties);
        properties.insert("prompt".to_owned(), json!({ "type": "string" }));
        let schema = json!({ "type": "object", "properties": properties, "required": ["prompt"] });
        let row = json!({ "model_id": "a/b", "api_schema": { "api_schemas": [{ "request_schema": schema }] } });
        let Ok(spec) = ModelSpec::from_row(&row) else { return Ok(()) };
        let mut given = owned(given);
        given.insert("prompt".to_owned(), json!("a fox"));
        // What alone is right, so that something is accepted.
        let is_right = |name: &str, value: &Value| spec.accept(&json!({ "prompt": "a fox", name: value })).is_ok();
        let known: Map<String, Value> = given.clone().into_iter().filter(|(name, value)| is_right(name, value)).collect();
        let mut accepted = 0;
        for given in [given, known] {
            let Ok(input) = spec.accept(&json!(given)) else { continue };
            accepted += 1;
            let normal = json!(input.clone().with_rolled_seed(u32::MAX).request().input);
            let again = spec.accept(&normal).map_err(|errors| TestCaseError::fail(errors.to_string()))?;
            prop_assert_eq!(&json!(again.request().input), &normal, "the normal form is stable");
            prop_assert_eq!(spec.accept(&json!(input.request().input)).map(|again| again == input), Ok(true));
            for schema in [&schema, &accepted_schema(&spec)] {
                // What is no schema says nothing of what it takes.
                let Ok(validator) = jsonschema::validator_for(schema) else { continue };
                prop_assert!(validator.is_valid(&normal), "{} refuses {}", schema, normal);
            }
        }
        prop_assert!(accepted >= 1 || spec.inputs.iter().any(|input| input.required && input.name != "prompt"));
    }
}
