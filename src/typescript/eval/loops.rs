//! Loops.

use std::rc::Rc;

use super::Evaluation;
use super::scope::Scope;
use super::statement::{Completion, Maybe};
use crate::typescript::syntax::{Expr, For, ForEach, Name, Stmt, VarKind};
use crate::typescript::value::{Abrupt, Unknown, Value};

/// What a loop does after a turn.
enum Turn {
    Next,
    Stop,
    Leave(Completion),
    Doubt(Maybe),
}

impl Evaluation<'_> {
    pub(super) fn for_loop(
        &mut self,
        each: &For,
        scope: &Rc<Scope>,
        label: Option<Name>,
    ) -> Result<Completion, Abrupt> {
        let scope = Scope::inside(scope);
        if let Some(init) = &each.init {
            self.stmt(init, &scope, None)?;
        }
        self.repeat(each.test.as_ref(), each.update.as_ref(), &each.body, true, &scope, label)
    }

    /// `while`, `do … while` and what is left of `for (;;)`.
    pub(super) fn repeat(
        &mut self,
        test: Option<&Expr>,
        update: Option<&Expr>,
        body: &Stmt,
        test_first: bool,
        scope: &Rc<Scope>,
        label: Option<Name>,
    ) -> Result<Completion, Abrupt> {
        let mut scope = scope.clone();
        let mut is_first = true;
        loop {
            if let Some(test) = test
                && (test_first || !is_first)
            {
                let test = self.expr(test, &scope)?;
                match Self::truthy(&test) {
                    Ok(true) => {}
                    Ok(false) => return Ok(Completion::Normal),
                    Err(unknown) => {
                        return self.doubtful_turns(unknown, |this| {
                            let completion = this.stmt(body, &scope, None)?;
                            if let Some(update) = update {
                                this.expr(update, &scope)?;
                            }
                            Ok(completion)
                        });
                    }
                }
            }
            is_first = false;
            let completion = self.stmt(body, &scope, None)?;
            match turn(completion, label) {
                Turn::Next => {}
                Turn::Stop => return Ok(Completion::Normal),
                Turn::Leave(completion) => return Ok(completion),
                Turn::Doubt(maybe) => {
                    return self.doubtful_rest(maybe, |this| {
                        if let Some(update) = update {
                            this.expr(update, &scope)?;
                        }
                        if let Some(test) = test {
                            this.expr(test, &scope)?;
                        }
                        this.stmt(body, &scope, None)
                    });
                }
            }
            // A closure made in the body keeps this turn's variables.
            if update.is_some() && scope.is_kept.get() && !scope.bindings.borrow().is_empty() {
                let fresh = match &scope.parent {
                    Some(parent) => Scope::inside(parent),
                    None => scope.clone(),
                };
                fresh.bindings.replace(scope.bindings.borrow().clone());
                scope = fresh;
            }
            if let Some(update) = update {
                self.expr(update, &scope)?;
            }
        }
    }

    /// A loop of which nobody knows how often it turns: the body runs in doubt until a second time has
    /// seen what the first wrote.
    pub(super) fn doubtful_turns(
        &mut self,
        unknown: Rc<Unknown>,
        mut turn: impl FnMut(&mut Self) -> Result<Completion, Abrupt>,
    ) -> Result<Completion, Abrupt> {
        let start = Maybe { unknown, returns: false, labelled: false };
        self.doubtful_rest(start, &mut turn)
    }

    pub(super) fn doubtful_rest(
        &mut self,
        mut maybe: Maybe,
        mut turn: impl FnMut(&mut Self) -> Result<Completion, Abrupt>,
    ) -> Result<Completion, Abrupt> {
        for _ in 0..2 {
            let because = maybe.unknown.clone();
            match self.in_doubt(because, |this| turn(this))? {
                Some(completion) => maybe = self.merge(maybe, completion),
                None => break,
            }
        }
        // Jumps inside the loop end with it; returns and jumps to labels go on.
        Ok(if maybe.returns || maybe.labelled {
            Completion::Maybe(maybe)
        } else {
            Completion::Normal
        })
    }

    pub(super) fn for_in(
        &mut self,
        each: &ForEach,
        scope: &Rc<Scope>,
        label: Option<Name>,
    ) -> Result<Completion, Abrupt> {
        let subject = self.expr(&each.subject, scope)?;
        if matches!(subject, Value::Undefined | Value::Null) {
            return Ok(Completion::Normal);
        }
        let keys = match self.own_keys(&subject)? {
            Ok(keys) => Ok(keys.into_iter().map(Value::String).collect()),
            Err(unknown) => Err(unknown),
        };
        self.for_each(each, keys, scope, label)
    }

    pub(super) fn for_of(
        &mut self,
        each: &ForEach,
        scope: &Rc<Scope>,
        label: Option<Name>,
    ) -> Result<Completion, Abrupt> {
        let subject = self.expr(&each.subject, scope)?;
        let elements = if each.is_await {
            let unknown = self.derive_unknown("`for await` is only known at run time", &[subject]);
            Err(unknown)
        } else {
            self.iterate(&subject)?
        };
        self.for_each(each, elements, scope, label)
    }

    pub(super) fn for_each(
        &mut self,
        each: &ForEach,
        elements: Result<Vec<Value>, Rc<Unknown>>,
        scope: &Rc<Scope>,
        label: Option<Name>,
    ) -> Result<Completion, Abrupt> {
        let how = each.kind.and_then(|kind| match kind {
            VarKind::Var => None,
            VarKind::Let => Some(false),
            VarKind::Const => Some(true),
        });
        let run = |this: &mut Self, element: Value| {
            let scope = Scope::inside(scope);
            this.bind(&each.target, element, &scope, how)?;
            this.stmt(&each.body, &scope, None)
        };
        let elements = match elements {
            Ok(elements) => elements,
            Err(unknown) => {
                let element = self.derive("element", &[Value::Unknown(unknown.clone())]);
                return self.doubtful_turns(unknown, |this| run(this, element.clone()));
            }
        };
        for element in elements {
            let completion = run(self, element.clone())?;
            match turn(completion, label) {
                Turn::Next => {}
                Turn::Stop => return Ok(Completion::Normal),
                Turn::Leave(completion) => return Ok(completion),
                Turn::Doubt(maybe) => {
                    let element =
                        self.derive("element", &[Value::Unknown(maybe.unknown.clone()), element]);
                    return self.doubtful_rest(maybe, |this| run(this, element.clone()));
                }
            }
        }
        Ok(Completion::Normal)
    }
}

fn turn(completion: Completion, label: Option<Name>) -> Turn {
    match completion {
        Completion::Normal | Completion::Continue(None) => Turn::Next,
        Completion::Continue(to) if to == label => Turn::Next,
        Completion::Break(None) => Turn::Stop,
        Completion::Break(to) if to == label => Turn::Stop,
        Completion::Maybe(maybe) => Turn::Doubt(maybe),
        completion => Turn::Leave(completion),
    }
}
