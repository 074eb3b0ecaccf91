//! The Imagen 4 playground's page. `index.html` holds the shell, complete before this code arrives; the code adopts its
//! form and fills its slots.
//!
//! # Layout
//! - [`app`]: what the parts share, and the start
//! - [`composer`]: the form: draft, reasons, price, the send that is never billed twice
//! - [`board`]: the runs, newest first: cards, timelines, pictures
//! - [`lightbox`]: one picture, large
//! - [`api`]: the proxy's HTTP face and its events
//! - [`server`]: what is known of the server: its models, the money, whether it can be reached
//! - [`code`]: the form or a run as a program; [`literal`]: an input as that program writes it
//! - [`spending`]: the money by day and by model
//! - [`presence`]: what a tab says of itself that nobody looks at
//! - [`shortcuts`]: keys that do something everywhere
//! - [`settings`]: what a person has set for this browser
//! - [`toast`]: a word about what was just done, and the way back
//! - [`tabs`]: which part a narrow screen shows
//! - [`theme`]: light, dark or the system's
//! - [`announce`]: what the live region says
//! - [`spans`]: how long something takes, in words
//! - [`platform`]: the browser in small pieces

pub mod announce;
pub mod api;
pub mod app;
pub mod board;
pub mod code;
pub mod composer;
pub mod lightbox;
pub mod literal;
pub mod platform;
pub mod presence;
pub mod server;
pub mod settings;
pub mod shortcuts;
pub mod spans;
pub mod spending;
pub mod tabs;
pub mod theme;
pub mod toast;
