//! What an SQL condition says of one value: whether a CHECK lets a default pass.
//!
//! Only what comes out the same on every server is answered: numbers are compared exactly, text for
//! equality only (its order depends on the collation), and everything else is not known.

use std::cmp::Ordering;

use squawk_syntax::SourceFile;
use squawk_syntax::ast::{self, AstNode, BinOp, Expr, LitKind, PostfixOp, PrefixOp};

use super::{Base, SqlType};

/// How deep an expression may nest before it counts as not known.
const DEPTH: usize = 64;

/// A value that SQL can compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number, exactly.
    Number(Decimal),
    /// Text, or a label of an enum.
    Text(String),
    /// A truth value.
    Bool(bool),
    /// NULL.
    Null,
    /// Not NULL, and otherwise not known.
    Other,
}

/// `digits` × 10^-`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    /// Reads `12`, `-1.50`; nothing for exponents, infinities and what has more than 30 digits.
    fn parse(text: &str) -> Option<Self> {
        let (negative, plain) = match text.trim().strip_prefix('-') {
            Some(rest) => (true, rest.trim()),
            None => (false, text.trim()),
        };
        let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
        let fraction = fraction.trim_end_matches('0');
        let all = format!("{whole}{fraction}");
        if all.is_empty() || all.len() > 30 || !all.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let digits: i128 = all.parse().ok()?;
        let scale = u32::try_from(fraction.len()).ok()?;
        Some(Self { digits: if negative { -digits } else { digits }, scale })
    }

    fn compare(self, other: Self) -> Option<Ordering> {
        let scale = self.scale.max(other.scale);
        let at = |it: Self| it.digits.checked_mul(10_i128.checked_pow(scale - it.scale)?);
        Some(at(self)?.cmp(&at(other)?))
    }
}

/// The value that a default gives a column of a type. It is [`Value::Other`] where a literal is not stored
/// as it is written (PostgreSQL rounds, pads and refuses what does not fit), `None` where nothing is known.
pub fn stored(default: &str, ty: &SqlType) -> Option<Value> {
    let expression = parse(default)?;
    let Some(value) = evaluate(&expression, &|_| None, DEPTH) else {
        return is_never_null(&expression).then_some(Value::Other);
    };
    Some(fitting(value, ty).unwrap_or(Value::Other))
}

/// The SQLSTATE with which every insert fails that leaves a column of a type to a default that is too long
/// or too large for it. PostgreSQL takes such a default, and casts it at the insert (measured on 13 and 18).
pub fn unfit(default: &str, ty: &SqlType) -> Option<&'static str> {
    let value = evaluate(&parse(default)?, &|_| None, DEPTH).filter(|_| ty.dimensions == 0)?;
    let largest = match &ty.base {
        Base::Builtin("smallint") => i128::from(i16::MAX),
        Base::Builtin("integer") => i128::from(i32::MAX),
        Base::Builtin("bigint") => i128::from(i64::MAX),
        Base::Builtin("varchar") => {
            let Value::Text(text) = value else { return None };
            let length = i64::try_from(text.trim_end_matches(' ').chars().count()).ok()?;
            return (length > *ty.arguments.first()?).then_some("22001");
        }
        _ => return None,
    };
    let Value::Number(Decimal { digits, scale: 0 }) = value else { return None };
    (digits > largest || digits < -largest - 1).then_some("22003")
}

/// The usual functions that have a value whatever happens, and casts of literals.
fn is_never_null(expression: &Expr) -> bool {
    match expression {
        Expr::ParenExpr(it) => it.expr().is_some_and(|it| is_never_null(&it)),
        Expr::CastExpr(it) => it.expr().is_some_and(|it| is_never_null(&it)),
        Expr::Literal(it) => {
            !matches!(it.kind(), None | Some(LitKind::Null(_) | LitKind::Default(_)))
        }
        Expr::NameRef(it) => {
            matches!(name(it).as_str(), "current_timestamp" | "current_date" | "localtimestamp")
        }
        Expr::CallExpr(it) => {
            let Some(Expr::NameRef(function)) = it.expr() else { return false };
            matches!(name(&function).as_str(), "now" | "gen_random_uuid" | "uuid_generate_v4")
        }
        _ => false,
    }
}

/// A literal's value as a column of a type stores it, if that is what was written.
fn fitting(value: Value, ty: &SqlType) -> Option<Value> {
    if ty.dimensions > 0 && value != Value::Null {
        return None;
    }
    let number = |value: &Value| match value {
        Value::Number(number) => Some(*number),
        Value::Text(text) => Decimal::parse(text),
        Value::Bool(_) | Value::Null | Value::Other => None,
    };
    let at = |place: usize| ty.arguments.get(place).copied();
    match (&ty.base, value) {
        (_, Value::Null) => Some(Value::Null),
        (Base::Builtin("smallint" | "integer" | "bigint"), value) => {
            number(&value).filter(|it| it.scale == 0).map(Value::Number)
        }
        (Base::Builtin("numeric"), value) => {
            let scale = match (at(0), at(1)) {
                (None, _) => i64::MAX,
                (Some(_), scale) => scale.unwrap_or(0),
            };
            number(&value).filter(|it| i64::from(it.scale) <= scale).map(Value::Number)
        }
        // Integers that a float holds exactly.
        (Base::Builtin("real" | "double"), value) => number(&value)
            .filter(|it| it.scale == 0 && it.digits.unsigned_abs() < 1 << 24)
            .map(Value::Number),
        (Base::Builtin("text") | Base::Enum(_), Value::Text(text)) => Some(Value::Text(text)),
        (Base::Builtin("varchar"), Value::Text(text)) => {
            let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
            (length <= at(0).unwrap_or(i64::MAX)).then_some(Value::Text(text))
        }
        (Base::Builtin("boolean"), Value::Bool(value)) => Some(Value::Bool(value)),
        _ => None,
    }
}

/// What a condition is for rows in which some columns have known values, whatever the others have;
/// `None` where that is not known. A CHECK refuses `Some(Value::Bool(false))` alone: NULL passes
/// (manual, section 5.5.1).
pub fn holds(condition: &str, columns: &dyn Fn(&str) -> Option<Value>) -> Option<Value> {
    evaluate(&parse(condition)?, columns, DEPTH)
}

/// The one expression of a text.
fn parse(expression: &str) -> Option<Expr> {
    let parsed = SourceFile::parse(&format!("SELECT ({expression}\n)"));
    if !parsed.errors().is_empty() {
        return None;
    }
    let tree = parsed.tree();
    let mut statements = tree.stmts();
    let ast::Stmt::Select(select) = statements.next()? else { return None };
    let mut targets = select.select_clause()?.target_list()?.targets();
    let target = targets.next()?;
    let alone = statements.next().is_none() && targets.next().is_none();
    // The brackets are the outermost thing only where the text did not close them.
    let whole = |it: &Expr| alone && matches!(it, Expr::ParenExpr(_));
    target.expr().filter(whole).filter(|_| select.from_clause().is_none())
}

fn evaluate(
    expression: &Expr,
    columns: &dyn Fn(&str) -> Option<Value>,
    depth: usize,
) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let eval = |it: &Expr| evaluate(it, columns, depth);
    match expression {
        Expr::ParenExpr(it) => eval(&it.expr()?),
        Expr::Literal(it) => literal(it),
        Expr::NameRef(it) => columns(&name(it)),
        // Behind a name stands a column of the table; `(address).city` is a part of a value.
        Expr::FieldExpr(it) => match it.base()? {
            Expr::NameRef(_) | Expr::FieldExpr(_) => columns(&name(&it.field()?)),
            _ => None,
        },
        Expr::PrefixExpr(it) => match (it.op()?, eval(&it.expr()?)?) {
            (PrefixOp::Not(_), Value::Bool(value)) => Some(Value::Bool(!value)),
            (PrefixOp::Plus(_), Value::Number(value)) => Some(Value::Number(value)),
            (PrefixOp::Minus(_), Value::Number(value)) => {
                Some(Value::Number(Decimal { digits: -value.digits, ..value }))
            }
            (PrefixOp::Not(_) | PrefixOp::Plus(_) | PrefixOp::Minus(_), Value::Null) => {
                Some(Value::Null)
            }
            _ => None,
        },
        Expr::PostfixExpr(it) => {
            let null = eval(&it.expr()?)? == Value::Null;
            match it.op()? {
                PostfixOp::IsNull(_) => Some(Value::Bool(null)),
                PostfixOp::NotNull(_) => Some(Value::Bool(!null)),
                _ => None,
            }
        }
        Expr::BetweenExpr(it) => {
            if it.between_symmetry().is_some() {
                return None;
            }
            let target = eval(&it.target()?);
            let above = compare(target.as_ref(), eval(&it.start()?).as_ref(), Ordering::is_ge);
            let below = compare(target.as_ref(), eval(&it.end()?).as_ref(), Ordering::is_le);
            let inside = junction(above, below, false)?;
            if it.not_token().is_some() { negate(&inside) } else { Some(inside) }
        }
        Expr::BinExpr(it) => binary(it, &eval),
        Expr::CastExpr(it) => {
            let value = eval(&it.expr()?)?;
            if value == Value::Null {
                return Some(Value::Null);
            }
            let text = it.ty()?.syntax().text().to_string().to_ascii_lowercase();
            let kept = matches!(text.trim(), "text" | "varchar" | "character varying");
            (matches!(value, Value::Text(_)) && kept).then_some(value)
        }
        Expr::CallExpr(it) => call(it, &eval),
        Expr::ArrayExpr(_)
        | Expr::CaseExpr(_)
        | Expr::Collate(_)
        | Expr::IndexExpr(_)
        | Expr::SliceExpr(_)
        | Expr::TupleExpr(_) => None,
    }
}

fn literal(literal: &ast::Literal) -> Option<Value> {
    match literal.kind()? {
        LitKind::True(_) => Some(Value::Bool(true)),
        LitKind::False(_) => Some(Value::Bool(false)),
        LitKind::Null(_) => Some(Value::Null),
        LitKind::IntNumber(token) | LitKind::NumericNumber(token) => {
            Decimal::parse(token.text()).map(Value::Number)
        }
        LitKind::String(_) => literal.string_value().map(Value::Text),
        LitKind::BitString(_)
        | LitKind::ByteString(_)
        | LitKind::Default(_)
        | LitKind::DollarQuotedString(_)
        | LitKind::EscString(_)
        | LitKind::NationalString(_)
        | LitKind::Off(_)
        | LitKind::On(_)
        | LitKind::PositionalParam(_)
        | LitKind::UnicodeEscString(_) => None,
    }
}

/// A name as PostgreSQL folds it.
fn name(name: &ast::NameRef) -> String {
    let text = name.syntax().text().to_string();
    let text = text.trim();
    match text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => text.to_lowercase(),
    }
}

fn binary(it: &ast::BinExpr, eval: &dyn Fn(&Expr) -> Option<Value>) -> Option<Value> {
    let (left, right) = (it.lhs()?, it.rhs()?);
    let compared =
        |wanted: fn(Ordering) -> bool| compare(eval(&left).as_ref(), eval(&right).as_ref(), wanted);
    match it.op()? {
        BinOp::And(_) => junction(eval(&left), eval(&right), false),
        BinOp::Or(_) => junction(eval(&left), eval(&right), true),
        BinOp::Eq(_) => compared(Ordering::is_eq),
        BinOp::Neq(_) | BinOp::Neqb(_) => compared(Ordering::is_ne),
        BinOp::LAngle(_) => compared(Ordering::is_lt),
        BinOp::Lteq(_) => compared(Ordering::is_le),
        BinOp::RAngle(_) => compared(Ordering::is_gt),
        BinOp::Gteq(_) => compared(Ordering::is_ge),
        BinOp::In(_) => within(eval(&left).as_ref(), &right, eval),
        BinOp::NotIn(_) => negate(&within(eval(&left).as_ref(), &right, eval)?),
        BinOp::Is(_) => Some(Value::Bool(is(&eval(&left)?, &eval(&right)?)?)),
        BinOp::IsNot(_) => Some(Value::Bool(!is(&eval(&left)?, &eval(&right)?)?)),
        BinOp::CustomOp(operator) if operator.syntax().text() == "||" => None,
        // What these make of values is not followed; of NULL they make NULL (`pg_proc.proisstrict`), all
        // but `||`, which joins arrays.
        BinOp::CustomOp(_)
        | BinOp::Ilike(_)
        | BinOp::Like(_)
        | BinOp::Minus(_)
        | BinOp::NotIlike(_)
        | BinOp::NotLike(_)
        | BinOp::Percent(_)
        | BinOp::Plus(_)
        | BinOp::Slash(_)
        | BinOp::Star(_) => {
            let null = Some(Value::Null);
            (eval(&left) == null || eval(&right) == null).then_some(Value::Null)
        }
        _ => None,
    }
}

/// `value IS NULL`, `IS TRUE`, `IS FALSE`.
fn is(value: &Value, other: &Value) -> Option<bool> {
    match (value, other) {
        (_, Value::Null) => Some(*value == Value::Null),
        (Value::Bool(_) | Value::Null, Value::Bool(_)) => Some(value == other),
        _ => None,
    }
}

/// AND (`or` false) and OR with three truth values and not knowing: one side may decide alone.
fn junction(left: Option<Value>, right: Option<Value>, or: bool) -> Option<Value> {
    let decides = Some(Value::Bool(or));
    if left == decides || right == decides {
        return decides;
    }
    match (left?, right?) {
        (Value::Null, Value::Null | Value::Bool(_)) | (Value::Bool(_), Value::Null) => {
            Some(Value::Null)
        }
        (Value::Bool(_), Value::Bool(_)) => Some(Value::Bool(!or)),
        _ => None,
    }
}

fn negate(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(value) => Some(Value::Bool(!value)),
        Value::Null => Some(Value::Null),
        Value::Number(_) | Value::Text(_) | Value::Other => None,
    }
}

/// A comparison; NULL on either side makes it NULL.
fn compare(
    left: Option<&Value>,
    right: Option<&Value>,
    wanted: fn(Ordering) -> bool,
) -> Option<Value> {
    if left == Some(&Value::Null) || right == Some(&Value::Null) {
        return Some(Value::Null);
    }
    let order = match (left?, right?) {
        (Value::Number(left), Value::Number(right)) => left.compare(*right)?,
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (Value::Text(left), Value::Text(right)) if left == right => Ordering::Equal,
        // Which of two texts comes first is the collation's: only where both answers are the same is
        // it known.
        (Value::Text(_), Value::Text(_)) if wanted(Ordering::Less) == wanted(Ordering::Greater) => {
            Ordering::Less
        }
        _ => return None,
    };
    Some(Value::Bool(wanted(order)))
}

/// `value IN (…)`.
fn within(
    value: Option<&Value>,
    list: &Expr,
    eval: &dyn Fn(&Expr) -> Option<Value>,
) -> Option<Value> {
    let items: Vec<Expr> = match list {
        Expr::TupleExpr(it) => it.exprs().collect(),
        Expr::ParenExpr(it) => vec![it.expr()?],
        _ => return None,
    };
    let mut found = Some(Value::Bool(false));
    for item in items {
        found = junction(found, compare(value, eval(&item).as_ref(), Ordering::is_eq), true);
    }
    found
}

/// `length(…)` and its other names.
fn call(it: &ast::CallExpr, eval: &dyn Fn(&Expr) -> Option<Value>) -> Option<Value> {
    let Expr::NameRef(function) = it.expr()? else { return None };
    if !matches!(name(&function).as_str(), "length" | "char_length" | "character_length") {
        return None;
    }
    let arguments = it.arg_list()?;
    let mut inner = arguments.syntax().descendants().filter_map(Expr::cast);
    let argument = inner.next()?;
    let whole = arguments.syntax().text().to_string();
    let alone = whole.trim_matches(['(', ')', ' ']) == argument.syntax().text().to_string().trim();
    match eval(&argument).filter(|_| alone)? {
        Value::Text(text) => {
            let digits = i128::try_from(text.chars().count()).ok()?;
            Some(Value::Number(Decimal { digits, scale: 0 }))
        }
        Value::Null => Some(Value::Null),
        Value::Number(_) | Value::Bool(_) | Value::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Value, holds, stored, unfit};
    use crate::postgres::SqlType;

    /// What a condition on `n` says of a default.
    fn of(condition: &str, ty: &str, default: &str) -> Option<Value> {
        let value = stored(default, &SqlType::parse(ty))?;
        holds(condition, &|name| (name == "n").then(|| value.clone()))
    }

    #[test]
    fn numbers_are_compared_exactly() {
        let yes = Some(Value::Bool(true));
        let no = Some(Value::Bool(false));
        assert_eq!(of("\"funds\".\"n\" > 0", "integer", "1"), yes);
        assert_eq!(of("funds.n > 0", "integer", "0"), no);
        assert_eq!(of("n >= -1.50", "numeric(10, 2)", "'-1.5'"), yes);
        assert_eq!(of("N BETWEEN 0 AND 100", "integer", "100"), yes);
        assert_eq!(of("n not between 0 and 100", "integer", "100"), no);
        assert_eq!(of("n <> 7", "bigint", "7"), no);
        // Rounded when it is stored.
        assert_eq!(of("n > 0", "numeric(10, 2)", "0.001"), None);
        assert_eq!(of("n > 0", "integer", "1.5"), None);
        assert_eq!(of("n > 0", "real", "0.1"), None);
        assert_eq!(of("n > 0", "real", "2"), yes);
        assert_eq!(of("n > 0", "integer", "12345678901234567890123456789012345"), None);
    }

    #[test]
    fn text_is_compared_for_equality() {
        let yes = Some(Value::Bool(true));
        let no = Some(Value::Bool(false));
        assert_eq!(of("n IN ('open', 'it''s')", "text", "'it''s'"), yes);
        assert_eq!(of("n in ('open')", "text", "'closed'::text"), no);
        assert_eq!(of("n not in ('open', 'closed')", "varchar(6)", "'closed'"), no);
        assert_eq!(of("n <> 'open'", "text", "'closed'"), yes);
        assert_eq!(of("n > 'a'", "text", "'b'"), None);
        assert_eq!(of("n >= 'a'", "text", "'a'"), yes);
        assert_eq!(of("char_length(n) = 3 and length(\"n\") < 4", "text", "'EUR'"), yes);
        // Refused or padded when it is stored.
        assert_eq!(of("n = 'EUR'", "varchar(2)", "'EUR'"), None);
        assert_eq!(of("n = 'EUR'", "char(3)", "'EUR'"), None);
        assert_eq!(of("n = '{}'", "text[]", "'{}'"), None);
    }

    #[test]
    fn what_does_not_fit_fails_at_the_insert() {
        let of = |default: &str, ty: &str| unfit(default, &SqlType::parse(ty));
        assert_eq!(of("'EURO'", "varchar(3)"), Some("22001"));
        assert_eq!(of("'EUR '", "varchar(3)"), None);
        assert_eq!(of("'EURO'", "varchar"), None);
        assert_eq!(of("40000", "smallint"), Some("22003"));
        assert_eq!(of("-32768", "smallint"), None);
        assert_eq!(of("40000", "integer"), None);
        assert_eq!(of("now()", "varchar(3)"), None);
    }

    #[test]
    fn one_side_may_decide() {
        let yes = Some(Value::Bool(true));
        let no = Some(Value::Bool(false));
        assert_eq!(of("n > 0 AND n < other", "integer", "0"), no);
        assert_eq!(of("n > 0 AND n < other", "integer", "1"), None);
        assert_eq!(of("other IS NULL OR n >= 0", "integer", "0"), yes);
        assert_eq!(of("(n IS NOT NULL) AND NOT (n = 3)", "integer", "4"), yes);
        assert_eq!(of("n IS NULL", "integer", "4"), no);
        assert_eq!(of("n = NULL", "integer", "4"), Some(Value::Null));
        assert_eq!(of("n IN (1, NULL)", "integer", "4"), Some(Value::Null));
        assert_eq!(of("n is true", "boolean", "true"), yes);
        assert_eq!(of("n", "boolean", "false"), no);
    }

    #[test]
    fn operators_make_null_of_null() {
        let of = |condition: &str| holds(condition, &|name| (name == "n").then_some(Value::Null));
        for condition in
            ["n > 0", "n + m > 0", "n ~ '^a'", "n::date < m", "n like 'a%'", "n in (m)"]
        {
            assert_eq!(of(condition), Some(Value::Null), "{condition}");
        }
        assert_eq!(of("n || m = 'a'"), None);
        assert_eq!(of("coalesce(n, 0) > 0"), None);
    }

    #[test]
    fn everything_else_is_not_known() {
        for condition in
            ["n ~ '^a'", "lower(n) = 'a'", "n = any(array['a'])", "n = ", "n) or (true"]
        {
            assert_eq!(of(condition, "text", "'a'"), None, "{condition}");
        }
        assert_eq!(of("n > 0", "timestamp", "now()"), None);
        assert_eq!(of("(address).n > 0", "integer", "1"), None);
        for (ty, default) in [
            ("timestamp", "now()"),
            ("time", "'12:00'"),
            ("text[]", "'{}'::text[]"),
            ("date", "CURRENT_DATE"),
        ] {
            assert_eq!(of("n IS NOT NULL", ty, default), Some(Value::Bool(true)), "{default}");
            assert_eq!(of("n = '12:00'", ty, default), None);
        }
        assert_eq!(of("n IS NULL", "text", "current_setting('app.name')"), None);
        assert_eq!(of("n IS TRUE", "boolean", "'t'"), None);
        let deep = format!("{}n = 1{}", "(".repeat(100), ")".repeat(100));
        assert_eq!(of(&deep, "integer", "1"), None);
    }
}
