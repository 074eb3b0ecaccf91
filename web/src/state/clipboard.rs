//! Copying.

use js_sys::futures::{JsFuture, future_to_promise};
use js_sys::{Array, Object, Promise, Reflect};
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, Clipboard, ClipboardItem, HtmlCanvasElement, HtmlImageElement};

/// What is said where the browser did not copy.
pub const NO_COPY: &str = "The browser does not let this page copy.";

/// Copies text, as soon as the browser lets it; none where the page is not served safely enough to have a clipboard.
pub fn copy(text: &str) -> Option<Promise> {
    clipboard().map(|clipboard| clipboard.write_text(text))
}

/// Copies an image in its full size, as PNG, which is what every clipboard takes. It may still be loading.
pub fn copy_image(image: &HtmlImageElement) -> Option<Promise> {
    let clipboard = clipboard()?;
    // The clipboard takes a promise: it must be asked at once, while the press still counts.
    let png = future_to_promise(png(image.clone()));
    let data = Object::new();
    Reflect::set(&data, &"image/png".into(), &png).ok()?;
    let item = ClipboardItem::new_with_record_from_str_to_blob_promise(&data).ok()?;
    Some(clipboard.write(&Array::of1(&item)))
}

/// An image that is not on the page, to be copied: what stands there is a smaller one.
pub fn image_of(url: &str) -> Option<HtmlImageElement> {
    let image = HtmlImageElement::new().ok()?;
    image.set_src(url);
    Some(image)
}

async fn png(image: HtmlImageElement) -> Result<JsValue, JsValue> {
    JsFuture::from(image.decode()).await?;
    let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
    canvas.set_width(image.natural_width());
    canvas.set_height(image.natural_height());
    let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into::<CanvasRenderingContext2d>();
    context.draw_image_with_html_image_element(&image, 0.0, 0.0)?;
    let blob = Promise::new(&mut |resolve, _| {
        let _never_fails = canvas.to_blob(&resolve);
    });
    JsFuture::from(blob).await
}

/// The clipboard; it is there only on loopback and behind TLS.
fn clipboard() -> Option<Clipboard> {
    let navigator = window().navigator();
    Reflect::has(&navigator, &"clipboard".into()).unwrap_or_default().then(|| navigator.clipboard())
}

/// Whether what was asked of the clipboard was done.
pub async fn copied(promise: Option<Promise>) -> bool {
    match promise {
        Some(promise) => JsFuture::from(promise).await.is_ok(),
        None => false,
    }
}
