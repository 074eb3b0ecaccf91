//! Who follows a run. Every process holds a lease by the database's clock; what nobody follows any more, another one takes over.

use imagen4_core::{Problem, RunEvent, RunId, Timestamp};

use super::record::{RunRecord, followed};
use crate::store::sql::value::params;
use crate::store::{ReadTx, Result, TransitionDetails, WriteTx};

/// So long a process counts as there after it said so, in milliseconds.
pub const LEASE_MS: u64 = 15_000;
/// The end of a lease that ends with its process.
pub(in crate::store) const NEVER: Timestamp = Timestamp::from_ms(i64::MAX);

/// A process that works on a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replica {
    /// Its name; no two processes share one, not even one after the other.
    pub name: String,
    /// Whether it has the database to itself until it ends.
    pub is_alone: bool,
}

impl Replica {
    /// One of many that share a database: `name` is for people, what is random tells it from its successor.
    pub fn named(name: &str, random: u128) -> Self {
        Self { name: format!("{name}-{:08x}", random as u32), is_alone: false }
    }

    /// A process that has the database to itself, named by something random.
    pub fn alone(random: u128) -> Self {
        Self { name: format!("{random:032x}"), is_alone: true }
    }
}

/// A lease holds now, and has no end that a clock set back for long since would have given it. `?1` is the time, `?2` the latest end that
/// is given now; a clock that was set back for less than a lease ends none.
pub(in crate::store) const HOLDS: &str =
    "(lease_until = 9223372036854775807 OR (lease_until > ?1 AND lease_until <= ?2 + 15000))";

impl WriteTx<'_> {
    /// Says that this process is there. Where it is alone, nobody else is.
    ///
    /// # Errors
    /// When the store fails.
    pub fn renew_lease(&mut self) -> Result<()> {
        let Replica { name, is_alone } = self.replica;
        if *is_alone {
            self.sql.execute("DELETE FROM replicas WHERE id <> ?1", params![name])?;
        }
        self.sql.execute(
            "INSERT INTO replicas (id, lease_until) VALUES (?1, ?2)
             ON CONFLICT (id) DO UPDATE SET lease_until = excluded.lease_until",
            params![name, if *is_alone { NEVER } else { self.now + LEASE_MS }],
        )?;
        Ok(())
    }

    /// This process ends: what it follows is free at once.
    ///
    /// # Errors
    /// When the store fails.
    pub fn end_lease(&mut self) -> Result<()> {
        self.sql.execute("DELETE FROM replicas WHERE id = ?1", params![&self.replica.name])?;
        Ok(())
    }

    /// This process is about to end: it stays for what it is sending, and everything else that it follows is free at once.
    ///
    /// # Errors
    /// When the store fails.
    pub fn hand_over(&mut self) -> Result<()> {
        self.renew_lease()?;
        let sql = format!("UPDATE runs SET owner = NULL WHERE owner = ?1 AND {}", followed());
        self.sql.execute(&sql, params![&self.replica.name])?;
        Ok(())
    }

    /// Whether this process may begin something.
    pub(super) fn has_lease(&self) -> Result<bool> {
        let sql = format!("SELECT count(*) FROM replicas WHERE id = ?3 AND {HOLDS}");
        let (count,): (u64,) = self.sql.one(&sql, params![self.now, self.now + LEASE_MS, &self.replica.name])?;
        Ok(count > 0)
    }

    /// Renews the lease, and takes over every unfinished run that nobody follows any more. What was being sent may have arrived:
    /// nobody knows, so it is never sent again.
    ///
    /// # Errors
    /// When the store fails.
    pub fn take_over(&mut self, lost: &Problem) -> Result<Vec<RunRecord>> {
        self.renew_lease()?;
        let sql = format!("SELECT id FROM runs WHERE state = 'submitting' AND deleted_at IS NULL AND {}", unfollowed());
        for (id,) in self.sql.all::<(RunId,)>(&sql, params![self.now, self.now + LEASE_MS])? {
            self.transition(id, RunEvent::AnswerLost, TransitionDetails::from(lost.clone()), self.now)?;
        }
        let mut runs = self.read_tx().unfollowed(&self.account.upstream, self.now)?;
        for run in &mut runs {
            run.attempt = self.follow(run.id)?;
        }
        Ok(runs)
    }

    /// This process follows a run from now on, whoever did before. Answers how often it was taken up.
    ///
    /// # Errors
    /// When the store fails.
    pub fn follow(&mut self, run: RunId) -> Result<u64> {
        let sql = "UPDATE runs SET owner = ?2, attempt = attempt + 1 WHERE id = ?1 RETURNING attempt";
        let (attempt,) = self.sql.one(sql, params![run, &self.replica.name])?;
        Ok(attempt)
    }
}

/// Nobody who is there follows the run. `?1` is the time, `?2` that of the latest end of a lease.
pub(super) fn unfollowed() -> String {
    format!("NOT EXISTS (SELECT 1 FROM replicas WHERE replicas.id = runs.owner AND {HOLDS})")
}

impl ReadTx<'_> {
    /// Whether nobody took a run up since.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_followed(&self, run: RunId, attempt: u64) -> Result<bool> {
        let found: Option<(u64,)> = self.sql.first("SELECT attempt FROM runs WHERE id = ?1", params![run])?;
        Ok(found == Some((attempt,)))
    }
}
