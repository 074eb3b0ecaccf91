//! Effects, changing views and tasks behind one type each. The compiler copies the machinery behind a closure for every
//! closure there is; behind a box it does so once. It saves a tenth of the wasm.

use std::pin::Pin;

use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::{HtmlElement, MouseEvent};

/// A part of a view that changes with the signals it reads.
pub type Dynamic = Box<dyn FnMut() -> AnyView + Send>;

/// Shows what `view` says, anew whenever a signal that it reads changes.
pub fn dynamic<V: IntoAny>(mut view: impl FnMut() -> V + Send + 'static) -> Dynamic {
    Box::new(move || view().into_any())
}

/// Runs `act` now and whenever a signal that it reads changes.
pub fn effect(act: impl FnMut() + 'static) {
    fn erased(mut act: Box<dyn FnMut()>) {
        Effect::new(move |_: Option<()>| act());
    }
    erased(Box::new(act));
}

/// Runs a task beside everything else.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    fn erased(task: Pin<Box<dyn Future<Output = ()>>>) {
        spawn_local(task);
    }
    erased(Box::pin(task));
}

/// Shows `view` inside `parent` for as long as the page lives. The view is made with its own reactive owner.
pub fn mount<V: IntoView>(parent: HtmlElement, view: impl FnOnce() -> V + 'static) {
    mount_to(parent, view).forget();
}

/// What a button does.
pub type Press = Box<dyn FnMut(MouseEvent)>;

/// A button's `on:click`.
pub fn press(mut act: impl FnMut() + 'static) -> Press {
    Box::new(move |_| act())
}
