//! Why a call brought nothing.

use imagen4_core::Problem;

/// Why a call brought nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiError {
    /// No answer: offline, the server is down, or the connection broke.
    Unreachable,
    /// An answer that is no problem of ours and no success: something between us and the proxy, or an older proxy.
    Unreadable {
        /// Its HTTP status.
        status: u16,
    },
    /// The proxy said no, and why.
    Refused(Box<Problem>),
}

impl ApiError {
    /// Whether the answer is final: sending the same again could only bring the same.
    pub fn is_definite(&self) -> bool {
        match self {
            Self::Unreachable => false,
            Self::Unreadable { status } => is_definite(*status),
            Self::Refused(problem) => is_definite(problem.status),
        }
    }

    /// Whether it may be over in a moment: a server is being replaced, or the network changes.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Unreachable | Self::Unreadable { status: 502..=504 })
    }

    /// What happened, for the person.
    pub fn message(&self) -> String {
        match self {
            Self::Unreachable => "The server did not answer.".to_owned(),
            Self::Unreadable { status } => format!("The server sent an answer this page can't read (HTTP {status})."),
            Self::Refused(problem) => match &problem.detail {
                Some(detail) => format!("{}: {detail}.", problem.title).replace("..", "."),
                None => format!("{}.", problem.title),
            },
        }
    }
}

/// 408, 425 and 429 are about the moment, not the request.
const fn is_definite(status: u16) -> bool {
    matches!(status, 400..=499) && !matches!(status, 408 | 425 | 429)
}

#[cfg(test)]
mod tests {
    use imagen4_core::ProblemCode;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test(unsupported = test)]
    fn only_an_answer_about_the_request_itself_is_final() {
        assert!(ApiError::Refused(Box::new(Problem::new(ProblemCode::OverBudget))).is_definite());
        assert!(!ApiError::Refused(Box::new(Problem::new(ProblemCode::StorageFailed))).is_definite());
        assert!(!ApiError::Unreadable { status: 429 }.is_definite());
        assert!(!ApiError::Unreadable { status: 200 }.is_definite(), "a run may have been made");
        assert!(!ApiError::Unreachable.is_definite());
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn what_stands_between_may_be_right_in_a_moment_and_what_the_server_says_stays() {
        let unreadable = |status| ApiError::Unreadable { status };
        assert!(
            ApiError::Unreachable.may_pass() && [502, 503, 504].into_iter().all(|status| unreadable(status).may_pass())
        );
        assert!(![200, 404, 413, 429, 500].into_iter().any(|status| unreadable(status).may_pass()));
        assert!(!ApiError::Refused(Box::new(Problem::new(ProblemCode::StorageFailed))).may_pass());
    }
}
