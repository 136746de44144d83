//! What rows must be like so that a change can be rehearsed on them: they satisfy the base's constraints,
//! and those of the head that the plan cannot make true by itself. Production data that does not is found
//! by the plan's own `VALIDATE`, with nothing lost; made-up rows would only show that they are made up.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::Names;
use crate::diff::dependents::{mentions, tokens};
use crate::ident::{QualifiedName, quote};
use crate::plan::Plan;
use crate::schema::{Check, Column, Schema, Table};

/// The base as rows are made for it.
pub(super) struct Demand {
    /// The head, whose enums are needed for what is written as one of their values.
    pub(super) head: Schema,
    /// The base with the head's constraints as far as the base's columns can carry them.
    pub(super) schema: Schema,
    /// Columns whose values are texts of another type's values: what the head makes of them.
    pub(super) written_as: BTreeMap<(QualifiedName, String), Column>,
    /// Columns some of whose values need not convert, because the plan sets such values aside.
    pub(super) odd: BTreeSet<(QualifiedName, String)>,
    /// Columns that must hold NULL.
    pub(super) empty: BTreeSet<(QualifiedName, String)>,
    /// Tables that cannot have rows: the head demands a reference to what is new.
    pub(super) bare: BTreeSet<QualifiedName>,
    /// Tables whose rows must refer to another one's by a column that is new.
    pub(super) needs: Vec<(QualifiedName, QualifiedName)>,
    /// Statements that hold the rows to it while they are made.
    pub(super) hold: Vec<String>,
    /// And let them go.
    pub(super) release: Vec<String>,
}

impl Demand {
    /// Nothing but the base itself.
    pub(super) fn none(base: &Schema) -> Self {
        Self {
            head: Schema::default(),
            schema: base.clone(),
            written_as: BTreeMap::new(),
            odd: BTreeSet::new(),
            empty: BTreeSet::new(),
            bare: BTreeSet::new(),
            needs: Vec::new(),
            hold: Vec::new(),
            release: Vec::new(),
        }
    }

    /// What the head demands too; `names` are those of the changes between the two.
    pub(super) fn of(base: &Schema, head: &Schema, names: &Names, plan: Option<&Plan>) -> Self {
        let mut demand = Self::none(base);
        demand.head.enums.clone_from(&head.enums);
        for (name, table) in &base.tables {
            let Some(new) = head.tables.get(&names.table_to_head(name)) else { continue };
            demand.table(table, new, base, head, names, plan);
        }
        demand
    }

    fn table(
        &mut self,
        old: &Table,
        new: &Table,
        base: &Schema,
        head: &Schema,
        names: &Names,
        plan: Option<&Plan>,
    ) {
        let mut table = old.clone();
        let back = |column: &String| -> Option<String> {
            let column = names.column_to_base(&new.name, column);
            old.columns.contains_key(column).then(|| column.to_owned())
        };
        let all =
            |columns: &[String]| -> Option<Vec<String>> { columns.iter().map(back).collect() };
        let terms = Terms::of(old, new, head, names);
        for column in new.columns.values() {
            let Some(before) = back(&column.name).and_then(|name| old.columns.get(&name)) else {
                continue;
            };
            // Where nobody says what NULL becomes, there is none.
            let object = format!("{}.{}", new.name, column.name);
            let unanswered = plan
                .is_none_or(|plan| plan.decisions.iter().any(|decision| decision.object == object));
            let in_key = new.primary_key_columns().contains(&column.name.as_str());
            // PostgreSQL keeps these NOT NULL whatever Drizzle says.
            let counted = column.ty.ends_with("serial") || column.identity.is_some();
            let wanted = column.not_null && unanswered || in_key || counted;
            if let Some(column) = table.columns.get_mut(&before.name).filter(|_| wanted) {
                column.not_null = true;
            }
            if wanted && before.generated.is_some() {
                // What it is computed from decides.
                self.check(&mut table, format!("{} IS NOT NULL", quote(&before.name)));
            }
            let words = ["text", "varchar", "char", "citext"];
            let is_text =
                |ty: &str| words.contains(&ty.split(['(', ' ', '[']).next().unwrap_or_default());
            let alike = before.ty.contains('[') == column.ty.contains('[');
            if is_text(&before.ty) && before.ty != column.ty && (alike || !before.ty.contains('['))
            {
                self.written_as.insert((old.name.clone(), before.name.clone()), column.clone());
            }
            let odd = plan.is_some_and(|plan| plan.quarantined.contains(&object));
            if odd {
                self.odd.insert((old.name.clone(), before.name.clone()));
            }
            let fit = fits(before, &column.ty).filter(|_| !odd);
            if let Some(fit) = fit.filter(|_| before.ty != column.ty && !column.ty.contains('[')) {
                self.check(&mut table, fit);
            }
        }
        for column in new.columns.values().filter(|column| column.not_null) {
            // What is computed must not be NULL either.
            if let Some(computed) = terms.computed.get(&column.name) {
                self.check(&mut table, format!("{computed} IS NOT NULL"));
            }
        }
        let key = new.primary_key_columns().into_iter().map(str::to_owned).collect::<Vec<_>>();
        let uniques = new.uniques.values().map(|it| (it.columns.clone(), it.nulls_not_distinct));
        for index in new.indexes.values().filter(|it| it.unique) {
            let keys: Option<Vec<String>> = index
                .columns
                .iter()
                .map(|key| {
                    if key.is_expression {
                        return Some(format!("({})", terms.rewritten(&key.expression)));
                    }
                    terms.of_column(&key.expression)
                })
                .collect();
            if let Some(keys) = keys {
                let predicate = index.predicate.as_ref().map(|text| terms.rewritten(text));
                let predicate = predicate.map(|it| format!(" WHERE {it}")).unwrap_or_default();
                self.unique(&old.name, &keys, &predicate);
            }
        }
        for (columns, nulls) in uniques.chain([(key, false)]) {
            if columns.is_empty() {
                continue;
            }
            // NULLs count as equal only where the head says so; `COALESCE` would need a type.
            let nulls = if nulls { " NULLS NOT DISTINCT" } else { "" };
            let quoted: Option<Vec<String>> =
                all(&columns).map(|names| names.iter().map(|name| quote(name)).collect());
            let terms: Option<Vec<String>> =
                columns.iter().map(|column| terms.of_column(column)).collect();
            if let Some(terms) = terms.filter(|terms| quoted.as_ref() != Some(terms)) {
                self.unique(&old.name, &terms, nulls);
            }
            if let Some(quoted) = quoted {
                self.unique(&old.name, &quoted, nulls);
            }
        }
        for check in new.checks.values() {
            let known = old.checks.get(&check.name).is_some_and(|other| other.value == check.value);
            if !known || terms.is_other(&check.value) {
                self.check(&mut table, terms.rewritten(&check.value));
            }
        }
        for key in new.foreign_keys.values() {
            let to = names.table_to_base(&key.to);
            let there = base.tables.get(&to).is_some_and(|target| {
                // What a key becomes that is computed from now on depends on the answers to the plan.
                let computed = |column: &String| {
                    let after = head.tables.get(&key.to).and_then(|it| it.columns.get(column));
                    let is = after.is_some_and(|it| it.generated.is_some());
                    is && target.columns.get(column).is_some_and(|it| it.generated.is_none())
                };
                key.columns_to
                    .iter()
                    .all(|column| target.columns.contains_key(column) && !computed(column))
            });
            let required = key.columns_from.iter().any(|name| {
                let in_key = new.primary_key_columns().contains(&name.as_str());
                in_key || new.columns.get(name).is_some_and(|column| column.not_null)
            });
            if !there && required {
                self.bare.insert(old.name.clone());
            } else if required {
                self.needs.push((old.name.clone(), to.clone()));
            }
            if let Some(columns) = all(&key.columns_from).filter(|_| !there) {
                // The other table is new and empty: no row can refer to it yet.
                let nullable =
                    |name: &String| old.columns.get(name).is_some_and(|column| !column.not_null);
                for column in columns.into_iter().filter(nullable) {
                    self.empty.insert((old.name.clone(), column));
                }
            }
            if let Some(columns_from) = all(&key.columns_from).filter(|_| there) {
                let name = format!("drizzle_guard_demand_{}", key.name);
                let key = crate::schema::ForeignKey {
                    name: name.clone(),
                    columns_from,
                    to,
                    ..key.clone()
                };
                // Held by taking the values from the parent's rows; the types may not fit a constraint yet.
                table.foreign_keys.insert(name, key);
            }
        }
        for (column, enumeration) in enum_columns(old, base) {
            let other = enum_columns(new, head)
                .into_iter()
                .find(|(name, _)| names.column_to_base(&new.name, name) == column);
            if let Some(after) = other.and_then(|(_, name)| head.enums.get(&name))
                && after.name != enumeration
            {
                // From one enum to another only what both know gets across.
                let labels: Vec<String> =
                    after.values.iter().map(|value| crate::ident::quote_literal(value)).collect();
                self.check(
                    &mut table,
                    format!("{}::text IN ({})", quote(&column), labels.join(", ")),
                );
            }
            let Some(after) = head.enums.get(&enumeration) else { continue };
            for value in base.enums.get(&enumeration).into_iter().flat_map(|it| &it.values) {
                let object = format!("{enumeration}.{value}");
                let open = plan.is_none_or(|plan| {
                    plan.decisions.iter().any(|decision| decision.object == object)
                });
                if !after.values.contains(value) && open {
                    let literal = crate::ident::quote_literal(value);
                    let text = format!("{}::text NOT LIKE '%' || {literal} || '%'", quote(&column));
                    self.check(&mut table, text);
                }
            }
        }
        self.schema.tables.insert(old.name.clone(), table);
    }

    fn unique(&mut self, table: &QualifiedName, keys: &[String], rest: &str) {
        let index = format!("drizzle_guard_demand_{}", self.hold.len());
        let on = table.quoted();
        self.hold.push(format!("CREATE UNIQUE INDEX {index} ON {on} ({}){rest}", keys.join(", ")));
        self.release.push(format!("DROP INDEX IF EXISTS {}.{index}", quote(&table.schema)));
    }

    fn check(&mut self, table: &mut Table, value: String) {
        let name = format!("drizzle_guard_demand_{}", self.hold.len());
        let t = table.name.quoted();
        self.hold.push(format!("ALTER TABLE {t} ADD CONSTRAINT {name} CHECK ({value})"));
        self.release.push(format!("ALTER TABLE {t} DROP CONSTRAINT IF EXISTS {name}"));
        table.checks.insert(name.clone(), Check { name, value });
    }
}

/// What the head's columns of a table hold, said in the base's columns.
struct Terms {
    table: String,
    /// By the head's name, all that can be said.
    columns: BTreeMap<String, String>,
    /// Those of them that are newly computed.
    computed: BTreeMap<String, String>,
}

impl Terms {
    fn of(old: &Table, new: &Table, head: &Schema, names: &Names) -> Self {
        let mut terms = Self {
            table: new.name.name.clone(),
            columns: BTreeMap::new(),
            computed: BTreeMap::new(),
        };
        let before =
            |column: &Column| old.columns.get(names.column_to_base(&new.name, &column.name));
        let is_new = |column: &Column| {
            let before = before(column).and_then(|before| before.generated.as_ref());
            column.generated.is_some() && before != column.generated.as_ref()
        };
        for column in new.columns.values().filter(|column| !is_new(column)) {
            let Some(before) = before(column) else { continue };
            let name = quote(&before.name);
            let element = column.ty.split('[').next().unwrap_or_default();
            let ty = QualifiedName::new(column.type_schema.clone().unwrap_or_default(), element);
            // An enum can be new, and its values read like text.
            let same =
                plain_type(&before.ty) == plain_type(&column.ty) || head.enums.contains_key(&ty);
            let term = if same { name } else { format!("({name}::{})", plain_type(&column.ty)) };
            terms.columns.insert(column.name.clone(), term);
        }
        let mut computed = BTreeMap::new();
        for column in new.columns.values().filter(|column| is_new(column)) {
            if let Some(generated) = &column.generated {
                let text = format!("({})", terms.rewritten(&generated.expression));
                computed.insert(column.name.clone(), text);
            }
        }
        terms.columns.extend(computed.clone());
        terms.computed = computed;
        terms
    }

    /// A column as the key of an index.
    fn of_column(&self, column: &str) -> Option<String> {
        self.columns.get(column).cloned()
    }

    /// Whether SQL text of the head says something else of the base's columns, because one of them has
    /// another type or is not there.
    fn is_other(&self, text: &str) -> bool {
        let other = |(name, term): (&String, &String)| *term != quote(name) && mentions(text, name);
        self.columns.iter().any(other)
    }

    /// SQL text of the head on the table, over the base's columns.
    fn rewritten(&self, text: &str) -> String {
        let mut result = String::new();
        let (mut at, mut own) = (0, false);
        for (start, end, word) in tokens(text) {
            let rest = text.get(end..).unwrap_or_default();
            let qualified = text.get(..start).is_some_and(|before| before.ends_with('.'));
            if word == self.table && rest.starts_with('.') && !qualified {
                result.push_str(text.get(at..start).unwrap_or_default());
                (at, own) = (end + 1, true);
                continue;
            }
            let term = self.columns.get(word).filter(|_| !rest.starts_with(['(', '.']));
            if let Some(term) = term.filter(|_| own || !qualified) {
                result.push_str(text.get(at..start).unwrap_or_default());
                result.push_str(term);
                at = end;
            }
            own = false;
        }
        result.push_str(text.get(at..).unwrap_or_default());
        result
    }
}

/// `integer` of `serial`, and so on.
fn plain_type(ty: &str) -> &str {
    match ty {
        "serial" => "integer",
        "bigserial" => "bigint",
        "smallserial" => "smallint",
        other => other,
    }
}

/// What a value must be like to fit a type of limited size, whatever it is now.
fn fits(column: &Column, ty: &str) -> Option<String> {
    let (word, numbers) = ty.split_once('(').unwrap_or((ty, ""));
    let mut numbers = numbers.trim_end_matches(')').split(',').map(|it| it.trim().parse::<u32>());
    let from = column.ty.split(['(', ' ']).next().unwrap_or_default();
    let number = matches!(
        from,
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double" | "text" | "varchar"
    );
    let column = quote(&column.name);
    match (word.trim(), numbers.next(), numbers.next()) {
        ("varchar" | "char", Some(Ok(length)), None) => {
            Some(format!("length({column}::text) <= {length}"))
        }
        _ if !number => None,
        ("smallint", None, None) => Some(format!("abs({column}::text::numeric) < 32767")),
        ("integer", None, None) => Some(format!("abs({column}::text::numeric) < 2147483647")),
        ("numeric", Some(Ok(precision)), scale) => {
            let scale = scale.and_then(Result::ok).unwrap_or(0);
            let whole = precision.saturating_sub(scale);
            Some(format!("abs({column}::text::numeric) < 10 ^ {whole} - 1"))
        }
        _ => None,
    }
}

fn enum_columns(table: &Table, schema: &Schema) -> Vec<(String, QualifiedName)> {
    let columns = table.columns.values().filter_map(|column| {
        let element = column.ty.split('[').next().unwrap_or_default();
        let name = QualifiedName::new(column.type_schema.clone().unwrap_or_default(), element);
        schema.enums.contains_key(&name).then(|| (column.name.clone(), name))
    });
    columns.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delta::Diff;
    use crate::diff::compare;
    use crate::schema::{ForeignKey, Generated};

    fn table(name: &str, columns: &[(&str, &str)]) -> Table {
        let mut table = Table::new(QualifiedName::new("public", name));
        for (name, ty) in columns {
            table.columns.insert((*name).to_owned(), Column::new(*name, *ty));
        }
        table
    }

    fn schema<const N: usize>(tables: [&Table; N]) -> Schema {
        let tables = tables.map(|table| (table.name.clone(), table.clone()));
        Schema { tables: tables.into_iter().collect(), ..Schema::default() }
    }

    fn names(base: &Schema, head: &Schema, renames: &[&str]) -> Names {
        let renames: Vec<_> = renames.iter().map(|text| text.parse().unwrap()).collect();
        Names::of(&compare(Diff::new(base, head), &renames))
    }

    #[test]
    fn what_the_head_says_is_said_of_the_columns_of_the_base() {
        let old = table("funds", &[("label", "text"), ("size", "text")]);
        let mut new = table("vehicles", &[("name", "text"), ("size", "integer"), ("slug", "text")]);
        new.columns.get_mut("slug").unwrap().generated =
            Some(Generated { expression: "lower(\"name\")".to_owned() });
        let renames = ["table:public.funds=public.vehicles", "column:public.vehicles.label=name"];
        let names = names(&schema([&old]), &schema([&new]), &renames);
        let terms = Terms::of(&old, &new, &Schema::default(), &names);
        assert_eq!(
            terms.rewritten("\"vehicles\".\"size\" > 3 and name(\"slug\") <> 'size' and x.name"),
            "(\"size\"::integer) > 3 and name((lower(\"label\"))) <> 'size' and x.name"
        );
        assert_eq!(terms.computed.len(), 1);
    }

    #[test]
    fn a_required_reference_to_a_new_table_leaves_no_rows_also_beside_a_rename_that_does_not_apply()
    {
        let old = table("funds", &[("id", "bigint")]);
        let mut new = table("funds", &[("id", "bigint"), ("vehicle_id", "bigint")]);
        new.columns.get_mut("vehicle_id").unwrap().not_null = true;
        new.foreign_keys.insert(
            "funds_vehicle_id_fk".to_owned(),
            ForeignKey {
                name: "funds_vehicle_id_fk".to_owned(),
                table_from: "funds".to_owned(),
                columns_from: vec!["vehicle_id".to_owned()],
                to: QualifiedName::public("vehicles"),
                columns_to: vec!["id".to_owned()],
                on_delete: None,
                on_update: None,
            },
        );
        let vehicles = table("vehicles", &[("id", "bigint")]);
        let (base, head) = (schema([&old]), schema([&new, &vehicles]));
        // `funds` is still there, so drizzle-kit takes this for a new table and not for a rename.
        let names = names(&base, &head, &["table:public.funds=public.vehicles"]);
        let demand = Demand::of(&base, &head, &names, None);
        assert!(demand.bare.contains(&QualifiedName::public("funds")));
        assert!(demand.needs.is_empty());
    }
}
