//! What SQL cannot do between two versions.

use imagen4_core::filter::searched;
use imagen4_core::model::{Catalogue, builtin};
use imagen4_core::run::RunRequest;

use crate::store::Result;
use crate::store::sql::SqlConnection;
use crate::store::sql::value::params;

/// Fills the column that is searched.
pub(super) fn fold_all(database: &dyn SqlConnection) -> Result<()> {
    let rows: Vec<(i64, String, Option<String>)> =
        database.all("SELECT seq, request, note FROM runs WHERE deleted_at IS NULL", &[])?;
    for (seq, request, note) in rows {
        // Whatever reads back wrongly is said where it is read; one such run must not keep a store shut.
        let request: serde_json::Value = serde_json::from_str(&request).unwrap_or_default();
        let prompt = request["prompt"].as_str().unwrap_or_default();
        let searched = searched(prompt, note.as_deref());
        database.execute("UPDATE runs SET searched = ?2 WHERE seq = ?1", params![seq, searched])?;
    }
    Ok(())
}

/// Gives every request the form that is read now, and fills the columns beside it.
pub(super) fn requests_by_model(database: &dyn SqlConnection) -> Result<()> {
    let rows: Vec<(i64, String)> = database.all("SELECT seq, request FROM runs WHERE deleted_at IS NULL", &[])?;
    let known = Catalogue::builtin();
    for (seq, text) in rows {
        let request = by_model(&text, known);
        let ratio = request.ratio().map(|ratio| ratio.to_string());
        database.execute(
            "UPDATE runs SET request = ?2, model = ?3, ratio = ?4, seed = ?5 WHERE seq = ?1",
            params![seq, &request, &request.model, ratio, request.seed()],
        )?;
    }
    Ok(())
}

/// An older request held the model and the five inputs side by side, `null` for those that were not there, and a count also where the
/// model has none. What was sent is what the model knows of them.
fn by_model(text: &str, known: &Catalogue) -> RunRequest {
    let Ok(serde_json::Value::Object(mut fields)) = serde_json::from_str(text) else { return RunRequest::default() };
    let model = fields.remove("model").and_then(|model| model.as_str().map(str::to_owned));
    let model = model.unwrap_or_else(|| builtin::default_model().id.clone());
    let spec = known.find(&model).map(|entry| &entry.spec);
    fields.retain(|name, value| !value.is_null() && spec.is_none_or(|spec| spec.input(name).is_some()));
    RunRequest { model, input: fields }
}
