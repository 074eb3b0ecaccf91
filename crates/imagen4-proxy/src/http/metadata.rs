//! What a picture was made from, written into the copy that a person downloads: an XMP packet, which photo software reads.
//! The kept picture stays byte for byte what was paid for.

use imagen4_core::run::EMBEDDED;
use img_parts::jpeg::{Jpeg, JpegSegment, markers};
use img_parts::png::{Png, PngChunk};

use crate::ledger::PictureRow;

/// How an XMP packet begins in a JPEG.
const JPEG_XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// How it begins in a PNG: its keyword, not compressed, no language.
const PNG_XMP: &[u8] = b"XML:com.adobe.xmp\0\0\0\0\0";
/// A JPEG's segment carries its own length in two bytes.
const JPEG_MOST: usize = 65_533;

/// The picture with what is known of it inside; one of a kind that we cannot write into is as it was.
pub(super) fn with_metadata(picture: Vec<u8>, row: &PictureRow) -> Vec<u8> {
    let written = match row.content_type.as_str() {
        "image/jpeg" => jpeg(&picture, row),
        "image/png" => png(&picture, row),
        _ => None,
    };
    written.unwrap_or(picture)
}

fn jpeg(picture: &[u8], row: &PictureRow) -> Option<Vec<u8>> {
    let mut jpeg = Jpeg::from_bytes(picture.to_vec().into()).ok()?;
    let fits = |xmp: &String| JPEG_XMP.len() + xmp.len() <= JPEG_MOST;
    let xmp = Some(xmp(row, true)).filter(fits).or_else(|| Some(xmp(row, false)).filter(fits))?;
    let contents = [JPEG_XMP, xmp.as_bytes()].concat();
    // JFIF wants to be the first.
    let after_jfif = usize::from(jpeg.segments().first().is_some_and(|segment| segment.marker() == markers::APP0));
    jpeg.segments_mut().insert(after_jfif, JpegSegment::new_with_contents(markers::APP1, contents.into()));
    Some(jpeg.encoder().bytes().to_vec())
}

fn png(picture: &[u8], row: &PictureRow) -> Option<Vec<u8>> {
    let mut png = Png::from_bytes(picture.to_vec().into()).ok()?;
    let contents = [PNG_XMP, xmp(row, true).as_bytes()].concat();
    // Behind the header, which is always the first.
    png.chunks_mut().insert(1, PngChunk::new(*b"iTXt", contents.into()));
    Some(png.encoder().bytes().to_vec())
}

fn xmp(row: &PictureRow, with_negative: bool) -> String {
    let request = &row.request;
    let is_sample = row.upstream == EMBEDDED;
    let (tool, kind) = match is_sample {
        true => ("Imagen 4 Playground, sample painted locally", "algorithmicMedia"),
        false => (request.model.id, "trainedAlgorithmicMedia"),
    };
    let mut own = vec![("aspect_ratio", request.aspect_ratio.to_string()), ("model", request.model.id.to_owned())];
    own.extend(request.seed.filter(|seed| seed.is_known()).map(|seed| ("seed", seed.to_string())));
    let negative = request.negative_prompt.as_ref().filter(|_| with_negative);
    own.extend(negative.map(|text| ("negative_prompt", text.as_str().to_owned())));
    let own: String =
        own.iter().map(|(name, value)| format!("<imagen4:{name}>{}</imagen4:{name}>", escape(value))).collect();
    format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" xmlns:imagen4=\"urn:imagen4-playground:run\">\
         <dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{prompt}</rdf:li></rdf:Alt></dc:description>\
         <xmp:CreatorTool>{tool}</xmp:CreatorTool><xmp:CreateDate>{created}</xmp:CreateDate>\
         <Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/{kind}</Iptc4xmpExt:DigitalSourceType>\
         {own}</rdf:Description></rdf:RDF></x:xmpmeta>",
        prompt = escape(request.prompt.as_str()),
        created = row.created_at,
    )
}

/// As text of XML 1.0, which has no place for control characters.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\t' | '\n' | '\r' => escaped.push(char),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat};
    use imagen4_core::{GenerationRequest, Timestamp};
    use serde_json::json;

    use super::*;

    fn row(content_type: &str, prompt: &str, negative: &str) -> PictureRow {
        let request = json!({ "prompt": prompt, "negative_prompt": negative, "seed": 7 });
        PictureRow {
            has_thumb: false,
            content_type: content_type.to_owned(),
            sha256: String::new(),
            created_at: Timestamp::from_ms(1_795_370_000_000),
            upstream: "https://api.wavespeed.ai".to_owned(),
            request: GenerationRequest::from_json(&request).expect("valid"),
        }
    }

    fn picture(format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::new_rgb8(8, 8).write_to(&mut bytes, format).expect("it can be written");
        bytes.into_inner()
    }

    fn holds(bytes: &[u8], words: &str) -> bool {
        bytes.windows(words.len()).any(|window| window == words.as_bytes())
    }

    #[test]
    fn a_copy_tells_what_it_was_made_from_and_shows_the_same_picture() {
        for (format, content_type) in [(ImageFormat::Jpeg, "image/jpeg"), (ImageFormat::Png, "image/png")] {
            let plain = picture(format);
            let copy = with_metadata(plain.clone(), &row(content_type, "a <fox> & \u{0}snow", "text"));
            for words in [
                "x-default\">a &lt;fox&gt; &amp; snow</rdf:li>",
                "<imagen4:seed>7</imagen4:seed>",
                "<imagen4:negative_prompt>text</imagen4:negative_prompt>",
                "digitalsourcetype/trainedAlgorithmicMedia<",
                "<xmp:CreateDate>2026-11-22T",
            ] {
                assert!(holds(&copy, words), "{words} in {content_type}");
            }
            let pixels =
                |bytes: &[u8]| image::load_from_memory_with_format(bytes, format).expect("it decodes").to_rgb8();
            assert_eq!(pixels(&copy), pixels(&plain));
        }
    }

    #[test]
    fn a_sample_is_called_one() {
        let sample = PictureRow { upstream: EMBEDDED.to_owned(), ..row("image/jpeg", "a fox", "") };
        let copy = with_metadata(picture(ImageFormat::Jpeg), &sample);
        assert!(holds(&copy, "sample painted locally") && holds(&copy, "digitalsourcetype/algorithmicMedia<"));
    }

    #[test]
    fn what_does_not_fit_or_cannot_be_read_costs_nobody_the_picture() {
        // The longest prompt always fits, and its negative prompt does not always.
        for (sign, written) in [("&", "&amp;"), ("🦊", "🦊")] {
            let longest = sign.repeat(10_000);
            let copy = with_metadata(picture(ImageFormat::Jpeg), &row("image/jpeg", &longest, &longest));
            assert!(holds(&copy, &written.repeat(10_000)) && !holds(&copy, "negative_prompt"));
            assert!(image::load_from_memory(&copy).is_ok());
        }
        assert_eq!(with_metadata(b"nonsense".to_vec(), &row("image/png", "a fox", "")), b"nonsense");
    }
}
