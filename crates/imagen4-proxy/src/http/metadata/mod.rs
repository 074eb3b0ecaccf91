//! What an image was made from, written into the copy that a person downloads: one XMP packet, which photo software reads,
//! merged with the one that WaveSpeed may have put there. The kept image stays byte for byte what was paid for.
//!
//! # Layout
//! - [`xmp`]: the packet, and merging
//! - [`container`]: where JPEG, PNG and WebP keep it

mod container;
mod xmp;

use crate::store::PictureRow;
use container::Container;

/// The image with what is known of it inside; one of a kind that we cannot write into is as it was.
pub(super) fn with_metadata(picture: Vec<u8>, row: &PictureRow) -> Vec<u8> {
    let Some(container) = Container::read(&picture, &row.content_type) else { return picture };
    let vendors = container.packet();
    // The longest prompt always fits; its negative prompt does not always, nor does much that the vendor wrote.
    let packets = [true, false].into_iter().map(|with_negative| xmp::packet(vendors.as_deref(), row, with_negative));
    let fitting = packets.into_iter().find(|packet| packet.len() <= container.room());
    fitting.and_then(|packet| container.with(&packet)).unwrap_or(picture)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{DynamicImage, ImageFormat};
    use imagen4_core::Timestamp;
    use imagen4_core::model::builtin::default_model;
    use imagen4_core::run::EMBEDDED;
    use serde_json::json;

    use super::*;

    fn row(content_type: &str, prompt: &str, negative: &str) -> PictureRow {
        let request = json!({ "prompt": prompt, "negative_prompt": negative, "seed": 7 });
        PictureRow {
            has_thumb: false,
            content_type: content_type.to_owned(),
            sha256: String::new(),
            bytes: 0,
            created_at: Timestamp::from_ms(1_795_370_000_000),
            upstream: "https://api.wavespeed.ai".to_owned(),
            request: default_model().accept(&request).expect("valid").into_request(),
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

    const FORMATS: [(ImageFormat, &str); 3] =
        [(ImageFormat::Jpeg, "image/jpeg"), (ImageFormat::Png, "image/png"), (ImageFormat::WebP, "image/webp")];

    #[test]
    fn a_copy_tells_what_it_was_made_from_and_shows_the_same_picture() {
        for (format, content_type) in FORMATS {
            let plain = picture(format);
            let copy = with_metadata(plain.clone(), &row(content_type, "a <fox> & \u{0}snow", "text"));
            let packet = Container::read(&copy, content_type).and_then(|copy| copy.packet()).expect("a packet");
            for words in [
                "x-default\">a &lt;fox&gt; &amp; snow</rdf:li>",
                "<imagen4:seed>7</imagen4:seed>",
                "<imagen4:negative_prompt>text</imagen4:negative_prompt>",
                "digitalsourcetype/trainedAlgorithmicMedia<",
                "<xmp:CreateDate>2026-11-22T",
            ] {
                assert!(packet.contains(words), "{words} in {content_type}: {packet}");
            }
            let pixels =
                |bytes: &[u8]| image::load_from_memory_with_format(bytes, format).expect("it decodes").to_rgb8();
            assert_eq!(pixels(&copy), pixels(&plain));
        }
    }

    #[test]
    fn the_vendors_packet_and_ours_become_one() {
        let vendors = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
            <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
            xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" photoshop:Credit=\"Made with Google AI\"/></rdf:RDF>\
            </x:xmpmeta>      <?xpacket end=\"w\"?>";
        for (format, content_type) in FORMATS {
            let theirs =
                Container::read(&picture(format), content_type).and_then(|it| it.with(vendors)).expect("written");
            let copy = with_metadata(theirs, &row(content_type, "a fox", ""));
            assert_eq!(
                copy.windows(7).filter(|window| window == b"rdf:RDF").count(),
                2,
                "one packet in {content_type}"
            );
            let packet = Container::read(&copy, content_type).and_then(|copy| copy.packet()).expect("a packet");
            assert!(packet.contains("Made with Google AI") && packet.contains(">a fox</rdf:li>"), "{packet}");
            // And once more: a copy of a copy has what it has once.
            let again = with_metadata(copy, &row(content_type, "a fox", ""));
            let packet = Container::read(&again, content_type).and_then(|copy| copy.packet()).expect("a packet");
            for once in ["<imagen4:seed>", "<dc:description>", "<xmp:CreatorTool>"] {
                assert_eq!(packet.matches(once).count(), 1, "{packet}");
            }
        }
    }

    #[test]
    fn a_sample_is_called_one() {
        let sample = PictureRow { upstream: EMBEDDED.to_owned(), ..row("image/jpeg", "a fox", "") };
        let copy = with_metadata(picture(ImageFormat::Jpeg), &sample);
        assert!(holds(&copy, "demo image rendered locally") && holds(&copy, "digitalsourcetype/algorithmicMedia<"));
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
