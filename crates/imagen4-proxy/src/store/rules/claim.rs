//! Claiming queued runs for submission: within what the account allows, and in turns between people and their groups.

use std::collections::{HashMap, VecDeque};

use imagen4_core::api::QueueHold;
use imagen4_core::{RunEvent, RunId, RunRequest, RunState, Timestamp};

use super::limits::{LONGEST_PAUSE_MS, RateLimits};
use super::transition::Head;
use crate::store::sql::value::params;
use crate::store::sql::{FromRow, Row};
use crate::store::{ReadTx, Result, TransitionDetails, WriteTx};

/// Whose turn it is, is decided by what left within this time.
const TURNS_MS: u64 = 3_600_000;
/// Most runs of one person and group that are looked at in one go, and most that leave in one go.
const MOST_OF_ONE: u32 = 32;
const MOST_AT_ONCE: usize = 128;

/// A run that is about to be sent: it is `submitting` in the store.
#[derive(Clone, Debug)]
pub struct ClaimedRun {
    /// The run.
    pub id: RunId,
    /// How often it was taken up.
    pub attempt: u64,
    /// What to send.
    pub request: RunRequest,
}

/// The runs that may leave now, and when to look again.
#[derive(Clone, Debug, Default)]
pub struct ClaimBatch {
    /// To be sent.
    pub runs: Vec<ClaimedRun>,
    /// How often the store had something sent, this time included; to be witnessed before it is.
    pub count: u64,
    /// When the next one may leave; `None` when only another run's end can tell, or when nothing waits.
    pub next_at: Option<Timestamp>,
    /// What the run whose turn it is waits for.
    pub hold: Option<QueueHold>,
}

impl ClaimBatch {
    fn look_again_at(&mut self, at: Timestamp) {
        self.next_at = Some(self.next_at.map_or(at, |earlier| earlier.min(at)));
    }
}

/// A run that could leave.
struct Queued {
    seq: i64,
    run: ClaimedRun,
    head: Head,
    turn: Turn,
    not_before: Timestamp,
}

impl FromRow for Queued {
    fn from_row(row: &mut Row) -> Result<Self> {
        Ok(Self {
            seq: row.take()?,
            run: ClaimedRun { id: row.take()?, attempt: row.take::<u64>()? + 1, request: row.take()? },
            head: Head { state: RunState::Queued, price: row.take()?, upstream: row.take()?, day: row.take()? },
            turn: (row.take()?, row.take()?),
            not_before: row.take()?,
        })
    }
}

/// One person's loose runs, or one of their groups.
type Turn = (String, String);

impl WriteTx<'_> {
    /// Moves every queued run that may leave now to `submitting`: in turns between people, then between one person's groups,
    /// then the oldest first.
    ///
    /// # Errors
    /// When the store fails; then no run was claimed.
    pub fn claim_due(&mut self, slots: RateLimits, now: Timestamp) -> Result<ClaimBatch> {
        let mut claim = ClaimBatch::default();
        if !self.has_lease()? {
            return Ok(claim);
        }
        let slots = self.row.backoff.narrow(slots, now);
        let mut waiting = self.queued(now, &mut claim)?;
        let mut turns = self.read_tx().turns(&self.account.upstream, now)?;
        while let Some(turn) = turns.next_of(&waiting) {
            let Some(Queued { run, head, .. }) = waiting.get_mut(&turn).and_then(VecDeque::pop_front) else { break };
            let images = run.request.images();
            match self.read_tx().hold(&self.account.upstream, slots, images, now)? {
                None => {
                    self.transition_from(&head, run.id, RunEvent::Dispatched, TransitionDetails::default(), now)?;
                    claim.runs.push(run);
                    turns.served(turn);
                    if claim.runs.len() >= MOST_AT_ONCE {
                        claim.look_again_at(now);
                        break;
                    }
                }
                // Nobody overtakes a run that waits for a slot.
                Some(hold) => {
                    hold.until.into_iter().for_each(|at| claim.look_again_at(at));
                    claim.hold = Some(hold);
                    break;
                }
            }
        }
        if !claim.runs.is_empty() {
            claim.count = self.count_sent();
        }
        Ok(claim)
    }

    /// The runs that could leave, by turn, the oldest first; what must wait longer only says until when.
    fn queued(&self, now: Timestamp, claim: &mut ClaimBatch) -> Result<HashMap<Turn, VecDeque<Queued>>> {
        let rows: Vec<Queued> = self.sql.all(
            "SELECT seq, id, attempt, request, price, upstream, day, person, turn, not_before FROM (
                SELECT seq, id, attempt, request, price, upstream, day, person, coalesce(group_id, '') AS turn, not_before,
                    row_number() OVER (PARTITION BY person, group_id ORDER BY seq) AS place
                FROM runs WHERE upstream = ?1 AND state = 'queued'
             ) AS queued WHERE place <= ?2 ORDER BY seq",
            params![&self.account.upstream, MOST_OF_ONE],
        )?;
        let mut waiting: HashMap<Turn, VecDeque<_>> = HashMap::new();
        for queued in rows {
            let not_before = queued.not_before;
            if not_before > now && not_before < now + LONGEST_PAUSE_MS {
                claim.look_again_at(not_before);
            } else {
                waiting.entry(queued.turn.clone()).or_default().push_back(queued);
            }
        }
        Ok(waiting)
    }
}

/// When each turn was served last.
#[derive(Debug, Default)]
struct FairQueue {
    last: HashMap<Turn, i64>,
    latest: i64,
}

impl FairQueue {
    /// Whose turn it is: the person who was served longest ago, their group that was, and of equals the oldest run's.
    fn next_of(&self, waiting: &HashMap<Turn, VecDeque<Queued>>) -> Option<Turn> {
        let never = i64::MIN;
        let person = |person: &str| {
            self.last.iter().filter(|((other, _), _)| other == person).map(|(_, at)| *at).max().unwrap_or(never)
        };
        let heads = waiting.iter().filter_map(|(turn, runs)| Some((turn, runs.front()?.seq)));
        heads
            .min_by_key(|(turn, seq)| (person(&turn.0), self.last.get(*turn).copied().unwrap_or(never), *seq))
            .map(|(turn, _)| turn.clone())
    }

    fn served(&mut self, turn: Turn) {
        // Later than all before, whatever the clock says.
        self.latest += 1;
        self.last.insert(turn, self.latest);
    }
}

impl ReadTx<'_> {
    fn turns(&self, upstream: &str, now: Timestamp) -> Result<FairQueue> {
        let rows: Vec<(String, String, i64)> = self.sql.all(
            "SELECT person, coalesce(group_id, ''), max(submitted_at) FROM runs WHERE upstream = ?1 AND submitted_at > ?2
             GROUP BY person, group_id",
            params![upstream, now - TURNS_MS],
        )?;
        let last: HashMap<Turn, i64> = rows.into_iter().map(|(person, group, at)| ((person, group), at)).collect();
        let latest = last.values().copied().max().unwrap_or_default();
        Ok(FairQueue { last, latest })
    }
}
