//! Lowers expressions, patterns, functions and classes.

use swc_ecma_ast as ast;

use super::{Lowering, span_of};
use crate::typescript::syntax::{
    Argument, AssignOp, BinaryOp, Call, Expr, ExprKind, Key, LogicalOp, Member, Name, Pattern,
    PatternKind, Property, PropertyKind, Span, Tagged, UnaryOp,
};

/// A binary operator of either kind.
enum Operator {
    Binary(BinaryOp),
    Logical(LogicalOp),
}

impl Lowering<'_> {
    pub(super) fn expr(&mut self, expr: ast::Expr) -> Expr {
        let span = span_of(&expr);
        let kind = self.deeper(span, |this| this.expr_kind(expr, span));
        Expr { span, kind: kind.unwrap_or(ExprKind::Opaque("an expression nested too deeply")) }
    }

    fn boxed(&mut self, expr: ast::Expr) -> Box<Expr> {
        Box::new(self.expr(expr))
    }

    fn expr_kind(&mut self, expr: ast::Expr, span: Span) -> ExprKind {
        match expr {
            ast::Expr::This(_) => ExprKind::This,
            ast::Expr::Array(array) => ExprKind::Array(
                array.elems.into_iter().map(|element| element.map(|e| self.argument(e))).collect(),
            ),
            ast::Expr::Object(object) => {
                ExprKind::Object(object.props.into_iter().map(|p| self.property(p)).collect())
            }
            ast::Expr::Fn(function) => {
                let name = function.ident.map(|ident| self.name(&ident.sym));
                ExprKind::Function(self.function(*function.function, name, false))
            }
            ast::Expr::Unary(unary) => {
                let op = match unary.op {
                    ast::UnaryOp::Minus => UnaryOp::Minus,
                    ast::UnaryOp::Plus => UnaryOp::Plus,
                    ast::UnaryOp::Bang => UnaryOp::Not,
                    ast::UnaryOp::Tilde => UnaryOp::BitNot,
                    ast::UnaryOp::TypeOf => UnaryOp::TypeOf,
                    ast::UnaryOp::Void => UnaryOp::Void,
                    ast::UnaryOp::Delete => UnaryOp::Delete,
                };
                ExprKind::Unary(op, self.boxed(*unary.arg))
            }
            ast::Expr::Update(update) => {
                let by = if update.op == ast::UpdateOp::PlusPlus { 1.0 } else { -1.0 };
                ExprKind::Update(by, update.prefix, self.boxed(*update.arg))
            }
            ast::Expr::Bin(binary) => {
                let left = self.boxed(*binary.left);
                let right = self.boxed(*binary.right);
                match operator(binary.op) {
                    Operator::Binary(op) => ExprKind::Binary(op, left, right),
                    Operator::Logical(op) => ExprKind::Logical(op, left, right),
                }
            }
            ast::Expr::Assign(assign) => {
                let op = match assign.op.to_update().map(operator) {
                    None => AssignOp::Plain,
                    Some(Operator::Binary(op)) => AssignOp::Binary(op),
                    Some(Operator::Logical(op)) => AssignOp::Logical(op),
                };
                let target = self.assign_target(assign.left);
                ExprKind::Assign(op, Box::new(target), self.boxed(*assign.right))
            }
            ast::Expr::Member(member) => self.member(member, false),
            ast::Expr::SuperProp(property) => ExprKind::SuperMember(match property.prop {
                ast::SuperProp::Ident(ident) => Key::Name(self.name(&ident.sym)),
                ast::SuperProp::Computed(computed) => Key::Computed(self.boxed(*computed.expr)),
            }),
            ast::Expr::Cond(condition) => ExprKind::Conditional(
                self.boxed(*condition.test),
                self.boxed(*condition.cons),
                self.boxed(*condition.alt),
            ),
            ast::Expr::Call(call) => self.call(call),
            ast::Expr::New(new) => {
                let callee = self.boxed(*new.callee);
                ExprKind::New(callee, self.arguments(new.args.unwrap_or_default()))
            }
            ast::Expr::Seq(sequence) => {
                ExprKind::Sequence(sequence.exprs.into_iter().map(|e| self.expr(*e)).collect())
            }
            ast::Expr::Ident(ident) => ExprKind::Ident(self.used_name(&ident.sym)),
            ast::Expr::Lit(literal) => self.literal(literal),
            ast::Expr::Tpl(template) => {
                let texts = template.quasis.into_iter();
                let texts = texts.map(|text| {
                    let cooked = text.cooked.as_ref().map(|t| t.to_string_lossy());
                    self.name(&line_feeds(cooked.as_deref().unwrap_or_default()))
                });
                let texts = texts.collect();
                let expressions = template.exprs.into_iter().map(|e| self.expr(*e)).collect();
                ExprKind::Template(texts, expressions)
            }
            ast::Expr::TaggedTpl(tagged) => {
                let tag = self.expr(*tagged.tag);
                let mut cooked = Vec::new();
                let mut raw = Vec::new();
                for text in tagged.tpl.quasis {
                    let value = text.cooked.as_ref().map(|t| t.to_string_lossy());
                    cooked.push(value.map(|t| self.name(&line_feeds(&t))));
                    raw.push(self.name(&line_feeds(&text.raw)));
                }
                let expressions = tagged.tpl.exprs.into_iter().map(|e| self.expr(*e)).collect();
                ExprKind::Tagged(Box::new(Tagged { tag, cooked, raw, expressions }))
            }
            ast::Expr::Arrow(arrow) => ExprKind::Function(self.arrow(arrow, span)),
            ast::Expr::Class(class) => {
                let name = class.ident.map(|ident| self.name(&ident.sym));
                ExprKind::Class(self.class(*class.class, name))
            }
            ast::Expr::MetaProp(meta) => match meta.kind {
                ast::MetaPropKind::ImportMeta => ExprKind::ImportMeta,
                ast::MetaPropKind::NewTarget => ExprKind::Opaque("`new.target`"),
            },
            ast::Expr::Await(wait) => ExprKind::Await(self.boxed(*wait.arg)),
            ast::Expr::Paren(inner) => self.unwrapped(*inner.expr),
            ast::Expr::TsTypeAssertion(inner) => self.unwrapped(*inner.expr),
            ast::Expr::TsConstAssertion(inner) => self.unwrapped(*inner.expr),
            ast::Expr::TsNonNull(inner) => self.unwrapped(*inner.expr),
            ast::Expr::TsAs(inner) => self.unwrapped(*inner.expr),
            ast::Expr::TsInstantiation(inner) => self.unwrapped(*inner.expr),
            ast::Expr::TsSatisfies(inner) => self.unwrapped(*inner.expr),
            ast::Expr::OptChain(chain) => {
                ExprKind::Chain(Box::new(Expr { span, kind: self.chain(chain) }))
            }
            ast::Expr::Yield(_) => ExprKind::Opaque("`yield`"),
            ast::Expr::JSXElement(_)
            | ast::Expr::JSXFragment(_)
            | ast::Expr::JSXMember(_)
            | ast::Expr::JSXNamespacedName(_)
            | ast::Expr::JSXEmpty(_) => ExprKind::Opaque("JSX"),
            _ => ExprKind::Opaque("this syntax"),
        }
    }

    /// The kind of an expression that stands in wrappers without meaning at run time.
    fn unwrapped(&mut self, expr: ast::Expr) -> ExprKind {
        self.expr(expr).kind
    }

    fn used_name(&mut self, text: &str) -> Name {
        let name = self.name(text);
        self.used.insert(name);
        if matches!(text, "module" | "exports") {
            self.uses_commonjs = true;
        }
        name
    }

    fn literal(&mut self, literal: ast::Lit) -> ExprKind {
        match literal {
            ast::Lit::Str(text) => ExprKind::String(self.name(&text.value.to_string_lossy())),
            ast::Lit::Bool(value) => ExprKind::Bool(value.value),
            ast::Lit::Null(_) => ExprKind::Null,
            ast::Lit::Num(number) => ExprKind::Number(number.value),
            ast::Lit::BigInt(number) => ExprKind::BigInt(number.value.to_string().parse().ok()),
            ast::Lit::Regex(regex) => {
                ExprKind::Regex(self.name(&regex.exp), self.name(&regex.flags))
            }
            ast::Lit::JSXText(_) => ExprKind::Opaque("JSX"),
        }
    }

    fn argument(&mut self, argument: ast::ExprOrSpread) -> Argument {
        Argument { is_spread: argument.spread.is_some(), value: self.expr(*argument.expr) }
    }

    fn arguments(&mut self, arguments: Vec<ast::ExprOrSpread>) -> Vec<Argument> {
        arguments.into_iter().map(|argument| self.argument(argument)).collect()
    }

    fn member(&mut self, member: ast::MemberExpr, is_optional: bool) -> ExprKind {
        let span = span_of(&member.prop);
        let object = self.link(*member.obj);
        let property = match member.prop {
            ast::MemberProp::Ident(ident) => Key::Name(self.name(&ident.sym)),
            ast::MemberProp::PrivateName(name) => Key::Private(self.name(&name.name)),
            ast::MemberProp::Computed(computed) => self.computed(*computed.expr),
        };
        ExprKind::Member(Box::new(Member { object, property, span, is_optional }))
    }

    /// `[expression]` as a key; `["name"]` is `name`.
    fn computed(&mut self, expr: ast::Expr) -> Key {
        match expr {
            ast::Expr::Lit(ast::Lit::Str(text)) => {
                Key::Name(self.name(&text.value.to_string_lossy()))
            }
            expr => Key::Computed(self.boxed(expr)),
        }
    }

    /// The object or callee of a link: an optional chain inside is the same chain, unless parentheses
    /// end it.
    fn link(&mut self, expr: ast::Expr) -> Expr {
        match expr {
            ast::Expr::OptChain(chain) => {
                let span = span_of(&chain);
                let kind = self.deeper(span, |this| this.chain(chain));
                Expr { span, kind: kind.unwrap_or(ExprKind::Opaque("a chain that is too long")) }
            }
            ast::Expr::TsNonNull(inner) => self.link(*inner.expr),
            expr => self.expr(expr),
        }
    }

    fn chain(&mut self, chain: ast::OptChainExpr) -> ExprKind {
        match *chain.base {
            ast::OptChainBase::Member(member) => self.member(member, chain.optional),
            ast::OptChainBase::Call(call) => {
                let callee = self.link(*call.callee);
                let arguments = self.arguments(call.args);
                ExprKind::Call(Box::new(Call { callee, arguments, is_optional: chain.optional }))
            }
        }
    }

    fn call(&mut self, call: ast::CallExpr) -> ExprKind {
        match call.callee {
            ast::Callee::Super(_) => ExprKind::SuperCall(self.arguments(call.args)),
            ast::Callee::Import(_) => {
                let mut arguments = call.args.into_iter();
                let Some(first) = arguments.next() else { return ExprKind::Opaque("`import()`") };
                let request = match &*first.expr {
                    ast::Expr::Lit(ast::Lit::Str(text)) => {
                        Some(self.request(&text.value.to_string_lossy(), span_of(text)))
                    }
                    _ => None,
                };
                ExprKind::ImportCall(request, self.boxed(*first.expr))
            }
            ast::Callee::Expr(callee) => {
                if let (ast::Expr::Ident(ident), [argument]) = (&*callee, call.args.as_slice())
                    && ident.sym == "require"
                    && let ast::Expr::Lit(ast::Lit::Str(text)) = &*argument.expr
                {
                    return ExprKind::Require(
                        self.request(&text.value.to_string_lossy(), span_of(text)),
                    );
                }
                let callee = self.link(*callee);
                let arguments = self.arguments(call.args);
                ExprKind::Call(Box::new(Call { callee, arguments, is_optional: false }))
            }
        }
    }

    fn property(&mut self, property: ast::PropOrSpread) -> Property {
        let property = match property {
            ast::PropOrSpread::Spread(spread) => {
                let span = span_of(&spread);
                return Property { span, kind: PropertyKind::Spread(self.expr(*spread.expr)) };
            }
            ast::PropOrSpread::Prop(property) => *property,
        };
        match property {
            ast::Prop::Shorthand(ident) => {
                let span = span_of(&ident);
                let name = self.used_name(&ident.sym);
                let value = Expr { span, kind: ExprKind::Ident(name) };
                Property { span, kind: PropertyKind::Value(Key::Name(name), value) }
            }
            ast::Prop::KeyValue(pair) => {
                let span = span_of(&pair.key);
                let key = self.key(pair.key);
                Property { span, kind: PropertyKind::Value(key, self.expr(*pair.value)) }
            }
            ast::Prop::Assign(assign) => {
                let span = span_of(&assign.key);
                let key = Key::Name(self.name(&assign.key.sym));
                Property { span, kind: PropertyKind::Value(key, self.expr(*assign.value)) }
            }
            ast::Prop::Getter(getter) => {
                let span = span_of(&getter.key);
                let key = self.key(getter.key);
                let function = self.function(*getter.function, None, true);
                Property { span, kind: PropertyKind::Get(key, function) }
            }
            ast::Prop::Setter(setter) => {
                let span = span_of(&setter.key);
                let key = self.key(setter.key);
                let function = self.function(*setter.function, None, true);
                Property { span, kind: PropertyKind::Set(key, function) }
            }
            ast::Prop::Method(method) => {
                let span = span_of(&method.key);
                let key = self.key(method.key);
                let name = if let Key::Name(name) = key { Some(name) } else { None };
                let function = self.function(*method.function, name, true);
                let value = Expr { span: function.span, kind: ExprKind::Function(function) };
                Property { span, kind: PropertyKind::Value(key, value) }
            }
        }
    }

    pub(super) fn key(&mut self, key: ast::PropName) -> Key {
        match key {
            ast::PropName::Ident(ident) => Key::Name(self.name(&ident.sym)),
            ast::PropName::Str(text) => Key::Name(self.name(&text.value.to_string_lossy())),
            ast::PropName::Num(number) => {
                Key::Name(self.name(&crate::number::js_number_text(number.value)))
            }
            ast::PropName::BigInt(number) => Key::Name(self.name(&number.value.to_string())),
            ast::PropName::Computed(computed) => self.computed(*computed.expr),
        }
    }

    fn assign_target(&mut self, target: ast::AssignTarget) -> Pattern {
        match target {
            ast::AssignTarget::Pat(pattern) => self.pattern(pattern.into()),
            ast::AssignTarget::Simple(simple) => {
                let expr: Box<ast::Expr> = simple.into();
                self.target(*expr)
            }
        }
    }

    /// An expression as an assignment target.
    fn target(&mut self, expr: ast::Expr) -> Pattern {
        let expr = self.expr(expr);
        let span = expr.span;
        match expr.kind {
            ExprKind::Ident(name) => Pattern { span, kind: PatternKind::Name(name) },
            kind => Pattern { span, kind: PatternKind::Target(Box::new(Expr { span, kind })) },
        }
    }

    pub(super) fn pattern(&mut self, pattern: ast::Pat) -> Pattern {
        let span = span_of(&pattern);
        let kind = self.deeper(span, |this| this.pattern_kind(pattern));
        Pattern { span, kind: kind.unwrap_or(PatternKind::Array(Vec::new(), None)) }
    }

    fn pattern_kind(&mut self, pattern: ast::Pat) -> PatternKind {
        match pattern {
            ast::Pat::Ident(ident) => PatternKind::Name(self.name(&ident.id.sym)),
            ast::Pat::Array(array) => {
                let mut rest = None;
                let mut elements = Vec::new();
                for element in array.elems {
                    match element {
                        Some(ast::Pat::Rest(inner)) => {
                            rest = Some(Box::new(self.pattern(*inner.arg)));
                        }
                        element => elements.push(element.map(|e| self.pattern(e))),
                    }
                }
                PatternKind::Array(elements, rest)
            }
            ast::Pat::Object(object) => {
                let mut rest = None;
                let mut properties = Vec::new();
                for property in object.props {
                    match property {
                        ast::ObjectPatProp::KeyValue(pair) => {
                            let key = self.key(pair.key);
                            properties.push((key, self.pattern(*pair.value)));
                        }
                        ast::ObjectPatProp::Assign(assign) => {
                            let span = span_of(&assign);
                            let name = self.name(&assign.key.id.sym);
                            let mut target = Pattern { span, kind: PatternKind::Name(name) };
                            if let Some(value) = assign.value {
                                let value = self.boxed(*value);
                                let kind = PatternKind::Default(Box::new(target), value);
                                target = Pattern { span, kind };
                            }
                            properties.push((Key::Name(name), target));
                        }
                        ast::ObjectPatProp::Rest(inner) => {
                            rest = Some(Box::new(self.pattern(*inner.arg)));
                        }
                    }
                }
                PatternKind::Object(properties, rest)
            }
            ast::Pat::Assign(assign) => {
                let target = self.pattern(*assign.left);
                PatternKind::Default(Box::new(target), self.boxed(*assign.right))
            }
            ast::Pat::Rest(rest) => self.pattern(*rest.arg).kind,
            ast::Pat::Expr(expr) => self.target(*expr).kind,
            ast::Pat::Invalid(_) => PatternKind::Array(Vec::new(), None),
        }
    }
}

/// Line breaks in templates are line feeds, whatever the file has (ECMA-262 section 12.9.6).
fn line_feeds(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n").into()
    } else {
        text.into()
    }
}

fn operator(op: ast::BinaryOp) -> Operator {
    Operator::Binary(match op {
        ast::BinaryOp::LogicalOr => return Operator::Logical(LogicalOp::Or),
        ast::BinaryOp::LogicalAnd => return Operator::Logical(LogicalOp::And),
        ast::BinaryOp::NullishCoalescing => return Operator::Logical(LogicalOp::Nullish),
        ast::BinaryOp::EqEq => BinaryOp::Eq,
        ast::BinaryOp::NotEq => BinaryOp::NotEq,
        ast::BinaryOp::EqEqEq => BinaryOp::StrictEq,
        ast::BinaryOp::NotEqEq => BinaryOp::StrictNotEq,
        ast::BinaryOp::Lt => BinaryOp::Less,
        ast::BinaryOp::LtEq => BinaryOp::LessEq,
        ast::BinaryOp::Gt => BinaryOp::Greater,
        ast::BinaryOp::GtEq => BinaryOp::GreaterEq,
        ast::BinaryOp::LShift => BinaryOp::ShiftLeft,
        ast::BinaryOp::RShift => BinaryOp::ShiftRight,
        ast::BinaryOp::ZeroFillRShift => BinaryOp::ShiftRightZero,
        ast::BinaryOp::Add => BinaryOp::Add,
        ast::BinaryOp::Sub => BinaryOp::Sub,
        ast::BinaryOp::Mul => BinaryOp::Mul,
        ast::BinaryOp::Div => BinaryOp::Div,
        ast::BinaryOp::Mod => BinaryOp::Mod,
        ast::BinaryOp::BitOr => BinaryOp::BitOr,
        ast::BinaryOp::BitXor => BinaryOp::BitXor,
        ast::BinaryOp::BitAnd => BinaryOp::BitAnd,
        ast::BinaryOp::In => BinaryOp::In,
        ast::BinaryOp::InstanceOf => BinaryOp::InstanceOf,
        ast::BinaryOp::Exp => BinaryOp::Exp,
    })
}
