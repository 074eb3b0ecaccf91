//! Scripted faults: what goes wrong, with which call, and how often.
//!
//! A script is a list of [`Rule`]s. For each call the first rule that matches and has uses left is taken, and only that
//! one. A rule says up to two things: `then`, an [`Effect`] on this one call, and `fate`, what becomes of the prediction
//! that this submission makes ([`Fate`]). The fate is written on the bill with the acceptance, so it outlives the engine;
//! how often a rule was used does not.
//!
//! # Example
//! `imagen4-engine --faults FILE` reads TOML, or JSON where the name ends in `.json`. This is `faults.example.toml`:
//!
//! ```toml
#![doc = include_str!("../../faults.example.toml")]
//! ```
//!
//! In a test:
//!
//! ```
//! use imagen4_engine::faults::{Effect, Fate, On, Rule};
//! use imagen4_engine::{Env, Engine, EngineOptions};
//!
//! let engine = Engine::open(EngineOptions::default(), Env::system())?;
//! engine.script(Rule::on(On::Submit).prompt("fox").then(Effect::AcceptAndDrop));
//! engine.script(Rule::on(On::Submit).skip(2).always().fate(Fate::failed(1200)));
//! engine.script(Rule::on(On::Output).times(3).then(Effect::Error { status: 502 }));
//! # Ok::<(), imagen4_engine::OpenError>(())
//! ```
//!
//! # Layout
//! - [`Rule`], [`On`]: which calls
//! - [`Effect`]: what happens to a call
//! - [`Fate`]: what becomes of a prediction
//! - [`read`], [`from_toml`], [`from_json`]: scripts in files
//! - `script`: the rules with their counters

mod effect;
mod fate;
mod file;
mod rule;
mod script;

pub use effect::Effect;
pub use fate::{Ending, Failure, Fate, OddStatus};
pub use file::{FaultsError, from_json, from_toml, read};
pub use rule::{On, Rule};

pub(crate) use script::{Call, Script};
