// A lesson's small program, compiled together with the code that it is to run on.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { type Subject, sourceOf } from "../grading/subject.ts";
import { type Lesson, PLAY_FILE } from "../lessons/catalog.ts";
import { DoesNotLoad, packagesOfTheWorkbook, sentenceFor } from "./learner.ts";

export interface CompiledProgram {
  file: string;
  remove(): void;
}

/**
 * The program is the learner's, and may be changed; where a subject has none, it is the starter's.
 *
 * @throws {DoesNotLoad}
 */
export async function compileProgram(subject: Subject, lesson: Lesson): Promise<CompiledProgram> {
  const esbuild = await import("esbuild");
  const folder = mkdtempSync(path.join(os.tmpdir(), "queue-workbook-play-"));
  const file = path.join(folder, "play.mjs");
  try {
    await esbuild.build({
      stdin: {
        contents: programText(subject, lesson),
        resolveDir: subject.lessonFolder(lesson),
        sourcefile: PLAY_FILE,
        loader: "ts",
      },
      outfile: file,
      bundle: true,
      format: "esm",
      platform: "node",
      target: "node20.19",
      sourcemap: "inline",
      tsconfigRaw: {},
      logLevel: "silent",
      plugins: [packagesOfTheWorkbook()],
    });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (error instanceof Error && "errors" in error)
      throw new DoesNotLoad(sentenceFor(error as never, subject, lesson));
    throw error;
  }
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function programText(subject: Subject, lesson: Lesson): string {
  for (const file of [
    sourceOf(subject, lesson, PLAY_FILE),
    path.join(lesson.exerciseFolder, PLAY_FILE),
    path.join(lesson.starterFolder, PLAY_FILE),
  ]) {
    try {
      return readFileSync(file, "utf8");
    } catch {
      // The next one, then.
    }
  }
  throw new DoesNotLoad(`Lesson ${lesson.number} has no program to play.`);
}
