// One lesson under work: graded on every save for as long as a page shows it, and told to all pages that do.

import { exercises } from "../grading/subject.ts";
import { recordReport, type Tell } from "../learner/state.ts";
import type { Lesson } from "../lessons/catalog.ts";
import { type CheckView, firstOpen } from "../presenting/check-screen.ts";
import { firstFailed } from "../presenting/verdict-words.ts";
import { checkView } from "../presenting/views.ts";
import { RepeatedGrader } from "../watching/grader.ts";
import { VerdictSoFar } from "./verdict-so-far.ts";

export type LiveEvent =
  /** A file was saved; a grading begins. */
  | { kind: "saved" }
  | { kind: "checking"; soFar: VerdictSoFar }
  /** @param isNews False where it was so before the page came. */
  | { kind: "verdict"; view: CheckView; isNews: boolean }
  /** In one of the pages, a hint was shown. */
  | { kind: "hinted"; task: string; number: number }
  /** The grader itself failed. */
  | { kind: "trouble"; sentence: string };

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
  /** Grades the task that is being worked on by itself, beside the whole: its writer need not wait for the others. */
  readonly #ahead: RepeatedGrader;
  /** Its id; null before the first verdict. Once everything passes, it is the last that did not. */
  #workedOn: string | null = null;
  #saving: NodeJS.Timeout | undefined;
  #leaving: NodeJS.Timeout | undefined;

  constructor(
    readonly lesson: Lesson,
    readonly tell: Tell,
  ) {
    this.#ahead = new RepeatedGrader(lesson);
  }

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
    this.#ahead.end();
    this.latest = null;
  }

  async #check(grader: RepeatedGrader): Promise<void> {
    const isFirst = this.latest === null;
    const soFar = new VerdictSoFar();
    this.#send({ kind: "checking", soFar });
    try {
      this.#gradeAhead(soFar);
      const graded = await grader.grade((done, of, latest) => {
        Object.assign(soFar, { done, of });
        soFar.add(latest);
        this.#send({ kind: "checking", soFar });
      });
      soFar.isOver = true;
      if (!graded || this.#grader !== grader) return;
      const progress = recordReport(graded.report, true, this.tell);
      this.latest = checkView(this.lesson, exercises, graded, progress);
      this.#workedOn = (firstFailed(graded.report) ?? firstOpen(graded.report))?.id ?? this.#workedOn;
      this.#send({ kind: "verdict", view: this.latest, isNews: !isFirst });
      await Promise.all([grader.prepare(), this.#workedOn && this.#ahead.prepare()]);
    } catch (error) {
      soFar.isOver = true;
      this.#send({ kind: "trouble", sentence: error instanceof Error ? error.message : String(error) });
    }
  }

  #gradeAhead(soFar: VerdictSoFar): void {
    if (!this.#workedOn) return;
    const graded = this.#ahead.grade(
      (_done, _of, latest) => {
        if (soFar.isOver) return;
        soFar.add(latest);
        this.#send({ kind: "checking", soFar });
      },
      [this.#workedOn],
    );
    // Whatever is wrong, the grading of the whole will say it.
    graded.catch(() => {});
  }

  #send(event: LiveEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
