//! `name=value` arguments.

use std::str::FromStr;

/// A qualified name and what it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pair {
    /// Two or three parts, separated by dots: `public`, `funds`, `region`; the last may hold dots.
    pub(crate) name: Vec<String>,
    /// Everything after the first `=`.
    pub(crate) value: String,
}

/// An argument that does not read as `name=value`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not NAME=VALUE with a name of two or three parts, as public.funds.region='EU'")]
pub(crate) struct ParsePairError(String);

impl FromStr for Pair {
    type Err = ParsePairError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParsePairError(text.to_owned());
        let (name, value) = text.split_once('=').ok_or_else(error)?;
        let name: Vec<String> = name.splitn(3, '.').map(str::to_owned).collect();
        let complete = name.len() >= 2 && name.iter().all(|part| !part.is_empty());
        if !complete || value.is_empty() {
            return Err(error());
        }
        Ok(Self { name, value: value.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_the_first_equals_sign() {
        let pair: Pair = "public.funds.ok=(vintage = 2024)".parse().expect("a pair");
        assert_eq!(pair.name, ["public", "funds", "ok"]);
        assert_eq!(pair.value, "(vintage = 2024)");
        let pair: Pair = "public.stage.seed.late=a".parse().expect("a pair");
        assert_eq!(pair.name, ["public", "stage", "seed.late"]);
    }

    #[test]
    fn refuses_half_a_pair() {
        for text in ["public.funds.region", "region='EU'", "public.funds.region=", "a..b=1", "=1"] {
            assert!(text.parse::<Pair>().is_err(), "{text}");
        }
    }
}
