// Schemas, sequences, roles and policies of their own.
import { sequenceOptions } from './columns.mjs';
import { policyOptions } from './extras.mjs';
import { camel } from './project.mjs';
import { access, boolean, literal, string } from './values.mjs';
import { ROLES, SCHEMAS } from './words.mjs';

const identifier = (name) => camel(name.replace(/\W+/g, '_').toLowerCase());

export function declareSchema(p) {
  const { random } = p;
  const name = random.of(SCHEMAS.filter((it) => !p.schemas.some((other) => other.name === it)));
  if (!name) return;
  const mark = p.declare(`${identifier(name)}Schema`, { init: `«pg:pgSchema»(${string(p, name)})`, kind: 'schema', hidden: random.chance(0.1) });
  p.schemas.push({ name, mark });
}

export function declareSequence(p) {
  const { random } = p;
  const schema = p.schemas.length && random.chance(0.3) ? random.of(p.schemas) : undefined;
  const members = sequenceOptions(p);
  const maker = schema ? `${schema.mark}.sequence` : '«pg:pgSequence»';
  const opts = members.length || random.chance(0.2) ? `, { ${members.join(', ')} }` : '';
  p.declare('callNumbers', { init: `${maker}(${string(p, random.of(['call_numbers', 'Invoice Seq', 'fund_seq']))}${opts})`, kind: 'schema' });
}

export function declareRole(p) {
  const { random } = p;
  const name = random.of(ROLES);
  const members = ['createDb', 'createRole', 'inherit'].filter(() => random.chance(0.4)).map((key) => `${key}: ${boolean(p, random.chance(0.5))}`);
  const opts = members.length ? `, { ${members.join(', ')} }` : '';
  const existing = random.chance(0.3) ? '.existing()' : '';
  p.roles.push(p.declare(`${identifier(name)}Role`, { init: `«pg:pgRole»(${string(p, name)}${opts})${existing}`, kind: 'schema', hidden: random.chance(0.1) }));
}

/** A policy linked to a table of the project. */
export function declarePolicy(p) {
  const { random } = p;
  if (!p.tables.length) return;
  const table = random.of(p.tables);
  const columns = table.columns.map((column) => ({ ...column, text: access(p, table.mark, column.key) }));
  const link = random.chance(0.9) ? `.link(${table.mark})` : random.chance(0.5) ? '.link(«supabase:authUsers»)' : '';
  p.declare('linkedPolicy', { init: `«pg:pgPolicy»(${literal(p, `linked ${random.below(10000)}`)}${policyOptions(p, columns)})${link}`, kind: 'schema' });
}
