// Views: from SQL, from the query builder, existing ones.
import { column } from './columns.mjs';
import { condition, expression } from './expressions.mjs';
import { access, literal, number, propertyKey, string } from './values.mjs';
import { KEYS } from './words.mjs';

const imported = (name) => `«pg:${name}»`;
const through = (p, owner, columns) => columns.map((it) => ({ ...it, text: access(p, owner, it.key) }));

/** What can be selected from: {from, columns, name}. */
function sourceOf(p) {
  const { random } = p;
  const made = random.chance(0.1) && p.views.length ? random.of(p.views) : random.of(p.tables);
  return made?.columns.length ? { from: made.mark, columns: through(p, made.mark, made.columns), name: made.db } : undefined;
}

/** The fields of a select: text, and the columns a subquery of it has. */
function fields(p, columns, aliased, keys = p.random.some(KEYS, 4), spread = undefined) {
  const { random } = p;
  const members = [];
  const shown = [];
  let raw = false;
  for (const key of keys) {
    const of = random.of(columns);
    const way = random.below(12);
    if (way < 7) {
      members.push(`${propertyKey(p, key)}: ${of.text}`);
      shown.push({ key, category: of.category });
      continue;
    }
    const made = way < 9 ? expression(p, columns)
      : way === 9 ? `«orm:${random.of(['count', 'sum', 'avg', 'min', 'max', 'countDistinct', 'sumDistinct', 'avgDistinct'])}»(${of.text})`
        : way === 10 ? '«orm:count»()' : `«orm:sql»<number>\`${random.of(['1', 'count(*)', 'row_number() over ()'])}\``;
    const alias = aliased || random.chance(0.99) ? `.as(${string(p, `${key}_as`)})` : '';
    members.push(`${propertyKey(p, key)}: ${made}${alias}`);
    if (alias) shown.push({ key, category: 'string' });
    else raw = true;
  }
  if (spread && random.chance(0.15)) {
    members.unshift(`...«orm:getTableColumns»(${spread.mark})`);
    shown.unshift(...spread.columns.filter(({ key }) => !keys.includes(key)).map(({ text: _, ...known }) => known));
  }
  if (!aliased && random.chance(0.08)) members.push(`nested: { ${random.of(['a', 'b'])}: ${random.of(columns).text} }`);
  return { text: `{ ${members.join(', ')} }`, shown, keys, raw };
}

/** A query from `qb`: {text, columns}. `prelude` collects statements that have to come before. */
function query(p, qb, prelude, depth = 0, keys = undefined) {
  const { random } = p;
  let source = sourceOf(p);
  if (!source) return undefined;
  if (depth < 2 && random.chance(0.2)) source = subquery(p, qb, prelude, depth) ?? source;
  let { columns } = source;
  const sources = [source.name];
  let joined = '';
  let whole = true;
  for (let i = random.chance(0.35) ? 1 + random.below(2) : 0; i > 0; i--) {
    let other = sourceOf(p);
    if (!other || sources.includes(other.name)) continue;
    if (random.chance(0.2)) {
      const alias = `other${prelude.length}`;
      const table = p.tables.find(({ mark }) => mark === other.from);
      if (!table) continue;
      prelude.push(`const ${alias} = «${random.of(['pg:alias', 'orm:aliasedTable'])}»(${other.from}, ${literal(p, `${alias}_x`)});`);
      other = { from: alias, columns: through(p, alias, table.columns), name: alias };
    }
    const on = condition(p, [random.of(columns), random.of(other.columns)]);
    const kind = random.of(['leftJoin', 'innerJoin', 'rightJoin', 'fullJoin', 'leftJoin']);
    joined += `.${kind}(${other.from}, ${on})`;
    columns = [...columns, ...other.columns];
    sources.push(other.name);
    whole = false;
  }
  const united = depth < 1 && random.chance(0.1);
  const selected = !keys && !united && random.chance(0.35) ? undefined : fields(p, columns, depth > 0 || united, keys, keys || united ? undefined : p.tables.find(({ mark }) => mark === source.from));
  const way = random.chance(0.85) ? 'select' : random.of(['selectDistinct', 'selectDistinctOn']);
  const on = way === 'selectDistinctOn' ? `[${random.of(columns).text}]${selected ? ', ' : ''}` : '';
  const carried = source.with ? `.with(${source.with})` : '';
  let text = `${qb}${carried}.${way}(${on}${selected?.text ?? ''}).from(${source.from})${joined}`;
  if (random.chance(0.45)) text += `.where(${random.chance(0.1) && !selected && whole ? `(it) => ${condition(p, through(p, 'it', source.columns))}` : condition(p, columns)})`;
  else if (depth < 1 && random.chance(0.12)) text += `.where(${within(p, qb, prelude, columns)})`;
  if (random.chance(0.12)) text += `.groupBy(${random.some(columns, 2).map((it) => it.text).join(', ')})`;
  if (random.chance(0.06)) text += `.having(${condition(p, columns)})`;
  if (united) {
    const right = query(p, qb, prelude, depth + 1, random.chance(0.95) ? selected.keys : undefined);
    const kind = random.of(['union', 'unionAll', 'intersect', 'except', 'intersectAll', 'exceptAll']);
    if (right) text = random.chance(0.25) ? `«pg:${kind}»(${text}, ${right.text})` : `${text}.${kind}(${right.text})`;
  }
  if (random.chance(0.2)) text += `.orderBy(${random.some(columns, 2).map((it) => random.of([it.text, `«orm:asc»(${it.text})`, `«orm:desc»(${it.text})`, `«orm:sql»\`\${${it.text}} desc nulls last\``])).join(', ')})`;
  if (random.chance(0.12)) text += `.limit(${number(p, random.of([1, 10, 100]))})`;
  if (random.chance(0.06)) text += `.offset(${number(p, 5)})`;
  if (random.chance(0.03)) text += '.$dynamic()';
  return { text, raw: selected?.raw, columns: selected?.shown ?? (whole ? columns.map(({ text: _, ...it }) => it) : []) };
}

/** A condition with a query in it. */
function within(p, qb, prelude, columns) {
  const { random } = p;
  const inner = sourceOf(p);
  if (!inner) return condition(p, columns);
  const of = random.of(inner.columns);
  const text = `${qb}.select({ it: ${of.text} }).from(${inner.from})${random.chance(0.5) ? `.where(${condition(p, inner.columns)})` : ''}`;
  return random.of([`«orm:exists»(${text})`, `«orm:notExists»(${text})`, `«orm:inArray»(${random.of(columns).text}, ${text})`, `«orm:sql»\`\${${random.of(columns).text}} = any(\${${text}})\``, `«orm:gt»(${random.of(columns).text}, ${text})`]);
}

/** A subquery or a CTE to select from. */
function subquery(p, qb, prelude, depth) {
  const { random } = p;
  const inner = query(p, qb, prelude, depth + 1);
  if (!inner?.columns.length) return undefined;
  const name = `sq${prelude.length}`;
  const isWith = random.chance(0.5);
  prelude.push(isWith
    ? `const ${name} = ${qb}.$with(${literal(p, name)}).as(${random.chance(0.8) ? inner.text : `(${qb}) => ${inner.text}`});`
    : `const ${name} = ${inner.text}.as(${literal(p, name)});`);
  return { from: name, name, columns: through(p, name, inner.columns), with: isWith ? name : undefined };
}

function viewOptions(p) {
  const { random } = p;
  const members = [];
  if (random.chance(0.4)) members.push(`checkOption: ${literal(p, random.of(['local', 'cascaded']))}`);
  if (random.chance(0.4)) members.push(`securityBarrier: ${random.chance(0.5)}`);
  if (random.chance(0.4)) members.push(`securityInvoker: ${random.chance(0.5)}`);
  return `.with({ ${members.join(', ')} })`;
}

function materialOptions(p) {
  const { random } = p;
  let text = '';
  if (random.chance(0.2)) text += `.using(${literal(p, random.of(['heap', 'btree']))})`;
  if (random.chance(0.3)) text += `.with({ ${random.some(['fillfactor: 70', 'autovacuumEnabled: true', "vacuumIndexCleanup: 'auto'", 'toastTupleTarget: 128', 'parallelWorkers: 4', 'vacuumTruncate: false', 'logAutovacuumMinDuration: 1', 'userCatalogTable: false'], 3).join(', ')} })`;
  if (random.chance(0.15)) text += `.tablespace(${literal(p, 'fast')})`;
  if (random.chance(0.2)) text += '.withNoData()';
  return text;
}

function written(p) {
  const { random } = p;
  const source = sourceOf(p);
  if (!source) return '«orm:sql»`select 1 as id`';
  const column = random.of(source.columns);
  return random.of([
    `«orm:sql»\`select * from \${${source.from}}\``,
    `«orm:sql»\`\n  select \${${column.text}}, count(*) from \${${source.from}}\n  where \${${condition(p, source.columns)}} group by 1\n\``,
    `«orm:sql»\`select \${${literal(p, "it's")}} as a, \${${random.of(['1', '1.5', 'true', 'null', '-0'])}} as b from \${${source.from}}\``,
    `«orm:sql»\`select \${${column.text}} from \${${source.from}} where \${${column.text}} in \${[1, 2, 'x']}\``,
    `«orm:sql».raw(${string(p, 'select 1 as id')})`,
    `«orm:sql».join([«orm:sql»\`select \${${column.text}}\`, «orm:sql»\`from \${${source.from}}\`], «orm:sql».raw(' '))`,
  ]);
}

/** Declares one view. */
export function declareView(p) {
  const { random } = p;
  const db = `${random.of(['fund_overview', 'active_funds', 'lp_summary', 'Irr Report'])}_${p.views.length}`;
  const material = random.chance(0.3);
  const schema = p.schemas.length && random.chance(0.2) ? random.of(p.schemas) : undefined;
  const maker = schema ? `${schema.mark}.${material ? 'materializedView' : 'view'}` : `«pg:${material ? 'pgMaterializedView' : 'pgView'}»`;
  const opts = material ? materialOptions(p) : random.chance(0.25) ? viewOptions(p) : '';
  let init;
  let columns = [];
  const way = random.below(10);
  const prelude = [];
  const made = way < 6 ? query(p, 'qb', prelude) : undefined;
  if (made) {
    columns = made.columns;
    const body = prelude.length || random.chance(0.1) ? `(qb) => {\n  ${[...prelude, `return ${made.text};`].join('\n  ')}\n}` : `(qb) => ${made.text}`;
    init = `${maker}(${string(p, db)})${opts}.as(${body})`;
    if (!prelude.length && random.chance(0.08)) init = `${maker}(${string(p, db)})${opts}.as(${made.text.replace(/\bqb\b/g, 'new «pg:QueryBuilder»()')})`;
  } else {
    const self = { mark: '', db, columns: [] };
    columns = random.some(KEYS, 3).map((key) => column(p, self, key, { call: imported, shared: true }));
    const list = `{ ${columns.map(({ key, text }) => `${propertyKey(p, key)}: ${text}`).join(', ')} }`;
    init = way === 9 ? `${maker}(${string(p, db)}, ${list})${random.chance(0.3) ? opts : ''}.existing()` : `${maker}(${string(p, db)}, ${list})${opts}.as(${written(p)})`;
  }
  const mark = p.declare('overview', { init, kind: 'schema' });
  // A field without an alias cannot be selected from outside.
  if (made?.raw !== true || random.chance(0.1)) p.views.push({ mark, db, columns });
}
