// One lesson under work: graded on every save for as long as a page shows it, and told to all pages that do.

import type { CheckDone } from "../grading/grade.ts";
import { gravest, type Status } from "../grading/report.ts";
import { exercises } from "../grading/subject.ts";
import { recordReport, type Tell } from "../learner/state.ts";
import type { Lesson } from "../lessons/catalog.ts";
import type { CheckView } from "../presenting/check-screen.ts";
import { checkView } from "../presenting/views.ts";
import { RepeatedGrader } from "../watching/grader.ts";

export type LiveEvent =
  /** A file was saved; a grading begins. */
  | { kind: "saved" }
  | Checking
  /** @param isNews False where it was so before the page came. */
  | { kind: "verdict"; view: CheckView; isNews: boolean }
  /** In one of the pages, a hint was shown. */
  | { kind: "hinted"; task: string; number: number }
  /** The grader itself failed. */
  | { kind: "trouble"; sentence: string };

/** How far the grading is. */
interface Checking {
  kind: "checking";
  done: number;
  of: number;
  /** The first check that failed, if one has. */
  failed: CheckDone | null;
  /** The tasks of which it is known already how they stand. */
  statuses: Record<string, Status>;
}

export type Listener = (event: LiveEvent) => void;

/** Editors save in several steps: what comes within that time is one save. */
const ONE_SAVE_MS = 15;
/** A page that is loaded anew leaves and comes back: its grader is kept for so long. */
const KEEP_MS = 3_000;

export class LiveLesson {
  /** The last verdict; null while the first is made. */
  latest: CheckView | null = null;
  readonly #listeners = new Set<Listener>();
  #grader: RepeatedGrader | null = null;
  #saving: NodeJS.Timeout | undefined;
  #leaving: NodeJS.Timeout | undefined;

  constructor(
    readonly lesson: Lesson,
    readonly tell: Tell,
  ) {}

  /** From now on `listener` hears of everything; the last verdict it hears of at once. Returns how to leave. */
  attend(listener: Listener): () => void {
    clearTimeout(this.#leaving);
    this.#listeners.add(listener);
    if (this.latest) listener({ kind: "verdict", view: this.latest, isNews: false });
    if (!this.#grader) {
      this.#grader = new RepeatedGrader(this.lesson);
      void this.#check(this.#grader);
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#leaving = setTimeout(() => this.end(), KEEP_MS).unref();
    };
  }

  /** A file of the lesson's exercise has changed. */
  saved(): void {
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => {
      if (!this.#grader) return;
      this.#send({ kind: "saved" });
      void this.#check(this.#grader);
    }, ONE_SAVE_MS);
  }

  hinted(task: string, number: number): void {
    this.#send({ kind: "hinted", task, number });
  }

  end(): void {
    clearTimeout(this.#saving);
    clearTimeout(this.#leaving);
    this.#grader?.end();
    this.#grader = null;
    this.latest = null;
  }

  async #check(grader: RepeatedGrader): Promise<void> {
    const isFirst = this.latest === null;
    this.#send({ kind: "checking", done: 0, of: 0, failed: null, statuses: {} });
    const soFar = new VerdictSoFar();
    try {
      const graded = await grader.grade((done, of, latest) => {
        soFar.add(latest);
        this.#send({ kind: "checking", done, of, failed: soFar.failed, statuses: soFar.statuses });
      });
      if (!graded || this.#grader !== grader) return;
      const progress = recordReport(graded.report, true, this.tell);
      this.latest = checkView(this.lesson, exercises, graded, progress);
      this.#send({ kind: "verdict", view: this.latest, isNews: !isFirst });
      await grader.prepare();
    } catch (error) {
      this.#send({ kind: "trouble", sentence: error instanceof Error ? error.message : String(error) });
    }
  }

  #send(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** What is known of a verdict while it is made. A task has failed with its first check that has, and passed with its last. */
class VerdictSoFar {
  failed: CheckDone | null = null;
  readonly statuses: Record<string, Status> = {};
  readonly #checks = new Map<string, Status[]>();

  add(latest: CheckDone): void {
    const { task, check, isLastOfTask } = latest;
    const checks = [...(this.#checks.get(task) ?? []), check.status];
    this.#checks.set(task, checks);
    if (check.status === "failed") this.failed ??= latest;
    if (check.status === "failed" || isLastOfTask) this.statuses[task] = gravest(checks);
  }
}
