// A public repository made ready for its own TypeScript compiler: its files at one commit, with the
// packages that its package.json files ask for. All of it lies in a scratch folder.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(
  process.env.DRIZZLE_GUARD_REFERENCES_DIR ||
    path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'drizzle-guard-references'),
);

/** Folders in which nobody looks: the same for the compiler, the words and the review. */
export const SKIPPED = /(^|\/)(node_modules|dist|build|out|coverage|vendor|archive|docs|migrations|\.[^/]+)\//;

/** Tests, fixtures and mocks: counted apart. */
export const isTest = (file) =>
  /(^|\/)(tests?|__tests__|__mocks__|mocks|msw|e2e|fixtures|__fixtures__|cypress|playwright|spec|testing|test-utils)\//.test(file) ||
  /(\.(test|spec|e2e|fixture|mock|stories)\.|_test\.)/.test(path.basename(file));

/** Files in which a word may name a column. */
export const TEXT = /\.(ts|tsx|mts|cts|js|jsx|mjs|cjs|sql|sh|bash|py|vue|svelte|astro|graphql|gql|json|ya?ml|toml|csv|prisma|ps1)$/;

/** Whether a file defines tables. */
export const isSchema = (file, text) =>
  /\.[mc]?tsx?$/.test(file) && !isTest(file) && /\b(pgTable|pgTableCreator|pgSchema)\b|[tT]able\(\s*['"]/.test(text ?? '');

/** Prepares `owner/name` at a revision from a (bare) git repository. */
export function project(name, source, revision = 'HEAD') {
  const folder = path.join(root, name.replace('/', '+'));
  const tree = path.join(folder, 'tree');
  const git = path.join(folder, 'git');
  fs.mkdirSync(folder, { recursive: true });
  if (!fs.existsSync(git)) run('git', ['clone', '-q', '--bare', '--shared', source, git]);
  const commit = run('git', ['-C', git, 'rev-parse', revision]).trim();
  if (!fs.existsSync(tree)) {
    fs.mkdirSync(tree);
    // Blobs that the clone lacks stay away: `checkout-index` goes on without them.
    const env = { ...process.env, GIT_DIR: git, GIT_INDEX_FILE: path.join(folder, 'index'), GIT_WORK_TREE: tree };
    run('git', ['read-tree', commit], { env });
    spawnSync('git', ['checkout-index', '-a', '-f'], { env, cwd: tree, stdio: 'ignore' });
  }
  install(folder, tree);
  const require = createRequire(path.join(folder, 'package.json'));
  return { name, folder, tree, git, commit, ts: require('typescript') };
}

/** The dependencies of every package.json of the tree together, those of the workspace as links. */
function install(folder, tree) {
  const done = path.join(folder, 'installed');
  if (fs.existsSync(done)) return;
  const manifests = run('git', ['-C', path.join(folder, 'git'), 'ls-tree', '-r', '--name-only', 'HEAD'])
    .split('\n')
    .filter((file) => path.basename(file) === 'package.json' && !SKIPPED.test(file) && fs.existsSync(path.join(tree, file)));
  const wanted = {};
  const workspace = {};
  const catalogs = catalog(tree);
  for (const file of manifests) {
    let manifest;
    try { manifest = JSON.parse(fs.readFileSync(path.join(tree, file), 'utf8')); } catch { continue; }
    if (manifest.name && file !== 'package.json') workspace[manifest.name] = path.dirname(file);
    for (const kind of ['dependencies', 'devDependencies']) {
      for (let [name, version] of Object.entries(manifest[kind] ?? {})) {
        if (version.startsWith('catalog:')) version = catalogs[name] ?? 'latest';
        if (/^(workspace|link|file|portal|patch|git|github|https?):|\//.test(version) && !version.startsWith('npm:')) continue;
        wanted[name] ??= version;
      }
    }
  }
  for (const name of Object.keys(workspace)) delete wanted[name];
  wanted.typescript ??= '5.9.3';
  // TypeScript 7 has no compiler interface for JavaScript.
  if (/^[\^~]?(7|next|latest|beta)/.test(wanted.typescript)) wanted.typescript = '5.9.3';
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: wanted }, null, 2));
  const flags = ['install', '--ignore-scripts', '--legacy-peer-deps', '--force', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', flags, { cwd: folder, stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error(`npm install in ${folder} failed`);
  for (const [name, at] of Object.entries(workspace)) {
    const link = path.join(folder, 'node_modules', name);
    fs.rmSync(link, { recursive: true, force: true });
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.symlinkSync(path.join(tree, at), link);
  }
  fs.writeFileSync(done, '');
}

/** The versions of pnpm's catalog, by a reader that knows just enough YAML. */
function catalog(tree) {
  const found = {};
  const file = path.join(tree, 'pnpm-workspace.yaml');
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  for (const [, name, version] of text.matchAll(/^\s+["']?(@?[\w./-]+)["']?:\s*["']?([\^~]?\d[\w.+-]*)["']?\s*$/gm)) found[name] ??= version;
  try {
    const manifest = JSON.parse(fs.readFileSync(path.join(tree, 'package.json'), 'utf8'));
    Object.assign(found, manifest.workspaces?.catalog, manifest.catalog);
  } catch { /* no manifest at the root */ }
  return found;
}

/** What drizzle-guard prints in a project; it may say that a change is blocked. */
export function guard(at, binary, args) {
  const { stdout, stderr, status } = spawnSync(binary, ['-C', at.git, ...args], { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (![0, 1].includes(status)) throw new Error(`drizzle-guard ${args.join(' ')} failed (${status}): ${stderr}${stdout.slice(0, 2000)}`);
  return stdout;
}

/** A commit on top of the project's in which some files have another text. */
export function committed(at, edits) {
  const env = { ...process.env, GIT_INDEX_FILE: path.join(at.folder, `scratch-index-${process.pid}`), GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x@localhost', GIT_COMMITTER_NAME: 'x', GIT_COMMITTER_EMAIL: 'x@localhost' };
  const call = (args, input) => run('git', ['-C', at.git, ...args], { env, input }).trim();
  call(['read-tree', at.commit]);
  for (const [file, text] of edits) {
    const blob = call(['hash-object', '-w', '--stdin'], text);
    call(['update-index', '--cacheinfo', `100644,${blob},${file}`]);
  }
  const commit = call(['commit-tree', call(['write-tree', '--missing-ok']), '-p', at.commit, '-m', 'without']);
  fs.rmSync(env.GIT_INDEX_FILE);
  return commit;
}

export function run(command, args, options = {}) {
  return execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'pipe'], ...options });
}
