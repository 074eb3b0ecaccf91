//! Taking an input along to another model: what both have stays, as near as it can be.

use serde_json::{Map, Value, json};

use super::concepts::{self, Concepts};
use super::input_spec::InputKind;
use super::shape::{Ratio, ratio_of, size_of};
use super::spec::ModelSpec;

/// What arrived at the other model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// The input for it.
    pub input: Map<String, Value>,
    /// What could not be taken along as it was, in words for people.
    pub dropped: Vec<String>,
}

/// Carries an input, which may still have something wrong with it, to another model.
pub fn carry(input: &Map<String, Value>, to: &ModelSpec) -> Carried {
    let mut carried = Carried::default();
    let Concepts { prompt, negative_prompt, shape, resolution, count, seed } = &to.concepts;
    carried.input.insert(prompt.clone(), json!(concepts::prompt(input)));
    if let Some(text) = concepts::negative_prompt(input) {
        carried.take(negative_prompt.as_ref(), json!(text), "the negative prompt");
    }
    if let Some(wanted) = concepts::shape(input) {
        match (shape, to.nearest_shape(&wanted)) {
            (Some(name), Some(nearest)) => {
                if ratio_of(&nearest) != ratio_of(&wanted) {
                    carried.dropped.push(format!("{wanted} became {nearest}"));
                }
                carried.input.insert(name.clone(), json!(nearest));
            }
            (Some(_), None) => {}
            (None, _) => carried.dropped.push(format!("the shape {wanted}")),
        }
    }
    if let Some(wanted) = concepts::resolution(input) {
        let is_offered = resolution.as_ref().is_some_and(|name| to.takes(name, &json!(wanted)));
        match (resolution, is_offered) {
            (Some(name), true) => drop(carried.input.insert(name.clone(), json!(wanted))),
            _ => carried.dropped.push(format!("the resolution {wanted}")),
        }
    }
    if let Some((wanted, _)) = concepts::count(input) {
        match (count, to.counts()) {
            (Some(name), Some((min, max, _))) => {
                let taken = i64::from(wanted).clamp(min, max);
                if taken != i64::from(wanted) {
                    carried.dropped.push(format!("{wanted} images became {taken}"));
                }
                carried.input.insert(name.clone(), json!(taken));
            }
            _ if wanted > 1 => {
                carried.dropped.push(format!("{wanted} images: this model decides how many a run makes"))
            }
            _ => {}
        }
    }
    if let Some(wanted) = concepts::seed(input).filter(|seed| *seed >= 0) {
        let fits = to.seeds().is_some_and(|(min, max)| (min..=max).contains(&wanted));
        let name = seed.as_ref().filter(|_| fits);
        carried.take(name, json!(wanted), &format!("the seed {wanted}"));
    }
    for (name, value) in input.iter().filter(|(name, _)| !is_concept(name)) {
        match to.input(name) {
            _ if value.is_null() => {}
            Some(_) if to.takes(name, value) => drop(carried.input.insert(name.clone(), value.clone())),
            _ => carried.dropped.push(name.replace('_', " ")),
        }
    }
    carried
}

/// Whether an input is one of the concepts, whatever the model.
fn is_concept(name: &str) -> bool {
    [
        "prompt",
        "negative_prompt",
        "aspect_ratio",
        "size",
        "image_size",
        "resolution",
        "num_images",
        "max_images",
        "seed",
        "width",
        "height",
    ]
    .contains(&name)
}

impl Carried {
    fn take(&mut self, name: Option<&String>, value: Value, what: &str) {
        match name {
            Some(name) => drop(self.input.insert(name.clone(), value)),
            None => self.dropped.push(what.to_owned()),
        }
    }
}

impl ModelSpec {
    /// Whether an input takes a value.
    fn takes(&self, name: &str, value: &Value) -> bool {
        self.input(name).is_some_and(|input| input.read(Some(value)).is_ok_and(|taken| taken.is_some()))
    }

    /// The shape of this model that is nearest to a choice of another one; `None` where the usual one will do.
    pub fn nearest_shape(&self, wanted: &str) -> Option<String> {
        let wanted_ratio = ratio_of(wanted);
        match &self.shape()?.kind {
            InputKind::Choice { options, .. } => {
                let names = || options.iter().filter_map(Value::as_str);
                if let Some(same) = names().find(|name| *name == wanted) {
                    return Some(same.to_owned());
                }
                let wanted = wanted_ratio?.value();
                let far = |ratio: Ratio| (ratio.value() / wanted).ln().abs();
                let with_ratio = names().filter_map(|name| Some((name, ratio_of(name)?)));
                with_ratio.min_by(|a, b| far(a.1).total_cmp(&far(b.1))).map(|(name, _)| name.to_owned())
            }
            InputKind::Pixels { default, min, max, rules } => {
                let fits = |size: &String| rules.check(size, (*min, *max)).is_ok();
                if size_of(wanted).is_some() && fits(&wanted.to_owned()) {
                    return Some(wanted.to_owned());
                }
                let ratio = wanted_ratio?.value();
                let (w, h) = default.as_deref().and_then(size_of).unwrap_or((1024, 1024));
                let area = f64::from(w) * f64::from(h);
                let step = f64::from(rules.multiple_of.unwrap_or(16).max(1));
                let sides = [area, area / 2.0, area * 2.0, area / 4.0].map(|area| {
                    let side =
                        |length: f64| ((length / step).round() * step).clamp(f64::from(*min), f64::from(*max)) as u32;
                    format!("{}*{}", side((area * ratio).sqrt()), side((area / ratio).sqrt()))
                });
                let near = |size: &String| ratio_of(size).is_some_and(|its| (its.value() / ratio).ln().abs() < 0.06);
                sides
                    .iter()
                    .find(|size| fits(size) && near(size))
                    .or_else(|| sides.iter().find(|size| fits(size)))
                    .cloned()
            }
            _ => None,
        }
    }
}
