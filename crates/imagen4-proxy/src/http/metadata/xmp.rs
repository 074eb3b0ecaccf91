//! The XMP packet: our properties, and how they join those that WaveSpeed wrote.
//!
//! What WaveSpeed says of its own work stays. The description becomes the prompt, which is what people look for there.

use std::collections::BTreeSet;

use imagen4_core::run::EMBEDDED;
use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use crate::store::PictureRow;

const RDF: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const DC: &str = "http://purl.org/dc/elements/1.1/";
const XMP: &str = "http://ns.adobe.com/xap/1.0/";
const IPTC: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";
const OWN: &str = "urn:imagen4-playground:run";

/// A namespace, and a name in it.
type Name = (String, String);

/// The packet of an image, with WaveSpeed's properties in it where WaveSpeed wrote some that can be read.
pub(super) fn packet(vendors: Option<&str>, row: &PictureRow, with_negative: bool) -> String {
    let ours = |vendors: &Vendors| description(row, with_negative, vendors);
    vendors.and_then(|vendors| merge(vendors, ours)).unwrap_or_else(|| {
        let ours = ours(&Vendors::default());
        format!(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
             <rdf:RDF xmlns:rdf=\"{RDF}\">{ours}</rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
        )
    })
}

/// What WaveSpeed's packet says.
#[derive(Default)]
struct Vendors {
    /// The thing that it speaks of, as `rdf:about` has it: all of a packet must speak of the same.
    about: String,
    /// The properties that it has.
    names: BTreeSet<Name>,
}

fn description(row: &PictureRow, with_negative: bool, vendors: &Vendors) -> String {
    let request = &row.request;
    let (tool, kind) = match row.upstream == EMBEDDED {
        true => ("Imagen 4 Playground, demo image rendered locally", "algorithmicMedia"),
        false => (request.model.as_str(), "trainedAlgorithmicMedia"),
    };
    let mut properties = vec![(OWN, "imagen4:model", request.model.clone())];
    properties.extend(request.ratio().map(|ratio| (OWN, "imagen4:aspect_ratio", ratio.to_string())));
    properties.extend(request.known_seed().map(|seed| (OWN, "imagen4:seed", seed.to_string())));
    let negative = request.negative_prompt().filter(|_| with_negative);
    properties.extend(negative.map(|text| (OWN, "imagen4:negative_prompt", text.to_owned())));
    properties.push((XMP, "xmp:CreatorTool", tool.to_owned()));
    properties.push((XMP, "xmp:CreateDate", row.created_at.to_string()));
    let kind = format!("http://cv.iptc.org/newscodes/digitalsourcetype/{kind}");
    properties.push((IPTC, "Iptc4xmpExt:DigitalSourceType", kind));
    let is_new = |namespace: &str, name: &str| {
        let local = name.split_once(':').map_or(name, |(_, local)| local);
        !vendors.names.contains(&(namespace.to_owned(), local.to_owned()))
    };
    let properties: String = properties
        .iter()
        .filter(|(namespace, name, _)| is_new(namespace, name))
        .map(|(_, name, value)| format!("<{name}>{}</{name}>", text(value)))
        .collect();
    format!(
        "<rdf:Description xmlns:rdf=\"{RDF}\" rdf:about=\"{about}\" xmlns:dc=\"{DC}\" xmlns:xmp=\"{XMP}\" \
         xmlns:Iptc4xmpExt=\"{IPTC}\" xmlns:imagen4=\"{OWN}\">\
         <dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">{prompt}</rdf:li></rdf:Alt></dc:description>\
         {properties}</rdf:Description>",
        about = vendors.about,
        prompt = text(request.prompt()),
    )
}

/// WaveSpeed's packet with our description at its end, and without what ours takes the place of; `None` when it is no XMP.
fn merge(packet: &str, ours: impl Fn(&Vendors) -> String) -> Option<String> {
    let mut reader = NsReader::from_str(packet.trim_start_matches('\u{feff}'));
    // So that an empty description has an inside, too.
    reader.config_mut().expand_empty_elements = true;
    let mut writer = Writer::new(Vec::new());
    let mut vendors = Vendors::default();
    // How deep we are below `rdf:RDF`; 0 is outside.
    let (mut depth, mut is_merged) = (0_usize, false);
    loop {
        let (namespace, event) = reader.read_resolved_event().ok()?;
        let namespace = namespace_of(&namespace);
        match event {
            // Written out, `<a //>` would end itself, and its end would be left over.
            Event::Start(start) if start.ends_with('/') => return None,
            Event::Start(start) => {
                let name = (namespace, start.local_name().as_ref().to_owned());
                match depth {
                    0 if name == (RDF.to_owned(), "RDF".to_owned()) && !is_merged => depth = 1,
                    0 => {}
                    2 if is_ours(&name) => {
                        reader.read_to_end(start.name()).ok()?;
                        continue;
                    }
                    1 => {
                        depth += 1;
                        let start = without_ours(&reader, &start, &mut vendors)?;
                        writer.write_event(Event::Start(start)).ok()?;
                        continue;
                    }
                    _ => {
                        if depth == 2 {
                            vendors.names.insert(name);
                        }
                        depth += 1;
                    }
                }
                writer.write_event(Event::Start(start)).ok()?;
            }
            Event::End(end) => {
                if depth == 1 {
                    writer.get_mut().extend_from_slice(ours(&vendors).as_bytes());
                    is_merged = true;
                }
                depth = depth.saturating_sub(1);
                writer.write_event(Event::End(end)).ok()?;
            }
            // Room that others leave for later changes.
            Event::Text(text) if depth == 0 && text.trim_ascii().is_empty() => {}
            // What it defines would have to be understood.
            Event::DocType(_) => return None,
            Event::Eof => break,
            other => writer.write_event(other).ok()?,
        }
    }
    String::from_utf8(writer.into_inner()).ok().filter(|_| is_merged)
}

/// A description without the attributes that ours takes the place of: the short form of properties.
fn without_ours(
    reader: &NsReader<&[u8]>,
    start: &BytesStart<'_>,
    vendors: &mut Vendors,
) -> Option<BytesStart<'static>> {
    let mut kept = BytesStart::new(start.name().as_ref().to_owned());
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let (namespace, name) = reader.resolver().resolve_attribute(attribute.key);
        let name = (namespace_of(&namespace), name.as_ref().to_owned());
        if is_ours(&name) {
            continue;
        }
        if name == (RDF.to_owned(), "about".to_owned()) && vendors.about.is_empty() {
            vendors.about = attribute.value.clone().into_owned();
        }
        kept.push_attribute(attribute);
        vendors.names.insert(name);
    }
    Some(kept)
}

fn is_ours((namespace, name): &Name) -> bool {
    namespace == OWN || (namespace == DC && name == "description")
}

fn namespace_of(resolved: &ResolveResult<'_>) -> String {
    match resolved {
        ResolveResult::Bound(namespace) => namespace.as_ref().to_owned(),
        _ => String::new(),
    }
}

/// As text of XML 1.0, which has no place for control characters.
fn text(text: &str) -> String {
    let is_xml = |c: &char| !matches!(c, '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}') || matches!(c, '\t' | '\n' | '\r');
    let text: String = text.chars().filter(is_xml).collect();
    partial_escape(text).into_owned()
}

#[cfg(test)]
mod tests;
