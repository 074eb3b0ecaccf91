//! Copying a picture, or its prompt, from the large view.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, ClipboardItem, HtmlCanvasElement};

use super::picture;
use crate::app::App;
use crate::platform::dom;
use crate::platform::reactive::spawn;

/// Says whether the browser did it.
pub(super) fn tell_copied(app: App, promise: Option<js_sys::Promise>, done: &'static str) {
    let copied = dom::copied(promise);
    spawn(async move {
        let words = if copied.await { done } else { dom::NO_COPY };
        app.lightbox.said.set(words.to_owned());
    });
}

/// Copies the picture; as PNG, which is what every clipboard takes.
pub(super) fn copy_picture() -> Option<js_sys::Promise> {
    let picture = picture();
    let canvas: HtmlCanvasElement = dom::document().create_element("canvas").ok()?.unchecked_into();
    canvas.set_width(picture.natural_width());
    canvas.set_height(picture.natural_height());
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.unchecked_into();
    context.draw_image_with_html_image_element(&picture, 0.0, 0.0).ok()?;
    // The clipboard takes a promise: it must be asked at once, while the press still counts.
    let png = js_sys::Promise::new(&mut |resolve, _| {
        let _never_fails = canvas.to_blob(&resolve);
    });
    let data = js_sys::Object::new();
    js_sys::Reflect::set(&data, &JsValue::from_str("image/png"), &png).ok()?;
    let item = ClipboardItem::new_with_record_from_str_to_blob_promise(&data).ok()?;
    Some(dom::window().navigator().clipboard().write(&js_sys::Array::of1(&item)))
}
