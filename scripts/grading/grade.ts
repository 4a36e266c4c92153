// Grades one lesson of one subject: compiles, runs, judges.

import { performance } from "node:perf_hooks";
import { isOf, scheduleIn } from "../../test/support/schedules/replay.ts";
import { type CompiledLearner, compileLearner, DoesNotLoad } from "../compiling/learner.ts";
import { compiledSuite } from "../compiling/suite.ts";
import type { Lesson } from "../lessons/catalog.ts";
import { type LessonText, type Task, textOf } from "../lessons/text.ts";
import { GuardedProcess, type Run } from "./guarded-process.ts";
import { checkReport, GraderFailure, judge } from "./judge.ts";
import type { CheckReport, LessonReport } from "./report.ts";
import type { Subject } from "./subject.ts";
import { LearnerLines } from "./where.ts";

export interface GradeOptions {
  /** Grade these tasks alone: "04.2". */
  only?: readonly string[] | undefined;
  /** Run this one schedule again, by its code, and nothing else. */
  replay?: string | undefined;
  /** Called when a check is done: with how many are, of how many, and what came of it. */
  onProgress?: ((done: number, of: number, latest: CheckDone) => void) | undefined;
  /** A process that was started beforehand, waiting for its job. */
  prestarted?: GuardedProcess | undefined;
}

/** A check that is done while others are not: the verdict is still to come. */
export interface CheckDone {
  /** "04.2" */
  task: string;
  check: CheckReport;
  /** None of its task's checks is left. */
  isLastOfTask: boolean;
}

export interface Graded {
  report: LessonReport;
  /** What the learner's code printed, cut where it flooded. */
  printed: string;
}

/** There is no check with the schedule that was asked for. */
export class NoSuchSchedule extends Error {
  override readonly name = "NoSuchSchedule";
}

/**
 * @throws {GraderFailure} If the grader itself failed.
 * @throws {NoSuchSchedule} If `replay` names none of the lesson's.
 */
export async function grade(lesson: Lesson, subject: Subject, options: GradeOptions = {}): Promise<Graded> {
  const tasks = tasksOf(textOf(lesson), options.only);
  const graded = await gradeTasks(lesson, subject, tasks, options);
  const required = tasks.filter((task) => !task.stretch);
  const stoppedIn = tasks.find(({ id }) => id === graded.stoppedIn);
  if (!stoppedIn?.stretch || required.length === 0) return graded;

  // A stretch task never holds back a pass: what is required is run again, by itself and to its end.
  const again = await gradeTasks(lesson, subject, required, { ...options, prestarted: undefined });
  const stretch = graded.report.tasks.filter((task) => task.stretch);
  const stopped = stretch.find(({ id }) => id === stoppedIn.id)?.checks.find(({ status }) => status === "stopped");
  if (stopped && graded.report.problem) stopped.message = graded.report.problem;
  const order = (id: string) => tasks.findIndex((task) => task.id === id);
  const all = [...again.report.tasks, ...stretch].sort((a, b) => order(a.id) - order(b.id));
  const durationMs = graded.report.durationMs + again.report.durationMs;
  return { report: { ...again.report, tasks: all, durationMs }, printed: again.printed };
}

async function gradeTasks(
  lesson: Lesson,
  subject: Subject,
  tasks: Task[],
  options: GradeOptions,
): Promise<Graded & { stoppedIn: string | null }> {
  const startedMs = performance.now();
  const guarded = options.prestarted ?? new GuardedProcess(await compiledSuite(lesson));
  let compiled: CompiledLearner | undefined;
  let doesNotLoad: string | null = null;
  try {
    let lines: LearnerLines | null = null;
    if (options.onProgress) reportProgress(guarded, () => lines, options.onProgress);
    try {
      compiled = await compileLearner(subject, lesson);
      lines = new LearnerLines(compiled, subject, lesson);
    } catch (error) {
      if (!(error instanceof DoesNotLoad)) throw error;
      doesNotLoad = error.message;
    }
    // Code that does not load is not run, but the suite still says which checks there are.
    const asked = compiled ? tasks.map(({ id }) => id) : [];
    const run = await guarded.run({ files: compiled?.files ?? {}, tasks: asked, replay: options.replay ?? null });
    const report = judge({
      lesson,
      tasks: tasksAsked(tasks, run, options.replay),
      run,
      replay: options.replay,
      lines,
      doesNotLoad,
      durationMs: Math.round(performance.now() - startedMs),
    });
    const printed = run.messages.flatMap((message) => (message.kind === "printed" ? [message.text] : [])).join("");
    return { report, printed: printed + run.loose, stoppedIn: report.verdict === "stopped" ? lastTaskOf(run) : null };
  } catch (error) {
    if (error instanceof GraderFailure || error instanceof NoSuchSchedule) throw error;
    throw new GraderFailure(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    guarded.end();
    compiled?.remove();
  }
}

/** The tasks that have something to show: in a replay, those with the schedule. */
function tasksAsked(tasks: Task[], { messages }: Run, replay: string | undefined): Task[] {
  if (replay === undefined) return tasks;
  const collected = messages.find((message) => message.kind === "collected")?.checks ?? [];
  const checks = collected.filter(({ task, schedules }) => schedules && tasks.some(({ id }) => id === task));
  const meant = checks.find(({ schedules }) => isOf(replay, schedules));
  if (meant && scheduleIn(replay, meant.schedules?.calls ?? [])) return tasks.filter(({ id }) => id === meant.task);
  const ids = checks.map(({ schedules }) => schedules?.id).join(", ");
  throw new NoSuchSchedule(
    ids
      ? `${replay} is not the code of a schedule here. A code begins with one of ${ids}, and a failed check prints it.`
      : `${replay} cannot be run: no check of ${tasks.map(({ id }) => id).join(", ")} is over schedules.`,
  );
}

/** The task of the check that was begun last. */
function lastTaskOf({ messages }: Run): string | null {
  const collected = messages.find((message) => message.kind === "collected");
  const begun = messages.findLast((message) => message.kind === "begun");
  return begun ? (collected?.checks[begun.check]?.task ?? null) : null;
}

function tasksOf({ tasks }: LessonText, only: readonly string[] | undefined): Task[] {
  return only === undefined ? tasks : tasks.filter(({ id }) => only.includes(id));
}

function reportProgress(
  guarded: GuardedProcess,
  lines: () => LearnerLines | null,
  onProgress: NonNullable<GradeOptions["onProgress"]>,
): void {
  let checks: { task: string; name: string }[] = [];
  let left = new Set<number>();
  let done = 0;
  guarded.onMessage = (message) => {
    if (message.kind === "collected") {
      checks = message.checks;
      left = new Set(checks.keys());
    }
    if (message.kind !== "done") return;
    const { task, name } = checks[message.check] ?? { task: "", name: "" };
    left.delete(message.check);
    const isLastOfTask = ![...left].some((check) => checks[check]?.task === task);
    onProgress(++done, checks.length, { task, check: checkReport(name, [message], lines()), isLastOfTask });
  };
}
