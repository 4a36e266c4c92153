// The same suite under plain Vitest: what `npm run ui` shows, and what the fast way is held to.

import path from "node:path";
import { createVitest, type TestCase, type Vitest } from "vitest/node";
import { workbookFolder } from "../compiling/compiled.mjs";
import { gravest, type Status } from "../grading/report.ts";
import { type Subject, solutions, sourceOf } from "../grading/subject.ts";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import { textOf } from "../lessons/text.ts";

export interface PlainVerdict {
  verdict: Status;
  /** The status of each check, by task and name. */
  checks: Record<string, Status>;
  /** The learner's files that were really loaded. */
  loaded: string[];
}

/** One Vitest for many subjects of one lesson, one after the other. */
export class PlainVitest {
  readonly #vitest: Vitest;
  readonly #door: Door;

  private constructor(vitest: Vitest, door: Door) {
    this.#vitest = vitest;
    this.#door = door;
  }

  static async start(): Promise<PlainVitest> {
    const door: Door = { subject: solutions, loaded: [] };
    const resolveId = (name: string, importer?: string) => fileBehind(name, door) ?? siblingOf(name, importer, door);
    const vitest = await createVitest(
      "test",
      {
        root: workbookFolder,
        config: false,
        watch: false,
        include: ["test/[0-9]*/*.test.ts"],
        reporters: [{}],
        testTimeout: 60_000,
        maxWorkers: 1,
        pool: "threads",
        // As in the guarded process: the files of a suite share what they import.
        isolate: false,
        silent: true,
      },
      { plugins: [{ name: "the one door", enforce: "pre", resolveId }] },
    );
    return new PlainVitest(vitest, door);
  }

  async verdictOn(lesson: Lesson, subject: Subject): Promise<PlainVerdict> {
    this.#door.subject = subject;
    this.#door.loaded = [];
    for (const { vite } of this.#vitest.projects) {
      for (const { moduleGraph } of Object.values(vite.environments)) moduleGraph.invalidateAll();
    }
    const specifications = await this.#vitest.globTestSpecifications([`test/${lesson.slug}/`]);
    const { testModules, unhandledErrors } = await this.#vitest.runTestSpecifications(specifications, true);
    const checks: Record<string, Status> = {};
    for (const test of testModules.flatMap((module) => [...module.children.allTests()])) {
      checks[`${test.parent.type === "suite" ? test.parent.name : ""} ${test.name}`] = statusOf(test);
    }
    const required = textOf(lesson).tasks.filter((task) => !task.stretch);
    const counts = (name: string) => required.some((task) => name.startsWith(`${task.id} `));
    const verdict = gravest(Object.entries(checks).flatMap(([name, status]) => (counts(name) ? [status] : [])));
    const isSpoilt = unhandledErrors.length > 0 && verdict === "passed";
    return { verdict: isSpoilt ? "failed" : verdict, checks, loaded: this.#door.loaded };
  }

  async end(): Promise<void> {
    await this.#vitest.close();
  }
}

/** What `#lesson/…` stands for now. */
interface Door {
  subject: Subject;
  loaded: string[];
}

function fileBehind(name: string, { subject, loaded }: Door): string | undefined {
  if (!name.startsWith("#lesson/")) return undefined;
  const [, slug = "", file = ""] = name.split("/");
  const lesson = allLessons().find((one) => one.slug === slug);
  if (!lesson) return undefined;
  const source = sourceOf(subject, lesson, file);
  loaded.push(source);
  return source;
}

/** What a file of the lesson imports from beside it: an answer stands in the place of one of them. */
function siblingOf(name: string, importer: string | undefined, { subject }: Door): string | undefined {
  if (importer === undefined || !name.startsWith("./")) return undefined;
  const answers = Object.values(subject.insteadOf ?? {});
  const lesson = allLessons().find((one) =>
    answers.includes(importer)
      ? importer.startsWith(one.suiteFolder + path.sep)
      : importer.startsWith(subject.lessonFolder(one) + path.sep),
  );
  const file = name.slice("./".length);
  const isOfTheLesson = lesson?.files.includes(file) || lesson?.given.includes(file);
  return lesson && isOfTheLesson ? sourceOf(subject, lesson, file) : undefined;
}

function statusOf(test: TestCase): Status {
  const result = test.result();
  if (result.state === "passed") return "passed";
  if (result.state !== "failed") return "stopped";
  return result.errors.some((error) => error.message.startsWith("Not written yet")) ? "todo" : "failed";
}
