use clap::Parser;

use super::*;

fn settings(flags: &[&str]) -> Settings {
    Cli::parse_from(["imagen4-proxy", "--data-dir", "d"].iter().chain(flags)).settings
}

fn refusal(flags: &[&str]) -> String {
    format!("{:#}", settings(flags).check(None).expect_err("refused"))
}

#[test]
fn without_a_key_nobody_pays_and_with_one_its_owner_does() {
    assert!(matches!(settings(&[]).check(None).expect("valid").paying, Paying::Nobody));
    assert!(matches!(settings(&[]).check(Some(" ".to_owned())).expect("valid").paying, Paying::Nobody));
    let config = settings(&[]).check(Some("wsk_1".to_owned())).expect("valid");
    assert!(matches!(config.paying, Paying::KeyOwner { .. }));
    assert_eq!(
        config.slots,
        RateLimits { images_per_minute: Some(2), max_concurrent: Some(2), ..RateLimits::default() }
    );
    assert_eq!(config.daily_budget, Some(MicroUsd::new(10_000_000)));
    let embedded = settings(&["--engine", "embedded"]).check(Some("wsk_1".to_owned())).expect("valid");
    assert!(matches!(embedded.paying, Paying::Nobody));
}

#[test]
fn what_cannot_be_used_is_named() {
    assert!(refusal(&["--listen", "0.0.0.0:8787"]).contains("not a loopback address"));
    assert!(refusal(&["--engine", "wavespeed"]).contains("WAVESPEED_API_KEY"));
    assert!(refusal(&["--daily-budget", "ten"]).contains("unlimited"));
    assert!(refusal(&["--budget-timezone", "Mars/Olympus"]).contains("Europe/Berlin"));
    for host in ["*", "http://a.example/", ""] {
        assert!(refusal(&["--allowed-host", host]).contains("name:port"), "{host:?}");
    }
    assert!(refusal(&["--upstream", "ftp://a.example"]).contains("http or https"));
    let password = refusal(&["--upstream", "https://me:secret@a.example"]);
    assert!(password.contains("no user or password") && !password.contains("secret"), "{password}");
    assert!(refusal(&["--public-url", "images.example"]).contains("https://images.example"));
    assert!(refusal(&["--public-url", "https://a.example/?x"]).contains("must be an http or https address"));
    assert!(refusal(&["--api-key-file", "/nonexistent"]).contains("cannot read the key file"));
    let zero = settings(&["--images-per-minute", "0"]).check(Some("k".to_owned()));
    assert!(zero.expect_err("refused").to_string().contains("at least 1"));
}

#[test]
fn a_public_address_is_also_an_allowed_name() {
    let config = settings(&["--public-url", "https://Images.example:8443/imagen4/"]).check(None).expect("valid");
    assert_eq!(config.public_url.as_deref(), Some("https://images.example:8443/imagen4"));
    assert_eq!(config.allowed_hosts, ["images.example:8443"]);
    let plain = settings(&["--public-url", "https://images.example"]).check(None).expect("valid");
    assert_eq!(plain.allowed_hosts, ["images.example"]);
}

#[test]
fn a_flag_wins_over_the_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("imagen4.toml");
    std::fs::write(&path, "daily-budget = \"3.00\"\nlatency-ms = 10\n").expect("written");
    let file = path.to_str().expect("UTF-8");
    let config = settings(&["--config", file, "--latency-ms", "20"]).with_file().and_then(|all| all.check(None));
    let config = config.expect("valid");
    assert_eq!((config.daily_budget, config.latency), (Some(MicroUsd::new(3_000_000)), Duration::from_millis(20)));
    std::fs::write(&path, "colour = \"red\"\n").expect("written");
    let unknown = settings(&["--config", file]).with_file().expect_err("refused");
    assert!(format!("{unknown:#}").contains("colour"));
    std::fs::write(&path, "latency-ms = 10\nwavespeed-api-key = \"wsk_secret\"\n").expect("written");
    let misplaced = format!("{:#}", settings(&["--config", file]).with_file().expect_err("refused"));
    assert!(misplaced.contains("line 2") && !misplaced.contains("wsk_secret"), "{misplaced}");
    std::fs::write(&path, "allowed-host = [\"a.example\"]\n").expect("written");
    let hosts = settings(&["--config", file]).with_file().expect("valid").allowed_hosts;
    assert_eq!(hosts, Some(vec!["a.example".to_owned()]));
}
