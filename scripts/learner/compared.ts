// The learner's files beside the reference's.

import { readFileSync } from "node:fs";
import path from "node:path";
import type { Lesson } from "../lessons/catalog.ts";

export interface Compared {
  /** "04-visibility-queue/visibility-queue.ts" */
  name: string;
  /** Null where the learner has no such file. */
  yours: string | null;
  reference: string;
}

export function comparedFiles(lesson: Lesson): Compared[] {
  return lesson.files.map((file) => ({
    name: `${lesson.slug}/${file}`,
    yours: read(path.join(lesson.exerciseFolder, file)),
    reference: read(path.join(lesson.solutionFolder, file)) ?? "",
  }));
}

function read(file: string): string | null {
  try {
    return readFileSync(file, "utf8").replaceAll("\r\n", "\n");
  } catch {
    return null;
  }
}
