//! What may be done with runs and money: each file an operation, in a transaction that is begun and ended elsewhere.
//!
//! # Layout
//! - `accept`, `claim`, `transition`, `bills`: a run's way, and its `money` with it
//! - `leases`: who follows a run; `join`: who may work here at all; `limits`: what a queued one waits for
//! - `adopt`, `edit`: what people do with runs
//! - `read`, `list`, `spend`: what people see; `assemble`: a run from its rows
//! - `record`, `history`, `stats`: what the runner and whoever operates it need to know

pub(super) mod accept;
pub(super) mod adopt;
pub(super) mod assemble;
pub(super) mod bills;
pub(super) mod claim;
pub(super) mod edit;
pub(super) mod history;
pub(super) mod join;
pub(super) mod leases;
pub(super) mod limits;
pub(super) mod list;
pub(super) mod money;
pub(super) mod read;
pub(super) mod record;
pub(super) mod spend;
pub(super) mod stats;
pub(super) mod transition;
