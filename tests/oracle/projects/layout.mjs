// Puts declarations into files: which goes where, what it exports under which name, who imports it how.
import path from 'node:path';
import { Imports } from './imports.mjs';
import { MARK } from './project.mjs';
import { settings } from './settings.mjs';

const FILES = ['funds', 'users', 'investments', 'zones', 'Accounts', 'lp-portal', 'b', 'metrics.schema'];

/** Names of declarations that a text needs, {name, later}. */
export function needs(text) {
  return [...text.matchAll(MARK)].filter(([, , name]) => !name.includes(':')).map(([, later, name]) => ({ name, later: later === '~' }));
}

class Layout {
  constructor(project) {
    this.p = project;
    this.random = project.random;
    this.layered = this.random.chance(0.8);
    this.settings = settings(this.random);
    this.place = new Map();
    this.exported = new Map();
    for (const declaration of project.declarations) {
      declaration.needs = needs([declaration.text, ...declaration.after].join('\n')).filter(({ name }) => name !== declaration.name);
    }
  }

  /** The paths of the files, helpers first: a file may need only those before it. */
  #paths() {
    const { random } = this;
    const { folder } = this.settings;
    const helpers = random.chance(this.settings.workspace ? 1 : 0.5) ? random.some(this.settings.helpers, 2) : [];
    const schemas = random.some(FILES, random.chance(0.4) ? 1 : 4).map((name) => path.join(folder, `${name}.ts`));
    return { helpers, schemas };
  }

  placeAll() {
    const { random } = this;
    const { helpers, schemas } = this.#paths();
    this.files = [...helpers, ...schemas];
    this.helpers = helpers;
    const at = (name) => this.files.indexOf(this.place.get(name));
    for (const { name, kind, json, needs: needed } of this.p.declarations) {
      if (json && random.chance(0.8)) {
        this.place.set(name, this.settings.json(name));
        continue;
      }
      const binding = needed.filter(({ name, later }) => this.place.has(name) && (!later || this.layered));
      const least = Math.max(0, ...binding.map(({ name }) => at(name)));
      const open = this.files.map((_, i) => i).filter((i) => i >= least && (kind === 'value' || i >= helpers.length));
      const lower = open.filter((i) => i < helpers.length);
      const index = lower.length && random.chance(0.6) ? random.of(lower) : random.chance(0.5) ? open[0] : random.of(open);
      this.place.set(name, this.files[index]);
    }
    this.files = this.files.filter((file) => [...this.place.values()].includes(file));
  }

  /** The declarations of a file, in an order that works. */
  #ordered(file) {
    const all = this.p.declarations.filter(({ name }) => this.place.get(name) === file);
    if (!this.random.chance(0.15)) return all;
    const left = [...all];
    const made = [];
    while (left.length) {
      const free = left.filter(({ needs: needed }) => needed.every(({ name, later }) => later || !left.some((other) => other.name === name)));
      const next = free.length ? this.random.of(free) : left[0];
      made.push(next);
      left.splice(left.indexOf(next), 1);
    }
    return made;
  }

  #usedElsewhere(name) {
    return this.p.declarations.some((other) => this.place.get(other.name) !== this.place.get(name) && other.needs.some((it) => it.name === name));
  }

  /** How each declaration leaves its file. */
  chooseExports() {
    const { random } = this;
    const hasDefault = new Set();
    const aliases = new Set();
    for (const { name, kind, hidden, kept, init, text } of this.p.declarations) {
      const file = this.place.get(name);
      if (file.endsWith('.json')) {
        this.exported.set(name, { as: 'default' });
        continue;
      }
      const wanted = this.#usedElsewhere(name) || (kind === 'schema' && !hidden) || (kind !== 'schema' && !kept && random.chance(0.4));
      if (!wanted) continue;
      const isType = /^(type|interface) /.test(text);
      const way = random.below(100);
      let how = 'inline';
      let as = name;
      if (!isType && way < 8) how = 'list';
      else if (!isType && way < 12) {
        how = 'list';
        as = random.of([`${name}Alias`, 'main', `_${name}`, `Z${name}`]);
        if (aliases.has(`${file} ${as}`)) as = `${name}Alias`;
        aliases.add(`${file} ${as}`);
      } else if (init && way < 15 && !hasDefault.has(file)) {
        how = 'default';
        as = 'default';
        hasDefault.add(file);
      } else if (init && way < 18) how = 'destructured';
      this.exported.set(name, { how, as });
    }
  }

  locate(name, from) {
    const { as } = this.exported.get(name);
    return { specifier: this.settings.specifier(from, this.place.get(name)), exported: as };
  }

  #file(file) {
    const { random } = this;
    const declarations = this.#ordered(file);
    const local = new Set(declarations.map(({ name }) => name));
    const imports = new Imports(random, file, (name, from) => this.locate(name, from));
    const body = [];
    const list = [];
    for (const declaration of declarations) {
      const { name, after } = declaration;
      const { how, as } = this.exported.get(name) ?? {};
      const text = imports.resolve(declaration.text, local);
      if (how === 'inline') body.push(`export ${text}`);
      else if (how === 'destructured') body.push(random.chance(0.7) ? `export const { ${name} } = { ${name}: ${imports.resolve(declaration.init, local)} };` : `export const [${name}] = [${imports.resolve(declaration.init, local)}];`);
      else if (how === 'default') {
        const needed = after.length || declarations.some((other) => other.needs.some((it) => it.name === name)) || declaration.text.includes(`${name}»`);
        body.push(needed || random.chance(0.4) ? `${text}\nexport default ${name};` : `export default ${imports.resolve(declaration.init, local)};`);
      } else {
        body.push(text);
        if (how === 'list') list.push(name === as ? name : `${name} as ${as}`);
      }
      body.push(...after.map((statement) => imports.resolve(statement, local)));
    }
    if (list.length) body.splice(random.chance(0.2) ? 0 : body.length, 0, `export { ${list.join(', ')} };`);
    const head = [];
    if (random.chance(0.03)) head.push("'use strict';");
    if (random.chance(0.05)) head.push('// The tables of the platform.');
    if (random.chance(0.04)) head.push("import 'server-only';");
    return `${[...head, ...imports.statements(), '', ...body].join('\n')}\n`;
  }

  /** The barrel, in one of the ways to write one. */
  #barrel(file, targets) {
    const { random } = this;
    const lines = [];
    for (const target of targets) {
      const specifier = `'${this.settings.specifier(file, target)}'`;
      const names = this.p.declarations.filter(({ name, text }) => this.place.get(name) === target && this.exported.has(name) && !/^(type|interface) /.test(text)).map(({ name }) => ({ name, as: this.exported.get(name).as }));
      const way = random.below(20);
      const some = names.filter(() => random.chance(0.85));
      if (way < 13 || !some.length) {
        lines.push(`export * from ${specifier};`);
        for (const { name, as } of names) if (as === 'default' && random.chance(0.7)) lines.push(`export { default as ${name} } from ${specifier};`);
      } else if (way < 16) {
        lines.push(`export { ${some.map(({ name, as }) => (as === 'default' || random.chance(0.1) ? `${as} as ${name}_` : as)).join(', ')} } from ${specifier};`);
      } else if (way < 18) {
        const space = `space${lines.length}`;
        lines.push(`import * as ${space} from ${specifier};`, `export const { ${some.map(({ as }, i) => (as === 'default' ? `default: picked${lines.length}_${i}` : as)).join(', ')} } = ${space};`);
      } else if (way === 18) {
        lines.push(`export * as all${lines.length} from ${specifier};`, `export * from ${specifier};`);
      } else {
        const space = `space${lines.length}`;
        lines.push(`import * as ${space} from ${specifier};`, ...some.map(({ as }, i) => `export const again${lines.length}_${i} = ${space}.${as};`));
      }
    }
    return `${lines.join('\n')}\n`;
  }

  /** Everything: {files, schema, casing, links}. */
  make() {
    this.placeAll();
    this.chooseExports();
    const files = {};
    for (const file of this.files) files[file] = this.#file(file);
    for (const { name, json } of this.p.declarations) if (this.place.get(name).endsWith('.json')) files[this.place.get(name)] = `${json}\n`;
    const { random } = this;
    const schemas = this.files.filter((file) => !this.helpers.includes(file));
    const { folder } = this.settings;
    const barrel = path.join(folder, 'index.ts');
    let schema;
    const way = schemas.length > 1 || random.chance(0.2) ? random.below(8) : 7;
    if (way < 4) {
      files[barrel] = this.#barrel(barrel, random.chance(0.3) ? [...schemas].reverse() : schemas);
      schema = [random.chance(0.9) ? barrel : random.of([folder, path.join(folder, '*')])];
    } else if (way === 4) schema = [folder];
    else if (way === 5) schema = [path.join(folder, random.of(['*.ts', '*', '**/*.ts', '*.{ts,js}', '!(index).ts']))];
    else schema = random.chance(0.5) ? schemas : [...schemas].reverse();
    return this.settings.project(files, schema, this.p.casing);
  }
}

/** The files of a project, with what a drizzle config says of it. */
export const layout = (project) => new Layout(project).make();
