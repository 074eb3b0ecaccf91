//! Paints one image into a file: `cargo run -p imagen4-engine --example paint -- out.jpg 1408x768 7 "a lake at dawn"`.
//!
//! The arguments are the file, the size in pixels, the seed and the prompt. The thumbnails of the page's templates are
//! made from such files; web/assets/README.md lists their seeds.

use anyhow::{Context, Result, bail};
use imagen4_engine::{Brief, paint};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [file, size, seed, prompt] = &args[..] else { bail!("usage: paint FILE WIDTHxHEIGHT SEED PROMPT") };
    let (width, height) = size.split_once('x').context("the size is written like 1024x1024")?;
    let (width, height) = (width.parse().context("width")?, height.parse().context("height")?);
    let seed = seed.parse().context("seed")?;
    let jpeg = paint(&Brief { prompt, negative_prompt: None, width, height, seed, index: 0 });
    std::fs::write(file, jpeg).with_context(|| format!("cannot write {file}"))
}
