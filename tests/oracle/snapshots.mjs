// Pairs of snapshots out of a seed: a schema, and the same schema after a few random edits. They reach
// what no fixture thinks of: names with separators in them, edits beside renames, odd defaults.
import { EMPTY } from './kit.mjs';
import { Random } from './seeded.mjs';

const NOUNS = ['funds', 'investments', 'scenarios', 'owners', 'orders', 'invoices', 'rounds', 'users', 'notes', 'fees'];
const FIELDS = ['id', 'name', 'amount', 'status', 'opened_at', 'owner_id', 'note', 'rate', 'year', 'score', 'tags', 'email'];
const ODD = ['2024', 'a,b', 'semi;colon', 'dash--ed', 'it\'s', 'Mixed Case', '7', 'quo"te', 'constructor', 'x__added', 'y__deleted_at', 'toString'];
const SCHEMAS = ['sales', 'audit', 'crm'];
const LABELS = ['draft', 'open', 'closed', 'paid', 'it\'s', 'void', 'in review', '', 'late', 'other'];
const ENUMS = ['state', 'kind', 'textKind', 'dateUnit', 'Level', 'text'];
const TYPES = [
  'text', 'integer', 'bigint', 'smallint', 'boolean', 'varchar(20)', 'varchar(255)', 'varchar', 'numeric(10, 2)', 'numeric', 'numeric(12)',
  'timestamp', 'timestamp (3)', 'timestamp(3)', 'timestamp with time zone', 'timestamp (3) with time zone', 'date', 'time', 'interval', 'interval (3)', 'interval(3)',
  'jsonb', 'json', 'uuid', 'real', 'double precision', 'serial', 'bigserial', 'inet', 'bytea', 'citext(4)', 'citext (4)', 'point', 'vector(3)', 'char(2)',
  'text[]', 'integer[3]', 'integer[3][2]', 'inet[]', 'geometry(point)', 'bit(3)', 'macaddr', 'money', 'odd[x', 'odd[1][2]z[]',
];
const DEFAULTS = [
  0, 1, -1.5, 1e21, 1e-7, true, false, null, "''", "'x'", "'it''s'", 'now()', 'gen_random_uuid()', "'{}'", "'{}'::jsonb", "'{\"a\":\"it's\"}'::jsonb",
  [1, 2], [1, 3], [], { x: 1 }, { x: 2, y: [1, null] }, '', 'nextval(\'s\'::regclass)', "'draft'", "'open'",
];
const EXPRESSIONS = ['amount > 0', "note <> ';'", 'a -- b', 'lower("name")', "coalesce(a,,b)", 'true', 'year is not null', ''];
const ACTIONS = [undefined, 'no action', 'cascade', 'set null', 'restrict'];

const copy = (value) => JSON.parse(JSON.stringify(value));

/** Leaves out what JavaScript has as `undefined`. */
const given = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

class Snapshots {
  constructor(seed, { odd }) {
    this.random = new Random(seed);
    this.odd = odd;
    this.renames = [];
  }

  name(list, taken = {}) {
    const { random } = this;
    const free = (random.chance(this.odd) ? ODD : list).filter((name) => !(Object.hasOwn(taken, name)));
    return free.length ? random.of(free) : `${random.of(list)}_${random.below(1000)}`;
  }

  /** A free `schema.name`; public twice as often. */
  qualified(snapshot, list, taken) {
    for (;;) {
      const schema = this.random.chance(0.6) ? 'public' : this.random.of(['public', ...Object.keys(snapshot.schemas)]);
      const name = this.random.chance(0.3) ? this.name(list) : `${this.name(list)}${this.random.below(4) || ''}`;
      if (!taken[`${schema}.${name}`]) return { schema, name };
    }
  }

  options() {
    const { random } = this;
    return given({
      increment: random.chance(0.9) ? random.of(['1', '2', '-1']) : undefined,
      minValue: random.chance(0.9) ? random.of(['1', '0']) : undefined,
      maxValue: random.chance(0.9) ? random.of(['100', '9223372036854775807']) : undefined,
      startWith: random.chance(0.9) ? random.of(['1', '5']) : undefined,
      cache: random.chance(0.9) ? random.of(['1', '10']) : undefined,
      cycle: random.chance(0.9) ? random.chance(0.3) : undefined,
    });
  }

  type(snapshot) {
    const enums = Object.values(snapshot.enums);
    if (enums.length && this.random.chance(0.25)) {
      const { name, schema } = this.random.of(enums);
      const array = this.random.chance(0.2) ? '[]' : '';
      return { type: name + array, typeSchema: this.random.chance(0.9) ? schema : undefined };
    }
    return { type: this.random.of(TYPES), typeSchema: undefined };
  }

  identity(table, name) {
    const { random } = this;
    return { type: random.of(['always', 'byDefault']), name: random.chance(0.8) ? `${table.name}_${name}_seq` : 'odd_seq', schema: table.schema || 'public', ...this.options() };
  }

  column(snapshot, table) {
    const { random } = this;
    const name = this.name(FIELDS, table.columns);
    table.columns[name] = given({
      name, ...this.type(snapshot), primaryKey: random.chance(0.1), notNull: random.chance(0.4),
      generated: random.chance(0.08) ? { as: random.of(EXPRESSIONS), type: 'stored' } : undefined,
      identity: random.chance(0.08) ? this.identity(table, name) : undefined,
      default: random.chance(0.4) ? random.of(DEFAULTS) : undefined,
    });
  }

  index(table) {
    const { random } = this;
    const names = Object.keys(table.columns);
    if (!names.length) return;
    const keys = random.some(names, 2).map((name) => given(random.chance(0.2)
      ? { expression: random.of(EXPRESSIONS), asc: true, isExpression: true, nulls: 'last' }
      : { expression: name, isExpression: false, asc: random.chance(0.7), nulls: random.of(['last', 'first']), opclass: random.chance(0.2) ? 'text_ops' : undefined }));
    const name = this.name([`${table.name}_${names[0]}_idx`, `${table.name}_idx`, 'some_idx'], table.indexes);
    table.indexes[name] = given({
      name, columns: keys, isUnique: random.chance(0.3), where: random.chance(0.2) ? random.of(EXPRESSIONS) : undefined,
      concurrently: random.chance(0.2), method: random.of(['btree', 'btree', 'gin', 'hnsw']), with: random.chance(0.2) ? random.of([{ fillfactor: 70 }, { m: 16, ef: '64' }]) : {},
    });
  }

  foreignKey(snapshot, table) {
    const { random } = this;
    const other = random.of(Object.values(snapshot.tables));
    const [from, to] = [Object.keys(table.columns), Object.keys(other.columns)];
    if (!from.length || !to.length) return;
    const name = this.name([`${table.name}_${from[0]}_${other.name}_fk`, `${table.name}_fk`], table.foreignKeys);
    table.foreignKeys[name] = given({
      name, tableFrom: table.name, tableTo: other.name, schemaTo: other.schema || undefined,
      columnsFrom: random.some(from, 2), columnsTo: random.some(to, 2), onDelete: random.of(ACTIONS), onUpdate: random.of(ACTIONS),
    });
  }

  policy(into) {
    const { random } = this;
    const name = this.name(['readers', 'writers', 'owner_only', 'note'], into);
    into[name] = given({
      name, as: random.of(['PERMISSIVE', 'RESTRICTIVE']), for: random.of(['ALL', 'SELECT', 'INSERT']),
      to: random.of([['public'], ['current_user', 'staff'], ['app user']]),
      using: random.chance(0.6) ? random.of(EXPRESSIONS) : undefined, withCheck: random.chance(0.4) ? random.of(EXPRESSIONS) : undefined,
    });
    return into[name];
  }

  constraint(snapshot, table) {
    const { random } = this;
    const names = Object.keys(table.columns);
    if (!names.length) return;
    const named = (list, into, rest) => {
      const name = this.name(list, into);
      into[name] = { name, ...rest };
    };
    const make = [
      () => this.index(table),
      () => this.foreignKey(snapshot, table),
      () => Object.keys(table.compositePrimaryKeys).length < 2
        && named([`${table.name}_pk`, `${table.name}_${names[0]}`], table.compositePrimaryKeys, { columns: random.some(names, 3) }),
      () => named([`${table.name}_unique`, `${names[0]}_unique`], table.uniqueConstraints, { nullsNotDistinct: random.chance(0.2), columns: random.some(names, 2) }),
      () => this.policy(table.policies),
      () => named(['positive', `${table.name}_check`], table.checkConstraints, { value: random.of(EXPRESSIONS) }),
    ];
    random.of(make)();
  }

  table(snapshot) {
    const { schema, name } = this.qualified(snapshot, NOUNS, snapshot.tables);
    const table = {
      name, schema: schema === 'public' ? '' : schema, columns: {}, indexes: {}, foreignKeys: {}, compositePrimaryKeys: {},
      uniqueConstraints: {}, policies: {}, checkConstraints: {}, isRLSEnabled: this.random.chance(0.15),
    };
    snapshot.tables[`${schema}.${name}`] = table;
    for (let n = this.random.below(6); n >= 0; n--) this.column(snapshot, table);
    for (let n = this.random.below(5); n > 0; n--) this.constraint(snapshot, table);
  }

  enumeration(snapshot) {
    const { schema, name } = this.qualified(snapshot, ENUMS, snapshot.enums);
    snapshot.enums[`${schema}.${name}`] = { name, schema, values: this.random.some(LABELS) };
  }

  sequence(snapshot) {
    const { schema, name } = this.qualified(snapshot, ['invoice_seq', 'order_seq', 'text'], snapshot.sequences);
    snapshot.sequences[`${schema}.${name}`] = { name, schema, ...this.options() };
  }

  role(snapshot) {
    const { random } = this;
    const name = this.name(['analyst', 'admin', 'auditor'], snapshot.roles);
    snapshot.roles[name] = { name, createDb: random.chance(0.3), createRole: random.chance(0.3), inherit: random.chance(0.7) };
  }

  linkedPolicy(snapshot) {
    const policy = this.policy(snapshot.policies);
    Object.assign(policy, { schema: 'public', on: '"public"."elsewhere"' });
  }

  view(snapshot) {
    const { random } = this;
    const { schema, name } = this.qualified(snapshot, ['totals', 'latest'], snapshot.views);
    const isExisting = random.chance(0.2);
    const materialized = random.chance(0.5);
    const simple = [{ securityInvoker: true }, { securityBarrier: false, checkOption: 'local' }, {}];
    const stored = [{ fillfactor: 90, autovacuumEnabled: true }, { userCatalogTable: true, fillfactor: 80, parallelWorkers: 2 }, { fillfactor: 90 }];
    snapshot.views[`${schema}.${name}`] = given({
      columns: {}, definition: isExisting ? undefined : random.of(['select 1', 'select "id" from "funds"', '']), name, schema, isExisting,
      with: random.chance(0.4) ? random.of(materialized ? stored : simple) : undefined, withNoData: materialized && random.chance(0.5) ? random.chance(0.7) : undefined,
      materialized, tablespace: materialized && random.chance(0.3) ? random.of(['fast', 'slow']) : undefined, using: materialized && random.chance(0.3) ? random.of(['heap', 'columnar']) : undefined,
    });
  }

  schema() {
    const { random } = this;
    const snapshot = copy(EMPTY);
    for (const name of random.chance(0.5) ? random.some(SCHEMAS, 2) : []) snapshot.schemas[name] = name;
    for (let n = random.below(4); n > 0; n--) this.enumeration(snapshot);
    for (let n = random.below(2); n > 0; n--) this.sequence(snapshot);
    for (let n = random.below(2); n > 0; n--) this.role(snapshot);
    for (let n = random.below(5); n >= 0; n--) this.table(snapshot);
    for (let n = random.below(3); n > 0; n--) this.view(snapshot);
    if (random.chance(0.15)) this.linkedPolicy(snapshot);
    return snapshot;
  }

  edit(snapshot) {
    const { random } = this;
    const tables = Object.values(snapshot.tables);
    const table = tables.length ? random.of(tables) : undefined;
    const inTable = (edit) => () => table && edit(table);
    const remove = (map) => {
      const names = Object.keys(map);
      if (names.length) delete map[random.of(names)];
    };
    const edits = [
      [6, inTable((it) => this.column(snapshot, it))],
      [5, inTable((it) => remove(it.columns))],
      [14, inTable((it) => this.alterColumn(snapshot, it))],
      [8, inTable((it) => this.constraint(snapshot, it))],
      [6, inTable((it) => remove(it[random.of(['indexes', 'foreignKeys', 'compositePrimaryKeys', 'uniqueConstraints', 'policies', 'checkConstraints'])]))],
      [8, inTable((it) => this.alterConstraint(it))],
      [2, inTable((it) => (it.isRLSEnabled = !it.isRLSEnabled))],
      [5, inTable((it) => this.renameColumn(it))],
      [3, inTable((it) => this.renameTable(snapshot, it))],
      [2, inTable((it) => this.renamePolicy(it))],
      [2, () => this.table(snapshot)],
      [2, () => remove(snapshot.tables)],
      [1, () => this.enumeration(snapshot)],
      [1, () => remove(snapshot.enums)],
      [4, () => this.alterEnum(snapshot)],
      [3, () => this.renameObject(snapshot, random.of(['enum', 'sequence', 'view']))],
      [1, () => this.sequence(snapshot)],
      [1, () => remove(snapshot.sequences)],
      [1, () => Object.values(snapshot.sequences).forEach((it) => Object.assign(it, this.options()))],
      [1, () => this.role(snapshot)],
      [1, () => remove(snapshot.roles)],
      [1, () => Object.values(snapshot.roles).forEach((it) => (it.inherit = !it.inherit))],
      [2, () => this.view(snapshot)],
      [1, () => remove(snapshot.views)],
      [3, () => this.alterView(snapshot)],
      [1, () => this.linkedPolicy(snapshot)],
      [1, () => remove(snapshot.policies)],
      [1, () => Object.values(snapshot.policies).forEach((it) => (it.for = random.of(['ALL', 'SELECT'])))],
      [1, () => this.renameSchema(snapshot)],
      [1, () => this.renameRole(snapshot)],
      [1, () => (snapshot.schemas.added = 'added')],
      [1, () => remove(snapshot.schemas)],
    ];
    let at = random.below(edits.reduce((sum, [weight]) => sum + weight, 0));
    for (const [weight, edit] of edits) {
      at -= weight;
      if (at < 0) return edit();
    }
  }

  alterColumn(snapshot, table) {
    const { random } = this;
    const columns = Object.values(table.columns);
    if (!columns.length) return;
    const column = random.of(columns);
    const toggle = (key, make) => {
      if (column[key] === undefined || random.chance(0.5)) column[key] = make();
      else delete column[key];
    };
    random.of([
      () => {
        delete column.typeSchema;
        Object.assign(column, given(this.type(snapshot)));
      },
      () => toggle('default', () => random.of(DEFAULTS)),
      () => (column.notNull = !column.notNull),
      () => (column.primaryKey = !column.primaryKey),
      () => toggle('identity', () => this.identity(table, column.name)),
      () => toggle('generated', () => ({ as: random.of(EXPRESSIONS), type: 'stored' })),
    ])();
    if (random.chance(0.3)) this.alterColumn(snapshot, table);
  }

  alterConstraint(table) {
    const { random } = this;
    const kinds = ['indexes', 'foreignKeys', 'compositePrimaryKeys', 'uniqueConstraints', 'policies', 'checkConstraints'];
    const all = kinds.flatMap((kind) => Object.values(table[kind]).map((it) => [kind, it]));
    if (!all.length) return;
    const [kind, it] = random.of(all);
    const names = Object.keys(table.columns);
    const columns = () => names.length && (it.columns = random.some(names, 3));
    const edits = {
      indexes: () => random.of([
        () => (it.isUnique = !it.isUnique),
        () => (it.where = random.of(EXPRESSIONS)),
        () => (it.method = 'gist'),
        () => (it.concurrently = !it.concurrently),
        () => (it.with = { fillfactor: 50 }),
        () => (it.columns[0].asc = !it.columns[0].asc),
        () => (it.columns[0].opclass = 'int4_ops'),
        () => (it.columns[0].expression = random.of(EXPRESSIONS)),
      ])(),
      foreignKeys: () => (it.onDelete = random.of(['cascade', 'restrict'])),
      compositePrimaryKeys: columns,
      uniqueConstraints: random.chance(0.5) ? columns : () => (it.nullsNotDistinct = !it.nullsNotDistinct),
      policies: () => random.of([
        () => (it.as = random.of(['PERMISSIVE', 'RESTRICTIVE'])),
        () => (it.for = random.of(['ALL', 'UPDATE'])),
        () => (it.to = ['someone', 'public']),
        () => (it.using = random.of(EXPRESSIONS)),
        () => delete it.using,
        () => delete it.withCheck,
      ])(),
      checkConstraints: () => (it.value = random.of(EXPRESSIONS)),
    };
    edits[kind]();
  }

  alterEnum(snapshot) {
    const { random } = this;
    const enums = Object.values(snapshot.enums);
    if (!enums.length) return;
    const it = random.of(enums);
    const free = LABELS.filter((label) => !it.values.includes(label));
    random.of([
      () => free.length && it.values.splice(random.below(it.values.length + 1), 0, random.of(free)),
      () => it.values.length > 1 && it.values.splice(random.below(it.values.length), 1),
      () => it.values.reverse(),
      () => (it.values = random.some(LABELS)),
    ])();
  }

  alterView(snapshot) {
    const { random } = this;
    const views = Object.values(snapshot.views);
    if (!views.length) return;
    const it = random.of(views);
    random.of([
      () => !it.isExisting && (it.definition = random.of(['select 2', 'select 1'])),
      () => {
        it.isExisting = !it.isExisting;
        if (it.isExisting) delete it.definition;
        else it.definition = 'select 3';
      },
      () => (it.with = it.materialized ? random.of([{ fillfactor: 70 }, { autovacuumEnabled: false, fillfactor: 90 }]) : random.of([{ securityInvoker: false }, { checkOption: 'cascaded' }])),
      () => delete it.with,
      () => delete it.tablespace,
      () => (it.tablespace = random.of(['fast', 'cold'])),
      () => delete it.using,
      () => (it.using = 'columnar'),
      () => (it.withNoData = true),
      () => (it.materialized = !it.materialized),
    ])();
  }

  /** Gives a map's entry another key at the end, and says so most of the time. */
  rekey(map, from, to, value, rename) {
    delete map[from];
    map[to] = value;
    if (this.random.chance(0.8)) this.renames.push(rename);
  }

  renameColumn(table) {
    const names = Object.keys(table.columns);
    if (!names.length) return;
    const from = this.random.of(names);
    const to = this.name(FIELDS, table.columns);
    const plain = (name) => !/[=.]/.test(name);
    if (!plain(from) || !plain(to)) return;
    const column = table.columns[from];
    column.name = to;
    this.rekey(table.columns, from, to, column, `column:${table.schema || 'public'}.${table.name}.${from}=${to}`);
  }

  renamePolicy(table) {
    const names = Object.keys(table.policies);
    if (!names.length) return;
    const from = this.random.of(names);
    const to = this.name(['renamed', 'others'], table.policies);
    const policy = table.policies[from];
    policy.name = to;
    this.rekey(table.policies, from, to, policy, `policy:${table.schema || 'public'}.${table.name}.${from}=${to}`);
  }

  renameTable(snapshot, table) {
    const from = `${table.schema || 'public'}.${table.name}`;
    const other = this.qualified(snapshot, NOUNS, snapshot.tables);
    const kind = this.random.below(3);
    const schema = kind === 0 ? table.schema || 'public' : other.schema;
    const name = kind === 1 ? table.name : other.name;
    const to = `${schema}.${name}`;
    if (snapshot.tables[to]) return;
    table.name = name;
    table.schema = schema === 'public' ? '' : schema;
    for (const key of Object.values(table.foreignKeys)) key.tableFrom = name;
    this.rekey(snapshot.tables, from, to, table, `table:${from}=${to}`);
  }

  renameObject(snapshot, kind) {
    const map = snapshot[`${kind}s`];
    const keys = Object.keys(map);
    if (!keys.length) return;
    const from = this.random.of(keys);
    const it = map[from];
    const other = this.qualified(snapshot, ['renamed', 'other'], map);
    const which = this.random.below(3);
    const schema = which === 0 ? it.schema : other.schema;
    const name = which === 1 ? it.name : other.name;
    const to = `${schema}.${name}`;
    if (map[to]) return;
    if (kind === 'enum') {
      for (const column of Object.values(snapshot.tables).flatMap((table) => Object.values(table.columns))) {
        if (column.typeSchema !== it.schema || column.type.replace('[]', '') !== it.name) continue;
        column.type = column.type.replace(it.name, () => name);
        column.typeSchema = schema;
      }
    }
    Object.assign(it, { schema, name });
    this.rekey(map, from, to, it, `${kind}:${from}=${to}`);
  }

  renameSchema(snapshot) {
    const names = Object.keys(snapshot.schemas);
    if (!names.length) return;
    const from = this.random.of(names);
    const to = `${from}_new`;
    if (snapshot.schemas[to]) return;
    this.rekey(snapshot.schemas, from, to, to, `schema:${from}=${to}`);
    for (const map of [snapshot.tables, snapshot.enums, snapshot.sequences, snapshot.views]) {
      for (const [key, it] of Object.entries(map)) {
        if (it.schema !== from) continue;
        delete map[key];
        it.schema = to;
        map[`${to}.${it.name}`] = it;
      }
    }
  }

  renameRole(snapshot) {
    const names = Object.keys(snapshot.roles);
    if (!names.length) return;
    const from = this.random.of(names);
    const role = snapshot.roles[from];
    role.name = `${from}_new`;
    if (snapshot.roles[role.name]) return;
    this.rekey(snapshot.roles, from, role.name, role, `role:${from}=${role.name}`);
  }
}

/**
 * `{before, after, renames}` for a seed. Every tenth has the empty schema or an unrelated one on one side.
 * `odd` is how often a name is one that something trips over.
 */
export function pair(seed, { odd = 0.04 } = {}) {
  const made = new Snapshots(seed, { odd });
  const before = made.schema();
  if (seed % 10 === 3) return { before: copy(EMPTY), after: before, renames: [] };
  if (seed % 10 === 7) return { before, after: made.schema(), renames: [] };
  const after = copy(before);
  for (let n = made.random.below(8); n >= 0; n--) made.edit(after);
  return { before, after, renames: made.renames };
}
