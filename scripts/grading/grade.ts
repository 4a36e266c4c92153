// Grades one lesson of one subject: compiles, runs, judges.

import { performance } from "node:perf_hooks";
import { type CompiledLearner, compileLearner, DoesNotLoad } from "../compiling/learner.ts";
import { compiledSuite } from "../compiling/suite.ts";
import type { Lesson } from "../lessons/catalog.ts";
import { type LessonText, textOf } from "../lessons/text.ts";
import { GuardedProcess } from "./guarded-process.ts";
import { GraderFailure, judge } from "./judge.ts";
import type { LessonReport } from "./report.ts";
import type { Subject } from "./subject.ts";
import { LearnerLines } from "./where.ts";

export interface GradeOptions {
  /** Grade this task alone: "04.2". */
  task?: string | undefined;
  /** Called with how many checks are done, of how many. */
  onProgress?: ((done: number, of: number) => void) | undefined;
  /** A process that was started beforehand, waiting for its job. */
  prestarted?: GuardedProcess | undefined;
}

export interface Graded {
  report: LessonReport;
  /** What the learner's code printed, cut where it flooded. */
  printed: string;
}

/** @throws {GraderFailure} If the grader itself failed. */
export async function grade(lesson: Lesson, subject: Subject, options: GradeOptions = {}): Promise<Graded> {
  const startedMs = performance.now();
  const guarded = options.prestarted ?? new GuardedProcess(await compiledSuite(lesson));
  let compiled: CompiledLearner | undefined;
  let doesNotLoad: string | null = null;
  try {
    if (options.onProgress) reportProgress(guarded, options.onProgress);
    try {
      compiled = await compileLearner(subject, lesson);
    } catch (error) {
      if (!(error instanceof DoesNotLoad)) throw error;
      doesNotLoad = error.message;
    }
    // Code that does not load is not run, but the suite still says which checks there are.
    const run = await guarded.run({ files: compiled?.files ?? {}, task: compiled ? (options.task ?? null) : "none" });
    const report = judge({
      lesson,
      tasks: tasksOf(textOf(lesson), options.task),
      run,
      lines: compiled ? new LearnerLines(compiled, subject, lesson) : null,
      doesNotLoad,
      durationMs: Math.round(performance.now() - startedMs),
    });
    const printed = run.messages.flatMap((message) => (message.kind === "printed" ? [message.text] : [])).join("");
    return { report, printed: printed + run.loose };
  } catch (error) {
    if (error instanceof GraderFailure) throw error;
    throw new GraderFailure(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    guarded.end();
    compiled?.remove();
  }
}

function tasksOf(text: LessonText, task: string | undefined) {
  return task === undefined ? text.tasks : text.tasks.filter(({ id }) => id === task);
}

function reportProgress(guarded: GuardedProcess, onProgress: (done: number, of: number) => void): void {
  let of = 0;
  let done = 0;
  guarded.onMessage = (message) => {
    if (message.kind === "collected") of = message.checks.length;
    if (message.kind === "done") onProgress(++done, of);
  };
}
