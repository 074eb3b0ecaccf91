//! Timers that stop when they are dropped.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Calls a function once after a while, or again and again; dropping it ends that.
#[derive(Debug)]
pub struct Timer {
    id: i32,
    // The browser holds no reference that would keep it alive.
    _callback: Closure<dyn FnMut()>,
}

impl Timer {
    /// Once, after `ms` milliseconds.
    pub fn once(ms: i32, callback: impl FnMut() + 'static) -> Self {
        Self::new(callback, |window, function| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(function, ms)
        })
    }

    /// Every `ms` milliseconds.
    pub fn every(ms: i32, callback: impl FnMut() + 'static) -> Self {
        Self::new(callback, |window, function| {
            window.set_interval_with_callback_and_timeout_and_arguments_0(function, ms)
        })
    }

    fn new(
        callback: impl FnMut() + 'static,
        start: impl FnOnce(&web_sys::Window, &js_sys::Function) -> Result<i32, wasm_bindgen::JsValue>,
    ) -> Self {
        let callback = Closure::<dyn FnMut()>::new(callback);
        let id = web_sys::window()
            .and_then(|window| start(&window, callback.as_ref().unchecked_ref()).ok())
            .unwrap_or_default();
        Self { id, _callback: callback }
    }
}

/// After what happens now, and what that changes on the page.
pub fn soon(act: impl FnOnce() + 'static) {
    super::reactive::spawn(async move {
        leptos::task::tick().await;
        act();
    });
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            // Time-outs and intervals share their ids.
            window.clear_interval_with_handle(self.id);
        }
    }
}
