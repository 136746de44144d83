// Where the oracle's packages live: a scratch folder, never the repository.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const manifest = fileURLToPath(new URL('package.json', import.meta.url));
const wanted = JSON.parse(fs.readFileSync(manifest, 'utf8')).dependencies;

/** The folder: DRIZZLE_GUARD_ORACLE_DIR, or one in the user's cache. */
export const folder = path.resolve(
  process.env.DRIZZLE_GUARD_ORACLE_DIR ||
    path.join(process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'), 'drizzle-guard-oracle'),
);

/** The version of a package as installed in the folder; undefined when it is not there. */
function installed(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

/**
 * Installs the exact versions unless they are there already; returns a `require` that finds them.
 * `more` names further packages with their exact versions: {"zod": "3.25.76"}.
 */
export function packages(more = {}) {
  const missing = Object.entries({ ...wanted, ...more }).filter(([name, version]) => installed(name) !== version);
  if (missing.length) {
    fs.mkdirSync(folder, { recursive: true });
    const file = path.join(folder, 'package.json');
    if (!fs.existsSync(file)) fs.writeFileSync(file, '{"private": true}\n');
    const flags = ['--save-exact', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'];
    const exact = missing.map(([name, version]) => `${name}@${version}`);
    const { status, error } = spawnSync('npm', ['install', ...flags, ...exact], { cwd: folder, stdio: ['ignore', 2, 2] });
    if (error || status !== 0) throw new Error(`npm install in ${folder} failed${error ? `: ${error.message}` : ''}`);
  }
  return createRequire(path.join(folder, 'package.json'));
}
