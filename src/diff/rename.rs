//! Renames that somebody stated: `--rename`, `[[rename]]`.

use std::fmt;
use std::str::FromStr;

use crate::ident::QualifiedName;

/// One stated rename.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rename {
    /// A table, also into another schema.
    Table {
        /// Its name in the base.
        from: QualifiedName,
        /// Its name in the head.
        to: QualifiedName,
    },
    /// A column.
    Column {
        /// Its table, as it is called in the head.
        table: QualifiedName,
        /// Its name in the base.
        from: String,
        /// Its name in the head.
        to: String,
    },
    /// An enum, a sequence or a view, also into another schema.
    Object {
        /// Which of them.
        kind: RenameKind,
        /// Its name in the base.
        from: QualifiedName,
        /// Its name in the head.
        to: QualifiedName,
    },
    /// A schema or a role.
    Global {
        /// Which of them.
        kind: RenameKind,
        /// Its name in the base.
        from: String,
        /// Its name in the head.
        to: String,
    },
    /// A value of an enum.
    EnumValue {
        /// The enum, as it is called in the head.
        enumeration: QualifiedName,
        /// The value in the base.
        from: String,
        /// The value in the head.
        to: String,
    },
    /// A policy of a table.
    Policy {
        /// Its table, as it is called in the head.
        table: QualifiedName,
        /// Its name in the base.
        from: String,
        /// Its name in the head.
        to: String,
    },
}

/// What [`Rename::Object`] and [`Rename::Global`] rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum RenameKind {
    Enum,
    Sequence,
    View,
    Schema,
    Role,
}

/// A rename that does not read as one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a rename; write table:public.old=public.new or column:public.table.old=new")]
pub struct ParseRenameError(pub String);

impl FromStr for Rename {
    type Err = ParseRenameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseRenameError(text.to_owned());
        let (kind, rest) = text.split_once(':').ok_or_else(error)?;
        let (from, to) = rest.split_once('=').ok_or_else(error)?;
        if from.is_empty() || to.is_empty() {
            return Err(error());
        }
        let qualified = |name: &str| match name.split_once('.') {
            Some((schema, name)) => QualifiedName::new(schema, name),
            None => QualifiedName::public(name),
        };
        let object = |kind| Rename::Object { kind, from: qualified(from), to: qualified(to) };
        let global = |kind| Rename::Global { kind, from: from.to_owned(), to: to.to_owned() };
        let in_table = || {
            let (table, from) = from.rsplit_once('.').ok_or_else(error)?;
            let to = to.rsplit_once('.').map_or(to, |(_, to)| to);
            Ok((qualified(table), from.to_owned(), to.to_owned()))
        };
        Ok(match kind {
            "table" => Rename::Table { from: qualified(from), to: qualified(to) },
            "column" => {
                let (table, from, to) = in_table()?;
                Rename::Column { table, from, to }
            }
            "policy" => {
                let (table, from, to) = in_table()?;
                Rename::Policy { table, from, to }
            }
            "value" => {
                let (enumeration, from, _) = in_table()?;
                Rename::EnumValue { enumeration, from, to: to.to_owned() }
            }
            "enum" => object(RenameKind::Enum),
            "sequence" => object(RenameKind::Sequence),
            "view" => object(RenameKind::View),
            "schema" => global(RenameKind::Schema),
            "role" => global(RenameKind::Role),
            _ => return Err(error()),
        })
    }
}

impl fmt::Display for Rename {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table { from, to } => write!(f, "table:{from}={to}"),
            Self::Column { table, from, to } => write!(f, "column:{table}.{from}={to}"),
            Self::Policy { table, from, to } => write!(f, "policy:{table}.{from}={to}"),
            Self::EnumValue { enumeration, from, to } => {
                write!(f, "value:{enumeration}.{from}={to}")
            }
            Self::Object { kind, from, to } => write!(f, "{}:{from}={to}", kind.word()),
            Self::Global { kind, from, to } => write!(f, "{}:{from}={to}", kind.word()),
        }
    }
}

impl RenameKind {
    fn word(self) -> &'static str {
        match self {
            Self::Enum => "enum",
            Self::Sequence => "sequence",
            Self::View => "view",
            Self::Schema => "schema",
            Self::Role => "role",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for text in [
            "table:public.old=public.new",
            "column:public.users.mail=email",
            "enum:public.a=sales.b",
            "schema:a=b",
            "policy:public.users.a=b",
            "value:public.status.draft=open",
        ] {
            assert_eq!(text.parse::<Rename>().map(|r| r.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(
            "column:users.mail=users.email".parse::<Rename>().map(|r| r.to_string()),
            Ok("column:public.users.mail=email".to_owned())
        );
        assert!("users=people".parse::<Rename>().is_err());
        assert!("column:mail=email".parse::<Rename>().is_err());
    }
}
