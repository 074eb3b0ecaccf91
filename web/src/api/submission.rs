//! A body and the idempotency key that belongs to it. The proxy makes one run of a key, however often it is sent.

/// How the body of a group begins.
pub const GROUP_PREFIX: &str = "{\"requests\":[";

/// What is submitted: the body of `POST /api/runs` or of `POST /api/groups`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The `Idempotency-Key`.
    pub key: String,
    /// The exact body.
    pub body: String,
}

impl Submission {
    /// Whether it is a group of runs.
    pub fn is_group(&self) -> bool {
        self.body.starts_with(GROUP_PREFIX)
    }
}
