// A lesson's bench, compiled together with the code that it measures.

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { BuildFailure, Plugin } from "esbuild";
import { UsageError } from "../command-line/failures.ts";
import { type Subject, sourceOf } from "../grading/subject.ts";
import type { Lesson } from "../lessons/catalog.ts";
import { workbookFolder } from "./compiled.mjs";
import { DoesNotLoad, givenFiles, packagesOfTheWorkbook, sentenceFor } from "./learner.ts";
import { NODE_PROGRAM } from "./node-program.ts";
import type { CompiledProgram } from "./program.ts";

/** The bench of `lesson`, whether it is there or not. */
export function benchFile(lesson: Lesson): string {
  return path.join(lesson.suiteFolder, "bench/bench.ts");
}

/**
 * @throws {DoesNotLoad}
 * @throws {UsageError} Where the peers were left out of the installation.
 */
export async function compileBench(subject: Subject, lesson: Lesson): Promise<CompiledProgram> {
  const missing = lesson.files.find((file) => !existsSync(sourceOf(subject, lesson, file)));
  if (missing) throw new DoesNotLoad(`${subject.shownAs}/${lesson.slug}/${missing} is not there.`);
  const esbuild = await import("esbuild");
  const folder = mkdtempSync(path.join(os.tmpdir(), "queue-workbook-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const measuring = path.join(workbookFolder, "scripts/benching/process.ts");
  try {
    await esbuild.build({
      ...NODE_PROGRAM,
      stdin: {
        contents: `
          import { measureInHere } from ${JSON.stringify(measuring)};
          measureInHere(() => import(${JSON.stringify(benchFile(lesson))}));
        `,
        resolveDir: workbookFolder,
        sourcefile: "bench.ts",
        loader: "ts",
      },
      absWorkingDir: workbookFolder,
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      entryNames: "bench",
      splitting: true,
      plugins: [theSubject(subject, lesson), givenFiles(subject, lesson), packagesOfTheWorkbook(subject)],
    });
  } catch (error) {
    remove();
    if (!(error instanceof Error && "errors" in error)) throw error;
    const failure = error as BuildFailure;
    const at = failure.errors[0]?.location?.file;
    // A bench compiles, or the tests of the kit fail: what it can lack is a package.
    if (at !== undefined && path.resolve(workbookFolder, at) === benchFile(lesson))
      throw new UsageError(
        "`npm run bench` needs the packages that --omit=dev leaves out. Run `npm ci`, then this again.",
      );
    throw new DoesNotLoad(sentenceFor(failure, subject, lesson));
  }
  return { file: path.join(folder, "bench.mjs"), remove };
}

/** `#lesson/…` in a bench is the code that is to be measured. */
function theSubject(subject: Subject, lesson: Lesson): Plugin {
  const own = `#lesson/${lesson.slug}/`;
  return {
    name: "the subject",
    setup(build) {
      build.onResolve({ filter: /^#lesson\// }, ({ path: name }) =>
        name.startsWith(own) ? { path: sourceOf(subject, lesson, name.slice(own.length)) } : undefined,
      );
    },
  };
}
