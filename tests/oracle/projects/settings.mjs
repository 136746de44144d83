// Folders, tsconfig, workspace packages and the drizzle config of a project.
import path from 'node:path';

const STEM = /\.ts$/;

/** How this project is set up: where files go, and how one is imported from another. */
export function settings(random) {
  const root = random.of(['src', 'src', 'server', '.']);
  const folder = path.join(root, random.of(['db/schema', 'schema', 'db', 'lib/db/tables']));
  const workspace = random.chance(0.2);
  const extension = random.of(['', '', '', '.js', '.ts']);
  const alias = random.chance(0.3) ? random.of(['@/', '~/', '@app/', '#']) : undefined;
  const helpers = workspace
    ? ['packages/shared/src/index.ts', 'packages/shared/src/columns.ts']
    : [path.join(root, 'lib/constants.ts'), path.join(folder, '_shared.ts'), path.join(root, 'utils/index.ts'), path.join(folder, 'helpers/columns.ts')];

  const relative = (from, to) => {
    let made = path.relative(path.dirname(from), to);
    if (!made.startsWith('.')) made = `./${made}`;
    if (to.endsWith('.json')) return made;
    const stem = made.replace(STEM, '');
    if (stem.endsWith('/index') && !extension && random.chance(0.8)) return stem.slice(0, -'/index'.length) || '.';
    return stem + extension;
  };

  /** How `from` imports `to`: the same way every time. */
  const known = new Map();
  const specifier = (from, to) => {
    const key = `${from} ${to}`;
    if (!known.has(key)) known.set(key, choose(from, to));
    return known.get(key);
  };
  const choose = (from, to) => {
    const inPackage = to.startsWith('packages/shared/');
    if (inPackage && !from.startsWith('packages/shared/')) return to.endsWith('/index.ts') ? '@fund/shared' : `@fund/shared/${path.basename(to, '.ts')}`;
    if (alias && !inPackage && random.chance(0.6)) {
      const below = path.relative(root, to).replace(STEM, '');
      return alias + (below.endsWith('/index') && random.chance(0.5) ? below.slice(0, -'/index'.length) : below);
    }
    return relative(from, to);
  };

  return { folder, json: (name) => path.join(root, 'config', `${name}.json`), helpers, workspace, specifier, project: (files, schema, casing) => finish(random, { root, alias, workspace }, files, schema, casing) };
}

function tsconfig(random, { root, alias }) {
  const target = root === '.' ? './*' : `./${root}/*`;
  const options = random.chance(0.5) ? { paths: { [`${alias}*`]: [target] } } : { baseUrl: '.', paths: { [`${alias}*`]: [target.slice(2)], unused: ['nowhere.ts'] } };
  const text = (value) => JSON.stringify(value, null, 2);
  if (random.chance(0.4)) {
    const base = random.of(['tsconfig.base.json', 'config/tsconfig.json']);
    const up = base.startsWith('config/') ? '..' : '.';
    const moved = { ...options, ...(options.baseUrl ? { baseUrl: up } : { paths: { [`${alias}*`]: [target.replace('./', `${up}/`)] } }) };
    return { [base]: text({ compilerOptions: moved }), 'tsconfig.json': `{\n  // shared\n  "extends": ${random.chance(0.7) ? `"./${base}"` : `["./${base}"]`},\n  "compilerOptions": { "strict": true, },\n}\n` };
  }
  return { 'tsconfig.json': text({ compilerOptions: { strict: true, ...options } }) };
}

function workspace(random, files) {
  const subpath = random.chance(0.7) ? './src/*.ts' : { types: './src/*.ts', default: './src/*.ts' };
  const index = random.of(['./src/index.ts', { import: './src/index.ts', require: './src/index.ts' }, { types: './src/index.d.ts', default: './src/index.ts' }]);
  files['packages/shared/package.json'] = JSON.stringify({ name: '@fund/shared', exports: { '.': index, './*': subpath } });
  files['package.json'] = JSON.stringify({ name: 'fund', private: true, workspaces: ['packages/*'], dependencies: { '@fund/shared': 'workspace:*' } });
  return { 'node_modules/@fund/shared': '../../packages/shared' };
}

/** The drizzle config that says where the schema is. */
function config(random, schema, casing) {
  const entry = (text) => `'${random.chance(0.6) ? './' : ''}${text}'`;
  let list = schema.length === 1 && random.chance(0.8) ? entry(schema[0]) : `[${schema.map(entry).join(', ')}]`;
  const head = [];
  if (random.chance(0.1)) {
    head.push(`const schema = ${list};`);
    list = 'schema';
  } else if (random.chance(0.05) && schema.length > 1) list = `[${schema.map(entry).join(', ')}].map((it) => it)`;
  const members = ["dialect: 'postgresql'", `schema: ${list}`, "out: './drizzle'", ...(casing ? [`casing: '${casing}'`] : []), ...(random.chance(0.5) ? ['dbCredentials: { url: process.env.DATABASE_URL! }'] : []), ...(random.chance(0.3) ? ['strict: true', 'verbose: true'] : [])];
  const object = `{\n  ${members.join(',\n  ')},\n}`;
  const body = random.of([
    () => (head.unshift("import { defineConfig } from 'drizzle-kit';"), `export default defineConfig(${object});`),
    () => (head.unshift("import { defineConfig } from 'drizzle-kit';"), `export default defineConfig(${object});`),
    () => (head.unshift("import type { Config } from 'drizzle-kit';"), `export default ${object} satisfies Config;`),
    () => (head.unshift("import type { Config } from 'drizzle-kit';"), `const config: Config = ${object};\nexport default config;`),
    () => (head.unshift("import 'dotenv/config';", "import { defineConfig } from 'drizzle-kit';"), `export default defineConfig(${object});`),
  ])();
  return `${[...head, body].join('\n')}\n`;
}

function finish(random, { root, alias, workspace: inWorkspace }, files, schema, casing) {
  const made = { ...files };
  if (alias) Object.assign(made, tsconfig(random, { root, alias }));
  const links = inWorkspace ? workspace(random, made) : {};
  made['drizzle.config.ts'] = config(random, schema, casing);
  return { files: made, links, schema, casing };
}
