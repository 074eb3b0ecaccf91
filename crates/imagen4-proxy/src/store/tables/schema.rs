//! The tables and their columns.

/// A table: its key, and the columns that are not in it.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) key: &'static [&'static str],
    pub(super) rest: &'static [&'static str],
}

/// All tables, but for the processes that use them.
pub(super) const TABLES: [Table; 9] = [
    Table { name: "account", key: &["one"], rest: &["revision", "sent", "paused_until", "slow_until", "at_a_time"] },
    Table {
        name: "runs",
        key: &["seq"],
        rest: &[
            "id",
            "person",
            "upstream",
            "state",
            "revision",
            "created_at",
            "day",
            "request",
            "num_images",
            "price",
            "refunded",
            "key_hash",
            "fingerprint",
            "not_before",
            "submitted_at",
            "prediction_id",
            "prediction_status",
            "prediction_created_at",
            "inference_ms",
            "problem",
            "group_id",
            "parent",
            "favorite",
            "note",
            "lost_at",
            "deleted_at",
            "took_ms",
            "bill_asked_at",
            "bill_settled",
            "inline",
            "searched",
            "idle",
            "model",
            "ratio",
            "seed",
            "owner",
            "attempt",
        ],
    },
    Table { name: "money", key: &["seq"], rest: &["run", "upstream", "day", "kind", "amount", "at"] },
    Table { name: "days", key: &["upstream", "day"], rest: &["held", "spent"] },
    Table { name: "timeline", key: &["seq"], rest: &["run", "state", "at"] },
    Table {
        name: "pictures",
        key: &["run", "position"],
        rest: &["content_type", "width", "height", "bytes", "sha256", "nsfw", "thumb", "favorite"],
    },
    Table { name: "groups", key: &["id"], rest: &["person", "created_at", "key_hash", "fingerprint"] },
    Table { name: "removals", key: &["run"], rest: &[] },
    Table { name: "meta", key: &["name"], rest: &["value"] },
];

impl Table {
    /// All columns, the key first.
    pub(super) fn columns(&self) -> Vec<&'static str> {
        self.key.iter().chain(self.rest).copied().collect()
    }
}
