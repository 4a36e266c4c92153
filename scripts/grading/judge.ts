// From what a guarded process said to a report. It believes nothing but one result a check, of a
// check that was announced before learner code was loaded, in a run that came to its end.

import { isOf } from "../../test/support/schedules/replay.ts";
import type { Lesson } from "../lessons/catalog.ts";
import type { Task } from "../lessons/text.ts";
import type { Run } from "./guarded-process.ts";
import type { Message, ToldError } from "./protocol.ts";
import { type CheckReport, gravest, type LessonReport, type Status, type TaskReport, verdictOver } from "./report.ts";
import type { LearnerLines } from "./where.ts";

type Done = Extract<Message, { kind: "done" }>;
type Collected = Extract<Message, { kind: "collected" }>;

/** The grader's own failure: not the learner's, and no verdict. */
export class GraderFailure extends Error {
  override readonly name = "GraderFailure";
}

export interface Judging {
  lesson: Lesson;
  /** The tasks that were asked for. */
  tasks: readonly Task[];
  run: Run;
  /** The code of the one schedule that was run, if it was one: other checks were not made. */
  replay?: string | undefined;
  /** Null where the code did not compile. */
  lines: LearnerLines | null;
  /** Why the code does not load, where that was known before it ran. */
  doesNotLoad: string | null;
  durationMs: number;
}

export function judge({ lesson, tasks, run, replay, lines, doesNotLoad, durationMs }: Judging): LessonReport {
  const collected = run.messages.find((message): message is Collected => message.kind === "collected");
  const broken = run.messages.find((message) => message.kind === "suite-broken");
  if (!collected || (broken && !run.messages.some((message) => message.kind === "loading"))) {
    throw new GraderFailure(`The suite of ${lesson.slug} did not start: ${broken?.message ?? run.loose.trim()}`);
  }
  let problem = doesNotLoad ?? problemOf(run, lines, collected);
  const results = new Map<number, Done[]>();
  for (const message of run.messages) {
    if (message.kind === "done") results.set(message.check, [...(results.get(message.check) ?? []), message]);
  }
  const reports = tasks.map((task): TaskReport => {
    const checks = collected.checks.flatMap((check, number) =>
      check.task === task.id && (replay === undefined || isOf(replay, check.schedules))
        ? [checkReport(check.name, results.get(number) ?? [], lines)]
        : [],
    );
    if (checks.length === 0) throw new GraderFailure(`The suite of ${lesson.slug} has no check for task ${task.id}.`);
    const { id, title, stretch } = task;
    return { id, title, stretch, status: gravest(checks.map((check) => check.status)), checks };
  });
  if (reports.some((report) => report.status === "stopped")) {
    problem ??= "The run came to its end without a result for every check: your code got in the way of the grader.";
  }
  const verdict: Status = problem === null ? verdictOver(reports) : "stopped";
  return { lesson: lesson.number, slug: lesson.slug, verdict, durationMs, tasks: reports, problem };
}

/** What came of one check. No result, or more than one of the same check, is none. */
export function checkReport(name: string, results: Done[], lines: LearnerLines | null): CheckReport {
  const [result] = results;
  if (!result || results.length > 1) return { name, status: "stopped" };
  const shown = {
    ...(result.timeline.length === 0 ? {} : { timeline: result.timeline }),
    ...(result.schedule === undefined ? {} : { schedule: result.schedule }),
  };
  // A schedule that was asked for is shown, whatever came of it.
  if (result.passed) return { name, status: "passed", ...(result.schedule === undefined ? {} : shown) };
  const unwritten = result.errors.find((error) => error.isNotWritten);
  if (unwritten) return { name, status: "todo", message: unwritten.message, ...whereOf([unwritten], lines) };
  const [first] = result.errors;
  const message = [...new Set(result.errors.map((error) => error.message))].join("; and ") || "the check did not pass";
  return {
    name,
    status: "failed",
    message,
    ...whereOf(result.errors, lines),
    ...(first?.misconception === undefined ? {} : { misconception: first.misconception }),
    ...shown,
  };
}

function whereOf(errors: ToldError[], lines: LearnerLines | null): { where?: string } {
  const thrown = errors.map((error) => lines?.inStack(error.stack)).find((line) => line !== undefined);
  const about = errors.find((error) => error.about)?.about;
  const line = thrown ?? (about === undefined ? undefined : lines?.ofDeclaration(about));
  return line ? { where: line.where } : {};
}

/** What stopped the run, in one sentence; null if it came to its end. */
function problemOf(run: Run, lines: LearnerLines | null, collected: Collected): string | null {
  const last = run.messages.at(-1);
  if (last?.kind === "ended" && run.ending === "itself") return null;

  const during = whatRan(run, collected);
  const { watched } = run;
  if (watched?.kind === "memory") {
    return `Your code used more than ${watched.megabytes} MB of memory${at(lines?.among(watched.places))}, ${during}.`;
  }
  if (watched?.kind === "blocked") {
    const line = at(lines?.among(watched.places));
    const filling = watched.megabytes > 100 ? ` that fills the memory (${watched.megabytes} MB by then)` : "";
    return watched.busy
      ? `Your code does not give control back: it looks like an endless loop${filling}${line}, ${during}. (A loop that waits for the clock is one: time passes only at an \`await\`.)`
      : `Your code blocks the whole process${line}, ${during}: nothing else can run while it waits.`;
  }
  if (watched?.kind === "endless") {
    return `Your code keeps the process busy and comes to no end${at(lines?.among(watched.places))}, ${during}.`;
  }
  if (watched?.kind === "idle") return `Your code brought the checks to a standstill, ${during}.`;
  const failed = run.messages.find((message) => message.kind === "load-failed");
  if (failed) {
    const line = at(lines?.inStack(failed.error.stack));
    return failed.neverEnds
      ? `${failed.file} never finishes loading: a top-level \`await\` waits for something that never comes.`
      : `${failed.file} does not load${line}: ${failed.error.message.replace(/\.$/, "")}.`;
  }
  const exits = run.messages.findLast((message) => message.kind === "exits");
  if (exits) return `Your code ended the process: ${exits.how}${at(lines?.inStack(exits.stack))}, ${during}.`;
  const flooded = run.messages.find((message) => message.kind === "flooded");
  if (flooded || run.ending === "flood") {
    return `Your code prints without end: more than ${flooded?.megabytes ?? 8} MB, ${during}.`;
  }
  if (/heap out of memory|Allocation failed/.test(run.loose)) return `Your code ran out of memory, ${during}.`;
  if (run.ending === "silence") return `Your code brought the process to a standstill, ${during}.`;
  const how = run.signal ? `signal ${run.signal}` : `exit status ${run.exitCode}`;
  return `Your code ended the process (${how}), ${during}.`;
}

function at(line: { where: string; in?: string | undefined } | undefined): string {
  if (!line) return "";
  return line.in ? ` at ${line.where}, in ${line.in}()` : ` at ${line.where}`;
}

function whatRan(run: Run, collected: Collected): string {
  const begun = run.messages.findLast((message) => message.kind === "begun");
  if (!begun) return "while it was loading";
  const check = collected.checks[begun.check];
  return check ? `in the check "${check.name}" (${check.task})` : "in a check";
}
