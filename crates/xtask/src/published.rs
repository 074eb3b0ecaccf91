//! The crates that are published: documented, and with all that a registry asks for. That can only change with a manifest or with
//! what is public, so it is checked again when one of them did, and always in CI.

use std::collections::hash_map::DefaultHasher;
use std::env;
use std::fs;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::{page, sh};

const CRATES: [&str; 2] = ["imagen4-core", "imagen4-client"];

/// Checks them, unless nothing that matters has changed since they were checked last.
pub(crate) fn check() -> Result<()> {
    let now = digest(&sh::root())?.to_string();
    let stamp = sh::target_dir()?.join("xtask").join("published");
    let is_ci = env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
    if !is_ci && fs::read_to_string(&stamp).is_ok_and(|checked| checked == now) {
        eprintln!("No manifest and nothing public has changed in {}: not checked again.", CRATES.join(" and "));
        return Ok(());
    }
    let crates = CRATES.iter().flat_map(|name| ["-p", name]);
    sh::run(sh::cargo().args(["doc", "--no-deps"]).args(crates.clone()).env("RUSTDOCFLAGS", "-D warnings"))?;
    sh::run(sh::cargo().args(["publish", "--dry-run", "--no-verify", "--allow-dirty", "--quiet"]).args(crates))?;
    fs::create_dir_all(stamp.parent().unwrap_or(Path::new(".")))?;
    Ok(fs::write(stamp, now)?)
}

/// Of the manifests, and of everything public with its documentation.
fn digest(root: &Path) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    fs::read(root.join("Cargo.toml"))?.hash(&mut hasher);
    for name in CRATES {
        let home: PathBuf = root.join("crates").join(name);
        for file in page::files(&home)? {
            file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
            let text = String::from_utf8_lossy(&fs::read(&file)?).into_owned();
            match file.extension().is_some_and(|extension| extension == "rs") {
                true => public(&text).for_each(|line| line.hash(&mut hasher)),
                false => text.hash(&mut hasher),
            }
        }
    }
    Ok(hasher.finish())
}

/// The lines that say what is public, and its documentation.
fn public(source: &str) -> impl Iterator<Item = &str> {
    let lines = source.lines().map(str::trim_start);
    lines.filter(|line| ["pub ", "///", "//!", "#[", "#!["].iter().any(|start| line.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_public_counts() {
        let lines = |source: &str| public(source).map(str::to_owned).collect::<Vec<_>>();
        let source = "//! A.\n/// B.\npub fn b() {\n    let x = 1;\n}\nfn c() {}\n    /// D.\n    pub d: u8,\n";
        assert_eq!(lines(source), ["//! A.", "/// B.", "pub fn b() {", "/// D.", "pub d: u8,"]);
        assert_eq!(lines(source), lines(&source.replace("x = 1", "x = 2")));
        assert_ne!(lines(source), lines(&source.replace("B.", "C.")));
    }
}
