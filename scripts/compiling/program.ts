// A lesson's small programs, compiled together with the code that it is to run on.

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { BuildFailure, Plugin } from "esbuild";
import { type Subject, sourceOf } from "../grading/subject.ts";
import type { Lesson } from "../lessons/catalog.ts";
import { workbookFolder } from "./compiled.mjs";
import { DoesNotLoad, givenFiles, packagesOfTheWorkbook, sentenceFor } from "./learner.ts";
import { NODE_PROGRAM } from "./node-program.ts";

const BEFORE = path.join(workbookFolder, "scripts/compiling/before-a-program.ts");

export interface CompiledProgram {
  file: string;
  remove(): void;
}

/**
 * The program is the learner's, and may be changed; where a subject has none, it is the starter's.
 *
 * @param program Its file in the lesson's folder: "play.ts", "play/backpressure.ts".
 * @throws {DoesNotLoad}
 */
export async function compileProgram(subject: Subject, lesson: Lesson, program: string): Promise<CompiledProgram> {
  const esbuild = await import("esbuild");
  // Where the program stands, or would stand: what it imports is the subject's.
  const place = path.dirname(path.join(subject.lessonFolder(lesson), program));
  const folder = mkdtempSync(path.join(os.tmpdir(), "queue-workbook-play-"));
  const file = path.join(folder, "play.mjs");
  try {
    await esbuild.build({
      ...NODE_PROGRAM,
      stdin: {
        // On the program's first line, so that its lines keep their numbers.
        contents: `import ${JSON.stringify(BEFORE)}; ${programText(subject, lesson, program)}`,
        resolveDir: place,
        sourcefile: path.basename(program),
        loader: "ts",
      },
      outfile: file,
      sourcemap: "inline",
      plugins: [importsFrom(place), givenFiles(subject, lesson), packagesOfTheWorkbook(subject)],
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (error instanceof Error && "errors" in error) {
      const failure = error as BuildFailure;
      const [first] = failure.errors;
      const isItself = path.resolve(first?.location?.file ?? "") === path.join(place, path.basename(program));
      const slug = isItself ? path.posix.dirname(`${lesson.slug}/${program}`) : lesson.slug;
      throw new DoesNotLoad(sentenceFor(failure, subject, { ...lesson, slug }));
    }
    throw error;
  }
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** esbuild looks nothing up from a folder that is not there, and `solutions/` has no programs. */
function importsFrom(place: string): Plugin {
  return {
    name: "imports of the program",
    setup(build) {
      build.onResolve({ filter: /before-a-program\.ts$/ }, ({ path: name }) =>
        name === BEFORE ? { path: BEFORE } : undefined,
      );
      if (existsSync(place)) return;
      build.onResolve({ filter: /^\.\.?\// }, ({ path: name, resolveDir }) =>
        resolveDir === place ? { path: path.resolve(place, name) } : undefined,
      );
    },
  };
}

/** @throws {DoesNotLoad} */
export function programText(subject: Subject, lesson: Lesson, program: string): string {
  for (const file of [
    sourceOf(subject, lesson, program),
    path.join(lesson.exerciseFolder, program),
    path.join(lesson.starterFolder, program),
  ]) {
    try {
      return readFileSync(file, "utf8");
    } catch {
      // The next one, then.
    }
  }
  throw new DoesNotLoad(`Lesson ${lesson.number} has no program to play.`);
}
