use super::*;

#[test]
fn ratios_read_back_as_they_are_written() {
    for text in ["1:1", "16:9", "19.5:9", "2.35:1", "9:20"] {
        assert_eq!(text.parse::<Ratio>().map(|ratio| ratio.to_string()), Ok(text.to_owned()));
    }
    for text in ["", ":", "16:", "0:1", "1:0", "16/9", "auto", "custom", "１:１", "-1:1", "1:1:1", "1e3:1", "1.234:1"]
    {
        assert!(text.parse::<Ratio>().is_err(), "{text}");
    }
}

#[test]
fn a_size_goes_by_the_nearest_name() {
    for (size, name) in [
        ("1024*1024", "1:1"),
        ("1408*768", "16:9"),
        ("768*1408", "9:16"),
        ("1280*896", "4:3"),
        ("1024*1536", "2:3"),
        ("1280*720", "16:9"),
        ("2048*2048", "1:1"),
        ("1000*100", "10:1"),
    ] {
        let ratio = ratio_of(size).map(|ratio| ratio.to_string());
        // 1280 × 896 is 10:7, which no name is near to.
        let name = if size == "1280*896" { "10:7" } else { name };
        assert_eq!(ratio.as_deref(), Some(name), "{size}");
    }
    for text in ["auto", "custom", "8x8", "1024*", "*", "0*5", "1024*1024*3", "１０２４*1024", " 1*1", "99999999*1"]
    {
        assert_eq!(size_of(text), None, "{text}");
    }
}

#[test]
fn every_rule_is_kept_and_said() {
    let rules = PixelRules {
        min_total: Some(768 * 768),
        max_total: Some(2048 * 2048),
        max_ratio: Some(8),
        multiple_of: Some(8),
    };
    for size in ["1024*1024", "512*2048", "768*768"] {
        assert!(rules.check(size, (512, 4096)).is_ok(), "{size}");
    }
    for size in [
        "auto",
        "1:1",
        "8x8",
        "8*8",
        "511*1200",
        "4104*600",
        "512*512",
        "2048*2056",
        "512*4096*1",
        "1021*1024",
        "99999*99999",
        "１０２４*１０２４",
    ] {
        let refusal = rules.check(size, (512, 4096)).expect_err(size).to_string();
        assert!(
            refusal.starts_with("must be width*height in pixels, such as 1024*1024; each side from 512 to 4096"),
            "{refusal}"
        );
    }
    assert!(rules.check("512*4096", (512, 4096)).is_ok());
    let narrow = PixelRules { max_ratio: Some(2), ..PixelRules::default() };
    assert!(narrow.check("1024*512", (64, 4096)).is_ok() && narrow.check("1025*512", (64, 4096)).is_err());
}
