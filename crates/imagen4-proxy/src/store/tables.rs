//! Everything that a database holds, row by row: for a copy in another one, and for the proof that it is one.
//!
//! # Layout
//! - this file: reading, copying and comparing; `schema`: tables and columns
//! - `moving`: which of two is the store itself, and whether it is in use

mod moving;
mod schema;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use imagen4_core::RunId;
use sha2::{Digest, Sha256};

use self::schema::{TABLES, Table};
use super::sql::value::params;
use super::sql::{Committed, SqlConnection, Value};
use super::{Account, Database, Replica, Result, StoreError};

/// What a database notes of itself and of its processes; a copy begins without.
const OWN_NOTES: &str = "name NOT IN ('file', 'store', 'probe', 'configuration')";
/// Which database it is, and the store that its images belong to.
const FILE: &str = "file";
const STORE_ID: &str = "store";
/// What no database is.
const A_COPY: &str = "a copy";
/// Rows that are read and written at a time.
const PAGE: usize = 200;

/// An image that a database names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedImage {
    /// Its run.
    pub run: RunId,
    /// Its place in it.
    pub index: u8,
    /// SHA-256 in hex.
    pub sha256: String,
    /// Whether there is a small one.
    pub has_thumb: bool,
}

/// Rows of a table, and a hash of all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableSum {
    /// The table.
    pub name: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// A hash of every value in it.
    pub hash: [u8; 32],
}

/// A database that is read from or copied to as a whole.
#[derive(Debug)]
pub struct Tables {
    sql: Box<dyn SqlConnection>,
}

impl Tables {
    /// Opens a database to read from.
    ///
    /// # Errors
    /// When it cannot be used, or was written by another version.
    pub fn open(database: &Database) -> Result<Self> {
        Ok(Self { sql: database.reader_of_this_version()? })
    }

    /// Opens a database to be filled; its tables are made where there are none.
    ///
    /// # Errors
    /// When it cannot be used, or was written by a newer build.
    pub fn create(database: &Database) -> Result<Self> {
        // Nothing is written in anybody's name.
        let nobody = Account { upstream: String::new(), daily_cap: None, timezone: jiff::tz::TimeZone::UTC };
        Ok(Self { sql: database.open(nobody, Replica::alone(0), Arc::new(Default::default))?.sql })
    }

    /// Whether nothing was ever done in it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn is_empty(&self) -> Result<bool> {
        let (runs, groups): (u64, u64) =
            self.sql.one("SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM groups)", &[])?;
        Ok(runs == 0 && groups == 0)
    }

    /// The id of the store that its images belong to, if it has one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn store_id(&self) -> Result<Option<String>> {
        let id = self.sql.first::<(String,)>("SELECT value FROM meta WHERE name = ?1", params![STORE_ID])?;
        Ok(id.map(|(id,)| id))
    }

    /// How much was done in it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn revision(&self) -> Result<u64> {
        let (revision,) = self.sql.one("SELECT revision FROM account", &[])?;
        Ok(revision)
    }

    fn commit(&self, written: Result<()>) -> Result<()> {
        match written.map(|()| self.sql.commit()) {
            Ok(Committed::Yes) => Ok(()),
            Ok(_) => Err(StoreError::NotTaken),
            Err(error) => {
                self.sql.rollback();
                Err(error)
            }
        }
    }

    fn note(&self, name: &str, value: &str) -> Result<()> {
        let sql =
            "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        self.sql.execute(sql, params![name, value]).map(drop)
    }

    /// Every image that it names.
    ///
    /// # Errors
    /// When the database fails.
    pub fn images(&self) -> Result<Vec<NamedImage>> {
        let rows = self.sql.all("SELECT run, position, sha256, thumb FROM pictures ORDER BY run, position", &[])?;
        let image = |(run, index, sha256, has_thumb)| NamedImage { run, index, sha256, has_thumb };
        Ok(rows.into_iter().map(image).collect())
    }

    /// Copies everything into another database, which is empty: one state of it, or nothing. It is marked as a copy. Answers what
    /// was copied; `progress` is told of rows.
    ///
    /// # Errors
    /// When one of the two fails, or when the copy is not the same.
    pub fn copy_to(&self, target: &Self, mut progress: impl FnMut(u64)) -> Result<Vec<TableSum>> {
        self.sql.begin_snapshot()?;
        let copied = target.sql.begin_write().and_then(|_| self.copy_rows(target, &mut progress));
        let outcome = copied.and_then(|sums| {
            let there = target.sums()?;
            if sums != there {
                return Err(StoreError::Unreadable("a copy that is not the same".to_owned()));
            }
            target.sql.count_on()?;
            // Until somebody says otherwise: two places must not both send what waits in the queue.
            target.note(FILE, A_COPY)?;
            Ok(sums)
        });
        self.sql.rollback();
        match outcome {
            Ok(sums) => match target.sql.commit() {
                Committed::Yes => Ok(sums),
                _ => Err(StoreError::NotTaken),
            },
            Err(error) => {
                target.sql.rollback();
                Err(error)
            }
        }
    }

    fn copy_rows(&self, target: &Self, progress: &mut impl FnMut(u64)) -> Result<Vec<TableSum>> {
        let mut written = 0;
        let mut sums = Vec::new();
        for table in &TABLES {
            let sum = self.read(table, |rows| {
                target.insert(table, rows)?;
                written += rows.len() as u64;
                progress(written);
                Ok(())
            })?;
            sums.push(sum);
        }
        // A place that has images knows whose they are.
        if let (None, Some(id)) = (target.store_id()?, self.store_id()?) {
            target.note(STORE_ID, &id)?;
        }
        Ok(sums)
    }

    /// What every table holds.
    fn sums(&self) -> Result<Vec<TableSum>> {
        TABLES.iter().map(|table| self.read(table, |_| Ok(()))).collect()
    }

    /// Reads a table in the order of its key.
    fn read(&self, table: &Table, mut take: impl FnMut(&[Vec<Value>]) -> Result<()>) -> Result<TableSum> {
        let columns = table.columns();
        let condition = if table.name == "meta" { OWN_NOTES } else { "1 = 1" };
        // Texts are ordered by their bytes, whatever the database's language.
        let order: Vec<String> = table.key.iter().map(|column| self.sql.in_byte_order(column)).collect();
        let (mut hash, mut rows) = (Sha256::new(), 0);
        loop {
            let sql = format!(
                "SELECT {} FROM {} WHERE {condition} ORDER BY {} LIMIT {PAGE} OFFSET {rows}",
                columns.join(", "),
                table.name,
                order.join(", ")
            );
            let page: Vec<Vec<Value>> = self.sql.query(&sql, &[])?.into_iter().map(|row| row.into_values()).collect();
            page.iter().flatten().for_each(|value| digest(&mut hash, value));
            take(&page)?;
            rows += page.len() as u64;
            if page.len() < PAGE {
                return Ok(TableSum { name: table.name, rows, hash: hash.finalize().into() });
            }
        }
    }

    fn insert(&self, table: &Table, rows: &[Vec<Value>]) -> Result<()> {
        let columns = table.columns();
        // One by one: a value that is missing has the type of none, and each row may lack others.
        let sql = if table.name == "account" {
            // The one row that it begins with; whoever waits for it must go on having it.
            let set = columns.iter().enumerate().map(|(place, column)| format!("{column} = ?{}", place + 1));
            format!("UPDATE account SET {}", set.collect::<Vec<_>>().join(", "))
        } else {
            let places: Vec<String> = (1..=columns.len()).map(|place| format!("?{place}")).collect();
            format!("INSERT INTO {} ({}) VALUES ({})", table.name, columns.join(", "), places.join(", "))
        };
        for row in rows {
            self.sql.execute(&sql, row)?;
        }
        Ok(())
    }
}

fn digest(hash: &mut Sha256, value: &Value) {
    let (kind, bytes) = match value {
        Value::Null => (0, Vec::new()),
        Value::Integer(number) => (1, number.to_be_bytes().to_vec()),
        Value::Text(text) => (2, text.clone().into_bytes()),
        Value::Blob(bytes) => (3, bytes.clone()),
    };
    hash.update([kind]);
    hash.update((bytes.len() as u64).to_be_bytes());
    hash.update(bytes);
}
