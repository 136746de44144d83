//! One notation for "a schema at some point".

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// A schema at some point, as `--base` and `--head` name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The tree of a commit, a tag or a tree: `HEAD`, `main~3`, an oid. `HEAD` of a repository
    /// without commits is the empty state.
    Revision(String),
    /// What `git commit` would record.
    Index,
    /// The files on disk.
    Worktree,
    /// No tables at all.
    Empty,
    /// The newest snapshot in the migrations folder of the other state of a comparison.
    Migrations,
    /// A drizzle-kit snapshot file.
    Snapshot(PathBuf),
    /// A live database, by its URL.
    Database(String),
    /// A live database whose URL is in an environment variable, so that no password is typed.
    DatabaseVariable(String),
}

/// A state that does not read as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a state; write a revision, :index, :worktree, :empty, migrations, \
     snapshot:PATH, postgres://… or env:NAME"
)]
pub struct ParseStateError(pub String);

impl FromStr for State {
    type Err = ParseStateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseStateError(text.to_owned());
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Database(text.to_owned()));
        }
        if let Some(path) = text.strip_prefix("snapshot:") {
            return if path.is_empty() { Err(error()) } else { Ok(Self::Snapshot(path.into())) };
        }
        if let Some(name) = text.strip_prefix("env:") {
            return if name.is_empty() {
                Err(error())
            } else {
                Ok(Self::DatabaseVariable(name.into()))
            };
        }
        match text {
            ":index" => Ok(Self::Index),
            ":worktree" => Ok(Self::Worktree),
            ":empty" => Ok(Self::Empty),
            // A branch of this name is `heads/migrations`.
            "migrations" => Ok(Self::Migrations),
            // `:path` and `rev:path` name blobs, a leading dash is a flag, and NUL ends C strings.
            _ if text.is_empty() || text.starts_with([':', '-']) || text.contains('\0') => {
                Err(error())
            }
            _ => Ok(Self::Revision(text.to_owned())),
        }
    }
}

/// As written, but a database's password is not shown.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revision(revision) => f.write_str(revision),
            Self::Index => f.write_str(":index"),
            Self::Worktree => f.write_str(":worktree"),
            Self::Empty => f.write_str(":empty"),
            Self::Migrations => f.write_str("migrations"),
            Self::Snapshot(path) => write!(f, "snapshot:{}", path.display()),
            Self::Database(url) => f.write_str(&without_password(url)),
            Self::DatabaseVariable(name) => write!(f, "env:{name}"),
        }
    }
}

/// The URL without what may be secret: the password of the user part, and the query.
fn without_password(url: &str) -> String {
    let url = url.split(['?', '#']).next().unwrap_or(url);
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    // A password may contain a raw `@`: the host starts after the last one before the path's `/`,
    // and where the password contains a raw `/` as well, after the last one of all.
    let Some((credentials, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    match credentials.split_once(':') {
        Some((user, _)) => format!("{scheme}://{user}:***@{host}"),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> State {
        text.parse().expect("a state")
    }

    #[test]
    fn reads_every_notation() {
        assert_eq!(parse("HEAD"), State::Revision("HEAD".into()));
        assert_eq!(parse("main~3"), State::Revision("main~3".into()));
        assert_eq!(parse(":index"), State::Index);
        assert_eq!(parse(":worktree"), State::Worktree);
        assert_eq!(parse(":empty"), State::Empty);
        assert_eq!(parse("migrations"), State::Migrations);
        assert_eq!(parse("heads/migrations"), State::Revision("heads/migrations".into()));
        assert_eq!(
            parse("snapshot:drizzle/meta/0001.json"),
            State::Snapshot("drizzle/meta/0001.json".into())
        );
        assert_eq!(parse("postgresql://a/b"), State::Database("postgresql://a/b".into()));
        assert_eq!(parse("env:DATABASE_URL"), State::DatabaseVariable("DATABASE_URL".into()));
    }

    #[test]
    fn refuses_what_is_no_state() {
        for text in ["", ":idex", ":shared/db.ts", "snapshot:", "env:", "--base", "a\0b"] {
            assert_eq!(text.parse::<State>(), Err(ParseStateError(text.into())), "{text:?}");
        }
    }

    #[test]
    fn never_shows_a_password() {
        for (url, shown) in [
            (
                "postgres://ana:s3cret@db.example.com:5432/funds",
                "postgres://ana:***@db.example.com:5432/funds",
            ),
            ("postgres://ana:p@ss:w/ord@db/funds", "postgres://ana:***@db/funds"),
            ("postgres://ana@db/funds?password=s3cret", "postgres://ana@db/funds"),
            ("postgres://localhost/funds", "postgres://localhost/funds"),
        ] {
            assert_eq!(parse(url).to_string(), shown);
        }
    }
}
