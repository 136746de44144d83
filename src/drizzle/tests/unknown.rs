use super::read;
use crate::ident::QualifiedName;
use crate::schema::Schema;

fn schema(body: &str) -> Schema {
    read(body).expect("a schema").schema
}

/// What is unresolved: where, and what it affects.
fn unresolved(schema: &Schema) -> Vec<(u32, Vec<String>)> {
    schema.unresolved.iter().map(|it| (it.origin.line, it.affects.clone())).collect()
}

#[test]
fn an_unknown_length_makes_one_column_unresolved() {
    let body = "const LENGTH = Number(process.env.LENGTH);
        export const funds = p.pgTable('funds', {
          id: p.serial().primaryKey(),
          name: p.varchar({ length: LENGTH }).notNull(),
        });";
    let schema = schema(body);
    assert_eq!(unresolved(&schema), [(3, vec!["public.funds.name".to_owned()])]);
    assert!(schema.unresolved[0].why.contains("process.env.LENGTH"), "{:?}", schema.unresolved);
    let column = schema.column(&QualifiedName::public("funds"), "name").expect("the column");
    assert!(column.not_null);
    assert!(column.ty.starts_with("varchar(<unresolved "), "{}", column.ty);
}

#[test]
fn equal_unknown_sources_are_equal_schemas() {
    let body = |env: &str, comment: &str| {
        format!(
            "{comment}\nexport const t = p.pgTable('t', {{ a: p.text().default(process.env.{env}) }});"
        )
    };
    let base = schema(&body("TIER", ""));
    assert_eq!(base, schema(&body("TIER", "// moved down\n\n")));
    assert_ne!(base, schema(&body("LEVEL", "")));
    assert_eq!(base.unresolved[0].source, schema(&body("TIER", "//")).unresolved[0].source);
}

#[test]
fn an_unknown_columns_object_makes_the_table_unresolved() {
    let body = "import { columns } from 'somewhere';
        export const funds = p.pgTable('funds', { id: p.integer(), ...columns });
        export const calls = p.pgTable('calls', columns);
        export const links = p.pgTable('links', { fund: p.integer().references(() => calls.id) });";
    let schema = schema(body);
    assert_eq!(schema.tables.len(), 3);
    let affects: Vec<String> = schema.unresolved.iter().flat_map(|it| it.affects.clone()).collect();
    for table in ["public.funds.", "public.calls.", "public.links."] {
        assert!(affects.iter().any(|it| it.starts_with(table)), "{table}: {affects:?}");
    }
}

#[test]
fn an_unknown_constraint_makes_the_table_unresolved() {
    let body = "import { standard } from 'somewhere';
        export const a = p.pgTable('a', { id: p.integer() }, (t) => [p.index('i').on(t.id), standard(t)]);
        export const b = p.pgTable('b', { id: p.integer() }, standard);
        export const c = p.pgTable('c', { id: p.integer() }, (t) => [p.check('c', sql`${t.id} > ${sql.raw(process.env.MIN)}`)]);";
    let schema = schema(body);
    let affects: Vec<String> = schema.unresolved.iter().flat_map(|it| it.affects.clone()).collect();
    assert!(affects.iter().any(|it| it.starts_with("public.a.<")), "{affects:?}");
    assert!(affects.iter().any(|it| it.starts_with("public.b.<")), "{affects:?}");
    assert!(affects.contains(&"public.c.c".to_owned()), "{affects:?}");
    assert!(schema.tables[&QualifiedName::public("a")].indexes.contains_key("i"));
}

#[test]
fn names_enum_values_and_flags_may_be_unknown() {
    let body = "const env = process.env;
        export const t = p.pgTable(env.TABLE, { id: p.integer() });
        export const e = p.pgEnum('tier', ['a', env.TIER]);
        export const u = p.pgTable('u', { a: p.text().unique('u_a', { nulls: env.NULLS }) });
        export const r = p.pgRole('reader', { createDb: env.CREATE });
        export const v = p.pgView('v').as((qb) => qb.select().from(env.SOURCE));";
    let schema = schema(body);
    let affects: Vec<String> = schema.unresolved.iter().flat_map(|it| it.affects.clone()).collect();
    assert!(affects.iter().any(|it| it.starts_with("public.<unresolved")), "{affects:?}");
    for object in ["public.tier", "public.u.u_a", "reader", "public.v"] {
        assert!(affects.contains(&object.to_owned()), "{object}: {affects:?}");
    }
}

#[test]
fn what_never_reaches_the_database_may_be_unknown() {
    let body = "import { createId } from '@paralleldrive/cuid2';
        import { createInsertSchema } from 'drizzle-zod';
        import { z } from 'zod';
        import { values, auth } from 'somewhere';
        export const users = p.pgTable('users', {
          id: p.text().primaryKey().$defaultFn(createId),
          tier: p.text({ enum: values }).$type<string>().notNull(),
          at: p.timestamp().$onUpdate(() => new Date()),
        });
        export const usersRelations = relations(users, ({ many }) => ({ posts: many(users) }));
        export const insertUser = createInsertSchema(users, { tier: z.string().min(1) }).omit({ id: true });
        export const session = auth({ users });
        export const client = process.env.URL ? 1 : 2;";
    let schema = schema(body);
    assert_eq!(schema.unresolved, []);
    let columns = &schema.tables[&QualifiedName::public("users")].columns;
    assert!(columns["id"].app_default.0 && columns["at"].app_default.0);
    assert!(!columns["tier"].app_default.0);
}

#[test]
fn an_exported_unknown_that_swallowed_a_table_is_unresolved() {
    let body = "import { audited } from 'somewhere';
        export const users = audited(p.pgTable('users', { id: p.integer() }));";
    let schema = schema(body);
    assert!(schema.tables.is_empty());
    assert_eq!(unresolved(&schema), [(4, vec!["public.users".to_owned()])]);
}

#[test]
fn an_exported_unknown_made_of_columns_is_unresolved() {
    let body = "import { makeTable } from 'somewhere';
        export const users = makeTable('users', { id: p.integer(), name: p.text() });";
    let schema = schema(body);
    assert_eq!(schema.unresolved.len(), 2, "{:?}", schema.unresolved);
    assert!(schema.unresolved.iter().all(|it| it.affects.is_empty() && it.origin.line == 4));
}

#[test]
fn a_table_under_an_unknown_condition_is_unresolved() {
    let body = "export const users = process.env.WIDE
          ? p.pgTable('users', { id: p.bigint({ mode: 'number' }) })
          : p.pgTable('users', { id: p.integer() });";
    assert!(!schema(body).unresolved.is_empty());
}

#[test]
fn a_builder_changed_under_an_unknown_condition_is_unresolved() {
    let body = "const name = p.text();
        if (process.env.STRICT) { name.notNull(); }
        export const users = p.pgTable('users', { name });";
    let schema = schema(body);
    assert_eq!(schema.unresolved[0].affects, ["public.users.name"]);
}

#[test]
fn a_package_re_exported_as_a_whole_is_unresolved() {
    let schema = schema("export * from '@acme/shared-tables';");
    assert_eq!(schema.unresolved.len(), 1, "{:?}", schema.unresolved);
    assert!(schema.unresolved[0].why.contains("@acme/shared-tables"), "{:?}", schema.unresolved);
}

#[test]
fn enum_values_come_out_of_zod() {
    let body = "import { z } from 'zod';
        const Stage = z.enum(['seed', 'a']);
        enum Kind { Lp = 'lp', Gp = 'gp' }
        export const stage = p.pgEnum('stage', Stage.options);
        export const chosen = p.pgEnum('chosen', [Stage.enum.a, ...Stage.exclude(['a']).options]);
        export const kind = p.pgEnum('kind', Object.values(z.nativeEnum(Kind).enum) as [string]);
        export const nested = p.pgEnum('nested', z.object({ stage: Stage }).shape.stage.options);";
    let schema = schema(body);
    assert_eq!(schema.unresolved, []);
    let values: Vec<_> = schema.enums.values().map(|it| it.values.join(" ")).collect();
    assert_eq!(values, ["a seed", "lp gp", "seed a", "seed a"]);
}

#[test]
fn writing_on_a_column_or_its_builder_makes_it_unresolved() {
    let wrong = |statement: &str| {
        let body = format!(
            "const name = p.text('name');
            {statement}
            export const funds = p.pgTable('funds', {{ id: p.integer('id'), name }});
            funds.name.flag = true;"
        );
        let schema = schema(&body);
        let affects = schema.unresolved.iter().flat_map(|it| it.affects.clone());
        affects.collect::<Vec<_>>()
    };
    assert_eq!(wrong(""), Vec::<String>::new());
    assert_eq!(wrong("name.label = 'x';"), Vec::<String>::new());
    for statement in ["name.config.notNull = true;", "name.build = () => null;"] {
        assert_eq!(wrong(statement), ["public.funds.name"], "{statement}");
    }
    let body = "export const funds = p.pgTable('funds', { name: p.text('name') });
        funds.name.notNull = LEVEL;";
    let yes = schema(&body.replace("LEVEL", "true"));
    assert_eq!(unresolved(&yes), [(3, vec!["public.funds.name".to_owned()])]);
    assert_ne!(yes, schema(&body.replace("LEVEL", "false")));
    let in_doubt = "export const funds = p.pgTable('funds', { name: p.text('name') });
        if (process.env.LOCALE) { funds.name.getSQLType = () => 'text COLLATE \"C\"'; }";
    assert_eq!(unresolved(&schema(in_doubt)), [(4, vec!["public.funds.name".to_owned()])]);
}

#[test]
fn columns_that_may_be_there_leave_the_table_unresolved() {
    for spread in [
        "...(process.env.AUDIT && { by: p.text('by') })",
        "...(process.env.AUDIT ? { by: p.text('by') } : {})",
    ] {
        let body = |kind: &str| {
            format!("export const funds = p.pgTable('funds', {{ id: p.{kind}('id'), {spread} }});")
        };
        let base = schema(&body("integer"));
        assert_eq!(base.unresolved.len(), 1, "{:?}", base.unresolved);
        // What is known of the table is part of what stands for it.
        assert_ne!(base, schema(&body("smallint")));
        assert_eq!(base, schema(&body("integer")));
    }
    let data = "export const funds = p.pgTable('funds', {
          tags: p.jsonb('tags').default(process.env.TIER ? { a: 1 } : { a: 1, b: 2 }),
        });";
    assert_eq!(unresolved(&schema(data)), [(4, vec!["public.funds.tags".to_owned()])]);
}

#[test]
fn what_is_written_on_an_index_is_not_followed() {
    let body = "const indexes = (t) => {
          const byName: any = p.index('by_name').on(t.name);
          byName.isNameExplicit = false;
          return [byName];
        };
        export const funds = p.pgTable('funds', { name: p.text() }, indexes);";
    let schema = schema(body);
    let place = &schema.unresolved[0];
    assert!(place.affects[0].starts_with("public.funds."), "{:?}", place.affects);
    assert!(place.why.contains("isNameExplicit"), "{}", place.why);
}

#[test]
fn what_is_written_inside_an_index_is_not_followed() {
    let body = "const indexes = (t) => {
          const byName: any = p.index('by_name').on(t.name);
          byName.config.unique = true;
          return [byName];
        };
        export const funds = p.pgTable('funds', { name: p.text() }, indexes);";
    let schema = schema(body);
    let place = &schema.unresolved[0];
    assert!(place.affects[0].starts_with("public.funds."), "{:?}", place.affects);
}

#[test]
fn a_date_in_sql_is_unresolved_where_it_is_written_and_differs_from_another() {
    let body = |year: u32| {
        format!(
            "const rounds = p.pgTable('rounds', {{ closed: p.text() }});
            export const late = p.pgView('late').as((query) =>
              query.select().from(rounds).where(gte(rounds.closed, new Date('{year}-01-01'))));"
        )
    };
    let schema_of = |year| schema(&body(year));
    let of = schema_of(2024);
    assert_eq!(unresolved(&of), [(4, vec!["public.late".to_owned()])]);
    assert_eq!(of, schema_of(2024));
    assert_ne!(of, schema_of(2025));
}

#[test]
fn what_is_no_part_of_a_schema_does_not_make_a_table_suspect() {
    let body = "import { createSelectSchema } from 'drizzle-zod';
        import { z } from 'zod';
        import { somewhere } from 'somewhere';
        const funds = p.pgTable('funds', { id: p.integer() });
        export const fundsRelations = relations(funds, ({ many }) => ({ rounds: many(funds) }));
        export const fundsSchema = createSelectSchema(funds).pick({ id: true });
        export const kind = z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') })]);
        const listed = somewhere(funds);";
    assert_eq!(unresolved(&schema(body)), []);
    let taken = format!("{body}\nexport const table = listed.table;");
    assert_eq!(schema(&taken).unresolved.len(), 1);
}

#[test]
fn an_object_of_drizzles_as_json_is_unknown() {
    let body = "const length = JSON.stringify(p.text()).length;
        export const funds = p.pgTable('funds', { name: p.varchar({ length }) });";
    assert_eq!(unresolved(&schema(body)), [(3, vec!["public.funds.name".to_owned()])]);
}
