// From marks to names: what a file imports, and how it calls it.
import { MARK } from './project.mjs';

const PACKAGES = { pg: 'drizzle-orm/pg-core', orm: 'drizzle-orm', zod: 'zod', supabase: 'drizzle-orm/supabase', neon: 'drizzle-orm/neon' };
const SPACES = { 'drizzle-orm/pg-core': ['p', 'pg', 'core'], 'drizzle-orm': ['orm', 'd0'], zod: ['zod'], 'drizzle-orm/supabase': ['supa'], 'drizzle-orm/neon': ['neon'] };

/** `pg:text` → {module, name, type}. */
function foreign(mark) {
  const [, prefix, rest] = /^(\w+):(.*)$/s.exec(mark) ?? [];
  if (!prefix) return undefined;
  if (prefix === 'pkg') {
    const [module, name] = rest.split('#');
    return { module, name };
  }
  const isType = prefix.endsWith('t') && PACKAGES[prefix.slice(0, -1)] !== undefined;
  return { module: PACKAGES[isType ? prefix.slice(0, -1) : prefix], name: rest, isType };
}

/** The imports of one file. */
export class Imports {
  constructor(random, file, locate) {
    this.random = random;
    this.file = file;
    this.locate = locate;
    this.modules = new Map();
    this.styles = new Map();
  }

  #module(specifier) {
    if (!this.modules.has(specifier)) this.modules.set(specifier, { named: new Map(), types: new Set(), space: undefined, byDefault: undefined });
    return this.modules.get(specifier);
  }

  #style(specifier, choose) {
    if (!this.styles.has(specifier)) this.styles.set(specifier, choose());
    return this.styles.get(specifier);
  }

  /** The text without marks. `local` says which declarations are in the same file. */
  resolve(text, local) {
    return text.replace(MARK, (_, _later, mark) => {
      const from = foreign(mark);
      if (from) return this.#package(from);
      return local.has(mark) ? mark : this.#declaration(mark);
    });
  }

  #package({ module, name, isType }) {
    const { random } = this;
    const entry = this.#module(module);
    const style = this.#style(module, () => ({ space: random.chance(0.12) ? random.of(SPACES[module] ?? ['pkg']) : undefined, typed: random.chance(0.5), alias: random.chance(0.05) }));
    if (module === 'zod' && name === 'z') {
      if (style.space) entry.space = 'z';
      else if (style.alias) entry.byDefault = 'z';
      else entry.named.set('z', 'z');
      return 'z';
    }
    if (style.space && SPACES[module]) {
      entry.space = style.space;
      return `${style.space}.${name}`;
    }
    if (isType && style.typed) {
      entry.types.add(name);
      return name;
    }
    if (!entry.named.has(name)) entry.named.set(name, style.alias || random.chance(0.01) ? `${name}$` : name);
    return entry.named.get(name);
  }

  #declaration(name) {
    const { random } = this;
    const { specifier, exported } = this.locate(name, this.file);
    const entry = this.#module(specifier);
    const style = this.#style(specifier, () => ({ space: random.chance(0.12) ? `from${this.modules.size}` : undefined }));
    if (style.space) {
      entry.space = style.space;
      return `${style.space}.${exported}`;
    }
    if (exported === 'default') {
      entry.byDefault ??= name;
      return entry.byDefault;
    }
    const key = exported;
    if (!entry.named.has(key)) entry.named.set(key, exported !== name ? name : random.chance(0.06) ? `${name}_` : name);
    return entry.named.get(key);
  }

  /** The import statements. */
  statements() {
    const { random } = this;
    const lines = [];
    for (const [specifier, { named, types, space, byDefault }] of this.modules) {
      const quoted = `'${specifier}'`;
      if (space) lines.push(`import * as ${space} from ${quoted};`);
      const names = [...named].map(([from, to]) => (from === to ? from : `${from} as ${to}`));
      const inline = types.size && names.length && random.chance(0.5);
      if (inline) names.push(...[...types].map((name) => `type ${name}`));
      if (types.size && !inline) lines.push(`import type { ${[...types].join(', ')} } from ${quoted};`);
      const parts = [byDefault, names.length ? `{ ${names.join(', ')} }` : undefined].filter(Boolean);
      if (parts.length) lines.push(`import ${parts.join(', ')} from ${quoted};`);
    }
    return random.chance(0.2) ? lines.reverse() : lines;
  }
}
