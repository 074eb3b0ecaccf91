//! Which model the form is for: the menu, what the model can do, and what to take in place of one that is gone.

use imagen4_core::api::UpstreamKind;
use imagen4_core::model::{Entry, InputKind};
use imagen4_core::{MicroUsd, ModelSpec, RunRequest};
use serde_json::json;

use super::switch;
use crate::api;
use crate::app::App;
use crate::board::days::moment;
use crate::platform::dom;
use crate::platform::part::Part;
use crate::platform::reactive::{Signal, spawn};
use crate::platform::select;

/// `Imagen 4 · about $0.04`
fn label(spec: &ModelSpec) -> String {
    match spec.price_microusd {
        Some(price) => format!("{} · {}", spec.name, about(price)),
        None => spec.name.clone(),
    }
}

/// An estimate, which is never the price of a click.
pub(crate) fn about(price: MicroUsd) -> String {
    format!("about {price}")
}

/// What a model can do, in one line.
pub fn abilities(spec: &ModelSpec) -> String {
    let concepts = &spec.concepts;
    let mut words = vec![match concepts.negative_prompt {
        Some(_) => "Negative prompt".to_owned(),
        None => "No negative prompt".to_owned(),
    }];
    words.push(match spec.shape().map(|shape| &shape.kind) {
        Some(InputKind::Pixels { min, max, .. }) => format!("sizes from {min} to {max} pixels"),
        Some(_) => format!("{} shapes", spec.shapes().len()),
        None => "no choice of shape".to_owned(),
    });
    words.push(match (spec.counts(), spec.outputs) {
        (Some((_, 1, _)), _) | (None, Some(1)) => "1 image".to_owned(),
        (Some((_, max, _)), _) => {
            let input = concepts.count.clone().map(|name| (name, json!(max))).into_iter().collect();
            let is_promised = RunRequest { model: String::new(), input }.promised().is_some();
            format!("up to {max} images{}", if is_promised { "" } else { " as it sees fit" })
        }
        (None, Some(count)) => format!("{count} images"),
        (None, None) => "number of images not known".to_owned(),
    });
    words.push(if concepts.seed.is_some() { "seed" } else { "no seed" }.to_owned());
    words.join(" · ")
}

/// Why the form's model cannot be bought.
fn gone(entry: Option<&Entry>, id: &str) -> String {
    match entry {
        Some(Entry { spec, gone_since: Some(since), .. }) => {
            format!("{} has not been offered since {}.", spec.name, moment(*since))
        }
        Some(entry) => format!("{} is not offered now.", entry.spec.name),
        None => format!("{id} is not among the models that are offered."),
    }
}

/// Takes the shell's menu over.
pub(super) fn adopt(app: App) {
    let (server, draft) = (app.server, app.composer.draft);
    let model = Signal::derived(move || draft.with(|draft| draft.model.clone()));
    let shown = move || {
        let model = model.get();
        if model.is_empty() { server.models.with(|models| models.default_model.clone()) } else { model }
    };
    let options = move || {
        server.models.with(|models| {
            let mut options: Vec<_> =
                models.catalogue.offered().map(|entry| (entry.spec.id.clone(), label(&entry.spec))).collect();
            let now = shown();
            if !options.iter().any(|(id, _)| *id == now) {
                // Before the server has told, nothing is known of it.
                let why = if models.told { " · not offered" } else { "" };
                options.push((now.clone(), models.name(&now) + why));
            }
            options
        })
    };
    select::bind(&Part::shell("model"), options, shown);
    let description = move || app.spec().description.clone();
    Part::shell("model").bind_attr("title", description);
    Part::shell("model-does").bind(move || {
        let mut words = abilities(&app.spec());
        let is_unsure = server.models.with(|models| {
            models.told && models.catalogue.find(&model.get()).is_some_and(|entry| entry.offered && !entry.confirmed)
        });
        if is_unsure && server.terms().upstream == Some(UpstreamKind::Wavespeed) {
            words += " · not confirmed by WaveSpeed yet";
        }
        words
    });
    Part::shell("model-name").bind(move || app.spec().name.clone());
    let estimate = move || app.spec().price_microusd.map(about).unwrap_or_default();
    Part::shell("unit-price").bind(estimate).show(move || !estimate().is_empty());

    Part::shell("models-refresh").press(move || {
        spawn(async move {
            let answer = api::refresh_models().await;
            server.note(&answer);
            match answer {
                Ok(list) => {
                    server.take_models(list);
                    app.toast.say("The list of models is up to date.");
                }
                Err(error) => app.toast.say(&error.words()),
            }
        });
    });

    let is_gone = move || !app.is_offered() || app.price().says_retired();
    let notice = Part::shell("gone");
    notice.show(is_gone);
    notice.find("p").bind(move || {
        let id = model.get();
        if is_gone() { server.models.with(|models| gone(models.catalogue.find(&id), &id)) } else { String::new() }
    });
    notice.find(".actions").bind_parts(move || {
        if !is_gone() {
            return Vec::new();
        }
        let id = model.get();
        let closest: Vec<_> = server.models.with(|models| {
            let all = models.closest(&id).into_iter().filter(|entry| entry.spec.id != id);
            all.map(|entry| (entry.spec.id.clone(), label(&entry.spec))).collect()
        });
        let button = |(id, label): (String, String)| {
            let button = Part::new("button");
            button.set("class", "action strong").set("type", "button").say(&format!("Use {label}"));
            button.press(move || {
                switch::to(app, &id);
                dom::focus("model");
            });
            button
        };
        closest.into_iter().map(button).collect()
    });
    Part::shell("switched").bind(move || app.composer.switched.get());
    Part::shell("switch-undo")
        .show(move || !app.composer.switched.with(String::is_empty) && app.composer.replaced.with(Option::is_some))
        .press(move || app.composer.undo());
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::server::models::tests::told;

    #[wasm_bindgen_test(unsupported = test)]
    fn what_a_model_can_do_is_said_in_one_line() {
        let models = told(&[]);
        for (id, expected) in [
            ("wavespeed-ai/imagen4", "Negative prompt · 5 shapes · up to 4 images · seed"),
            ("wavespeed-ai/flux-dev", "No negative prompt · sizes from 256 to 1536 pixels · up to 4 images · seed"),
            ("midjourney/text-to-image", "No negative prompt · 9 shapes · 4 images · seed"),
            (
                "bytedance/seedream-v4/sequential",
                "No negative prompt · sizes from 64 to 16384 pixels · up to 15 images as it sees fit · no seed",
            ),
            (
                "bytedance/seedream-v4",
                "No negative prompt · sizes from 1024 to 4096 pixels · number of images not known · no seed",
            ),
        ] {
            assert_eq!(abilities(&models.spec(id)), expected, "{id}");
        }
        assert_eq!(label(&models.spec("wavespeed-ai/imagen4")), "Imagen 4 · about $0.04");
    }

    #[wasm_bindgen_test]
    fn what_is_gone_says_since_when() {
        let models = told(&["wavespeed-ai/imagen4"]);
        let of = |id: &str| gone(models.catalogue.find(id), id);
        assert!(of("wavespeed-ai/imagen4").starts_with("Imagen 4 has not been offered since Sep "));
        assert_eq!(of("somebody/else"), "somebody/else is not among the models that are offered.");
    }
}
