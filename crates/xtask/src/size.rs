//! What the first load weighs: the page's HTML, CSS, JavaScript and wasm, as they travel.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::page;

const FIRST_LOAD: [&str; 4] = ["html", "css", "js", "wasm"];
/// In bytes after brotli: more fails, and the aim is what we would like. The gate is what components weigh that are written as Leptos
/// means them, all in one file; dialogs that are loaded when they open will lower it.
const GATE: u64 = 540 * 1024;
const AIM: u64 = 260 * 1024;

struct Weight {
    name: String,
    raw: u64,
    brotli: u64,
}

/// Prints the table of a release page, built when there is none, and fails above the gate.
pub(crate) fn run() -> Result<()> {
    if !page::is_built() {
        page::build()?;
    }
    check()
}

/// Prints the table of what is in `dist/`, and fails above the gate.
pub(crate) fn check() -> Result<()> {
    let weights = weigh(&page::dist())?;
    print!("{}", table(&weights));
    let sum: u64 = weights.iter().map(|weight| weight.brotli).sum();
    if sum > GATE {
        bail!("the first load is {} over its gate of {}", kib(sum - GATE), kib(GATE));
    }
    Ok(())
}

fn weigh(dist: &Path) -> Result<Vec<Weight>> {
    let mut weights = Vec::new();
    for path in page::files(dist)? {
        let kind = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if FIRST_LOAD.contains(&kind) {
            let raw = fs::metadata(&path)?.len();
            // A file too small for a twin travels as it is.
            let brotli = fs::metadata(page::twin(&path)).map_or(raw, |twin| twin.len());
            let name = path.strip_prefix(dist).unwrap_or(&path).display().to_string();
            weights.push(Weight { name, raw, brotli });
        }
    }
    if !weights.iter().any(|weight| weight.name.ends_with(".wasm")) {
        bail!("{} holds no page: `cargo xtask build` makes one", dist.display());
    }
    Ok(weights)
}

fn table(weights: &[Weight]) -> String {
    let sum = Weight {
        name: "first load".into(),
        raw: weights.iter().map(|weight| weight.raw).sum(),
        brotli: weights.iter().map(|weight| weight.brotli).sum(),
    };
    let width = weights.iter().chain([&sum]).map(|weight| weight.name.len()).max().unwrap_or_default();
    let mut out = format!("{:width$}  {:>10}  {:>10}\n", "", "bytes", "brotli");
    for Weight { name, raw, brotli } in weights.iter().chain([&sum]) {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:width$}  {raw:>10}  {brotli:>10}");
    }
    let _ = writeln!(out, "{} after brotli; gate {}, aim {}", kib(sum.brotli), kib(GATE), kib(AIM));
    out
}

fn kib(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1024);
    format!("{}.{} KiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lists_every_file_and_their_sum() {
        let weights = [("app.js", 35_595, 5_800), ("app.wasm", 167_244, 58_382)].map(|(name, raw, brotli)| Weight {
            name: name.into(),
            raw,
            brotli,
        });
        let expected = "                 bytes      brotli
app.js           35595        5800
app.wasm        167244       58382
first load      202839       64182
62.7 KiB after brotli; gate 540.0 KiB, aim 260.0 KiB
";
        assert_eq!(table(&weights), expected);
    }

    #[test]
    fn kibibytes_are_rounded_up_so_that_one_byte_over_shows() {
        assert_eq!(kib(1), "0.1 KiB");
        assert_eq!(kib(GATE), "540.0 KiB");
        assert_eq!(kib(GATE + 1), "540.1 KiB");
    }
}
