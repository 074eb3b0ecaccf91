//! Looks at the built page again when it was built again: its files' names change with their content.

fn main() {
    if std::env::var_os("CARGO_FEATURE_PAGE").is_some() {
        println!("cargo::rerun-if-changed=../../dist");
    }
}
