//! What parses but is refused by esbuild, with which drizzle-kit loads files: one name declared or
//! exported twice, as an unlucky merge leaves it (seen with esbuild 0.25 over some forty forms).

use std::collections::HashMap;

use super::statement::declared_names;
use crate::typescript::syntax::{Export, Name, Span, Stmt, StmtKind, VarKind};

/// How a statement declares its names, as far as declarations exclude each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Var,
    /// `let`, `const`
    Lexical,
    Class,
    Function,
    Enum,
    Namespace,
}

impl Kind {
    fn of(statement: &StmtKind) -> Option<Self> {
        Some(match statement {
            StmtKind::Var(VarKind::Var, _) => Self::Var,
            StmtKind::Var(..) => Self::Lexical,
            StmtKind::Class(..) => Self::Class,
            StmtKind::Function(..) => Self::Function,
            StmtKind::Enum(_) => Self::Enum,
            StmtKind::Namespace(..) => Self::Namespace,
            _ => return None,
        })
    }

    /// Whether two declarations of one name in one block exclude each other. Of a function body's own
    /// functions the last one wins; those of a module do exclude each other.
    fn excludes(self, other: Self, is_module: bool) -> bool {
        match (self, other) {
            (Self::Class, Self::Namespace) | (Self::Namespace, Self::Class) => false,
            (Self::Lexical | Self::Class, _) | (_, Self::Lexical | Self::Class) => true,
            (Self::Function, Self::Function) => is_module,
            (Self::Var | Self::Function | Self::Enum | Self::Namespace, _) => false,
        }
    }
}

/// The first name that a block declares twice where it may not, and the second declaration.
pub(super) fn declared_twice(statements: &[Stmt], is_module: bool) -> Option<(Name, Span)> {
    let mut seen: HashMap<Name, Kind> = HashMap::new();
    let mut twice = None;
    for statement in statements {
        let Some(kind) = Kind::of(&statement.kind) else { continue };
        declared_names(&statement.kind, &mut |name| {
            if let Some(before) = seen.insert(name, kind)
                && before.excludes(kind, is_module)
            {
                twice.get_or_insert((name, statement.span));
            }
        });
        if twice.is_some() {
            break;
        }
    }
    twice
}

/// The first name that a module exports twice, and the second export.
pub(super) fn exported_twice(exports: &[Export]) -> Option<(Name, Span)> {
    let mut seen = std::collections::HashSet::new();
    exports.iter().find(|export| !seen.insert(export.name)).map(|export| (export.name, export.span))
}

#[cfg(test)]
mod tests {
    use super::super::{Language, parse};

    fn refused(text: &str) -> Option<String> {
        let error = parse(text.as_bytes(), Language::TypeScript).err()?;
        Some(format!("{}:{} {}", error.line, error.column, error.message))
    }

    #[test]
    fn a_name_exported_twice_is_refused_at_the_second() {
        let text = "export const funds = 1;\nconst rounds = 2;\nexport { rounds as funds };\n";
        assert_eq!(refused(text), Some("3:10 `funds` is exported twice".to_owned()));
        let text = "export default 1;\nexport { x as default } from './x';\n";
        assert_eq!(refused(text), Some("2:10 `default` is exported twice".to_owned()));
        assert_eq!(
            refused("export const a = 1; export type { a as b } from './x'; export const b = 1;"),
            None
        );
    }

    #[test]
    fn a_name_declared_twice_is_refused_at_the_second() {
        let text = "const funds = 1;\nexport const funds = 2;\n";
        assert_eq!(refused(text), Some("2:1 `funds` is declared twice".to_owned()));
        for text in [
            "export function f() { const a = 1; let a = 2; }",
            "export function f() {} function f() {}",
            "enum A { x } const A = 1;",
            "class A {} var A = 1;",
        ] {
            assert!(refused(text).is_some(), "{text}");
        }
    }

    #[test]
    fn declarations_that_merge_are_not_refused() {
        for text in [
            "var a = 1; var a = 2; export {}",
            "var a = 1; function a() {} export {}",
            "enum A { x } enum A { y } export { A }",
            "export enum A { x } export enum A { y }",
            "export namespace A { export const x = 1 } export namespace A { export const y = 2 }",
            "export function f() {} export namespace f { export const x = 1 }",
            "export class A {} export namespace A { export const x = 1 }",
            "function a() {} namespace a { export const x = 1 } export { a }",
            "class A {} namespace A { export const x = 1 } export { A }",
            "export function f(a: string): void; export function f(a: unknown) {}",
            "type A = 1; const A = 1; export { A }",
            "declare const a: number; const a = 1; export { a }",
            "export function f() { function a() {} function a() {} }",
            "import { a } from 'x'; const a = 1; export { a }",
            "const a = 1; { const a = 2; } export { a }",
        ] {
            assert_eq!(refused(text), None, "{text}");
        }
    }
}
