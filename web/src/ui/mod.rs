//! Widgets that know nothing of runs.
//!
//! # Layout
//! - [`icon`]: the icons; [`button`]: buttons with an icon
//! - [`dialog`]: a modal dialog; [`popover`]: a panel under its button, which is also what menus are made of
//! - [`toast`]: a word at the edge of the screen
//! - [`strip`]: images of one shape in rows of one height
//! - [`keys`]: exactly this shortcut, and never a key of an input method; [`near`]: what comes near the screen
//! - [`focus`]; [`dom`]

pub mod button;
pub mod dialog;
pub mod dom;
pub mod focus;
pub mod icon;
pub mod keys;
pub mod near;
pub mod popover;
pub mod strip;
pub mod toast;
