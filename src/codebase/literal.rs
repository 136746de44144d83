//! The SQL in a file's strings and template literals.

use super::TableNames;
use super::binding::Scope;
use super::lex::{Kind, Tokens};

/// The text of one literal, with what is interpolated put in, and the way back to the file.
#[derive(Debug)]
pub(super) struct Literal {
    pub(super) text: String,
    /// `(byte of the text, byte of the file)` where a piece of the file starts.
    pieces: Vec<(usize, usize)>,
}

impl Literal {
    /// Where a byte of the text stands in the file.
    pub(super) fn place(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        self.pieces.get(piece).map_or(0, |(start, place)| place + at.saturating_sub(*start))
    }
}

/// Every literal that may be SQL. A table that is interpolated (`${funds}`) stands in it by its name.
pub(super) fn literals(tokens: &Tokens<'_>, scope: &Scope, tables: &[TableNames]) -> Vec<Literal> {
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        if tokens.kind(at) == Kind::String {
            let text = tokens.get(at).to_owned();
            let pieces = vec![(0, tokens.start(at))];
            found.push(Literal { text, pieces });
        } else if tokens.is_punct(at, "`") {
            let Some(close) = tokens.pair(at).filter(|close| *close > at) else { continue };
            found.push(template(tokens, at, close, scope, tables));
        }
    }
    // SQL has at least two words.
    found.retain(|literal| literal.text.trim().contains(char::is_whitespace));
    found
}

fn template(
    tokens: &Tokens<'_>,
    open: usize,
    close: usize,
    scope: &Scope,
    tables: &[TableNames],
) -> Literal {
    let mut text = String::new();
    let mut pieces = Vec::new();
    let mut at = open + 1;
    while at < close {
        if tokens.kind(at) == Kind::Template {
            pieces.push((text.len(), tokens.start(at)));
            text.push_str(tokens.get(at));
            at += 1;
            continue;
        }
        let end = tokens.pair(at).filter(|end| *end > at).unwrap_or(at);
        if tokens.is_punct(at, "${") {
            pieces.push((text.len(), tokens.start(at)));
            text.push_str(&interpolated(tokens, at + 1, end, scope, tables));
        }
        at = end + 1;
    }
    Literal { text, pieces }
}

/// A table by its name; everything else is a parameter.
fn interpolated(
    tokens: &Tokens<'_>,
    start: usize,
    end: usize,
    scope: &Scope,
    tables: &[TableNames],
) -> String {
    let name = match end.saturating_sub(start) {
        1 => tokens.get(start).to_owned(),
        3 => format!("{}.{}", tokens.get(start), tokens.get(start + 2)),
        _ => return "$1".to_owned(),
    };
    let table = scope.get(&name).and_then(|meaning| tables.get(meaning.table?));
    table.map_or_else(
        || "$1".to_owned(),
        |table| format!("\"{}\".\"{}\"", table.name.schema, table.name.name),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::binding::Meaning;
    use crate::ident::QualifiedName;

    #[test]
    fn an_interpolated_table_stands_by_its_name() {
        let text = "const q = sql`SELECT ${funds.id} FROM ${funds} WHERE\n vintage = ${y}`;";
        let tokens = Tokens::new(text);
        let meaning = Meaning { table: Some(0), ..Meaning::default() };
        let scope = Scope { names: [("funds".to_owned(), meaning)].into(), ..Scope::default() };
        let tables = [TableNames {
            name: QualifiedName::public("vc_funds"),
            file: "schema.ts".to_owned(),
            export: "funds".to_owned(),
        }];
        let found = literals(&tokens, &scope, &tables);
        let [literal] = found.as_slice() else { panic!("one literal") };
        assert_eq!(literal.text, "SELECT $1 FROM \"public\".\"vc_funds\" WHERE\n vintage = $1");
        let at = literal.text.find("vintage").expect("there");
        assert_eq!(&text[literal.place(at)..][..7], "vintage");
    }
}
