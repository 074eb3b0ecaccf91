//! Giving back what failed predictions cost, some hours after they ended.

use std::sync::MutexGuard;

use imagen4_core::Timestamp;

use super::{Engine, millis};
use crate::bill::{Bill, Entry};

impl Engine {
    /// The bill, with every refund booked that is due by now. There is no clockwork: refunds happen when somebody looks, and
    /// bear the time at which they were due.
    pub(super) fn settled(&self) -> MutexGuard<'_, Bill> {
        let now = self.env.now();
        let after = millis(self.options.refund_after);
        let mut bill = self.lock();
        let due: Vec<(String, Timestamp)> = bill
            .unrefunded_failures()
            .map(|taken| (taken.id.clone(), taken.at + millis(self.latency(taken)) + after))
            .filter(|(_, at)| *at <= now)
            .collect();
        for (id, at) in due {
            // What the disk does not take now is still due when somebody looks the next time.
            if let Ok(receipt) = bill.append(Entry::Refund { id, at }) {
                drop(receipt.flush());
            }
        }
        bill
    }
}
