//! Which parts a change can break: by the files that differ from the upstream branch, or from the last commit where there is none.

use std::collections::BTreeSet;

use anyhow::Result;

use super::parts::PARTS;
use crate::sh;

/// Where a change is, and the parts that it can break; the first that fits counts.
const RULES: [(&str, &[&str]); 16] = [
    ("crates/imagen4-core/", ALL),
    ("crates/imagen4-client/", SERVERS),
    ("crates/imagen4-engine/", SERVERS),
    ("crates/imagen4-proxy/", SERVERS),
    ("crates/xtask/", &["lint", "build", "native", "postgres"]),
    ("web/assets/", ALL),
    ("web/src/state/templates/", ALL),
    ("web/", PAGE),
    ("index.html", PAGE),
    ("Trunk.toml", PAGE),
    ("tests/browser/", &["page", "build", "browser"]),
    ("tests/clients/", &["lint", "build", "clients"]),
    ("tests/", &["lint", "build", "native", "clients"]),
    ("deploy/", &["page", "build", "browser"]),
    ("docs/", &[]),
    (".gitignore", &[]),
];
const ALL: &[&str] = &["lint", "page", "build", "native", "wasm", "clients", "postgres", "browser"];
const SERVERS: &[&str] = &["lint", "page", "build", "native", "clients", "postgres", "browser"];
const PAGE: &[&str] = &["lint", "page", "build", "wasm", "browser"];

/// The parts, in their order.
pub(super) fn parts() -> Result<Vec<&'static str>> {
    let files = files()?;
    for file in &files {
        eprintln!("changed: {file}");
    }
    Ok(of(files.iter().map(String::as_str)))
}

fn of<'a>(files: impl Iterator<Item = &'a str>) -> Vec<&'static str> {
    let broken: BTreeSet<&str> = files.flat_map(of_file).copied().collect();
    let is_chosen = |name: &str| broken.contains(name) || (name == "prepare" && !broken.is_empty());
    PARTS.iter().map(|part| part.name).filter(|name| is_chosen(name)).collect()
}

/// A file of which nothing is known may matter to everything.
fn of_file(file: &str) -> &'static [&'static str] {
    // Those of crates are examples that are compiled.
    if file.ends_with(".md") && !file.starts_with("crates/") || file.starts_with("LICENSE") {
        return &[];
    }
    RULES.iter().find(|(place, _)| file.starts_with(place)).map_or(ALL, |(_, parts)| parts)
}

/// What is committed here and not upstream, what is changed, and what is new.
fn files() -> Result<Vec<String>> {
    let git = |args: &[&str]| sh::read(sh::cmd("git").args(args));
    let upstream = git(&["merge-base", "HEAD", "@{upstream}"]).unwrap_or_else(|_| "HEAD".to_owned());
    let changed = git(&["diff", "--name-only", upstream.trim()])?;
    let new = git(&["ls-files", "--others", "--exclude-standard"])?;
    Ok(changed.lines().chain(new.lines()).map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_tested_where_it_can_break_something() {
        let parts = |files: &[&str]| of(files.iter().copied());
        assert_eq!(parts(&[]), [""; 0]);
        assert_eq!(parts(&["README.md", "docs/board.jpg", "LICENSE-MIT"]), [""; 0]);
        assert_eq!(parts(&["web/src/app.rs"]), ["prepare", "lint", "page", "build", "wasm", "browser"]);
        assert_eq!(parts(&["tests/clients/python_sdk.py"]), ["prepare", "lint", "build", "clients"]);
        assert_eq!(parts(&["tests/playground/money.rs"]), ["prepare", "lint", "build", "native", "clients"]);
        assert!(parts(&["web/assets/templates/heron.webp"]).contains(&"native"), "its size is a test");
        let all: Vec<_> = PARTS.iter().map(|part| part.name).collect();
        for file in ["Cargo.lock", "crates/imagen4-core/src/money.rs", ".cargo/config.toml", "something-new"] {
            assert_eq!(parts(&[file]), all, "{file}");
        }
        assert!(parts(&["crates/imagen4-core/README.md"]).contains(&"native"), "its example is a test");
    }

    #[test]
    fn the_rules_name_parts_that_exist() {
        let known: Vec<_> = PARTS.iter().map(|part| part.name).collect();
        let named = RULES.iter().flat_map(|(_, parts)| parts.iter()).chain(ALL);
        named.for_each(|name| assert!(known.contains(name), "{name}"));
    }
}
