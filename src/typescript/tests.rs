//! Small cases over the whole room: files in memory → exports as text.

use super::*;
use crate::files::MemoryFiles;

struct NoHost;

impl Host for NoHost {
    fn module(&self, _specifier: &str) -> Option<Value> {
        None
    }
}

/// The exports of `main.ts` as `name: value` lines.
fn exports_of(files: &[(&str, &str)]) -> Result<Vec<String>, Error> {
    exports_at(files, "main.ts")
}

fn exports_at(files: &[(&str, &str)], path: &str) -> Result<Vec<String>, Error> {
    let files = MemoryFiles::new(files.iter().copied());
    let result = on_large_stack(|| {
        let cache = ParseCache::default();
        let mut evaluation = Evaluation::new(&files, &NoHost, &cache, Limits::default());
        let exports = evaluation.exports(path)?;
        Ok(exports
            .iter()
            .map(|(name, value)| format!("{name}: {}", show(&mut evaluation, value)))
            .collect())
    });
    result?
}

fn show(evaluation: &mut Evaluation<'_>, value: &Value) -> String {
    match value {
        Value::Undefined => "undefined".to_owned(),
        Value::String(text) => format!("{text:?}"),
        Value::Symbol(_) => "symbol".to_owned(),
        Value::Unknown(unknown) => format!("unknown({})", unknown.why),
        Value::Function(function) => format!("function {}", function.name().unwrap_or("")),
        Value::Native(native) => format!("native {}", native.name),
        Value::BigInt(number) => format!("{number}n"),
        Value::Array(_) => match evaluation.iterate(value) {
            Ok(Ok(elements)) => {
                let elements: Vec<String> = elements.iter().map(|e| show(evaluation, e)).collect();
                format!("[{}]", elements.join(", "))
            }
            Ok(Err(unknown)) => format!("[unknown({})]", unknown.why),
            Err(_) => "[throws]".to_owned(),
        },
        Value::Object(_) | Value::Host(_) => match evaluation.own_entries(value) {
            Ok(Ok(entries)) => {
                let entries: Vec<String> =
                    entries.iter().map(|(k, v)| format!("{k}: {}", show(evaluation, v))).collect();
                format!("{{{}}}", entries.join(", "))
            }
            Ok(Err(unknown)) => format!("{{unknown({})}}", unknown.why),
            Err(_) => "{throws}".to_owned(),
        },
        value => match evaluation.text_of(value) {
            Ok(Value::String(text)) => text.to_string(),
            _ => format!("{value:?}"),
        },
    }
}

/// `export const x = <expression>` evaluated.
fn value_of(expression: &str) -> String {
    program(&format!("export const x = {expression};"))
}

/// The value of `x` after a program.
fn program(text: &str) -> String {
    match exports_of(&[("main.ts", text)]) {
        Ok(lines) => lines
            .iter()
            .find_map(|line| line.strip_prefix("x: "))
            .map_or_else(|| format!("no x in {lines:?}"), str::to_owned),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn operators_are_those_of_javascript() {
    assert_eq!(value_of("1 + 2 * 3"), "7");
    assert_eq!(value_of("'a' + 1 + null"), "\"a1null\"");
    assert_eq!(value_of("0.1 + 0.2"), "0.30000000000000004");
    assert_eq!(value_of("[1, [2, 3]] + ''"), "\"1,2,3\"");
    assert_eq!(value_of("7 % -3"), "1");
    assert_eq!(value_of("2 ** 10"), "1024");
    assert_eq!(value_of("-7 >>> 28"), "15");
    assert_eq!(value_of("1 << 31"), "-2147483648");
    assert_eq!(value_of("null ?? 'x'"), "\"x\"");
    assert_eq!(value_of("0 || 'x'"), "\"x\"");
    assert_eq!(value_of("'10' == 10"), "true");
    assert_eq!(value_of("null == undefined"), "true");
    assert_eq!(value_of("NaN === NaN"), "false");
    assert_eq!(value_of("typeof (() => 1)"), "\"function\"");
    assert_eq!(value_of("typeof null"), "\"object\"");
    assert_eq!(value_of("'b' in { a: 1, b: 2 }"), "true");
    assert_eq!(value_of("(1, 2)"), "2");
    assert_eq!(value_of("10n ** 20n"), "100000000000000000000n");
    assert_eq!(value_of("`${1}-${'a'}-${[1, 2]}`"), "\"1-a-1,2\"");
}

#[test]
fn objects_keep_the_order_of_javascript() {
    assert_eq!(
        value_of("({ b: 1, 2: 'two', a: 3, 1: 'one' })"),
        "{1: \"one\", 2: \"two\", b: 1, a: 3}"
    );
    assert_eq!(value_of("({ ...{ a: 1, b: 2 }, a: 3 })"), "{a: 3, b: 2}");
    assert_eq!(value_of("({ ['k' + 1]: 1, get g() { return this.k1 + 1 } })"), "{k1: 1, g: 2}");
    assert_eq!(value_of("({ ...(false && { a: 1 }), ...null })"), "{}");
}

#[test]
fn destructuring_takes_defaults_and_rests() {
    let text = "const { a, b: { c = 5 } = {}, ...rest } = { a: 1, d: 2, e: 3 }; export const x = [a, c, rest];";
    assert_eq!(program(text), "[1, 5, {d: 2, e: 3}]");
    let text = "const [p, , q = 9, ...r] = [1, 2, undefined, 4, 5]; export const x = [p, q, r];";
    assert_eq!(program(text), "[1, 9, [4, 5]]");
    let text = "let p = 1, q = 2; [p, q] = [q, p]; export const x = [p, q];";
    assert_eq!(program(text), "[2, 1]");
    let text = "const f = ({ n = 'none', ...o }: any = {}, ...more: any[]) => [n, o, more]; export const x = [f(), f({ n: 1, z: 2 }, 3)];";
    assert_eq!(program(text), "[[\"none\", {}, []], [1, {z: 2}, [3]]]");
}

#[test]
fn functions_close_over_their_scope() {
    let text = "const fs: any[] = []; for (let i = 0; i < 3; i++) fs.push(() => i); export const x = fs.map((f) => f());";
    assert_eq!(program(text), "[0, 1, 2]");
    let text = "const fs: any[] = []; for (var i = 0; i < 3; i++) fs.push(() => i); export const x = fs.map((f) => f());";
    assert_eq!(program(text), "[3, 3, 3]");
    let text =
        "export const x = f(3); function f(n: number): number { return n < 2 ? 1 : n * f(n - 1) }";
    assert_eq!(program(text), "6");
}

#[test]
fn classes_have_fields_statics_and_parents() {
    let text = "
        abstract class Base<T> { static kind = 'base'; #n = 2; constructor(readonly name: string) {}
            get double() { return this.#n * 2 } label() { return `base ${this.name}` } }
        class Fund extends Base<string> { extra = this.name + '!'; constructor() { super('fund') }
            label() { return super.label() + ' fund' } static make() { return new this() } }
        const f = Fund.make();
        export const x = [f, f.double, f.label(), Fund.kind, f instanceof Base, f instanceof Error];";
    assert_eq!(
        program(text),
        "[{name: \"fund\", extra: \"fund!\"}, 4, \"base fund fund\", \"base\", true, false]"
    );
}

#[test]
fn enums_and_namespaces_are_objects() {
    let text = "enum E { A, B = 5, C, D = 'd', F = B | 2 } export const x = [Object.values(E), E[5], E.C, E.F];";
    assert_eq!(program(text), "[[\"A\", \"B\", \"C\", \"F\", 0, 5, 6, \"d\", 7], \"B\", 6, 7]");
    let text = "namespace N { export const a = 1; const hidden = 2; export namespace M { export const b = a + hidden } } export const x = N;";
    assert_eq!(
        program(text),
        "{M: {b: 3}, a: 1}".replace("{M: {b: 3}, a: 1}", "{a: 1, M: {b: 3}}")
    );
}

#[test]
fn unknowns_say_why() {
    assert_eq!(
        value_of("process.env.TIER === 'pro' ? 1 : 2"),
        "unknown(`process.env.TIER` is only known at run time)"
    );
    assert_eq!(
        value_of("[1, Math.random()]"),
        "[1, unknown(`Math.random()` is only known at run time)]"
    );
    let files = [(
        "main.ts",
        "import { createId } from '@paralleldrive/cuid2'; export const x = createId();",
    )];
    assert_eq!(
        exports_of(&files).unwrap(),
        ["x: unknown(`@paralleldrive/cuid2` is outside the repository)"]
    );
}

#[test]
fn a_branch_in_doubt_makes_what_it_writes_unknown() {
    let unknown = "unknown(`process.env.A` is only known at run time)";
    let text = "let v = 1; if (process.env.A) { v = 2 } export const x = v;";
    assert_eq!(program(text), unknown);
    let text = "const o: any = { a: 1, b: 2 }; if (process.env.A) { o.b = 3 } export const x = o;";
    assert_eq!(program(text), format!("{{a: 1, b: {unknown}}}"));
    let text = "const list = [1]; if (process.env.A) list.push(2); export const x = list;";
    assert_eq!(program(text), format!("[{unknown}]"));
    let text = "const f = () => { if (process.env.A) return 1; return 2 }; export const x = f();";
    assert_eq!(program(text), unknown);
    let text = "if (!process.env.A) throw new Error('A is missing'); export const x = 1;";
    assert_eq!(program(text), "1");
    let text = "if (!process.env.A) { console.error('A'); process.exit(1) } export const x = 1;";
    assert_eq!(program(text), "1");
    let text =
        "let v = 1; for (const k of process.env.A.split(',')) { v += 1 } export const x = v;";
    assert_eq!(program(text), unknown);
    let text = "let v = 1; process.env.A && (v = 2); export const x = v;";
    assert_eq!(program(text), unknown);
}

#[test]
fn exceptions_are_caught() {
    let text = "let v; try { null.x } catch (e: any) { v = [e instanceof TypeError, e.message] } finally { v.push('f') } export const x = v;";
    assert_eq!(program(text), "[true, \"cannot read properties of null (reading 'x')\", \"f\"]");
}

#[test]
fn modules_export_in_the_order_of_esbuild() {
    let files = [
        (
            "main.ts",
            "export * from './b'; export * from './a'; export const z = 1; export default 2; export { z as Y };",
        ),
        ("a.ts", "export const a2 = 1, a1 = 2; export const z = 'hidden';"),
        ("b.ts", "export const b = 3; export default 'no'; export type T = number;"),
    ];
    assert_eq!(
        exports_of(&files).unwrap(),
        ["Y: 1", "default: 2", "z: 1", "b: 3", "a1: 2", "a2: 1"]
    );
}

#[test]
fn imports_may_be_cyclic() {
    let files = [
        ("main.ts", "import { later } from './b'; export const a = 1; export const x = later();"),
        ("b.ts", "import { a } from './main'; export const later = () => a + 1;"),
    ];
    assert_eq!(exports_of(&files).unwrap(), ["a: 1", "x: 2"]);
}

#[test]
fn a_default_export_read_too_early_is_undefined() {
    let files = [
        ("main.ts", "import { early } from './b'; export const x = early; export default 1;"),
        ("b.ts", "import it from './main'; export const early = String(it);"),
    ];
    assert_eq!(exports_of(&files).unwrap(), ["default: 1", "x: \"undefined\""]);
}

#[test]
fn entry_files_fail_on_missing_imports_and_syntax() {
    let missing = exports_of(&[("main.ts", "import { a } from './nowhere';\nexport const x = a;")]);
    assert_eq!(
        missing.unwrap_err().to_string(),
        "main.ts:1:19: `./nowhere` does not exist; drizzle-kit cannot load this file"
    );
    let types =
        exports_of(&[("main.ts", "import { T } from './nowhere';\nexport const x: T = 1;")]);
    assert_eq!(types.unwrap(), ["x: 1"]);
    let syntax = exports_of(&[("main.ts", "export const x = ;")]);
    assert!(matches!(syntax, Err(Error::Syntax { .. })), "{syntax:?}");
    let far = [
        ("main.ts", "import { a } from './broken'; export const x = a; export const y = 1;"),
        ("broken.ts", "export const a = ;"),
    ];
    let far = exports_of(&far).unwrap();
    assert!(
        far[0].starts_with("x: unknown(`./broken` cannot be loaded: broken.ts:1:18"),
        "{far:?}"
    );
    assert_eq!(far[1], "y: 1");
}

#[test]
fn strings_and_regular_expressions() {
    assert_eq!(value_of("'fundId'.replace(/([A-Z])/g, '_$1').toLowerCase()"), "\"fund_id\"");
    assert_eq!(
        value_of("'HTTPServerURL'.replace(/([a-z])([A-Z])/g, '$1_$2')"),
        "\"HTTPServer_URL\""
    );
    assert_eq!(value_of("'a-b_c d'.split(/[-_\\s]+/)"), "[\"a\", \"b\", \"c\", \"d\"]");
    assert_eq!(value_of("'axb'.split(/x*/)"), "[\"a\", \"b\"]");
    assert_eq!(
        value_of("'2024-05'.match(/^(\\d{4})-(\\d\\d)(x)?$/)"),
        "[\"2024-05\", \"2024\", \"05\", undefined]"
    );
    assert_eq!(value_of("/^(?:a|ab)*?c$/i.test('ABAC')"), "true");
    assert_eq!(value_of("'aaa'.replace(/a/, (m: string) => m + '!')"), "\"a!aa\"");
    assert_eq!(value_of("'a.b.c'.replaceAll('.', '$&$&')"), "\"a..b..c\"");
    assert_eq!(
        value_of("/(?<=x)y/.test('xy')"),
        "unknown(this regular expression is not evaluated)"
    );
    assert_eq!(
        value_of("/(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')"),
        "unknown(this regular expression is not evaluated)"
    );
    assert_eq!(
        value_of(
            "'funds'.slice(-2) + 'abc'.at(-1) + 'abc'.substring(2, 0) + 'x'.padStart(3, 'ab')"
        ),
        "\"dscababx\""
    );
    assert_eq!(
        value_of("['b', 'a', 'C'].sort((a, b) => a.localeCompare(b))"),
        "[\"a\", \"b\", \"C\"]"
    );
    assert_eq!(value_of("String.raw`a\\n${1}`"), "\"a\\\\n1\"");
}

#[test]
fn arrays_behave() {
    assert_eq!(value_of("[3, 1, 10].sort()"), "[1, 10, 3]");
    assert_eq!(value_of("[3, 1, 10].toSorted((a, b) => b - a)"), "[10, 3, 1]");
    assert_eq!(value_of("[[1, [2]], 3].flat(Infinity)"), "[1, 2, 3]");
    assert_eq!(value_of("Array.from({ length: 3 }, (_, i) => i * 2)"), "[0, 2, 4]");
    assert_eq!(value_of("[...new Set([1, 2, 1])].map(String)"), "[\"1\", \"2\"]");
    assert_eq!(value_of("[...new Map([['a', 1]]).entries()]"), "[[\"a\", 1]]");
    assert_eq!(value_of("[1, 2, 3, 4].reduce((sum, n) => sum + n)"), "10");
    assert_eq!(
        value_of(
            "(() => { const a = [1, 2, 3, 4]; const r = a.splice(1, 2, 9); return [a, r] })()"
        ),
        "[[1, 9, 4], [2, 3]]"
    );
    assert_eq!(value_of("[1, process.env.A].includes(1)"), "true");
    assert_eq!(
        value_of("[1, process.env.A].includes(2)"),
        "unknown(`process.env.A` is only known at run time)"
    );
    assert_eq!(value_of("Object.fromEntries([['b', 1], ['a', 2]])"), "{b: 1, a: 2}");
    assert_eq!(
        value_of("JSON.stringify({ a: [1, undefined, new Date(0)], b: undefined, c: 'é\\n' })"),
        "\"{\\\"a\\\":[1,null,\\\"1970-01-01T00:00:00.000Z\\\"],\\\"c\\\":\\\"é\\\\n\\\"}\""
    );
    assert_eq!(
        value_of("new Date('2024-02-29T12:30:00+02:00').toISOString()"),
        "\"2024-02-29T10:30:00.000Z\""
    );
    assert_eq!(
        value_of("(1.005).toFixed(2) + ' ' + (2.5).toFixed(0) + ' ' + (0).toFixed(2)"),
        "\"1.00 3 0.00\""
    );
    assert_eq!(
        value_of(
            "[parseInt('12px'), parseFloat('1.5e3x'), Number(''), Number('0x1f'), (255).toString(16)]"
        ),
        "[12, 1500, 0, 31, \"ff\"]"
    );
}

#[test]
fn digests_follow_causes_and_operands() {
    fn digest_of(text: &str) -> u64 {
        let files = MemoryFiles::new([("main.ts", text)]);
        let digest = on_large_stack(|| {
            let cache = ParseCache::default();
            let mut evaluation = Evaluation::new(&files, &NoHost, &cache, Limits::default());
            let exports = evaluation.exports("main.ts").unwrap();
            match exports.iter().find(|(name, _)| &**name == "x") {
                Some((_, Value::Unknown(unknown))) => unknown.source,
                other => panic!("{other:?}"),
            }
        });
        digest.unwrap()
    }
    let first = digest_of("const a = 1; export const x = process.env.A + a;");
    assert_eq!(first, digest_of("// moved\nconst b = 1;\nexport const x = process . env.A   + b;"));
    assert_ne!(first, digest_of("const a = 2; export const x = process.env.A + a;"));
    assert_ne!(first, digest_of("const a = 1; export const x = process.env.B + a;"));
    assert_ne!(first, digest_of("const a = 1; export const x = process.env.A - a;"));
}
