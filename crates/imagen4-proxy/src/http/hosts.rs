//! The names under which we are reached.

/// The host names under which we are reached.
#[derive(Clone, Debug, Default)]
pub struct AllowedHosts(Vec<String>);

const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

impl AllowedHosts {
    /// Loopback names, and these: `name` for any port, or `name:port`.
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        Self(names.into_iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    /// Whether a `Host` is ours.
    pub(super) fn allows(&self, authority: &str) -> bool {
        let authority = authority.to_ascii_lowercase();
        let name = host_name(&authority);
        LOOPBACK.contains(&name) || self.0.iter().any(|allowed| *allowed == name || *allowed == authority)
    }

    /// Whether a page from `origin` may talk to us: the page that we serve ourselves under `host`, or one that is listed.
    /// Other ports of loopback are other programs.
    pub(super) fn allows_origin(&self, origin: &str, host: &str) -> bool {
        let Some((_, authority)) = origin.split_once("://") else { return false };
        authority.eq_ignore_ascii_case(host) || self.0.iter().any(|allowed| allowed.eq_ignore_ascii_case(authority))
    }
}

/// `[::1]:80` → `[::1]`, `a:80` → `a`.
fn host_name(authority: &str) -> &str {
    match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => &authority[..colon],
        _ => authority,
    }
}
