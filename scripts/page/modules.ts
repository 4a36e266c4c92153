// Two small plugins for Vite: how the imports of lessons and of the lab are found in the browser, and how
// little comes with them.

import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import type { Plugin } from "vite";
import { workbookFolder } from "../compiling/compiled.mjs";

const workerFolder = path.join(workbookFolder, "scripts/lab/worker");
const solutionsFolder = `${path.join(workbookFolder, "solutions")}${path.sep}`;

/** Marks a module of Node's that the lab has no stand-in for. */
const MISSING = "\0not-in-the-lab:";

/**
 * - `#lesson/x` is the subject's own: the reference's for the reference, the learner's for all others.
 * - Node's modules, and packages too heavy for a browser, have stand-ins on the lab's clock.
 */
export function labModules(): Plugin {
  return {
    name: "workbook:lab-modules",
    enforce: "pre",
    resolveId(id, importer = "") {
      if (id.startsWith("#solution/")) return path.join(workbookFolder, "solutions", id.slice("#solution/".length));
      if (id.startsWith("#lesson/")) {
        const room = path.normalize(importer).startsWith(solutionsFolder) ? "solutions" : "exercises";
        return path.join(workbookFolder, room, id.slice("#lesson/".length));
      }
      const builtin = id.replace(/^node:/, "");
      if (builtinModules.includes(builtin)) return standIn("node", builtin) ?? `${MISSING}${builtin}`;
      return /^[\w@]/.test(id) ? standIn("packages", id) : undefined;
    },
    async load(id) {
      return id.startsWith(MISSING) ? await missingModule(id.slice(MISSING.length)) : undefined;
    },
  };
}

/** `timers/promises` is `node/timers-promises.ts`, `@aws-sdk/client-sqs` is `packages/aws-sdk-client-sqs.ts`. */
function standIn(room: "node" | "packages", id: string): string | undefined {
  const file = path.join(workerFolder, room, `${id.replace(/^@/, "").replace(/\.js$/, "").replace(/[/@]/g, "-")}.ts`);
  return existsSync(file) ? file : undefined;
}

/** Every export of the module, and each says why it is of no use here as soon as it is called. */
async function missingModule(builtin: string): Promise<string> {
  const names = Object.keys(await import(`node:${builtin}`)).filter((name) => /^[A-Za-z_$][\w$]*$/.test(name));
  const exported = names
    .filter((name) => name !== "default")
    .map((name) => `export const ${name} = missing("${name}");`);
  return `const missing = (name) => function () {
  throw new Error(\`The lab runs in the browser, and \${name}() of node:${builtin} is not there.\`);
};
${exported.join("\n")}
export default { ${names.filter((name) => name !== "default").join(", ")} };
`;
}

/** Maps from compiled code to sources make a page three times as heavy, and only a debugger reads them. */
export function withoutSourceMaps(): Plugin {
  return {
    name: "workbook:without-source-maps",
    enforce: "post",
    // Vite keeps the map of a package whose code is the same after all plugins: so it is not quite the same.
    transform: (code) => ({ code: `${code}\n`, map: { mappings: "" } }),
  };
}
