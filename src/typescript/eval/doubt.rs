//! Running code of which nobody knows whether it runs.

use std::rc::Rc;

use super::Evaluation;
use crate::typescript::syntax::{Expr, ExprKind, Key, Stmt, StmtKind};
use crate::typescript::value::{Abrupt, Unknown, Value};

/// Doubts inside doubts that are still followed. Beyond, what stands under an unknown condition is not
/// run at all: a recursion under an unknown condition has to end somewhere, and everything it could
/// give is unknown already.
const MAX_DOUBTS: u32 = 5;

impl Evaluation<'_> {
    /// Runs `work` in doubt. `None` when it threw, or when doubts are nested too deeply.
    pub(super) fn in_doubt<T>(
        &mut self,
        because: Rc<Unknown>,
        work: impl FnOnce(&mut Self) -> Result<T, Abrupt>,
    ) -> Result<Option<T>, Abrupt> {
        if self.doubt_depth >= MAX_DOUBTS {
            return Ok(None);
        }
        let outer = self.doubt.replace(because);
        self.doubt_depth += 1;
        let result = work(self);
        self.doubt_depth -= 1;
        self.doubt = outer;
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Abrupt::Throw(..)) => Ok(None),
            Err(abrupt) => Err(abrupt),
        }
    }

    /// Runs `work` free of doubt: another module is evaluated, whoever asked for it.
    pub(crate) fn without_doubt<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.doubt.take();
        let depth = std::mem::take(&mut self.doubt_depth);
        let result = work(self);
        self.doubt = outer;
        self.doubt_depth = depth;
        result
    }

    /// What is really written when `value` is written: an unknown, while in doubt.
    pub(super) fn written(&mut self, old: Option<&Value>, value: Value) -> Value {
        let Some(doubt) = &self.doubt else { return value };
        let doubt = Value::Unknown(doubt.clone());
        match old {
            Some(old) => self.derive("written in doubt", &[doubt, old.clone(), value]),
            None => self.derive("written in doubt", &[doubt, value]),
        }
    }
}

/// Whether a statement always ends by throwing or leaving the process.
pub(super) fn always_throws(statement: &Stmt, name: &dyn Fn(u32) -> bool) -> bool {
    match &statement.kind {
        StmtKind::Throw(_) => true,
        StmtKind::Expr(expr) => exits(expr, name),
        StmtKind::Block(block) => block.statements.iter().any(|s| always_throws(s, name)),
        StmtKind::If(_, then, Some(other)) => {
            always_throws(then, name) && always_throws(other, name)
        }
        _ => false,
    }
}

/// `process.exit(…)`; `is_process_exit` tells the names `process` and `exit` by their numbers.
fn exits(expr: &Expr, is_process_exit: &dyn Fn(u32) -> bool) -> bool {
    if let ExprKind::Call(call) = &expr.kind
        && let ExprKind::Member(member) = &call.callee.kind
        && let (ExprKind::Ident(object), Key::Name(property)) =
            (&member.object.kind, &member.property)
    {
        return is_process_exit(object.0) && is_process_exit(property.0);
    }
    false
}
