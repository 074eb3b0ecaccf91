//! Random bits from the browser.

use leptos::prelude::window;

/// `N` random bytes.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Ok(crypto) = window().crypto() {
        let _never_fails_below_64_kib = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// 128 random bits as 32 hex digits.
pub fn key() -> String {
    format!("{:032x}", u128::from_be_bytes(bytes()))
}
