//! Text under a key in the browser, where it allows that. `gloo-storage` panics where storage is denied.

use web_sys::Storage;

/// One of the browser's two stores, or nothing: blocked cookies, a full disk or a private window must not break the page.
#[derive(Clone, Debug)]
pub struct Store(Option<Storage>);

impl Store {
    /// Shared by all tabs, kept for good.
    pub fn local() -> Self {
        Self(web_sys::window().and_then(|window| window.local_storage().ok().flatten()))
    }

    /// This tab's own, kept over a reload.
    pub fn session() -> Self {
        Self(web_sys::window().and_then(|window| window.session_storage().ok().flatten()))
    }

    /// What a browser that denies storage gives.
    pub const fn denied() -> Self {
        Self(None)
    }

    /// The text under `key`.
    pub fn get(&self, key: &str) -> Option<String> {
        self.0.as_ref()?.get_item(key).ok().flatten()
    }

    /// Keeps `text` under `key`, and whether it could; `None` removes it.
    pub fn set(&self, key: &str, text: Option<&str>) -> bool {
        let done = self.0.as_ref().map(|storage| match text {
            Some(text) => storage.set_item(key, text),
            None => storage.remove_item(key),
        });
        matches!(done, Some(Ok(())))
    }
}
