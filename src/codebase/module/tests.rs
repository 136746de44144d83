use super::*;

fn module(text: &str) -> Module {
    Module::new(&Tokens::new(text))
}

fn locals(text: &str) -> Vec<(String, What)> {
    module(text).imports.into_iter().map(|import| (import.local, import.what)).collect()
}

fn named(local: &str, name: &str) -> (String, What) {
    (local.to_owned(), What::Named(name.to_owned()))
}

#[test]
fn imports_in_every_form() {
    let text = "import db, { funds as f, type Fund } from './schema';\nimport type { X } from 'x'\nimport './side'";
    assert_eq!(
        locals(text),
        [named("db", "default"), named("f", "funds"), named("Fund", "Fund"), named("X", "X")]
    );
    assert_eq!(locals("import * as schema from '@shared/schema'")[0].1, What::Namespace);
    let later = "async function f() { const { funds, users: u } = await import('./schema'); }";
    assert_eq!(locals(later), [named("funds", "funds"), named("u", "users")]);
    assert_eq!(locals("const s = require('./schema')")[0].1, What::Namespace);
    assert_eq!(locals("const x = import.meta.url"), []);
}

#[test]
fn exports_in_every_form() {
    let text = "export * from './a';\nexport * as b from './b';\nexport { c as d } from './c';\n\
                const e = 1; export { e };\nexport const f = 2\nexport type G = string\nexport default e;";
    let module = module(text);
    assert_eq!(module.stars, ["./a"]);
    assert_eq!(module.exports["b"], Export::Namespace("./b".to_owned()));
    assert_eq!(module.exports["d"], Export::From("./c".to_owned(), "c".to_owned()));
    assert_eq!(module.exports["default"], Export::Local("e".to_owned()));
    assert!(["e", "f", "G"].iter().all(|name| module.exports.contains_key(*name)));
}

#[test]
fn types_say_what_they_are_made_of() {
    let text = "export type Fund = typeof funds.$inferSelect;\n\
                export type Lean = Pick<Fund, 'id'> & { extra: Other }\n\
                export const insertFund = createInsertSchema(funds).omit({ id: true });\n\
                type New = z.infer<typeof insertFund>";
    let module = module(text);
    assert_eq!(module.declared["Fund"].of_values, ["funds.$inferSelect"]);
    assert_eq!(module.declared["Lean"].of_types, ["Fund"]);
    assert_eq!(module.declared["insertFund"].of_values, ["funds"]);
    assert_eq!(module.declared["New"].of_values, ["insertFund"]);
}

#[test]
fn any_text_can_be_read() {
    for text in [
        "import",
        "import {",
        "export",
        "export {",
        "export * as",
        "type",
        "import x = require(",
        "= import('x')",
    ] {
        assert!(module(text).stars.is_empty());
    }
}
