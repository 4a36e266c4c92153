// Promises that a lab sees broken, each said once: a queue that is wrong is wrong all the time.

import type { Stage } from "../../../scripts/lab/stage.ts";

export class Breaches {
  readonly #stage: Stage;
  readonly #said = new Set<string>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /**
   * Says that a promise is broken, unless it was said before.
   *
   * @param promise Which one: a name of the lab's own.
   */
  tell(promise: string, text: string, item?: number): void {
    if (this.#said.has(promise)) return;
    this.#said.add(promise);
    this.#stage.note({ kind: "broken", text, ...(item === undefined ? {} : { item }) });
  }
}
