//! Which bucket, and where in it.

use anyhow::bail;

/// `s3://bucket/prefix`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketAddress {
    /// The bucket.
    pub bucket: String,
    /// What every key in it begins with; may be empty.
    pub prefix: String,
}

impl BucketAddress {
    /// Reads `s3://bucket/prefix`.
    ///
    /// # Errors
    /// When it is something else.
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let rest = text.strip_prefix("s3://").unwrap_or_default();
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() || bucket.contains(['@', '?', '#', ' ']) || prefix.contains(['?', '#']) {
            bail!("must be s3://bucket or s3://bucket/prefix");
        }
        Ok(Self { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_a_bucket_and_perhaps_a_prefix() {
        let parsed = |text: &str| BucketAddress::parse(text).map(|at| (at.bucket, at.prefix)).ok();
        let of = |bucket: &str, prefix: &str| Some((bucket.to_owned(), prefix.to_owned()));
        assert_eq!(parsed("s3://pictures"), of("pictures", ""));
        assert_eq!(parsed("s3://pictures/team/a/"), of("pictures", "team/a"));
        for wrong in ["s3://", "s3:///x", "https://pictures", "pictures", "s3://key:secret@pictures", "s3://a?b"] {
            assert_eq!(parsed(wrong), None, "{wrong}");
        }
    }
}
