//! Imports point one way: on the page, layers never look up and features never at each other; neither there nor in the proxy's
//! HTTP are files in a circle, and one file of the proxy alone speaks to each database.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use syn::{Attribute, Item, UseTree};

use crate::{page, sh};

/// What each layer may import, beside itself. Every other folder is a feature.
const LAYERS: [(&str, &[&str]); 7] = [
    ("format", &[]),
    ("ui", &["format"]),
    ("api", &["format"]),
    ("state", &["format", "api"]),
    ("app", &["*"]),
    ("shell", &["app", "state", "ui"]),
    ("main", &["shell"]),
];
const FEATURES: &[&str] = &["format", "ui", "api", "state"];

/// The crates of databases, and where the files of the proxy begin that may use them: everything else speaks to `store::sql`.
const DATABASES: [(&str, &[&str]); 2] =
    [("rusqlite", &["store/sql/sqlite.rs", "backup.rs"]), ("postgres", &["store/sql/postgres"])];

/// Checks the page, and the proxy's HTTP and databases.
pub(crate) fn check() -> Result<()> {
    let mut faults = faults(&read(&sh::root().join("web/src"))?);
    let http = read(&sh::root().join("crates/imagen4-proxy/src"))?;
    let http = http.into_iter().filter(|(module, _)| layer(module) == "http").collect();
    faults.extend(circle(&edges(&http)).map(|circle| format!("in a circle: {}", circle.join(" → "))));
    faults.extend(stray_databases(&sh::root().join("crates/imagen4-proxy/src"))?);
    if !faults.is_empty() {
        bail!("imports point the wrong way:\n  {}", faults.join("\n  "));
    }
    eprintln!("Imports point one way.");
    Ok(())
}

/// Files that use a database behind the store's back.
fn stray_databases(src: &Path) -> Result<Vec<String>> {
    let mut stray = Vec::new();
    for path in page::files(src)? {
        let name = path.strip_prefix(src)?.to_string_lossy().replace('\\', "/");
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        stray.extend(databases_in(&name, &text).iter().map(|database| format!("{name} uses {database}")));
    }
    Ok(stray)
}

/// The databases that a file uses and may not.
fn databases_in(file: &str, text: &str) -> Vec<&'static str> {
    // A module may be called like the crate: its name stands behind another one's.
    let uses = |database: &str| {
        let path = format!("{database}::");
        text.match_indices(&path).any(|(at, _)| !text[..at].ends_with(':'))
    };
    let may_use = |files: &[&str]| files.iter().any(|start| file.starts_with(start));
    let stray = DATABASES.iter().filter(|(database, files)| uses(database) && !may_use(files));
    stray.map(|(database, _)| *database).collect()
}

/// The modules of the page by their paths (`state::draft`), and what each imports.
type Modules = BTreeMap<String, BTreeSet<String>>;

fn read(src: &Path) -> Result<Modules> {
    let mut modules = Modules::new();
    for path in page::files(src)?.into_iter().filter(|path| path.extension().is_some_and(|kind| kind == "rs")) {
        let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = syn::parse_file(&text).with_context(|| format!("cannot parse {}", path.display()))?;
        let relative = path.strip_prefix(src)?.with_extension("");
        let mut parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        parts.pop_if(|last| last == "mod" || last == "lib");
        modules.insert(parts.join("::"), imports(&file.items, &parts));
    }
    Ok(modules)
}

/// What the items of a module import from the crate, as full paths. Tests may look anywhere.
fn imports(items: &[Item], module: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for item in items {
        match item {
            Item::Use(item) if !is_test(&item.attrs) => expand(&item.tree, module, Vec::new(), &mut found),
            _ => {}
        }
    }
    found
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("cfg"))
}

fn expand(tree: &UseTree, module: &[String], prefix: Vec<String>, found: &mut BTreeSet<String>) {
    let step = |name: String| {
        let mut prefix = prefix.clone();
        match name.as_str() {
            // A path that begins in the crate is told from one of another crate by its first part.
            "crate" => return vec![String::new()],
            "self" if prefix.is_empty() => return [vec![String::new()], module.to_vec()].concat(),
            "super" if prefix.is_empty() => {
                return [vec![String::new()], module[..module.len().saturating_sub(1)].to_vec()].concat();
            }
            "super" => drop(prefix.pop()),
            "self" => {}
            _ => prefix.push(name),
        }
        prefix
    };
    match tree {
        UseTree::Path(path) => expand(&path.tree, module, step(path.ident.to_string()), found),
        UseTree::Group(group) => group.items.iter().for_each(|tree| expand(tree, module, prefix.clone(), found)),
        UseTree::Name(name) => note(step(name.ident.to_string()), found),
        UseTree::Rename(rename) => note(step(rename.ident.to_string()), found),
        UseTree::Glob(_) => note(prefix, found),
    }
}

fn note(path: Vec<String>, found: &mut BTreeSet<String>) {
    if let [first, path @ ..] = path.as_slice()
        && first.is_empty()
    {
        found.insert(path.join("::"));
    }
}

/// The module that a path leads to: the longest that there is.
fn owner<'a>(modules: &'a Modules, path: &str) -> Option<&'a str> {
    let mut path = path;
    loop {
        if let Some((module, _)) = modules.get_key_value(path) {
            return Some(module);
        }
        path = path.rsplit_once("::")?.0;
    }
}

fn layer(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

fn may_import(from: &str, to: &str) -> bool {
    let allowed = LAYERS.iter().find(|(name, _)| *name == from).map_or(FEATURES, |(_, allowed)| allowed);
    from.is_empty() || from == to || allowed.contains(&to) || allowed.contains(&"*")
}

fn faults(modules: &Modules) -> Vec<String> {
    let edges = edges(modules);
    let mut faults = Vec::new();
    for (module, imported) in &edges {
        let wrong = imported.iter().filter(|to| !may_import(layer(module), layer(to)));
        faults.extend(wrong.map(|to| format!("{module} imports {to}")));
    }
    faults.extend(circle(&edges).map(|circle| format!("in a circle: {}", circle.join(" → "))));
    faults
}

/// Which modules each imports.
type Edges<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

fn edges(modules: &Modules) -> Edges<'_> {
    let mut edges = Edges::new();
    for (module, imports) in modules {
        let to = imports.iter().filter_map(|path| owner(modules, path)).filter(|to| to != module);
        edges.insert(module, to.collect());
    }
    edges
}

/// Some modules that import each other, if there are any.
fn circle<'a>(edges: &Edges<'a>) -> Option<Vec<&'a str>> {
    fn visit<'a>(
        module: &'a str,
        edges: &Edges<'a>,
        way: &mut Vec<&'a str>,
        done: &mut BTreeSet<&'a str>,
    ) -> Option<Vec<&'a str>> {
        if let Some(at) = way.iter().position(|other| *other == module) {
            return Some([&way[at..], &[module]].concat());
        }
        if !done.insert(module) {
            return None;
        }
        way.push(module);
        let found = edges.get(module).into_iter().flatten().find_map(|to| visit(to, edges, way, done));
        way.pop();
        found
    }
    let mut done = BTreeSet::new();
    edges.keys().find_map(|module| visit(module, edges, &mut Vec::new(), &mut done))
}

#[cfg(test)]
mod tests;
