// The errors of the TypeScript compiler that appear when some files have another text.
import fs from 'node:fs';
import path from 'node:path';

/** A checker over a tree; `errors(files, edits)` are those of the files, as `code text` strings. */
export class Compiler {
  constructor(ts, tree) {
    this.ts = ts;
    this.tree = tree;
    this.base = new Map();
    this.sources = new Map();
    this.resolutions = {};
    this.configs = new Map();
  }

  /** New errors: file → its messages. */
  added(files, edits) {
    const found = new Map();
    for (const [config, group] of this.groups(files)) {
      const now = this.errors(config, group, edits).filter(([, messages]) => messages.length);
      // Only what has errors now may have had some before.
      const open = now.map(([file]) => file).filter((file) => !this.base.has(file));
      if (open.length) for (const [file, messages] of this.errors(config, open, new Map())) this.base.set(file, messages);
      for (const [file, messages] of now) {
        const known = [...this.base.get(file)];
        const fresh = messages.filter((message) => {
          const at = known.indexOf(message);
          if (at >= 0) known.splice(at, 1);
          return at < 0;
        });
        if (fresh.length) found.set(file, fresh);
      }
    }
    return found;
  }

  /** The files by the tsconfig.json that is nearest. */
  groups(files) {
    const groups = new Map();
    for (const file of files) {
      let folder = path.dirname(file);
      while (folder !== '.' && !fs.existsSync(path.join(this.tree, folder, 'tsconfig.json'))) folder = path.dirname(folder);
      const config = path.join(folder, 'tsconfig.json');
      if (!groups.has(config)) groups.set(config, []);
      groups.get(config).push(file);
    }
    return groups;
  }

  options(config) {
    if (!this.configs.has(config)) {
      const { ts } = this;
      const file = path.join(this.tree, config);
      const read = fs.existsSync(file) ? ts.readConfigFile(file, ts.sys.readFile).config ?? {} : {};
      const parsed = ts.parseJsonConfigFileContent(read, ts.sys, path.dirname(file));
      const options = { ...parsed.options, noEmit: true, skipLibCheck: true, incremental: false, composite: false, declaration: false, declarationMap: false, tsBuildInfoFile: undefined, allowJs: false };
      const declarations = parsed.fileNames.filter((name) => name.endsWith('.d.ts'));
      this.configs.set(config, { options, declarations });
    }
    return this.configs.get(config);
  }

  errors(config, files, edits) {
    const { ts } = this;
    const { options, declarations } = this.options(config);
    const host = ts.createCompilerHost(options, true);
    const texts = new Map([...edits].map(([file, text]) => [path.join(this.tree, file), text]));
    const real = host.getSourceFile.bind(host);
    host.getSourceFile = (name, version, ...rest) => {
      const text = texts.get(name) ?? texts.get(fs.existsSync(name) && !name.includes('node_modules/.') ? realpath(name) : name);
      if (text !== undefined) return ts.createSourceFile(name, text, version, true);
      const key = `${config} ${name}`;
      if (!this.sources.has(key)) this.sources.set(key, real(name, version, ...rest));
      return this.sources.get(key);
    };
    // Where imports lead does not depend on the texts: it is worked out once.
    const cache = (this.resolutions[config] ??= ts.createModuleResolutionCache(this.tree, (name) => name, options));
    host.getModuleResolutionCache = () => cache;
    host.resolveModuleNameLiterals = (literals, containing, redirected, of, source) =>
      literals.map((it) => ts.resolveModuleName(it.text, containing, of, host, cache, redirected, ts.getModeForUsageLocation(source, it, of)));
    const roots = [...new Set([...declarations, ...files.map((file) => path.join(this.tree, file))])];
    const program = ts.createProgram(roots, options, host);
    return files.map((file) => {
      const source = program.getSourceFile(path.join(this.tree, file));
      const found = source ? program.getSemanticDiagnostics(source) : [];
      return [file, found.map((it) => `${it.code} ${ts.flattenDiagnosticMessageText(it.messageText, ' ')}`)];
    });
  }
}

const known = new Map();
function realpath(name) {
  if (!known.has(name)) known.set(name, fs.realpathSync(name));
  return known.get(name);
}
