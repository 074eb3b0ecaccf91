//! The Imagen 4 playground's page: a Leptos app that runs in the browser. `index.html` holds the composer as static markup, painted before
//! this code arrives; the app then takes its place.
//!
//! # Layout
//! - [`app`]: `<App/>`, which puts the features together; [`shell`]: taking over from the static markup
//! - [`composer`]: the form; [`board`]: the runs; [`lightbox`]: one image, large
//! - [`usage`], [`code`], [`settings`], [`shortcuts`]: dialogs; [`session`]: the connection, and what a tab says while nobody looks at it
//! - [`state`]: what the page knows, one store a domain
//! - [`api`]: the proxy's HTTP API and its events
//! - [`ui`]: widgets that know nothing of runs; [`format`](mod@format): how things are said
//!
//! Imports point one way: `format` ← `ui`, `api` ← `state` ← features ← `app`; features never import each other.

pub mod api;
pub mod app;
pub mod board;
pub mod code;
pub mod composer;
pub mod format;
pub mod lightbox;
pub mod session;
pub mod settings;
pub mod shell;
pub mod shortcuts;
pub mod state;
pub mod ui;
pub mod usage;
