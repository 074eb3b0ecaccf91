//! Reads a prompt: which scene, time, weather, style and colour its words ask for, and what must stay away.

use super::lexicon::meaning;
use super::meaning::{Meaning, SCENES, Scene, Style, Thing, Things, Time, Weather};
use super::noise::hash;

/// What a prompt asks for. `None` leaves the choice to the painter.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Reading {
    pub(super) scene: Scene,
    pub(super) time: Option<Time>,
    pub(super) weather: Option<Weather>,
    pub(super) style: Style,
    /// The first colour word, `0xRRGGBB`.
    pub(super) dye: Option<u32>,
    pub(super) shown: Things,
    pub(super) banned: Things,
}

/// Reads the prompt and the negative prompt (empty when there is none).
pub(super) fn read(prompt: &str, negative: &str) -> Reading {
    let mut banned = Things::default();
    let mut bare = 0u32;
    for meaning in meanings(&tokens(negative)).0 {
        match meaning {
            Meaning::Show(thing) => banned.add(thing),
            Meaning::Sky(Weather::Rain) => banned.add(Thing::Rain),
            Meaning::Place(scene, weight) if weight >= 4 => bare |= 1 << scene as u32,
            _ => {}
        }
    }
    if banned.has(Thing::People) {
        bare |= 1 << Scene::Portrait as u32;
    }

    let (found, unknown) = meanings(&tokens(prompt));
    let mut votes = [0u32; SCENES.len()];
    let (mut time, mut weather, mut style, mut dye) = (None, None, None, None);
    let mut shown = Things::default();
    for meaning in found {
        match meaning {
            Meaning::Place(scene, weight) => votes[scene as usize] += weight,
            Meaning::When(value) => time = time.or(Some(value)),
            Meaning::Sky(value) => weather = weather.or(Some(value)),
            Meaning::With(value) => style = style.or(Some(value)),
            Meaning::Show(thing) => shown.add(thing),
            Meaning::Dye(color) => dye = dye.or(Some(color)),
        }
    }
    let allowed = |scene: Scene| bare & (1 << scene as u32) == 0;
    let mut scene = None;
    let mut most = 0;
    for candidate in SCENES {
        let count = votes[candidate as usize];
        if count > most && allowed(candidate) {
            most = count;
            scene = Some(candidate);
        }
    }
    // No word chose: the words it does not know do, so that "a dream at dawn" and "a dream at noon" share a scene.
    let start = (hash(0, unknown.as_bytes()) >> 33) as usize;
    let free = (0..SCENES.len()).map(|i| SCENES[(start + i) % SCENES.len()]).find(|&s| allowed(s));
    let scene = scene.or(free).unwrap_or(Scene::Lake);
    weather = weather.filter(|w| match w {
        Weather::Mist => !banned.has(Thing::Fog),
        Weather::Rain => !banned.has(Thing::Rain),
        Weather::Snow => !banned.has(Thing::Snow),
        _ => true,
    });
    Reading { scene, time, weather, style: style.unwrap_or(Style::Photo), dye, shown, banned }
}

fn tokens(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// The meanings of all known words in order, and the other words joined by spaces.
fn meanings(tokens: &[String]) -> (Vec<Meaning>, String) {
    let mut found = Vec::new();
    let mut unknown = String::new();
    let mut i = 0;
    while i < tokens.len() {
        let pair = tokens.get(i + 1).and_then(|next| look_up(&format!("{} {next}", tokens[i])));
        if let Some(meaning) = pair {
            found.extend_from_slice(meaning);
            i += 2;
            continue;
        }
        match look_up(&tokens[i]) {
            Some(meaning) => found.extend_from_slice(meaning),
            None => {
                unknown.push_str(&tokens[i]);
                unknown.push(' ');
            }
        }
        i += 1;
    }
    (found, unknown)
}

/// Finds a word as it stands, or without a plural ending.
fn look_up(word: &str) -> Option<&'static [Meaning]> {
    let without = |ending| word.strip_suffix(ending).and_then(meaning);
    meaning(word).or_else(|| without("s")).or_else(|| without("es"))
}
