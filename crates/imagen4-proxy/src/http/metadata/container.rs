//! Where a JPEG, a PNG and a WebP keep their XMP packet.

use std::io::Read;

use flate2::read::ZlibDecoder;
use img_parts::ImageICC;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::{Png, PngChunk};
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::{CHUNK_VP8X, CHUNK_XMP, WebP};

/// How a packet begins in a JPEG, and how Exif does.
const JPEG_XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const JPEG_EXIF: &[u8] = b"Exif\0";
/// A JPEG's segment carries its own length in two bytes.
const JPEG_MOST: usize = 65_533;
/// The keyword of a packet in a PNG, and how our chunk goes on: not compressed, no language.
const PNG_XMP: &[u8] = b"XML:com.adobe.xmp\0";
const PNG_PLAIN: &[u8] = b"\0\0\0\0";
/// The bit of a WebP's flags that says there is a packet.
const WEBP_HAS_XMP: u8 = 0b100;
/// The longest packet that is unpacked, in bytes.
const MOST: u64 = 1 << 20;

/// An image, taken apart.
pub(super) enum Container {
    Jpeg(Jpeg),
    Png(Png),
    WebP(WebP),
}

impl Container {
    /// Takes an image apart; `None` when it is damaged, or of another kind.
    pub(super) fn read(picture: &[u8], content_type: &str) -> Option<Self> {
        let bytes = picture.to_vec().into();
        match content_type {
            "image/jpeg" => Jpeg::from_bytes(bytes).ok().map(Self::Jpeg),
            "image/png" => Png::from_bytes(bytes).ok().map(Self::Png),
            "image/webp" => WebP::from_bytes(bytes).ok().map(Self::WebP),
            _ => None,
        }
    }

    /// The longest packet that fits, in bytes.
    pub(super) const fn room(&self) -> usize {
        match self {
            Self::Jpeg(_) => JPEG_MOST - JPEG_XMP.len(),
            Self::Png(_) | Self::WebP(_) => usize::MAX,
        }
    }

    /// The packet that is there.
    pub(super) fn packet(&self) -> Option<String> {
        let bytes = match self {
            Self::Jpeg(jpeg) => {
                jpeg.segments().iter().find(|segment| is_jpeg_xmp(segment))?.contents()[JPEG_XMP.len()..].to_vec()
            }
            Self::Png(png) => png_text(png.chunks().iter().find(|chunk| is_png_xmp(chunk))?.contents())?,
            Self::WebP(webp) => webp.chunk_by_id(CHUNK_XMP)?.content().data()?.to_vec(),
        };
        String::from_utf8(bytes).ok()
    }

    /// The image with that packet in place of every other.
    pub(super) fn with(self, packet: &str) -> Option<Vec<u8>> {
        Some(match self {
            Self::Jpeg(mut jpeg) => {
                jpeg.segments_mut().retain(|segment| !is_jpeg_xmp(segment));
                // JFIF and Exif want to be the first.
                let first = |segment: &JpegSegment| {
                    segment.marker() == markers::APP0 || segment.contents().starts_with(JPEG_EXIF)
                };
                let place = jpeg.segments().iter().take_while(|segment| first(segment)).count();
                let contents = [JPEG_XMP, packet.as_bytes()].concat();
                jpeg.segments_mut().insert(place, JpegSegment::new_with_contents(markers::APP1, contents.into()));
                jpeg.encoder().bytes().to_vec()
            }
            Self::Png(mut png) => {
                png.chunks_mut().retain(|chunk| !is_png_xmp(chunk));
                let contents = [PNG_XMP, PNG_PLAIN, packet.as_bytes()].concat();
                // Behind the header, which is always the first.
                png.chunks_mut().insert(1, PngChunk::new(*b"iTXt", contents.into()));
                png.encoder().bytes().to_vec()
            }
            Self::WebP(mut webp) => {
                webp.remove_chunks_by_id(CHUNK_XMP);
                let packet = RiffContent::Data(packet.as_bytes().to_vec().into());
                webp.chunks_mut().push(RiffChunk::new(CHUNK_XMP, packet));
                match webp.chunks_mut().iter_mut().find(|chunk| chunk.id() == CHUNK_VP8X).map(RiffChunk::content_mut) {
                    Some(RiffContent::Data(flags)) => {
                        let mut with_xmp = flags.to_vec();
                        *with_xmp.first_mut()? |= WEBP_HAS_XMP;
                        *flags = with_xmp.into();
                    }
                    // Makes the header that a picture with more than pixels has.
                    _ => webp.set_icc_profile(None),
                }
                webp.encoder().bytes().to_vec()
            }
        })
    }
}

fn is_jpeg_xmp(segment: &JpegSegment) -> bool {
    segment.marker() == markers::APP1 && segment.contents().starts_with(JPEG_XMP)
}

fn is_png_xmp(chunk: &PngChunk) -> bool {
    chunk.kind() == *b"iTXt" && chunk.contents().starts_with(PNG_XMP)
}

/// The text of an iTXt chunk: behind its keyword come two bytes about compression, a language, and a translated keyword.
fn png_text(contents: &[u8]) -> Option<Vec<u8>> {
    let (&[compressed, _method], rest) = contents.get(PNG_XMP.len()..)?.split_first_chunk()?;
    let text = rest.splitn(3, |byte| *byte == 0).nth(2)?;
    if compressed == 0 {
        return Some(text.to_vec());
    }
    let mut unpacked = Vec::new();
    ZlibDecoder::new(text).take(MOST).read_to_end(&mut unpacked).ok()?;
    Some(unpacked)
}
