// A lesson's service: its file `main.ts`, which is given. Its first lines say what it is and what it
// needs beside it.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { allLessons, type Lesson } from "./catalog.ts";

export const SERVICE_FILE = "main.ts";

/** What a service runs beside: an endpoint of this kind, on a file of another lesson as its engine. */
export interface Beside {
  /** "SQS" */
  kind: string;
  engine: { lesson: Lesson; file: string };
}

export function hasService(lesson: Lesson): boolean {
  return existsSync(path.join(lesson.solutionFolder, SERVICE_FILE));
}

/** What the line `// Beside it: an SQS endpoint, on 04-visibility-queue/visibility-queue.ts` says, where there is one. */
export function besideService(lesson: Lesson): Beside | undefined {
  const text = readFileSync(path.join(lesson.solutionFolder, SERVICE_FILE), "utf8");
  const [, kind = "", slug, file = ""] =
    /^\/\/ Beside it: an? (\w+) endpoint, on ([\w-]+)\/([\w.-]+)\r?$/m.exec(text) ?? [];
  const engine = allLessons().find((one) => one.slug === slug);
  return engine ? { kind, engine: { lesson: engine, file } } : undefined;
}
