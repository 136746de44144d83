//! Whether PostgreSQL would read a statement: its grammar, without a server.

use squawk_syntax::SourceFile;

/// What a PostgreSQL parser finds wrong with some SQL, each a sentence fragment; nothing when it
/// reads. (squawk-syntax reads PostgreSQL's grammar up to version 18.)
pub fn syntax_errors(sql: &str) -> Vec<String> {
    let errors = SourceFile::parse(sql).errors();
    errors.iter().map(|error| error.message().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::syntax_errors;

    #[test]
    fn reads_what_drizzle_kit_writes() {
        for sql in [
            "ALTER TABLE \"funds\" ADD COLUMN \"id\" integer GENERATED ALWAYS AS IDENTITY (sequence name \"s\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1);",
            "CREATE INDEX CONCURRENTLY \"i\" ON \"funds\" USING btree (\"name\" DESC NULLS LAST);",
            "ALTER TYPE \"public\".\"stage\" ADD VALUE 'late' BEFORE 'closed';",
        ] {
            assert_eq!(syntax_errors(sql), Vec::<String>::new(), "{sql}");
        }
    }

    #[test]
    fn finds_an_unescaped_quote() {
        assert!(!syntax_errors("ALTER TYPE \"public\".\"e\" ADD VALUE 'it's';").is_empty());
    }
}
