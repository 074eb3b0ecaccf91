//! One transaction, as an operation sees it.

use imagen4_core::{RunId, Timestamp};

use super::backoff::Backoff;
use super::sql::value::params;
use super::sql::{Committed, FromRow, Row, SqlConnection};
use super::{Account, ReadTx, Replica, Result};

/// A transaction that writes.
#[derive(Debug)]
pub struct WriteTx<'a> {
    pub(in crate::store) sql: &'a dyn SqlConnection,
    pub(in crate::store) account: &'a Account,
    pub(in crate::store) replica: &'a Replica,
    pub(in crate::store) now: Timestamp,
    pub(in crate::store) row: AccountRow,
    /// Something was deleted, and is to leave the disk as well.
    pub(in crate::store) has_erased: bool,
}

/// What holds for all runs together. It is read when a transaction begins, and written when it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) struct AccountRow {
    /// The last revision that was given out.
    pub(in crate::store) revision: u64,
    /// How often runs were claimed to be sent.
    pub(in crate::store) sent: u64,
    /// What a 429 taught.
    pub(in crate::store) backoff: Backoff,
}

impl AccountRow {
    /// The row as it is now.
    pub(in crate::store) fn read(sql: &dyn SqlConnection) -> Result<Self> {
        sql.one("SELECT revision, sent, paused_until, slow_until, at_a_time FROM account", &[])
    }
}

impl FromRow for AccountRow {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self { revision: row.take()?, sent: row.take()?, backoff: Backoff::from_row(row)? })
    }
}

impl<'a> WriteTx<'a> {
    /// Begins a transaction; nobody else's can begin before it ends.
    ///
    /// # Errors
    /// When the database has no place for it now: nothing was written.
    pub(in crate::store) fn begin(
        sql: &'a dyn SqlConnection,
        account: &'a Account,
        replica: &'a Replica,
    ) -> Result<Self> {
        let now = sql.begin_write()?;
        let row = AccountRow::read(sql);
        if row.is_err() {
            sql.rollback();
        }
        Ok(Self { sql, account, replica, now, row: row?, has_erased: false })
    }

    /// Does something that is undone alone if it fails, and leaves what was done before.
    pub(in crate::store) fn nested(&mut self, operation: impl FnOnce(&mut Self) -> bool) -> Result<()> {
        let before = (self.row, self.has_erased);
        self.sql.batch("SAVEPOINT request")?;
        if operation(self) {
            return self.sql.batch("RELEASE SAVEPOINT request");
        }
        (self.row, self.has_erased) = before;
        self.sql.batch("ROLLBACK TO SAVEPOINT request; RELEASE SAVEPOINT request")
    }

    /// Ends the transaction.
    pub(in crate::store) fn commit(&self) -> Committed {
        let AccountRow { revision, sent, backoff } = self.row;
        let counted = self.sql.execute(
            "UPDATE account SET revision = ?1, sent = ?2, paused_until = ?3, slow_until = ?4, at_a_time = ?5",
            params![revision, sent, backoff.paused_until, backoff.slow_until, backoff.at_a_time],
        );
        if let Err(error) = counted {
            tracing::error!(%error, "the database could not count");
            self.sql.rollback();
            return self.sql.after_failure(&error);
        }
        self.sql.commit()
    }

    /// Undoes it.
    pub(in crate::store) fn rollback(&self) {
        self.sql.rollback();
    }

    /// Whose money it is.
    pub fn account(&self) -> &'a Account {
        self.account
    }

    /// The database's clock, when the transaction began.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The same transaction for reading.
    pub fn read_tx(&self) -> ReadTx<'a> {
        ReadTx { sql: self.sql }
    }

    /// The revision of the next change.
    pub(in crate::store) fn next_revision(&self) -> u64 {
        self.row.revision + 1
    }

    /// A run was changed to the next revision.
    pub(in crate::store) fn changed(&mut self) {
        self.row.revision += 1;
    }

    /// Gives a run the next revision for something that changed beside it.
    pub(in crate::store) fn bump_revision(&mut self, id: RunId) -> Result<()> {
        self.sql.execute("UPDATE runs SET revision = ?2 WHERE id = ?1", params![id, self.next_revision()])?;
        self.changed();
        Ok(())
    }
}
