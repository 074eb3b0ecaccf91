//! Rows of a person's own, in the vendor's shape: an account's private models, or a correction of what the vendor lists.

use std::path::Path;

use anyhow::{Context, bail};
use imagen4_core::ModelSpec;
use imagen4_core::model::rows_of;
use serde_json::Value;

/// Reads a file of rows. Every row must be a model: somebody wrote it by hand, and wants to know.
///
/// # Errors
/// When it cannot be read or a row is wrong; the text names the line and the field.
pub fn read(path: &Path) -> anyhow::Result<Vec<Value>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let whole: Value = serde_json::from_str(&text)
        .map_err(|error| anyhow::anyhow!("{}, line {}: it is not JSON: {error}", path.display(), error.line()))?;
    let Some(rows) = rows_of(&whole) else {
        bail!("{}, line 1: it must be a list of models, as GET /api/v3/models has it", path.display())
    };
    for (place, row) in rows.iter().enumerate() {
        if let Err(error) = ModelSpec::from_row(row) {
            let line = line_of(&text, &error, row);
            bail!("{}, line {line}: model {} ({error})", path.display(), place + 1);
        }
    }
    Ok(rows.clone())
}

/// The line of the field that is wrong, behind the row's id: JSON tells no places once it is read.
fn line_of(text: &str, error: &imagen4_core::model::RowError, row: &Value) -> usize {
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let id = ["model_id", "id", "name"].into_iter().find_map(|key| row.get(key)?.as_str());
    let row_at = id.and_then(|id| text.find(&quoted(id))).unwrap_or(0);
    let field_at = text[row_at..].find(&quoted(error.field)).map_or(row_at, |at| row_at + at);
    text[..field_at].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use imagen4_core::model::builtin;

    use super::*;

    #[test]
    fn what_is_wrong_is_named_by_line_and_field() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("models.json");
        let said = |text: &str| {
            std::fs::write(&path, text).expect("written");
            read(&path).map(|rows| rows.len()).map_err(|error| format!("{error:#}"))
        };
        let good = serde_json::to_string_pretty(builtin::rows()).expect("JSON");
        assert_eq!(said(&good), Ok(builtin::rows().len()));
        assert!(said("[{]").is_err_and(|said| said.contains("line 1") && said.contains("not JSON")));
        assert!(said("{\"models\": 7}").is_err_and(|said| said.contains("a list of models")));
        let wrong = "[\n {\n  \"model_id\": \"a/b\",\n  \"type\": \"text-to-image\",\n  \"api_schema\": 7\n }\n]";
        let said_of_it = said(wrong).expect_err("it has no schema");
        assert!(
            said_of_it.contains("line 5") && said_of_it.contains("api_schema") && said_of_it.contains("a/b"),
            "{said_of_it}"
        );
        let wrong = "[\n {\n  \"model_id\": \"../b\"\n }\n]";
        let said_of_it = said(wrong).expect_err("that is no id");
        assert!(said_of_it.contains("line 3") && said_of_it.contains("model_id"), "{said_of_it}");
        assert!(read(Path::new("/nonexistent/models.json")).is_err());
    }
}
