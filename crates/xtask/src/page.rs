//! The release page: Trunk fills `dist/`, then every text and wasm file gets a brotli and a gzip twin to be sent. The style sheet is one
//! file for the browser and one a feature for people: Trunk's hook has it put together before each build.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{sh, toolchain, tools};

/// What compresses; images and fonts do already.
const COMPRESSED: [&str; 5] = ["html", "css", "js", "wasm", "svg"];
/// In bytes. Below it a twin saves nothing that a packet does not round up again.
const SMALLEST: usize = 512;

/// The built page.
pub(crate) fn dist() -> PathBuf {
    sh::root().join("dist")
}

/// Whether a release page is there: one without twins was left by `trunk serve`.
pub(crate) fn is_built() -> bool {
    twin(&dist().join("index.html")).is_file()
}

/// Builds the page in release.
pub(crate) fn build() -> Result<()> {
    sh::run(trunk()?.args(["build", "--release"]))?;
    precompress(&dist())
}

/// Trunk, with all it needs to find.
pub(crate) fn trunk() -> Result<Command> {
    toolchain::ensure_wasm_target()?;
    let dirs = [tools::trunk().ensure()?, tools::wasm_bindgen()?.ensure()?];
    let mut trunk = sh::cmd(dirs[0].join("trunk"));
    trunk.env("PATH", sh::path_with(&dirs)?).env("TRUNK_SKIP_VERSION_CHECK", "true");
    // Everybody else asks whether NO_COLOR is set; Trunk ends with an error unless it says `true` or `false`.
    match env::var_os("NO_COLOR") {
        Some(value) if !value.is_empty() => trunk.env("NO_COLOR", "true"),
        _ => trunk.env_remove("NO_COLOR"),
    };
    Ok(trunk)
}

/// The parts of the style sheet, in the order of their layers.
const STYLES: [&str; 8] = ["tokens", "base", "layout", "composer", "board", "cards", "lightbox", "dialogs"];

/// Puts the style sheet together, unless it is as it was: Trunk watches it.
pub(crate) fn style() -> Result<()> {
    let mut sheet = String::new();
    for name in STYLES {
        let path = sh::root().join(format!("web/style/{name}.css"));
        sheet += &fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    }
    let target = sh::root().join("target/page/app.css");
    if fs::read_to_string(&target).is_ok_and(|before| before == sheet) {
        return Ok(());
    }
    fs::create_dir_all(target.parent().context("a file is in a directory")?)?;
    Ok(fs::write(target, sheet)?)
}

/// All files below a directory, sorted.
pub(crate) fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}

/// `app.js` → `app.js.br`.
pub(crate) fn twin(path: &Path) -> PathBuf {
    path.with_added_extension("br")
}

fn precompress(dist: &Path) -> Result<()> {
    for path in files(dist)? {
        let kind = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let raw = fs::read(&path)?;
        if COMPRESSED.contains(&kind) && raw.len() > SMALLEST {
            fs::write(twin(&path), brotli_11(&raw)?)?;
            fs::write(path.with_added_extension("gz"), gzip(&raw)?)?;
        }
    }
    Ok(())
}

fn brotli_11(raw: &[u8]) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: raw.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &raw[..], &mut packed, &params)?;
    Ok(packed)
}

/// For what stands between and knows no brotli.
fn gzip(raw: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(raw)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_compresses_gets_a_twin_and_small_or_packed_files_do_not() -> Result<()> {
        let dist = env::temp_dir().join(format!("imagen4-xtask-{}", std::process::id()));
        fs::create_dir_all(dist.join("snippets"))?;
        for (name, bytes) in [("index.html", 513), ("snippets/a.js", 4000), ("small.css", 512), ("icon.png", 4000)] {
            fs::write(dist.join(name), "x".repeat(bytes))?;
        }
        precompress(&dist)?;
        let names: Vec<_> =
            files(&dist)?.iter().filter_map(|p| p.strip_prefix(&dist).ok().map(PathBuf::from)).collect();
        let expected = [
            "icon.png",
            "index.html",
            "index.html.br",
            "index.html.gz",
            "small.css",
            "snippets/a.js",
            "snippets/a.js.br",
            "snippets/a.js.gz",
        ];
        assert_eq!(names, expected.map(PathBuf::from));
        assert!(fs::read(dist.join("snippets/a.js.br"))?.len() < 100);
        Ok(fs::remove_dir_all(dist)?)
    }
}
