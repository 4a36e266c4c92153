// Watches one call of `processForever` in the lab of lesson 02: a source and a handler that know when they
// should be called, and say so where they are not.

import type { BatchSource, MessageHandler } from "#lesson/02-process-forever/process-forever.ts";
import type { Stage } from "../../../scripts/lab/stage.ts";
import type { Counter } from "./counter.ts";

interface Terms {
  readonly by: string;
  readonly batchSize: number;
  readonly pollMs: number;
  /** The loop's own. */
  readonly signal: AbortSignal;
}

/** A photo that was received, and is not finished. */
interface InHand {
  readonly receivedAtMs: number;
  isBegun: boolean;
}

export class Watch {
  readonly #stage: Stage;
  readonly #counter: Counter;
  readonly #terms: Terms;
  readonly #inHand = new Map<number, InHand>();

  /** What the handler has thrown, and what for. `onError` takes those out of which it was told. */
  readonly #thrown = new Map<unknown, number>();
  readonly #untold = new Set<unknown>();

  /** Since when the loop has had nothing to do, and how long it may wait from then on. */
  #free = { sinceMs: 0, waitsMs: 0, why: "it began" };
  #toldToStopAtMs: number | null = null;
  #receives = 0;
  readonly #said = new Set<string>();

  constructor(stage: Stage, counter: Counter, terms: Terms) {
    this.#stage = stage;
    this.#counter = counter;
    this.#terms = terms;
    this.#free.sinceMs = stage.nowMs;
  }

  /** "5 photos" */
  get inHands(): string {
    return this.#inHand.size === 1 ? "1 photo" : `${this.#inHand.size} photos`;
  }

  readonly source: BatchSource<number> = {
    receiveBatch: async (batchSize) => {
      this.#lookAtTheAsk(batchSize);
      this.#receives += 1;
      const batch = await this.#counter.fetch(batchSize, this.#terms.by);
      this.#receives -= 1;
      for (const photo of batch) this.#inHand.set(photo, { receivedAtMs: this.#stage.nowMs, isBegun: false });
      const isEmpty = batch.length === 0;
      this.#free = { sinceMs: this.#stage.nowMs, waitsMs: isEmpty ? this.#terms.pollMs : 0, why: "an empty batch" };
      return batch;
    },
  };

  // Not async: a PDF is thrown back before there is a promise.
  readonly handler: MessageHandler<number> = (number) => {
    const photo = this.#counter.photo(number);
    const inHand = this.#inHand.get(number);
    if (!photo || !inHand || inHand.isBegun) {
      this.#breaks(
        "handled twice",
        `The handler was called with ${photo?.label ?? number}, which is not there to be begun.`,
      );
      return;
    }
    inHand.isBegun = true;
    const lateMs = this.#stage.nowMs - inHand.receivedAtMs;
    if (lateMs > 1) {
      this.#breaks(
        "one by one",
        `${photo.label} was begun ${lateMs} ms after its batch had come: a batch is begun at once.`,
      );
    }
    if (photo.fails === "as a PDF") throw this.#fails(number, `${photo.label} is a PDF`);
    return this.#resize(number, photo.takesMs, photo.fails !== null);
  };

  readonly onError = (error: unknown, number: number): void => {
    const label = this.#counter.photo(number)?.label ?? String(number);
    if (this.#thrown.get(error) !== number || !this.#untold.delete(error)) {
      this.#breaks("told wrongly", `The loop told onError of ${label}, and there was nothing new to tell of it.`);
      return;
    }
    this.#stage.note({ kind: "says", text: `onError is told: ${(error as Error).message}.` });
  };

  toldToStop(): void {
    this.#toldToStopAtMs = this.#stage.nowMs;
  }

  /** The loop's promise has resolved. Was it told to? */
  hasResolved(): boolean {
    const { by } = this.#terms;
    this.#lookForUntold();
    for (const [number, { isBegun }] of this.#inHand) {
      const label = this.#counter.photo(number)?.label;
      const why = isBegun ? "is still being resized" : "was received and never begun";
      this.#breaks(`left ${number}`, `${by}'s loop has stopped, and ${label} ${why}.`, number);
    }
    if (this.#receives > 0)
      this.#breaks("left a receive", `${by}'s loop has stopped, and a receive is still under way.`);
    if (this.#toldToStopAtMs === null) {
      this.#breaks("ended", `${by}'s loop has ended, and nobody has told it to stop.`);
      return false;
    }
    const lateMs = this.#stage.nowMs - Math.max(this.#toldToStopAtMs, this.#free.sinceMs);
    if (lateMs > 1)
      this.#breaks("late", `${by}'s loop stopped ${lateMs} ms after it was told to and had nothing in hand.`);
    return true;
  }

  /** The loop's promise has rejected. Whether that is a mistake of the loop's own, which has been noted. */
  knows(error: unknown): boolean {
    const { by, signal } = this.#terms;
    const failed = this.#thrown.get(error);
    if (failed === undefined && !signal.aborted) return false;
    const why = failed === undefined ? "it was told to stop" : `${this.#counter.photo(failed)?.label} has failed`;
    this.#breaks("rejected", `${by}'s loop has rejected because ${why}, and that is no error of the loop.`);
    this.#stage.note({ kind: "crashed", by });
    return true;
  }

  async #resize(number: number, takesMs: number, fails: boolean): Promise<void> {
    await this.#stage.wait(takesMs);
    if (fails) throw this.#fails(number, `the storage was away when ${this.#counter.photo(number)?.label} came`);
    this.#puts(number);
    this.#stage.note({ kind: "finished", item: number + 1, by: this.#terms.by });
  }

  #fails(number: number, why: string): Error {
    const error = new Error(why);
    this.#thrown.set(error, number);
    this.#untold.add(error);
    this.#puts(number);
    this.#stage.note({ kind: "failed", item: number + 1, by: this.#terms.by, why });
    return error;
  }

  #puts(number: number): void {
    this.#inHand.delete(number);
    this.#free = { sinceMs: this.#stage.nowMs, waitsMs: 0, why: "the batch was done" };
  }

  #lookAtTheAsk(batchSize: number): void {
    const { by, signal, batchSize: agreed } = this.#terms;
    this.#lookForUntold();
    if (signal.aborted) this.#breaks("asks on", `${by} asks for more after she was told to stop.`);
    if (batchSize !== agreed)
      this.#breaks("batch size", `${by} asks for ${batchSize}, and the batch size is ${agreed}.`);
    if (this.#inHand.size > 0) {
      this.#breaks("asks too early", `${by} asks for more with ${this.inHands} of the last batch in her hands.`);
      return;
    }
    const { sinceMs, waitsMs, why } = this.#free;
    const waitedMs = Math.round(this.#stage.nowMs - sinceMs);
    if (Math.abs(waitedMs - waitsMs) <= 1) return;
    this.#breaks(why, `${by} asks ${waitedMs} ms after ${why}. It should be ${waitsMs} ms.`);
  }

  #lookForUntold(): void {
    for (const error of this.#untold) {
      this.#breaks("untold", `${(error as Error).message}, and onError was not told.`, this.#thrown.get(error));
    }
    this.#untold.clear();
  }

  #breaks(what: string, text: string, number?: number): void {
    if (this.#said.has(what)) return;
    this.#said.add(what);
    const sentence = text.slice(0, 1).toUpperCase() + text.slice(1);
    this.#stage.note({ kind: "broken", text: sentence, ...(number === undefined ? {} : { item: number + 1 }) });
  }
}
