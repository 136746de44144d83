//! Environment variables: what is stated of them, and what is taken for granted of the others.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::digest;
use super::value::{Unknown, Value};
use crate::origin::Origin;

/// What is known of the environment in which drizzle-kit runs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variables {
    /// Stated variables: their text, or `None` for one that is not set.
    pub stated: BTreeMap<String, Option<String>>,
    /// What holds for the others.
    pub others: Others,
}

/// What holds for a variable of which nothing is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Others {
    /// Nobody knows whether it is set. What depends on it is unknown.
    #[default]
    Unknown,
    /// Where the code asks whether it is there, it is not: `process.env.TIER ?? "basic"` is `"basic"`.
    /// Where its text is needed, it stays unknown. A branch that only throws is not taken for it: a
    /// program that insists on a variable runs where the variable is set.
    Unset,
}

/// A variable that is taken as not set, shared by all values that stand for it.
#[derive(Debug)]
pub struct Absence {
    name: String,
    origin: Origin,
    relied_on: Cell<bool>,
    suspended: Rc<Cell<bool>>,
}

/// The environment of one evaluation.
#[derive(Debug, Default)]
pub(super) struct Environment {
    variables: Variables,
    absent: RefCell<BTreeMap<String, Rc<Absence>>>,
    suspended: Rc<Cell<bool>>,
}

impl Environment {
    pub(super) fn new(variables: Variables) -> Self {
        Self { variables, ..Self::default() }
    }

    /// What reading `process.env.NAME` at `origin` gives; `None` when nothing is known of it.
    pub(super) fn read(&self, path: &str, why: &str, origin: &Origin) -> Option<Value> {
        let name = path.strip_prefix("process.env.")?;
        match self.variables.stated.get(name) {
            Some(Some(text)) => return Some(Value::String(text.as_str().into())),
            Some(None) => return Some(Value::Undefined),
            None if self.variables.others == Others::Unknown => return None,
            None => {}
        }
        let mut absent = self.absent.borrow_mut();
        let absence = absent.entry(name.to_owned()).or_insert_with(|| {
            Rc::new(Absence {
                name: name.to_owned(),
                origin: origin.clone(),
                relied_on: Cell::new(false),
                suspended: self.suspended.clone(),
            })
        });
        Some(Value::Unknown(Rc::new(Unknown {
            absence: Some(absence.clone()),
            ..Unknown::new(why, origin.clone(), digest::of_text(path))
        })))
    }

    /// Takes nothing as absent until [`Environment::resume`]; says what held before.
    pub(super) fn suspend(&self) -> bool {
        self.suspended.replace(true)
    }

    /// Goes back to what held before [`Environment::suspend`].
    pub(super) fn resume(&self, before: bool) {
        self.suspended.set(before);
    }

    /// The variables whose absence decided something, by name, and where each was first read.
    pub(super) fn relied_on(&self) -> Vec<(String, Origin)> {
        let absent = self.absent.borrow();
        let relied_on = absent.values().filter(|it| it.relied_on.get());
        relied_on.map(|it| (it.name.clone(), it.origin.clone())).collect()
    }
}

impl Unknown {
    /// Whether the code, which asks whether this is there, is to be told that it is not. Asking is
    /// relying on it.
    pub(super) fn is_taken_as_absent(&self) -> bool {
        match &self.absence {
            Some(absence) if !absence.suspended.get() => {
                absence.relied_on.set(true);
                true
            }
            _ => false,
        }
    }
}

impl Value {
    /// The value to a question about presence: `undefined` for a variable that is taken as not set.
    pub(super) fn presence(self) -> Self {
        match &self {
            Self::Unknown(unknown) if unknown.is_taken_as_absent() => Self::Undefined,
            _ => self,
        }
    }

    /// Whether `value?.key` stops here.
    pub(super) fn is_absent(&self) -> bool {
        match self {
            Self::Undefined | Self::Null => true,
            Self::Unknown(unknown) => unknown.is_taken_as_absent(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;
    use crate::typescript::{Evaluation, Host, Limits, ParseCache, on_large_stack};

    struct NoHost;

    impl Host for NoHost {
        fn module(&self, _specifier: &str) -> Option<Value> {
            None
        }
    }

    /// What an expression gives where `TIER=pro`, `DEBUG` is not set and nothing is known of others;
    /// and whose absence it relied on.
    fn evaluate(text: &str, others: Others) -> (String, Vec<String>) {
        let stated = [("TIER", Some("pro")), ("DEBUG", None)];
        let stated = stated.map(|(name, text)| (name.to_owned(), text.map(str::to_owned)));
        let files = MemoryFiles::new([("main.ts", text)]);
        on_large_stack(|| {
            let cache = ParseCache::default();
            let mut evaluation = Evaluation::new(&files, &NoHost, &cache, Limits::default())
                .with_variables(Variables { stated: stated.into(), others });
            let exports = evaluation.exports("main.ts").expect("a module");
            assert_eq!(evaluation.thrown("main.ts").map(|it| it.message), None, "{text}");
            let value =
                exports.iter().find(|(name, _)| &**name == "x").expect("an export").1.clone();
            let relied_on = evaluation.taken_as_unset().into_iter().map(|(name, _)| name).collect();
            (format!("{value:?}"), relied_on)
        })
        .expect("a thread")
    }

    fn unset(expression: &str) -> (String, Vec<String>) {
        evaluate(&format!("export const x = {expression};"), Others::Unset)
    }

    #[test]
    fn stated_variables_are_known_and_others_are_not() {
        for others in [Others::Unknown, Others::Unset] {
            let of = |text: &str| evaluate(&format!("export const x = {text};"), others).0;
            assert_eq!(of("process.env.TIER"), "\"pro\"");
            assert_eq!(of("process.env['TI' + 'ER'] + 's'"), "\"pros\"");
            assert_eq!(of("process.env.DEBUG ?? 'none'"), "\"none\"");
            let unknown = "unknown(`process.env.REGION` is only known at run time)";
            assert_eq!(of("process.env.REGION"), unknown);
            assert_eq!(of("`${process.env.REGION}_funds`"), unknown);
            assert_eq!(of("Number(process.env.REGION)"), unknown);
        }
        let (value, relied_on) =
            evaluate("export const x = process.env.REGION ?? 'eu';", Others::Unknown);
        assert_eq!(value, "unknown(`process.env.REGION` is only known at run time)");
        assert_eq!(relied_on, Vec::<String>::new());
    }

    #[test]
    fn absence_answers_every_question_about_presence() {
        for (expression, value) in [
            ("process.env.REGION ?? 'eu'", "\"eu\""),
            ("process.env.REGION || 'eu'", "\"eu\""),
            ("process.env.REGION ? 1 : 2", "2"),
            ("!process.env.REGION", "true"),
            ("process.env.REGION === 'us'", "false"),
            ("process.env.REGION != null", "false"),
            ("typeof process.env.REGION", "\"undefined\""),
            ("process.env.REGION?.split(',') ?? 3", "3"),
            ("(({ REGION = 'eu' }) => REGION)(process.env)", "\"eu\""),
            ("((region = 'eu') => region)(process.env.REGION)", "\"eu\""),
        ] {
            assert_eq!(
                unset(expression),
                (value.to_owned(), vec!["REGION".to_owned()]),
                "{expression}"
            );
        }
    }

    #[test]
    fn what_insists_on_a_variable_runs_where_it_is_set() {
        let unknown = "unknown(`process.env.URL` is only known at run time)";
        for text in [
            "const url = process.env.URL; if (!url) throw new Error('URL is missing'); export const x = url;",
            "const fail = () => { throw new Error('URL is missing') }; \
             export const x = process.env.URL ?? fail();",
        ] {
            assert_eq!(evaluate(text, Others::Unset).0, unknown, "{text}");
        }
    }
}
