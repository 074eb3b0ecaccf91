//! Small pictures for cards and grids: a board of full-size ones would take hundreds of megabytes to show.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, ImageReader, Limits};

/// The longer side of a small picture, in pixels: twice what a card shows, for dense screens.
pub const LONGER_SIDE: u32 = 640;
/// JPEG quality, in percent.
const QUALITY: u8 = 82;
/// A picture that is larger on one side than any that a model paints is not decoded, in pixels.
const MOST_PIXELS_A_SIDE: u32 = 8_192;
/// Memory that decoding may take, in bytes.
const MOST_MEMORY: u64 = 512 << 20;

/// The picture as a JPEG that is at most [`LONGER_SIDE`] wide and high.
///
/// # Errors
/// When it cannot be decoded, or is too large to be.
pub fn make_thumbnail(bytes: &[u8]) -> Result<Vec<u8>, ImageError> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS_A_SIDE);
    limits.max_image_height = Some(MOST_PIXELS_A_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let picture = reader.decode()?;
    let is_small = picture.width() <= LONGER_SIDE && picture.height() <= LONGER_SIDE;
    let small = if is_small { picture } else { picture.thumbnail(LONGER_SIDE, LONGER_SIDE) };
    let mut jpeg = Vec::new();
    small.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, QUALITY))?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, RgbaImage};

    #[test]
    fn a_picture_becomes_small_and_keeps_its_shape() {
        for format in [ImageFormat::Png, ImageFormat::WebP] {
            let mut bytes = Cursor::new(Vec::new());
            RgbaImage::new(1408, 768).write_to(&mut bytes, format).expect("written");
            let small = make_thumbnail(bytes.get_ref()).expect("a picture");
            let size = imagesize::blob_size(&small).expect("a picture");
            assert_eq!((size.width, size.height), (640, 349));
        }
    }

    #[test]
    fn what_is_too_large_or_no_picture_is_not_decoded() {
        assert!(make_thumbnail(b"<svg/>").is_err());
        let bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\x08\x02\0\0\0";
        assert!(make_thumbnail(bomb).is_err());
    }
}
