// Grades one lesson again and again. The next guarded process is started beforehand, so that a save
// waits for nothing but its own compilation and run.

import { compiledSuite } from "../compiling/suite.ts";
import { type Graded, type GradeOptions, grade } from "../grading/grade.ts";
import { GuardedProcess } from "../grading/guarded-process.ts";
import { exercises } from "../grading/subject.ts";
import type { Lesson } from "../lessons/catalog.ts";

export class RepeatedGrader {
  #spare: GuardedProcess | undefined;
  #running: GuardedProcess | undefined;
  #round = 0;

  constructor(readonly lesson: Lesson) {}

  /**
   * Grades the learner's files as they are now. A call ends the one before it.
   *
   * @param only The ids of the tasks to be graded: all, if nothing is said.
   * @returns Null where a later call has overtaken this one.
   */
  async grade(onProgress: NonNullable<GradeOptions["onProgress"]>, only?: readonly string[]): Promise<Graded | null> {
    const round = ++this.#round;
    this.#running?.end();
    const prestarted = this.#spare ?? (await this.#start());
    this.#spare = undefined;
    if (round !== this.#round) {
      prestarted.end();
      return null;
    }
    this.#running = prestarted;
    try {
      const graded = await grade(this.lesson, exercises, { prestarted, onProgress, only });
      return round === this.#round ? graded : null;
    } catch (error) {
      if (round === this.#round) throw error;
      return null;
    }
  }

  /** Starts the process for the next grading. */
  async prepare(): Promise<void> {
    if (this.#spare) return;
    const round = this.#round;
    const spare = await this.#start();
    // What has begun or ended meanwhile has no use for it.
    if (this.#spare || round !== this.#round) spare.end();
    else this.#spare = spare;
  }

  end(): void {
    this.#round += 1;
    this.#running?.end();
    this.#spare?.end();
    this.#spare = undefined;
  }

  async #start(): Promise<GuardedProcess> {
    return new GuardedProcess(await compiledSuite(this.lesson));
  }
}
