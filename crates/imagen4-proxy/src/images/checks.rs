//! What bytes are, whatever the vendor calls them.

use imagesize::ImageType;

/// The media type by the first bytes; whatever the vendor calls it does not count.
pub(super) fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match imagesize::image_type(bytes).ok()? {
        ImageType::Jpeg => Some("image/jpeg"),
        ImageType::Png => Some("image/png"),
        ImageType::Webp => Some("image/webp"),
        _ => None,
    }
}

/// Whether the picture has its end. A decoder would not do: it may know less than the format allows, or fill up what is missing.
pub(super) fn is_whole(bytes: &[u8], content_type: &str) -> bool {
    let last = |mark: &[u8]| bytes.windows(mark.len()).rposition(|window| window == mark);
    match content_type {
        // After the last scan begins, only the end of the image can look like this; the picture inside the head comes before.
        "image/jpeg" => last(&[0xff, 0xd9]) > last(&[0xff, 0xda]),
        "image/png" => last(b"IEND").is_some(),
        _ => {
            let length = bytes.get(4..8).and_then(|length| length.try_into().ok()).map_or(0, u32::from_le_bytes);
            bytes.len() as u64 >= u64::from(length) + 8
        }
    }
}

/// The file name's ending for a media type that [`super::ImageStore::store`] lets in.
pub fn extension(content_type: &str) -> &'static str {
    match content_type {
        "image/png" => "png",
        "image/webp" => "webp",
        _ => "jpg",
    }
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
