use super::*;
use crate::Catalogue;

#[test]
fn every_model_of_this_build_reads_back_as_it_was() {
    for entry in Catalogue::builtin().entries() {
        let info = ModelInfo { entry: entry.clone(), typical_ms: Some(7), closest: vec!["a/b".to_owned()] };
        let text = serde_json::to_string(&info).expect("JSON");
        let read: ModelInfo = serde_json::from_str(&text).expect("a model");
        // What moves a list price is the server's own business.
        let spec = ModelSpec { list_price: ListPrice::default(), ..entry.spec.clone() };
        assert_eq!(read, ModelInfo { entry: Entry { spec, ..entry.clone() }, ..info }, "{text}");
    }
    let newer = r#"{"id": "a", "inputs": [{"name": "x", "kind": "hologram"}]}"#;
    let newer = serde_json::from_str::<ModelInfo>(newer);
    assert!(newer.is_err_and(|error| error.to_string().contains("newer than this build")));
}
