// The workers in the picture of lesson 06's lab, and who of them is free. The learner's code has no
// workers, only handlers that run: each is given to the worker that has waited for it.

import type { Stage } from "../../../scripts/lab/stage.ts";

export interface Worker {
  readonly name: string;
  /** How many handlers it runs: one, if the processor keeps to its limit. */
  busy: number;
  /** It is named in a receive that is under way. */
  isAsking: boolean;
}

export class Hands {
  readonly #stage: Stage;
  readonly #workers: readonly Worker[];

  constructor(stage: Stage, names: readonly string[]) {
    this.#stage = stage;
    this.#workers = names.map((name) => ({ name, busy: 0, isAsking: false }));
  }

  get size(): number {
    return this.#workers.length;
  }

  get free(): number {
    return this.#workers.filter(({ busy }) => busy === 0).length;
  }

  /** How many handlers run. */
  get running(): number {
    return this.#workers.reduce((sum, { busy }) => sum + busy, 0);
  }

  /** Has up to `most` free workers ask, and returns them. */
  ask(most: number): Worker[] {
    const asking = this.#workers.filter(({ busy, isAsking }) => busy === 0 && !isAsking).slice(0, most);
    for (const worker of asking) {
      worker.isAsking = true;
      this.#stage.note({ kind: "asks", by: worker.name });
    }
    return asking;
  }

  /** Nothing has come for it. */
  stopAsking(worker: Worker): void {
    if (!worker.isAsking) return;
    worker.isAsking = false;
    this.#stage.note({ kind: "nothing", by: worker.name });
  }

  /** The next one to run a handler: one that asks goes before one that is idle, and that before one at work. */
  begin(): Worker {
    const load = ({ busy, isAsking }: Worker) => busy * 2 - (isAsking ? 1 : 0);
    const next = this.#workers.reduce((best, worker) => (load(worker) < load(best) ? worker : best));
    next.busy += 1;
    next.isAsking = false;
    return next;
  }

  crash(): void {
    for (const worker of this.#workers) {
      worker.busy = 0;
      worker.isAsking = false;
      this.#stage.note({ kind: "crashed", by: worker.name });
    }
  }

  restart(): void {
    for (const { name } of this.#workers) this.#stage.note({ kind: "restarted", by: name });
  }
}
