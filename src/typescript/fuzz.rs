//! Programs that nobody would write: none of them may panic, hang or overflow the stack.

use proptest::prelude::*;

use super::*;
use crate::files::MemoryFiles;

struct NoHost;

impl Host for NoHost {
    fn module(&self, _specifier: &str) -> Option<Value> {
        None
    }
}

/// Evaluates a program with small budgets; the result does not matter.
fn survives(text: &str) -> Result<usize, Error> {
    let files = MemoryFiles::new([
        ("main.ts", text),
        ("other.ts", "import { v } from './main'; export const w = v; export * from './main';"),
        ("data.json", "{\"a\": [1, 2, {\"b\": null}]}"),
    ]);
    on_large_stack(|| {
        let cache = ParseCache::default();
        let limits = Limits { steps: 20_000, depth: 1_000, memory: 50_000 };
        let mut evaluation = Evaluation::new(&files, &NoHost, &cache, limits);
        evaluation.exports("main.ts").map(|exports| exports.len())
    })?
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "a",
        "b",
        "c",
        "this",
        "undefined",
        "null",
        "0",
        "-1",
        "1.5",
        "NaN",
        "10n",
        "'x'",
        "''",
        "'é😀'",
        "[]",
        "{}",
        "({})",
        "/a.b*/g",
        "process.env.A",
        "Math",
        "Object",
        "Array",
        "String",
        "JSON",
        "new Map([[1, 2]])",
        "new Set('abc')",
        "Symbol('s')",
        "new Date(0)",
        "(() => 1)",
        "arguments",
        "function () { return this }",
        "class { static s = 1; m() { return super.m() } }",
        "w",
        "data",
        "ns",
        "external",
        "import.meta",
        "async () => 1",
        "globalThis",
        "E",
        "E.A",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(5, 40, 4, |inner| {
        let e = inner.clone();
        let key = prop::sample::select(vec![
            "a",
            "length",
            "map",
            "push",
            "toString",
            "prototype",
            "constructor",
            "join",
            "then",
            "0",
            "slice",
            "replace",
            "keys",
            "entries",
            "filter",
            "reduce",
            "sort",
            "call",
            "bind",
            "split",
            "padStart",
            "repeat",
            "assign",
            "from",
            "fromEntries",
            "stringify",
            "splice",
            "fill",
            "flat",
            "concat",
            "name",
            "raw",
            "toFixed",
            "at",
            "get",
            "set",
            "forEach",
            "freeze",
            "create",
            "defineProperty",
            "max",
            "toISOString",
            "__proto__",
            "localeCompare",
            "lastIndexOf",
        ]);
        let op = prop::sample::select(vec![
            "+",
            "-",
            "*",
            "/",
            "%",
            "**",
            "==",
            "===",
            "<",
            ">=",
            "<<",
            ">>>",
            "&",
            "&&",
            "||",
            "??",
            "in",
            "instanceof",
            ",",
        ]);
        let assign = prop::sample::select(vec!["=", "+=", "??=", "&&=", "**=", ">>>="]);
        prop_oneof![
            (e.clone(), op, e.clone()).prop_map(|(a, op, b)| format!("(({a}) {op} ({b}))")),
            (e.clone(), key.clone()).prop_map(|(a, k)| format!("({a})['{k}']")),
            (e.clone(), key.clone(), e.clone())
                .prop_map(|(a, k, b)| format!("({a})?.['{k}']?.({b})")),
            (e.clone(), key.clone(), prop::collection::vec(e.clone(), 0..3))
                .prop_map(|(a, k, args)| format!("({a})['{k}']({})", args.join(", "))),
            (e.clone(), prop::collection::vec(e.clone(), 0..3))
                .prop_map(|(a, args)| format!("({a})({})", args.join(", "))),
            (e.clone(), e.clone()).prop_map(|(a, b)| format!("new ({a})(...[{b}])")),
            (e.clone(), e.clone(), e.clone()).prop_map(|(a, b, c)| format!("({a} ? {b} : {c})")),
            prop::collection::vec(e.clone(), 0..4).prop_map(|v| format!("[...{}]", array(&v))),
            (key.clone(), e.clone(), e.clone()).prop_map(|(k, a, b)| {
                format!("({{ '{k}': {a}, ...({b}), get g() {{ return this }}, [{a}]: 1 }})")
            }),
            (e.clone(), e.clone()).prop_map(|(a, b)| format!("`t${{{a}}}u${{{b}}}`")),
            (e.clone(), e.clone()).prop_map(|(a, b)| format!("({a})`t${{{b}}}`")),
            (e.clone(), assign, e.clone()).prop_map(|(a, op, b)| format!("(({a})['k'] {op} {b})")),
            e.clone().prop_map(|a| format!("(a = {a})")),
            e.clone().prop_map(|a| format!("([a, {{ b, ...c }} = {a}, ...c] = {a})")),
            e.clone().prop_map(|a| format!("(typeof delete ({a}).k)")),
            e.clone().prop_map(|a| format!("((p = {a}, ...q) => ({a}))")),
            e.clone().prop_map(|a| format!(
                "(class extends ({a}) {{ f = {a}; #p = 1; static s = {a} }})"
            )),
            e.prop_map(|a| format!(
                "(function f(n) {{ if ({a}) return {a}; return f(n - 1) }})(3)"
            )),
        ]
    })
}

fn array(elements: &[String]) -> String {
    format!("[{}]", elements.join(", "))
}

fn statement() -> impl Strategy<Value = String> {
    let simple = expression().prop_map(|e| format!("{e};"));
    let leaf = prop_oneof![
        4 => simple,
        1 => prop::sample::select(vec![
            "break;", "continue;", "return 1;", "throw a;", "break l;", "continue l;", "var h = 1;",
            "let a = 1;", "function g() { return g }", "enum F { A, B = 'x', C = A }", ";",
            "namespace N { export const q = a }",
        ]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        let s = inner.clone();
        prop_oneof![
            (expression(), s.clone(), s.clone())
                .prop_map(|(e, a, b)| format!("if ({e}) {{ {a} }} else {{ {b} }}")),
            (expression(), s.clone()).prop_map(|(e, a)| format!("l: while ({e}) {{ {a} }}")),
            (expression(), s.clone())
                .prop_map(|(e, a)| format!("l: for (const k of {e}) {{ {a} }}")),
            (expression(), s.clone()).prop_map(|(e, a)| format!("for (var k in {e}) {{ {a} }}")),
            (expression(), s.clone())
                .prop_map(|(e, a)| format!("for (let i = 0; i < {e}; i++) {{ {a} }}")),
            (s.clone(), s.clone(), s.clone()).prop_map(|(a, b, c)| {
                format!("try {{ {a} }} catch ({{ message }}) {{ {b} }} finally {{ {c} }}")
            }),
            (expression(), expression(), s.clone(), s.clone()).prop_map(|(e, f, a, b)| {
                format!("switch ({e}) {{ case {f}: {a} default: {b} }}")
            }),
            s.prop_map(|a| format!("(() => {{ {a} }})();")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn programs_end(statements in prop::collection::vec(statement(), 1..6)) {
        let text = format!(
            "import {{ w }} from './other'; import data from './data.json'; import * as ns from './other';
             import {{ external }} from 'external'; let a: any = {{ k: [1, 2] }}; var b: any; let c: any;
             enum E {{ A, B }} export let v: any = 1;\n{}\nexport {{ a }};",
            statements.join("\n")
        );
        let _ = survives(&text);
    }

    #[test]
    fn token_soup_is_refused_or_ends(tokens in prop::collection::vec(prop::sample::select(vec![
        "(", ")", "[", "]", "{", "}", "=>", "=", "a", "b", ";", ",", ".", "?.", "`", "${", "const", "let",
        "export", "default", "import", "from", "'./other'", "*", "as", "class", "extends", "function",
        "async", "await", "yield", "<", ">", "/", "?", ":", "enum", "type", "declare", "@", "#p", "1",
        "\\u{1F600}", "\"\\uD800\"", "\u{feff}", "//", "/*", "*/", "\n", "\r\n", "!", "...", "new", "of",
        "in", "for", "return", "static", "get", "satisfies",
    ]), 0..40)) {
        let _ = survives(&tokens.join(" "));
    }
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let files = MemoryFiles::new([("main.ts", b"export const a = 1;\n\xff\xfe".as_slice())]);
    let error = on_large_stack(|| {
        let cache = ParseCache::default();
        Evaluation::new(&files, &NoHost, &cache, Limits::default()).exports("main.ts").err()
    });
    let message = error.unwrap().map(|error| error.to_string());
    assert_eq!(message.as_deref(), Some("main.ts:2:1: the file is not UTF-8; save it as UTF-8"));
}

#[test]
fn nesting_without_end_is_refused() {
    for (before, unit) in [
        ("x = ", "("),
        ("x = ", "!"),
        ("x = ", "typeof "),
        ("x = ", "a => "),
        ("x = ", "a ? b : "),
        ("x = a", "<a"),
        ("x = `", "${`"),
        ("", "while (1) "),
        ("", "for (;;) "),
        ("", "if (1) {} else "),
        ("type A = ", "keyof "),
        ("", "a: "),
    ] {
        let text = format!("{before}{}", unit.repeat(300_000));
        assert!(matches!(survives(&text), Err(Error::Syntax { .. })), "{unit}");
    }
}

#[test]
fn long_chains_are_refused_or_evaluated() {
    let text = format!("export const x = a{};", ".b()".repeat(20_000));
    assert!(survives(&text).is_err());
    let text = format!("export const x = 0{};", " + 1".repeat(900));
    assert_eq!(survives(&text).unwrap(), 1);
}

#[test]
fn budgets_stop_what_does_not_end() {
    for text in [
        "while (true) {}",
        "const f = () => f(); f();",
        "let s = 'x'; while (true) s += s;",
        "const a = [1]; while (true) a.push(...a);",
        "const a: any = {}; for (let i = 0; ; i++) a[i] = i;",
        "'x'.padStart(1e12)",
        "'x'.repeat(1e12)",
        "new Array(4e9).map(() => 1)",
        "Array.from({ length: 1e12 })",
        "const a: any[] = []; a[4294967290] = 1;",
    ] {
        assert!(matches!(survives(text), Err(Error::Budget { .. })), "{text}");
    }
}

#[test]
fn deep_values_are_dropped_without_recursion() {
    let text = "let x: any = null; for (let i = 0; i < 3000; i++) { x = { next: x, f: () => x, a: [x] } } export { x };";
    let files = MemoryFiles::new([("main.ts", text)]);
    let count = on_large_stack(|| {
        let cache = ParseCache::default();
        let mut evaluation = Evaluation::new(&files, &NoHost, &cache, Limits::default());
        evaluation.exports("main.ts").map(|exports| exports.len())
    });
    assert_eq!(count.unwrap().unwrap(), 1);
}
