//! Imports that are refused, and ones that are not.

use super::*;

fn modules(sources: &[(&str, &str)]) -> Modules {
    let parse = |(name, source): &(&str, &str)| {
        let parts: Vec<_> = name.split("::").map(str::to_owned).collect();
        let items = syn::parse_file(source).expect("it is Rust").items;
        ((*name).to_owned(), imports(&items, &parts))
    };
    sources.iter().map(parse).collect()
}

#[test]
fn layers_never_look_up_and_features_never_at_each_other() {
    let sources = [
        ("ui::button", "use super::icon::Icon; use leptos::prelude::*;"),
        ("ui::icon", "use crate::format::count;"),
        ("format", ""),
        ("state", "use crate::{api::{self, Run}, format};"),
        ("api", ""),
        ("board::card", "use crate::state::{Stores, use_stores}; use crate::ui::button::IconButton;"),
        ("composer", "#[cfg(test)] mod tests { use crate::board::card::x; }"),
        ("app", "use crate::board::card::Card; use crate::composer::Composer;"),
    ];
    assert_eq!(faults(&modules(&sources)), [""; 0]);
    for (name, source, fault) in [
        ("ui::icon", "use crate::state::Stores;", "ui::icon imports state"),
        ("state", "use crate::ui::button::IconButton;", "state imports ui::button"),
        ("composer", "use crate::{board::card::{self}};", "composer imports board::card"),
        ("board::card", "use super::super::app::x;", "board::card imports app"),
    ] {
        let wrong = sources.map(|(other, text)| (other, if other == name { source } else { text }));
        assert_eq!(faults(&modules(&wrong)).first().map(String::as_str), Some(fault));
    }
}

#[test]
fn a_database_is_used_by_its_own_file_alone() {
    let uses = "use rusqlite::Connection;";
    assert_eq!(databases_in("store/sql/sqlite.rs", uses), [""; 0]);
    assert_eq!(databases_in("store/rules/read.rs", uses), ["rusqlite"]);
    assert_eq!(databases_in("store/sync.rs", "use super::sql::postgres::PostgresConnection;"), [""; 0]);
    assert_eq!(databases_in("store/sync.rs", "fn f(client: postgres::Client) {}"), ["postgres"]);
    assert_eq!(databases_in("store/rules/read.rs", "// rusqlite is elsewhere"), [""; 0]);
}

#[test]
fn a_circle_is_told_with_its_way() {
    let sources = [("a", "use crate::b::x;"), ("b", "use crate::c::{self, y};"), ("c", "use super::a;")];
    let found = faults(&modules(&sources));
    assert!(found.contains(&"in a circle: a → b → c → a".to_owned()), "{found:?}");
}
