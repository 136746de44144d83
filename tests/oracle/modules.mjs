// Runs a graph of TypeScript modules as drizzle-kit does: esbuild turns each file into CommonJS, and
// `require` finds files the way tsx does (extensions, index files, `.js` meaning `.ts`, tsconfig paths).
import fs from 'node:fs';
import Module, { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'];
const WRITTEN_AS = { '.js': ['.ts', '.tsx'], '.jsx': ['.tsx'], '.mjs': ['.mts'], '.cjs': ['.cts'] };
const LOADERS = { '.ts': 'ts', '.mts': 'ts', '.cts': 'ts', '.tsx': 'tsx', '.jsx': 'jsx' };
// What a schema may ask of Node itself. Everything else (files, network, processes) is a placeholder.
const HARMLESS = new Set(['assert', 'buffer', 'crypto', 'events', 'path', 'querystring', 'string_decoder', 'url', 'util']);

/** Stands for a package that is not installed: may be read, called and constructed, and does nothing. */
function placeholder(name) {
  const get = (target, key) => {
    if (key === 'prototype') return target.prototype;
    if (key === Symbol.toPrimitive) return () => `<${name}>`;
    if (key === Symbol.iterator) return function* () {};
    // esbuild asks for __esModule, and gives a module that is none as `default` too. A thenable would
    // be awaited, a getSQL would be taken for a piece of SQL.
    return typeof key === 'symbol' || ['__esModule', 'then', 'getSQL'].includes(key) ? undefined : proxy;
  };
  // esbuild copies a module for `import * as` onto an object with its prototype: names are found there.
  const behind = new Proxy({}, { get, has: () => false, getPrototypeOf: () => null });
  const traps = { get, has: () => false, getPrototypeOf: () => behind, apply: () => proxy, construct: () => proxy };
  const proxy = new Proxy(function () {}, traps);
  return proxy;
}

const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;

function withExtension(base) {
  if (isFile(base)) return base;
  const extension = path.extname(base);
  const renamed = (WRITTEN_AS[extension] ?? []).map((other) => base.slice(0, -extension.length) + other);
  const tried = [...renamed, ...EXTENSIONS.map((e) => base + e), ...EXTENSIONS.map((e) => path.join(base, `index${e}`))];
  return tried.find(isFile);
}

/** One evaluation: every file runs at most once, and no two evaluations share anything but compiled code. */
export class Modules {
  static #compiled = new Map();
  #loaded = new Map();
  #paths = new Map();

  /** `require` finds the oracle's packages; with `placeholders`, packages it cannot find are stood in for. */
  constructor(require, { placeholders = false } = {}) {
    this.require = require;
    this.placeholders = placeholders;
    this.stoodIn = new Set();
  }

  load(file) {
    const before = this.#loaded.get(file);
    if (before) return before.exports;
    const module = { exports: {}, id: file, filename: file, loaded: false };
    this.#loaded.set(file, module);
    const text = fs.readFileSync(file, 'utf8');
    if (file.endsWith('.json')) {
      module.exports = JSON.parse(text);
    } else {
      const require = (specifier) => this.#resolve(specifier, file);
      this.#compile(file, text).call(module.exports, module.exports, require, module, file, path.dirname(file));
    }
    module.loaded = true;
    return module.exports;
  }

  #compile(file, text) {
    const key = `${file}\0${text}`;
    let script = Modules.#compiled.get(key);
    if (!script) {
      const { code } = this.require('esbuild').transformSync(text, {
        loader: LOADERS[path.extname(file)] ?? 'js',
        format: 'cjs', platform: 'node', target: 'node20', keepNames: true, sourcefile: file, logLevel: 'silent',
      });
      script = new vm.Script(Module.wrap(code), { filename: file });
      Modules.#compiled.set(key, script);
    }
    return script.runInThisContext();
  }

  #resolve(specifier, from) {
    if (isBuiltin(specifier)) {
      return HARMLESS.has(specifier.replace(/^node:/, '')) ? this.require(specifier) : this.#standIn(specifier);
    }
    if (/^drizzle-(orm|kit)(\/|$)/.test(specifier)) return this.require(specifier);
    const candidates = /^[./]/.test(specifier)
      ? [path.resolve(path.dirname(from), specifier)]
      : this.#mapped(specifier, path.dirname(from));
    for (const candidate of candidates) {
      const file = withExtension(candidate);
      if (file) return this.load(file);
    }
    if (!/^[./]/.test(specifier)) {
      const found = this.#package(specifier, from);
      if (found) return found.exports;
    }
    if (this.placeholders) return this.#standIn(specifier);
    throw new Error(`Cannot find module '${specifier}'`);
  }

  /** What tsconfig's `paths` and `baseUrl` make of a specifier. */
  #mapped(specifier, directory) {
    if (!this.#paths.has(directory)) {
      const { getTsconfig, createPathsMatcher } = this.require('get-tsconfig');
      let matcher;
      try {
        const config = getTsconfig(directory);
        matcher = config && createPathsMatcher(config);
      } catch {
        // A tsconfig that extends a package which is not there has no say.
      }
      this.#paths.set(directory, matcher ?? (() => []));
    }
    return this.#paths.get(directory)(specifier);
  }

  #package(specifier, from) {
    for (const require of [createRequire(from), this.require]) {
      let file;
      try {
        file = require.resolve(specifier);
      } catch {
        continue;
      }
      return { exports: LOADERS[path.extname(file)] ? this.load(file) : require(file) };
    }
    return undefined;
  }

  #standIn(specifier) {
    this.stoodIn.add(specifier);
    return placeholder(specifier);
  }
}
