//! The promises, held against a real proxy in front of a real engine.

mod bad_input;
mod events;
mod faults;
mod first_pictures;
mod money;
mod page;
mod secrets;
mod vendor_says_no;
mod vendor_stumbles;
