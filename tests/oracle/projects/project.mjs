// What is being made: declarations that refer to each other by marks, until `layout.mjs` has put them
// into files and knows what each file has to import.
//
// A text names other things with marks:
//   «pg:text» «orm:sql» «pkg:nanoid#nanoid»   from a package (see `layout.mjs`); «pgt:…», «ormt:…»: a type
//   «funds»                                   another declaration, needed when this one is evaluated
//   «~funds»                                  needed later: inside of a function, or only as a type
import { Random } from '../seeded.mjs';

export const MARK = /«(~?)([^»]+)»/g;

/** How the people of this project like to write. Drawn once, so that a project looks like one. */
function habits(random) {
  return {
    quote: random.of(["'", '"']),
    nameless: random.of([0, 0.2, 0.9, 1]),
    computed: random.of([0.02, 0.05, 0.15]),
    callback: random.of([0, 0, 0.3, 0.8]),
    odd: random.of([0, 0, 0.05, 0.2]),
    types: random.of([0, 0.3, 0.8]),
    operators: random.of([0.1, 0.5, 0.9]),
  };
}

export class Project {
  constructor(seed) {
    this.random = new Random(seed);
    this.habits = habits(this.random);
    this.casing = this.random.of([undefined, undefined, 'snake_case', 'camelCase']);
    this.declarations = [];
    this.tables = [];
    this.enums = [];
    this.schemas = [];
    this.roles = [];
    this.views = [];
    this.builders = [];
    this.columnSets = [];
    this.tableMakers = [];
    this.helpers = [];
    this.taken = new Set(RESERVED);
  }

  /** A name nobody has yet, close to the one wished for. */
  free(wish) {
    let name = wish;
    for (let i = 2; this.taken.has(name); i++) name = `${wish}${i}`;
    this.taken.add(name);
    return name;
  }

  /**
   * Adds a declaration. `text` is the statement without `export`; `init` is the right side of a const,
   * `json` one that may become a file of its own.
   * `kept`: never exported, `hidden`: exported only where another file needs it.
   * `kind`: `schema` (drizzle-kit looks for it), `value` (constants and helpers), `noise`.
   * Gives the mark that refers to it.
   */
  declare(wish, { init, text, json, type, kind = 'value', after = [], hidden = false, kept = false }) {
    const name = this.free(wish);
    const written = json ? `const ${name} = ${json};` : text ? text(name) : `const ${name}${type ? `: ${type}` : ''} = ${init};`;
    this.declarations.push({ name, text: written, init: text ? undefined : init, json, kind, after: [...after], hidden, kept });
    return `«${name}»`;
  }

  /** Adds a statement after a declaration. */
  follow(mark, statement) {
    this.declarations.find(({ name }) => `«${name}»` === mark).after.push(statement);
  }
}

/** The same reference, needed later. */
export const later = (text) => text.replace(/«(?!~|\w+:)/g, '«~');

/** Turns camelCase into snake_case, as people do by hand. */
export const snake = (key) => key.replace(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase();
export const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
export const pascal = (name) => camel(name).replace(/^./, (letter) => letter.toUpperCase());

const RESERVED = [
  'sql', 'eq', 'and', 'or', 'text', 'integer', 'index', 'unique', 'check', 'count', 'sum', 'z', 't', 'p', 'qb', 'table', 'name', 'date', 'time', 'real', 'json', 'default',
  'char', 'line', 'point', 'alias', 'not', 'max', 'min', 'avg', 'exists', 'bit', 'uuid', 'type', 'enum', 'is', 'asc', 'desc', 'key', 'values', 'schema', 'relations', 'db', 'self', 'it', 'd', 'c',
];
