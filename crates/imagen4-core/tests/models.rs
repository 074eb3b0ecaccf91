//! Rows of catalogues, and what a model takes.

use imagen4_core::model::{Catalogue, InputKind, Kept, Sources, builtin, carry, rows_of};
use imagen4_core::{ModelSpec, Timestamp};
use serde_json::{Value, json};

/// A row in the live shape.
fn row(id: &str, properties: Value, required: Value) -> Value {
    json!({ "model_id": id, "type": "text-to-image", "base_price": 0.01, "api_schema": { "api_schemas": [{
        "type": "model_run", "request_schema": { "type": "object", "properties": properties, "required": required },
    }] } })
}

fn prompt() -> Value {
    json!({ "prompt": { "type": "string" } })
}

fn with_prompt(name: &str, property: Value) -> Result<ModelSpec, imagen4_core::model::RowError> {
    ModelSpec::from_row(&row("a/b", json!({ "prompt": { "type": "string" }, name: property }), json!(["prompt"])))
}

/// The vendor's schema in a row.
fn schema_of(row: &Value) -> &Value {
    &row["api_schema"]["api_schemas"][0]["request_schema"]
}

#[test]
fn every_row_of_this_build_is_a_model_with_a_name_and_a_price() {
    for row in builtin::rows() {
        let spec = ModelSpec::from_row(row).unwrap_or_else(|error| panic!("{error}"));
        assert_ne!(spec.name, spec.id);
        assert!(spec.price_microusd.is_some_and(|price| price.micros() > 0), "{}", spec.id);
        let input = spec.accept(&json!({ "prompt": "a fox" })).unwrap_or_else(|errors| panic!("{}: {errors}", spec.id));
        let validator = jsonschema::validator_for(schema_of(row)).expect("a schema");
        assert!(validator.is_valid(&json!(input.request().input)), "{}", spec.id);
        assert!(builtin::in_vendors_shape(row).get("x-playground").is_none());
        for (shape, size) in &spec.sizes {
            assert!(spec.shapes().contains(&shape.as_str()) && spec.size_of(shape).is_some(), "{shape} {size}");
        }
        if let Some(outputs) = spec.outputs {
            assert!(outputs > 1 && spec.concepts.count.is_none());
        }
        // The concepts by name are those of the description.
        let (concepts, request) = (&spec.concepts, input.request());
        let shape = concepts.shape.as_ref().and_then(|name| request.input.get(name)).filter(|shape| *shape != "auto");
        assert_eq!(request.ratio().is_some(), shape.is_some(), "{}", spec.id);
        let seeded = input.clone().with_rolled_seed(7);
        assert_eq!(seeded.request().seed().is_some(), concepts.seed.is_some(), "{}", spec.id);
    }
}

#[test]
fn each_form_of_the_five_concepts_comes_with_this_build() {
    let catalogue = Catalogue::builtin();
    let has = |form: fn(&ModelSpec) -> bool| catalogue.entries().iter().any(|entry| form(&entry.spec));
    let forms: [fn(&ModelSpec) -> bool; 11] = [
        |spec| spec.concepts.negative_prompt.is_some(),
        |spec| spec.concepts.negative_prompt.is_none(),
        |spec| spec.concepts.count.as_deref() == Some("max_images"),
        |spec| spec.concepts.count.is_none() && spec.outputs.is_none(),
        |spec| spec.outputs == Some(4),
        |spec| spec.concepts.seed.is_none(),
        |spec| spec.concepts.resolution.is_some(),
        |spec| spec.shapes().contains(&"auto"),
        |spec| spec.shapes().contains(&"custom"),
        |spec| spec.concepts.shape.as_deref() == Some("image_size"),
        |spec| matches!(spec.shape().map(|it| &it.kind), Some(InputKind::Pixels { .. })),
    ];
    for (place, form) in forms.into_iter().enumerate() {
        assert!(has(form), "form {place}");
    }
}

#[test]
fn imagen_4_is_what_its_page_says() {
    let spec = builtin::default_model();
    assert_eq!(spec.id, "wavespeed-ai/imagen4");
    assert_eq!(spec.shapes(), ["1:1", "16:9", "9:16", "3:4", "4:3"]);
    assert_eq!((spec.counts(), spec.seeds()), (Some((1, 4, 1)), Some((-1, 2_147_483_647))));
    let given = json!({ "prompt": "a fox", "num_images": 4.0, "negative_prompt": " \u{200b}", "seed": null });
    let input = spec.accept(&given).expect("valid");
    let normal = &input.request().input;
    assert_eq!(json!(normal), json!({ "prompt": "a fox", "aspect_ratio": "1:1", "num_images": 4 }));
    assert_eq!(spec.estimate(normal).map(|price| price.to_string()).as_deref(), Some("$0.16"));
    let errors = spec.accept(&json!({
        "prompt": " ", "aspect_ratio": "2:1", "num_images": 1.5, "seed": "abc", "negative_prompt": 7, "num_image": 3, "size": "8x8",
    }));
    let errors = errors.expect_err("all of it is wrong").into_map();
    let fields: Vec<_> = errors.keys().map(String::as_str).collect();
    assert_eq!(fields, ["aspect_ratio", "negative_prompt", "num_image", "num_images", "prompt", "seed", "size"]);
    assert_eq!(errors["aspect_ratio"], "must be one of 1:1, 16:9, 9:16, 3:4, 4:3");
    assert_eq!(errors["num_images"], "must be a whole number from 1 to 4");
    assert_eq!(errors["seed"], "must be a whole number from -1 to 2147483647");
    assert!(errors["num_image"].contains("did you mean num_images?"), "{}", errors["num_image"]);
    let long = "é".repeat(10_001);
    let errors = spec.accept(&json!({ "prompt": long, "negative_prompt": long })).expect_err("too long").into_map();
    assert_eq!(errors["prompt"], "has 10001 characters; at most 10000 are allowed");
    assert_eq!(errors.len(), 2);
    for blank in ["", "\n\t\u{3000}", "\u{200b}", "\u{feff}", " \u{2060}\u{3164} ", "\u{e0020}"] {
        assert!(spec.accept(&json!({ "prompt": blank })).is_err(), "{blank:?} shows nothing");
    }
    let text = "  A café\n\u{202e}at night 🌃 ";
    assert_eq!(spec.accept(&json!({ "prompt": text })).expect("valid").request().prompt(), text, "kept as it is");
}

#[test]
fn both_published_shapes_of_a_row_are_read() {
    let live = row("a/b", prompt(), json!(["prompt"]));
    let nested = json!({ "id": 12, "name": "a/b", "base_price": 27_000,
        "api_schema": { "components": { "schemas": { "Request": schema_of(&live) } } } });
    let specs = [&live, &nested].map(|row| ModelSpec::from_row(row).expect("a model"));
    assert_eq!((&specs[0].id, &specs[0].inputs), (&specs[1].id, &specs[1].inputs));
    assert_eq!(specs[1].price_microusd.map(|price| price.micros()), Some(27_000));
    let lists =
        [json!([live]), json!({ "data": [live] }), json!({ "code": 200, "data": { "items": [live], "total": 1 } })];
    for list in lists {
        assert_eq!(rows_of(&list).map(Vec::len), Some(1), "{list}");
    }
    for none in [json!({}), json!(7), json!({ "data": { "items": [live], "total": 60 } }), json!({ "data": {} })] {
        assert_eq!(rows_of(&none), None, "{none}");
    }
}

#[test]
fn what_is_hostile_is_left_out_and_said() {
    let choices: Vec<_> = (0..10_000).map(|n| n.to_string()).collect();
    for (property, reason) in [
        (json!({ "type": "array", "items": {} }), "items"),
        (json!({ "$ref": "#/properties/x" }), "$ref"),
        (json!({ "allOf": [{ "$ref": "#" }] }), "allOf"),
        (json!({ "type": "string", "enum": choices }), "10000 choices"),
        (json!({ "type": "string", "enum": [] }), "no choice"),
        (json!({ "type": "string", "enum": [1, null, "\u{202e}", ""] }), "no choice"),
        (json!({ "type": "integer", "minimum": 5, "maximum": 4 }), "no number"),
        (json!({ "type": "number", "minimum": 5, "maximum": 4 }), "no number"),
        (json!({ "type": "integer", "minimum": 1, "maximum": 3, "multipleOf": 8 }), "no number"),
        (json!({ "type": "string", "minLength": 20_000 }), "no text"),
        (json!({ "type": "wonder" }), "not offered here: wonder"),
        (json!({ "type": "string", "x-ui-component": "uploader" }), "a file"),
        (json!({ "type": "string", "pattern": "^a$" }), "pattern"),
        (json!(7), "cannot be read"),
        (json!({}), "kind is not said"),
    ] {
        let spec = with_prompt("x", property.clone()).expect("the rest is a model");
        assert!(spec.left_out.get("x").is_some_and(|said| said.contains(reason)), "{property}: {:?}", spec.left_out);
        let required = row("a/b", json!({ "prompt": { "type": "string" }, "x": property }), json!(["prompt", "x"]));
        assert!(ModelSpec::from_row(&required).is_err_and(|error| error.reason.contains('x')), "it is needed");
    }
    for name in ["__proto__", "a b", "", "ключ", "a\u{202e}", "<script>"] {
        let spec = with_prompt(name, json!({ "type": "boolean" })).expect("the rest is a model");
        assert_eq!((spec.inputs.len(), spec.left_out.len()), (1, 1), "{name}");
    }
    let hostile = json!({ "type": "boolean", "title": "a\u{202e}b\n<b>", "description": "x".repeat(100_000) });
    let spec = with_prompt("x", hostile).expect("a model");
    assert_eq!(spec.inputs[1].title, "ab <b>");
    assert!(spec.inputs[1].description.chars().count() <= 601);
    for property in [
        json!({ "type": "integer", "default": 9, "maximum": 4 }),
        json!({ "type": "string", "enum": ["a"], "default": "b" }),
        json!({ "type": "boolean", "default": "yes" }),
    ] {
        let spec = with_prompt("x", property).expect("a model");
        assert_eq!(spec.inputs[1].kind.default_value(), None, "a default outside its own range is none");
    }
}

#[test]
fn rows_that_are_no_models_say_why() {
    for (id, properties, required) in [
        ("../secret", prompt(), json!(["prompt"])),
        ("a//b", prompt(), json!(["prompt"])),
        ("a/..", prompt(), json!(["prompt"])),
        ("a%2fb", prompt(), json!(["prompt"])),
        ("/a", prompt(), json!(["prompt"])),
        ("a?b", prompt(), json!(["prompt"])),
        ("a/b", Value::Null, json!(["prompt"])),
        ("a/b", json!({}), json!([])),
        ("a/b", prompt(), json!([])),
        ("a/b", prompt(), json!(["prompt", "image"])),
        ("a/b", json!({ "prompt": { "type": "integer" } }), json!(["prompt"])),
    ] {
        assert!(ModelSpec::from_row(&row(id, properties.clone(), required)).is_err(), "{id} {properties}");
    }
    for row in [json!(null), json!([]), json!({ "model_id": "a" }), json!({ "model_id": "a", "api_schema": 7 })] {
        assert!(ModelSpec::from_row(&row).is_err());
    }
    let mut whole = row("a/b", prompt(), json!(["prompt"]));
    whole["api_schema"]["api_schemas"][0]["request_schema"]["oneOf"] = json!([]);
    assert!(ModelSpec::from_row(&whole).is_err(), "a schema that asks for more than is checked");
}

#[test]
fn sizes_are_checked_by_schema_and_by_built_in_rules() {
    let catalogue = Catalogue::builtin();
    let spec = |id: &str| &catalogue.find(id).expect("built in").spec;
    let takes = |id: &str, size: &str| spec(id).accept(&json!({ "prompt": "x", "size": size })).is_ok();
    let minimax = "minimax/image-01/text-to-image";
    assert!(takes(minimax, "1024*768") && !takes(minimax, "1023*768") && !takes(minimax, "504*768"));
    let gpt = "openai/gpt-image-1.5/text-to-image";
    assert!(takes(gpt, "auto") && takes(gpt, "1024*1536") && !takes(gpt, "1024*1024 ") && !takes(gpt, "1024*768"));
    let flux = "wavespeed-ai/flux-dev";
    assert!(takes(flux, "256*1536"));
    for size in ["auto", "1:1", "8x8", "8*8", "99999*99999", "１０２４*１０２４", "1024*1024*1", "", "-1024*1024"]
    {
        let refused = spec(flux).accept(&json!({ "prompt": "x", "size": size }));
        assert!(refused.is_err_and(|errors| errors.iter().all(|(field, _)| field == "size")), "{size}");
    }
}

#[test]
fn a_draft_is_carried_to_every_model_and_says_what_it_lost() {
    let catalogue = Catalogue::builtin();
    let full =
        json!({ "prompt": "a fox", "negative_prompt": "blur", "aspect_ratio": "9:16", "num_images": 4, "seed": 7 });
    let full = full.as_object().expect("an object");
    for entry in catalogue.entries() {
        let (spec, concepts) = (&entry.spec, &entry.spec.concepts);
        let carried = carry(full, spec);
        let input = spec.accept(&json!(carried.input)).unwrap_or_else(|errors| panic!("{}: {errors}", spec.id));
        let request = input.request();
        assert_eq!(request.prompt(), "a fox");
        assert_eq!(request.negative_prompt().is_some(), concepts.negative_prompt.is_some(), "{}", spec.id);
        assert_eq!(request.seed(), concepts.seed.as_ref().map(|_| 7), "{}", spec.id);
        if concepts.shape.is_some() {
            let ratio = request.ratio().map(|ratio| ratio.value());
            assert!(ratio.is_some_and(|ratio| (0.5..=0.7).contains(&ratio)), "{}: {:?}", spec.id, request.shape());
        }
        let is_whole = concepts.negative_prompt.is_some()
            && concepts.seed.is_some()
            && spec.counts().is_some_and(|(_, max, _)| max >= 4);
        assert_eq!(carried.dropped.is_empty(), is_whole, "{}: {:?}", spec.id, carried.dropped);
    }
    let there = carry(full, &catalogue.find("wavespeed-ai/flux-dev").expect("built in").spec);
    let back = carry(&there.input, builtin::default_model());
    assert_eq!((back.input["aspect_ratio"].as_str(), back.input["num_images"].as_i64()), (Some("9:16"), Some(4)));
}

#[test]
fn what_leaves_the_list_is_gone_and_comes_back() {
    let at = Timestamp::from_ms;
    let list = |ids: &[&str]| -> Value { ids.iter().map(|id| row(id, prompt(), json!(["prompt"]))).collect() };
    let assemble =
        |kept: &Kept, file: &[Value]| Catalogue::assemble(Sources { builtin: builtin::rows(), kept, file }).0;
    let flux = "wavespeed-ai/flux-dev";
    let nothing = Kept::default();
    let unknown = assemble(&nothing, &[]);
    assert!(unknown.entries().iter().all(|entry| entry.offered && !entry.confirmed));
    let first = nothing.refreshed("u", &list(&["a/b", flux]), |_| true, at(1)).expect("a list");
    let now = assemble(&first, &[]);
    let imagen = now.find("wavespeed-ai/imagen4").expect("it stays for history");
    assert_eq!((imagen.offered, imagen.gone_since), (false, Some(at(1))));
    assert!(now.find_offered("a/b").is_some_and(|entry| entry.confirmed));
    assert_eq!(
        now.find(flux).map(|entry| entry.spec.name.as_str()),
        Some("FLUX dev"),
        "built-in rows add what is missing"
    );
    let default = now.default_model(None).expect("something is offered");
    assert!(default.offered && default.spec.id == now.closest(builtin::default_model(), 1)[0].spec.id);
    assert_eq!(now.default_model(Some(flux)).map(|entry| entry.spec.id.as_str()), Some(flux));
    let second = first.refreshed("u", &list(&[flux]), |_| true, at(2)).expect("a list");
    let now = assemble(&second, &[]);
    assert_eq!(now.find("a/b").map(|entry| (entry.offered, entry.gone_since)), Some((false, Some(at(2)))));
    let third = second.refreshed("u", &list(&["a/b", flux]), |_| true, at(3)).expect("a list");
    assert_eq!(assemble(&third, &[]).find("a/b").map(|entry| (entry.offered, entry.gone_since)), Some((true, None)));
    // A file wins over both.
    let private = row("wavespeed-ai/imagen4", prompt(), json!(["prompt"]));
    let now = assemble(&third, &[private]);
    assert!(now.find_offered("wavespeed-ai/imagen4").is_some_and(|entry| entry.spec.inputs.len() == 1));
    let half = json!({ "items": list(&["a/b"]), "total": 9 });
    for bad in
        [json!([]), json!(null), json!({ "data": [] }), json!({ "code": 500 }), json!([{ "model_id": "a" }]), half]
    {
        assert!(third.refreshed("u", &bad, |_| true, at(4)).is_err(), "{bad}");
    }
    assert!(third.refreshed("u", &list(&["a/b"]), |_| false, at(4)).is_err(), "nothing for here");
    assert_eq!(serde_json::from_value::<Kept>(json!(third)).expect("it is kept"), third);
}
