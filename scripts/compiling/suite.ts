// A lesson's suite, compiled together with the guarded process that runs it.

import { readFileSync } from "node:fs";
import path from "node:path";
import type { Plugin } from "esbuild";
import { type Lesson, suiteFiles, suiteSources } from "../lessons/catalog.ts";
import { compiled, workbookFolder } from "./compiled.mjs";

const inScripts = (...parts: string[]) => path.join(workbookFolder, "scripts", ...parts);

/** @returns The file to start as the guarded process of `lesson`. */
export async function compiledSuite(lesson: Lesson): Promise<string> {
  const suites = suiteFiles(lesson);
  const loaders = suites.map((file) => `${JSON.stringify(file)}: () => import(${JSON.stringify(file)})`);
  const entry = `
    import { runGuarded } from ${JSON.stringify(inScripts("guarded/process.ts"))};
    runGuarded({ ${loaders.join(", ")} }, new URL("./watcher.mjs", import.meta.url));
  `;
  const sources = [
    inScripts("guarded"),
    inScripts("grading/protocol.ts"),
    inScripts("compiling"),
    path.join(workbookFolder, "test/support"),
    // What suites are compiled with beside that: references that they build on, and the endpoint.
    path.join(workbookFolder, "solutions"),
    inScripts("sqs-endpoint"),
    ...suiteSources(lesson),
  ];
  const folder = await compiled(`suite-${lesson.slug}`, sources, {
    entryPoints: { process: "workbook:process", watcher: inScripts("guarded/watcher.ts") },
    plugins: [theOneDoor(suites), virtualFile("workbook:process", entry)],
  });
  return path.join(folder, "process.mjs");
}

/** `import("#lesson/…")` in a suite ends at the learner's modules, and `vitest` at Vitest's own runner. */
function theOneDoor(suites: string[]): Plugin {
  const usesExpect = suites.some((file) => /\bexpect\b.*from "vitest"/.test(readFileSync(file, "utf8")));
  const vitest = inScripts(usesExpect ? "guarded/vitest-with-expect.ts" : "guarded/vitest.ts");
  const modules = inScripts("guarded/learner-modules.ts");
  return {
    name: "the one door",
    setup(build) {
      build.onResolve({ filter: /^vitest$/ }, () => ({ path: vitest }));
      build.onResolve({ filter: /^#lesson\// }, ({ path: name }) => ({
        path: name.slice("#lesson/".length),
        namespace: "lesson",
      }));
      build.onLoad({ filter: /.*/, namespace: "lesson" }, ({ path: file }) => ({
        contents: `module.exports = require(${JSON.stringify(modules)}).learnerModule(${JSON.stringify(file)});`,
        resolveDir: workbookFolder,
      }));
    },
  };
}

function virtualFile(name: string, contents: string): Plugin {
  return {
    name,
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: "virtual" }));
      build.onLoad({ filter: /.*/, namespace: "virtual" }, () => ({
        contents,
        loader: "ts",
        resolveDir: workbookFolder,
      }));
    },
  };
}
