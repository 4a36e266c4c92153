// `npm run watch`: one lesson at a time, graded on every save, with one-key commands.

import path from "node:path";
import { type FSWatcher, watch } from "chokidar";
import { workbookFolder } from "../compiling/compiled.mjs";
import { exercises } from "../grading/subject.ts";
import { comparedFiles } from "../learner/compared.ts";
import { takeNextHint } from "../learner/next-hint.ts";
import { resetLesson } from "../learner/starter.ts";
import { type Progress, readProgress, recordReport } from "../learner/state.ts";
import type { Lesson } from "../lessons/catalog.ts";
import { textOf } from "../lessons/text.ts";
import type { CheckView } from "../presenting/check-screen.ts";
import { compareScreen } from "../presenting/compare-screen.ts";
import { hintScreen } from "../presenting/hint-screen.ts";
import { resetScreen } from "../presenting/reset-screen.ts";
import type { Terminal } from "../presenting/terminal.ts";
import { checkView, nextLesson } from "../presenting/views.ts";
import { type WatchView, watchScreen } from "../presenting/watch-screen.ts";
import { RepeatedGrader } from "./grader.ts";

export interface WatchOptions {
  /** Go on to the next lesson by itself when this one is passed. */
  goesOn: boolean;
  /** Draws a screen in the place of the last one. */
  draw(screen: string): void;
  terminal: Terminal;
  /** Whether keys can be pressed. */
  hasKeys: boolean;
}

export class WatchSession {
  #lesson: Lesson;
  #grader: RepeatedGrader;
  #watcher: FSWatcher | undefined;
  #view: CheckView | null = null;
  #checking: { done: number; of: number } | null = null;
  /** What a key brought up, under or in the place of the verdict. */
  #aside: string | null = null;
  #isAskingForReset = false;
  #passedBefore: string | null = null;
  #notes: string[] = [];
  readonly #options: WatchOptions;

  constructor(lesson: Lesson, options: WatchOptions) {
    this.#lesson = lesson;
    this.#options = options;
    this.#grader = new RepeatedGrader(lesson);
  }

  async start(): Promise<void> {
    this.#watcher = watch(this.#lesson.exerciseFolder, { ignoreInitial: true, depth: 2 });
    this.#watcher.on("all", () => void this.check());
    await this.check();
  }

  async end(): Promise<void> {
    this.#grader.end();
    await this.#watcher?.close();
  }

  async check(): Promise<void> {
    this.#checking = { done: 0, of: 0 };
    this.#isAskingForReset = false;
    this.#draw();
    const graded = await this.#grader.grade((done, of) => {
      this.#checking = { done, of };
    });
    if (!graded) return;
    this.#checking = null;
    this.#aside = null;
    this.#notes = [];
    const progress = recordReport(graded.report, true, this.#note);
    this.#view = checkView(this.#lesson, exercises, graded, progress);
    if (graded.report.verdict === "passed" && this.#options.goesOn && nextLesson(progress, this.#lesson)) {
      return await this.#goOn(progress);
    }
    this.#draw();
    await this.#grader.prepare();
  }

  /** @returns False when the key means to quit. */
  async press(key: string): Promise<boolean> {
    if (this.#isAskingForReset) {
      this.#isAskingForReset = false;
      if (key === "y") this.#reset();
      else this.#draw();
      return true;
    }
    switch (key) {
      case "q":
        return false;
      case "h":
        this.#hint();
        break;
      case "c":
        this.#aside = compareScreen(comparedFiles(this.#lesson), this.#options.terminal);
        break;
      case "n":
        await this.#goOn(readProgress(this.#note));
        return true;
      case "r":
        this.#isAskingForReset = true;
        break;
      case "\r":
      case "\n":
        void this.check();
        return true;
      default:
        this.#aside = null;
    }
    this.#draw();
    return true;
  }

  readonly #note = (sentence: string): void => {
    this.#notes.push(sentence);
  };

  #hint(): void {
    const { task, number } = takeNextHint(this.#lesson, undefined, this.#note);
    this.#aside = hintScreen(task, number, this.#options.terminal);
  }

  #reset(): void {
    const { savedIn, restored } = resetLesson(this.#lesson);
    const where = savedIn === null ? null : path.relative(workbookFolder, savedIn);
    this.#aside = resetScreen(this.#lesson, where, restored);
    this.#draw();
  }

  async #goOn(progress: Progress): Promise<void> {
    const next = nextLesson(progress, this.#lesson);
    if (!next) {
      this.#aside = "There is no other lesson that is not passed.";
      return this.#draw();
    }
    const isPassed = this.#view?.report.verdict === "passed";
    this.#passedBefore = isPassed ? `${this.#lesson.number} ${this.#view?.title}` : null;
    await this.end();
    this.#lesson = next;
    this.#grader = new RepeatedGrader(next);
    this.#view = null;
    await this.start();
  }

  #draw(): void {
    const { terminal, hasKeys } = this.#options;
    const view: WatchView = {
      title: `${this.#lesson.number} ${textOf(this.#lesson).title}`,
      check: this.#view,
      checking: this.#checking,
      aside: this.#aside,
      isAskingForReset: this.#isAskingForReset,
      passedBefore: this.#passedBefore,
      notes: this.#notes,
      hasKeys,
    };
    this.#options.draw(watchScreen(view, terminal));
  }
}
