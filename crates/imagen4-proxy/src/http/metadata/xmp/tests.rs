//! Packets of every form: what is kept, what is replaced, and what is no packet.

use imagen4_core::Timestamp;
use imagen4_core::model::builtin::default_model;
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn row() -> PictureRow {
    PictureRow {
        has_thumb: false,
        content_type: "image/png".to_owned(),
        sha256: String::new(),
        bytes: 0,
        created_at: Timestamp::from_ms(1_795_370_000_000),
        upstream: "https://api.wavespeed.ai".to_owned(),
        request: default_model().accept(&json!({ "prompt": "a fox", "seed": 7 })).expect("valid").into_request(),
    }
}

fn merged(inside: &str) -> String {
    let vendors =
        format!("<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='{RDF}'>{inside}</rdf:RDF></x:xmpmeta>");
    packet(Some(&vendors), &row(), true)
}

/// Every property of a packet by namespace and name, as often as it has it; and all that its descriptions are about.
fn properties(packet: &str) -> (Vec<Name>, BTreeSet<String>) {
    let mut reader = NsReader::from_str(packet);
    reader.config_mut().expand_empty_elements = true;
    let (mut depth, mut found, mut about) = (0, Vec::new(), BTreeSet::new());
    loop {
        let (namespace, event) = reader.read_resolved_event().expect("XML");
        let namespace = namespace_of(&namespace);
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth == 3 {
                    for attribute in start.attributes().map(|attribute| attribute.expect("an attribute")) {
                        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
                        match namespace_of(&namespace).as_str() {
                            RDF => drop(about.insert(attribute.value.into_owned())),
                            "" | "http://www.w3.org/2000/xmlns/" => {}
                            other => found.push((other.to_owned(), name.as_ref().to_owned())),
                        }
                    }
                }
                if depth == 4 {
                    found.push((namespace, start.local_name().as_ref().to_owned()));
                }
            }
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    (found, about)
}

#[test]
fn no_property_stands_twice_and_what_the_vendor_says_of_its_work_stays() {
    let x = format!("xmlns:x1='{XMP}' xmlns:d='{DC}' xmlns:i='{IPTC}'");
    for (inside, kept, gone) in [
        (format!("<rdf:Description {x} x1:CreatorTool='Imagen' d:description='theirs'/>"), "Imagen", "theirs"),
        (
            format!(
                "<rdf:Description {x}><x1:CreatorTool>Imagen</x1:CreatorTool><d:description><rdf:Alt><rdf:li \
                 xml:lang='x-default'>theirs</rdf:li></rdf:Alt></d:description></rdf:Description>"
            ),
            "Imagen",
            "theirs",
        ),
        (
            format!("<rdf:Description {x} i:DigitalSourceType='theirs'/><rdf:Description {x} x1:CreateDate='2026'/>"),
            "theirs",
            "trainedAlgorithmicMedia",
        ),
        (format!("<Description xmlns='{RDF}' {x}><d:title>T</d:title></Description>"), ">T<", "theirs"),
        (
            "<rdf:Description xmlns:o='urn:imagen4-playground:run' o:seed='808'><o:model>m</o:model></rdf:Description>"
                .into(),
            "",
            "808",
        ),
        (String::new(), "", "theirs"),
        ("<!-- a comment --><rdf:Description rdf:about=''>&#x20;text</rdf:Description>".into(), "comment", "theirs"),
    ] {
        let packet = merged(&inside);
        let (names, _) = properties(&packet);
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?} in {packet}");
        for name in
            [(DC, "description"), (XMP, "CreatorTool"), (XMP, "CreateDate"), (IPTC, "DigitalSourceType"), (OWN, "seed")]
        {
            assert!(names.contains(&(name.0.to_owned(), name.1.to_owned())), "{name:?} in {packet}");
        }
        assert!(packet.contains(">a fox</rdf:li>") && packet.contains(kept) && !packet.contains(gone), "{packet}");
    }
}

#[test]
fn all_of_a_packet_is_about_the_same() {
    let (_, about) = properties(&merged("<rdf:Description rdf:about='uuid:1&amp;2'/>"));
    assert_eq!(about, BTreeSet::from(["uuid:1&amp;2".to_owned()]));
}

#[test]
fn what_is_no_packet_gives_way_to_ours() {
    let fresh = packet(None, &row(), true);
    for odd in [
        "",
        "nonsense",
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>",
        "<RDF/>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><a //></rdf:RDF>",
        "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
    ] {
        assert_eq!(packet(Some(odd), &row(), true), fresh, "{odd}");
    }
}

proptest! {
    #[test]
    fn whatever_the_vendor_wrote_the_packet_can_be_read(inside in "[<>/a-z'\"=: &;]{0,60}") {
        let (names, _) = properties(&merged(&inside));
        prop_assert!(names.contains(&(OWN.to_owned(), "seed".to_owned())));
    }
}
