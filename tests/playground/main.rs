//! The promises, held against a real proxy in front of a real engine.

mod account;
mod archive;
mod bad_input;
mod crowd;
mod days;
mod events;
mod faults;
mod favorites;
mod finding;
mod first_pictures;
mod inputs;
mod models;
mod money;
mod openapi;
mod operating;
mod page;
mod people;
mod secrets;
mod templates;
mod vendor_says_no;
mod vendor_stumbles;
mod wavespeed;
