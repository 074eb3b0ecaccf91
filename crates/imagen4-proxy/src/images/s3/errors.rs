//! What went wrong, as far as it may be told.

use std::io;

use object_store::Error;

/// What went wrong, without the server's whole answer.
pub(super) fn in_a_line(error: &Error) -> String {
    match error {
        Error::NotFound { .. } => "there is no such object or bucket".to_owned(),
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => "these credentials may not".to_owned(),
        error => error.to_string().lines().next().unwrap_or_default().chars().take(200).collect(),
    }
}

pub(super) fn gone_is_gone(outcome: object_store::Result<()>) -> io::Result<()> {
    match outcome {
        Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
        Err(error) => Err(failed(&error)),
    }
}

/// The same as an error of a file. The server's answer stays out of it: it may repeat what it was asked with.
pub(super) fn failed(error: &Error) -> io::Error {
    let kind = match error {
        Error::NotFound { .. } => io::ErrorKind::NotFound,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    };
    io::Error::new(kind, in_a_line(error))
}
