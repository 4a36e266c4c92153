// Compiled TypeScript, kept under node_modules/.cache (or the system's folder for temporary files,
// where the workbook is read-only) and made anew when a source, a lockfile or Node changes.
// Plain JavaScript, because it runs before anything is compiled.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import module from "node:module";
import os from "node:os";
import path from "node:path";

/** The workbook's own folder. */
export const workbookFolder = findWorkbook();

/** Packages that stay packages: they load files of their own. Everything else is compiled in. */
const LEFT_OUTSIDE = [
  ...["esbuild", "vite", "vite/*", "vitest", "vitest/*", "typescript"],
  ...[
    "shiki",
    "shiki/*",
    "@shikijs/*",
    "beautiful-mermaid",
    "launch-editor",
    "launch-editor/*",
    "playwright-core",
    "axe-core",
  ],
  // Large, and the learner's code loads them anyway.
  ...["@aws-sdk/*", "hono", "hono/*", "@hono/*", "zod", "eventsource"],
];

/** A day: a folder of an older compilation may still be in use by a process that runs. */
const KEEP_OLD_MS = 24 * 60 * 60 * 1000;

/** The folder with one `<command>.mjs` for each file of `scripts/commands/`. */
export async function compiledCommands() {
  const commands = path.join(workbookFolder, "scripts/commands");
  const entryPoints = readdirSync(commands)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(commands, file));
  return compiled("commands", [path.join(workbookFolder, "scripts")], { entryPoints });
}

/**
 * The folder with the compiled form of `options.entryPoints`.
 *
 * @param {string} name What it is, in the name of its folder.
 * @param {string[]} sources The folders and files that it is made of: a change in one makes it anew.
 * @param {import("esbuild").BuildOptions} options
 */
export async function compiled(name, sources, options) {
  const lockfile = path.join(workbookFolder, "package-lock.json");
  const print = fingerprint([...sources, lockfile, path.join(workbookFolder, "package.json")]);
  const cache = cacheFolder();
  const folder = path.join(cache, `${name}-${print}`);
  if (existsSync(folder)) return folder;

  const esbuild = await import("esbuild");
  const making = path.join(cache, `.making-${name}-${process.pid}-${Date.now()}`);
  await esbuild.build({
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    outdir: making,
    outExtension: { ".js": ".mjs" },
    external: LEFT_OUTSIDE,
    tsconfigRaw: {},
    minifyWhitespace: true,
    minifySyntax: true,
    define: { "process.env.QUEUE_WORKBOOK_FOLDER": JSON.stringify(workbookFolder) },
    logLevel: "silent",
    // Packages written for CommonJS ask for Node's modules by `require`.
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    ...options,
  });
  try {
    renameSync(making, folder);
  } catch (error) {
    // Another process was faster: its work is as good.
    rmSync(making, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  removeOld(cache, name, folder);
  return folder;
}

/**
 * Lets Node keep what it compiled from `folder`, where it can (from 22.1 on): the next start is faster.
 *
 * @param {string} folder
 */
export function keepMachineCode(folder) {
  const { enableCompileCache } = /** @type {{ enableCompileCache?: (folder: string) => void }} */ (module);
  enableCompileCache?.(path.join(path.dirname(folder), "machine-code"));
}

/**
 * A short name for the state of `sources`: their paths, sizes and times of change, and Node's version.
 *
 * @param {string[]} sources
 */
function fingerprint(sources) {
  const hash = createHash("sha256").update(process.version + workbookFolder);
  const add = (/** @type {string} */ entry) => {
    const stats = statSync(entry);
    if (stats.isDirectory()) {
      for (const child of readdirSync(entry).sort()) add(path.join(entry, child));
    } else {
      hash.update(`${entry}\0${stats.size}\0${stats.mtimeMs}\n`);
    }
  };
  for (const source of sources) if (existsSync(source)) add(source);
  return hash.digest("hex").slice(0, 16);
}

/** Where compiled things are kept: under node_modules, or elsewhere where that is read-only. */
export function cacheFolder() {
  const own = path.join(workbookFolder, "node_modules/.cache/queue-workbook");
  try {
    mkdirSync(own, { recursive: true });
    if (isWritable(own)) return own;
  } catch {
    // Read-only: the next best place.
  }
  const name = createHash("sha256").update(workbookFolder).digest("hex").slice(0, 12);
  const user = os.userInfo().username.replace(/\W/g, "");
  const temporary = path.join(os.tmpdir(), `queue-workbook-${user}-${name}`);
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  const packages = path.join(temporary, "node_modules");
  if (!existsSync(packages)) symlinkSync(path.join(workbookFolder, "node_modules"), packages, "junction");
  return temporary;
}

/** @param {string} folder */
function isWritable(folder) {
  const probe = path.join(folder, `.probe-${process.pid}`);
  try {
    mkdirSync(probe);
    rmSync(probe, { recursive: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {string} cache
 * @param {string} name
 * @param {string} current The one that is in use.
 */
function removeOld(cache, name, current) {
  for (const entry of readdirSync(cache)) {
    const folder = path.join(cache, entry);
    if (folder === current || !entry.startsWith(`${name}-`)) continue;
    try {
      if (Date.now() - statSync(folder).mtimeMs > KEEP_OLD_MS) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Gone already, or in use: the next time will do.
    }
  }
}

/** Two folders up from this file; compiled code lies elsewhere, and has the answer compiled in. */
function findWorkbook() {
  return process.env.QUEUE_WORKBOOK_FOLDER ?? path.resolve(import.meta.dirname, "../..");
}
