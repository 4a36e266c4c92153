// The same suite under plain Vitest: what `npm run ui` shows, and what the fast way is held to.

import { startVitest, type TestCase } from "vitest/node";
import { workbookFolder } from "../compiling/compiled.mjs";
import { gravest, type Status } from "../grading/report.ts";
import { type Subject, sourceOf } from "../grading/subject.ts";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import { type Task, textOf } from "../lessons/text.ts";

/** The verdict on `subject` when plain Vitest runs the lesson's suite, and the status of each check. */
export async function plainVerdict(
  lesson: Lesson,
  subject: Subject,
): Promise<{ verdict: Status; checks: Record<string, Status>; loaded: string[] }> {
  const loaded: string[] = [];
  const vitest = await startVitest(
    "test",
    [`test/${lesson.slug}/`],
    {
      root: workbookFolder,
      config: false,
      watch: false,
      include: ["test/[0-9]*/*.test.ts"],
      reporters: [{}],
      testTimeout: 60_000,
      maxWorkers: 1,
      silent: true,
    },
    {
      plugins: [
        { name: "the one door", enforce: "pre", resolveId: (name: string) => fileBehind(name, subject, loaded) },
      ],
    },
  );
  const checks: Record<string, Status> = {};
  for (const module of vitest.state.getTestModules()) {
    for (const test of module.children.allTests())
      checks[`${test.parent.type === "suite" ? test.parent.name : ""} ${test.name}`] = statusOf(test);
  }
  const unhandled = vitest.state.getUnhandledErrors().length;
  await vitest.close();
  const required = textOf(lesson).tasks.filter((task: Task) => !task.stretch);
  const statuses = required.flatMap((task) =>
    Object.entries(checks).flatMap(([name, status]) => (name.startsWith(`${task.id} `) ? [status] : [])),
  );
  const verdict = gravest(statuses);
  return { verdict: unhandled > 0 && verdict === "passed" ? "failed" : verdict, checks, loaded };
}

function fileBehind(name: string, subject: Subject, loaded: string[]): string | undefined {
  if (!name.startsWith("#lesson/")) return undefined;
  const [, slug = "", file = ""] = name.split("/");
  const lesson = allLessons().find((one) => one.slug === slug);
  if (!lesson) return undefined;
  const source = sourceOf(subject, lesson, file);
  loaded.push(source);
  return source;
}

function statusOf(test: TestCase): Status {
  const result = test.result();
  if (result.state === "passed") return "passed";
  if (result.state !== "failed") return "stopped";
  return result.errors.some((error) => error.message.startsWith("Not written yet")) ? "todo" : "failed";
}
