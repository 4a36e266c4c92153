// A lesson's service: its file `main.ts`, which is given. Its first lines say what it is and what it
// needs beside it.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { allLessons, type Lesson } from "./catalog.ts";

export const SERVICE_FILE = "main.ts";

/** A service that runs beside an SQS endpoint: the file of another lesson that is the endpoint's engine. */
export interface Beside {
  engine: { lesson: Lesson; file: string };
}

export function hasService(lesson: Lesson): boolean {
  return existsSync(path.join(lesson.solutionFolder, SERVICE_FILE));
}

/** What the line `// Beside it: an SQS endpoint, on 04-visibility-queue/visibility-queue.ts` says, where there is one. */
export function besideService(lesson: Lesson): Beside | undefined {
  const text = readFileSync(path.join(lesson.solutionFolder, SERVICE_FILE), "utf8");
  const [, slug, file = ""] = /^\/\/ Beside it: an SQS endpoint, on ([\w-]+)\/([\w.-]+)\r?$/m.exec(text) ?? [];
  const engine = allLessons().find((one) => one.slug === slug);
  return engine ? { engine: { lesson: engine, file } } : undefined;
}
