// The lessons that pages show at this moment, and which of them a saved file belongs to.

import path from "node:path";
import type { Tell } from "../learner/state.ts";
import type { Lesson } from "../lessons/catalog.ts";
import { LiveLesson } from "./live-lesson.ts";

export class LiveLessons {
  readonly #live = new Map<string, LiveLesson>();

  constructor(readonly tell: Tell) {}

  of(lesson: Lesson): LiveLesson {
    const live = this.#live.get(lesson.slug) ?? new LiveLesson(lesson, this.tell);
    this.#live.set(lesson.slug, live);
    return live;
  }

  /** @param file The full path of a file that was written, added or removed. */
  changed(file: string): void {
    for (const live of this.#live.values()) {
      if (path.normalize(file).startsWith(`${live.lesson.exerciseFolder}${path.sep}`)) live.saved();
    }
  }
}
