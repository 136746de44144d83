//! What one SQL statement does, as far as migrations are compared by it.

use crate::ident::QualifiedName;

/// One thing a statement does. Two statements that are written differently and do the same have
/// the same effects: `ADD COLUMN … NOT NULL` is an added column and a NOT NULL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// What is done.
    pub act: Act,
    /// The table, type, view … it is done to; `public` where none is said.
    pub on: QualifiedName,
    /// The column, constraint, index, label or policy; the new name of a rename; else empty.
    pub name: String,
    /// What has to be equal too: a type, an expression, the columns of a key; in normal form.
    pub detail: String,
    /// How it is done.
    pub manner: Vec<Manner>,
}

/// How something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// With `CASCADE`.
    Cascade,
    /// With `CONCURRENTLY`.
    Concurrently,
    /// With `NOT VALID`.
    NotValid,
    /// Without `WHERE`.
    EveryRow,
    /// `DROP "c"`, without the word `COLUMN`.
    WithoutKeyword,
}

/// What a statement can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are PostgreSQL's words")]
pub enum Act {
    CreateSchema,
    DropSchema,
    RenameSchema,
    CreateType,
    AddValue,
    RenameValue,
    DropType,
    RenameType,
    MoveType,
    CreateTable,
    DropTable,
    RenameTable,
    MoveTable,
    AddColumn,
    DropColumn,
    RenameColumn,
    SetType,
    SetNotNull,
    DropNotNull,
    SetDefault,
    DropDefault,
    SetIdentity,
    AlterIdentity,
    DropIdentity,
    SetGenerated,
    DropGenerated,
    AddPrimaryKey,
    AddForeignKey,
    AddUnique,
    AddCheck,
    AddOtherConstraint,
    ValidateConstraint,
    RenameConstraint,
    DropConstraint,
    CreateIndex,
    RenameIndex,
    DropIndex,
    CreateSequence,
    AlterSequence,
    DropSequence,
    CreateView,
    AlterView,
    DropView,
    CreatePolicy,
    AlterPolicy,
    DropPolicy,
    EnableRls,
    DisableRls,
    CreateRole,
    AlterRole,
    DropRole,
    /// Rows: nothing that a schema describes.
    Truncate,
    Delete,
    Update,
    Insert,
    /// What Drizzle does not describe.
    Trigger,
    DropTrigger,
    Grant,
    CreateExtension,
    Extension,
    Routine,
    Database,
    ReplicaIdentity,
    /// `BEGIN`, `COMMIT`, `ROLLBACK`, savepoints.
    Transaction,
    /// `SET lock_timeout = …`; the name is the parameter's.
    Setting,
    /// Code whose statements cannot be read: `EXECUTE`, another language.
    Opaque,
    /// Text that PostgreSQL's grammar does not read.
    Unreadable,
    /// Anything else.
    Other,
}

impl Effect {
    /// An effect on something.
    pub(super) fn new(act: Act, on: QualifiedName, name: impl Into<String>) -> Self {
        Self { act, on, name: name.into(), detail: String::new(), manner: Vec::new() }
    }

    /// The same with what has to be equal too.
    #[must_use]
    pub(super) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// The same, done in some manner.
    #[must_use]
    pub(super) fn when(mut self, condition: bool, manner: Manner) -> Self {
        if condition {
            self.manner.push(manner);
        }
        self
    }

    /// Whether it is done so.
    pub fn is(&self, manner: Manner) -> bool {
        self.manner.contains(&manner)
    }

    /// Whether it does the same to the same object, not looking at the details.
    pub(super) fn same_target(&self, other: &Self) -> bool {
        self.act == other.act && self.on == other.on && self.name == other.name
    }

    /// Whether it is one that a schema would describe.
    pub(super) fn is_described(&self) -> bool {
        !matches!(
            self.act,
            Act::Truncate
                | Act::Delete
                | Act::Update
                | Act::Insert
                | Act::Trigger
                | Act::DropTrigger
                | Act::Grant
                | Act::CreateExtension
                | Act::Extension
                | Act::Routine
                | Act::Database
                | Act::ReplicaIdentity
                | Act::Transaction
                | Act::Setting
                | Act::Opaque
                | Act::Unreadable
                | Act::Other
                | Act::ValidateConstraint
                | Act::RenameConstraint
                | Act::RenameIndex
                | Act::AddOtherConstraint
        )
    }

    /// Whether it takes ACCESS EXCLUSIVE on its table, which then is held until the run ends.
    pub fn locks_exclusively(&self) -> bool {
        matches!(
            self.act,
            Act::DropTable
                | Act::RenameTable
                | Act::MoveTable
                | Act::AddColumn
                | Act::DropColumn
                | Act::RenameColumn
                | Act::SetType
                | Act::SetNotNull
                | Act::DropNotNull
                | Act::SetDefault
                | Act::DropDefault
                | Act::SetIdentity
                | Act::AlterIdentity
                | Act::DropIdentity
                | Act::SetGenerated
                | Act::DropGenerated
                | Act::AddPrimaryKey
                | Act::AddUnique
                | Act::AddCheck
                | Act::AddOtherConstraint
                | Act::RenameConstraint
                | Act::DropConstraint
                | Act::EnableRls
                | Act::DisableRls
                | Act::Truncate
                | Act::ReplicaIdentity
        )
    }

    /// In words: "drop column public.funds.region".
    pub fn words(&self) -> String {
        match self.act {
            Act::Opaque => return "code that cannot be read".to_owned(),
            Act::Unreadable => return "text that cannot be read".to_owned(),
            _ => {}
        }
        let verb = format!("{:?}", self.act);
        let mut words = String::new();
        for letter in verb.chars() {
            if letter.is_uppercase() && !words.is_empty() {
                words.push(' ');
            }
            words.extend(letter.to_lowercase());
        }
        let words = words.replace(" rls", " row-level security");
        let global = matches!(
            self.act,
            Act::CreateSchema
                | Act::DropSchema
                | Act::RenameSchema
                | Act::CreateRole
                | Act::AlterRole
                | Act::DropRole
                | Act::Setting
                | Act::Transaction
                | Act::Opaque
                | Act::Unreadable
                | Act::Other
        );
        let on = if global { self.on.name.clone() } else { self.on.to_string() };
        match (on.is_empty(), self.name.as_str()) {
            (true, name) => format!("{words} {name}").trim_end().to_owned(),
            (false, "") => format!("{words} {on}"),
            (false, name) => format!("{words} {on}.{name}"),
        }
    }
}
