// The scene of lesson 02: a source that plays a script, and handlers that keep a diary.

import { note, pass } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { show } from "../support/words.ts";

/** A receive that fails, with whatever reason. */
export class Rejection {
  constructor(readonly reason: unknown) {}
}

export interface SourceScript<T> {
  /** What the receives bring, one after the other. An error: that receive rejects with it. */
  batches: (T[] | Error | Rejection | ((batchSize: number) => T[]))[];
  /** How long each receive takes, in milliseconds; 0 is one turn of the event loop. */
  roundTripMs?: number;
  /** What a receive does when the script is at its end: stays under way for ever, or brings nothing. */
  atTheEnd?: "silence" | "nothing";
}

/** A source that writes down when it was asked, and for how many. */
export class ScriptedSource<T> {
  readonly asks: { atMs: number; batchSize: number }[] = [];
  /** Receives under way now. */
  underWay = 0;
  mostUnderWay = 0;
  readonly #script: Required<SourceScript<T>>;

  constructor(script: SourceScript<T>) {
    this.#script = { roundTripMs: 0, atTheEnd: "silence", ...script };
  }

  get askedAtMs(): number[] {
    return this.asks.map((ask) => ask.atMs);
  }

  async receiveBatch(batchSize: number): Promise<T[]> {
    const { batches, roundTripMs, atTheEnd } = this.#script;
    const number = this.asks.push({ atMs: clock.nowMs, batchSize });
    const lane = `receive ${number}`;
    note(lane, `asked for ${batchSize}`);
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    await delay(roundTripMs);
    const scripted = batches[number - 1] ?? (atTheEnd === "nothing" ? [] : await new Promise<never>(() => {}));
    const outcome = typeof scripted === "function" ? scripted(batchSize) : scripted;
    this.underWay -= 1;
    if (outcome instanceof Error || outcome instanceof Rejection) {
      const reason = outcome instanceof Rejection ? outcome.reason : outcome;
      note(lane, `rejects with ${show(reason)}`);
      throw reason;
    }
    note(lane, outcome.length === 0 ? "brings nothing" : `brings ${show(outcome)}`);
    return outcome;
  }
}

/** What a handler does with a message: how long it takes, and how it ends. */
export interface Work {
  takesMs?: number;
  rejectsWith?: unknown;
  throws?: unknown;
}

/** A handler that writes down when each message began and ended. */
export class Diary<T> {
  readonly begun: { message: T; atMs: number }[] = [];
  readonly ended: { message: T; atMs: number }[] = [];

  /** @param workOf What to do with a message; by default it takes no time and succeeds. */
  constructor(readonly workOf: (message: T) => Work = () => ({})) {}

  get messages(): T[] {
    return this.begun.map((entry) => entry.message);
  }

  /** Messages whose handler runs now. */
  get running(): number {
    return this.begun.length - this.ended.length;
  }

  readonly handle = (message: T): Promise<void> => {
    const work = this.workOf(message);
    this.begun.push({ message, atMs: clock.nowMs });
    note(`handler of ${show(message)}`, "begins");
    if ("throws" in work) {
      this.#end(message, `throws ${show(work.throws)}`);
      throw work.throws;
    }
    return this.#finish(message, work);
  };

  async #finish(message: T, work: Work): Promise<void> {
    await delay(work.takesMs ?? 0);
    if ("rejectsWith" in work) {
      this.#end(message, `rejects with ${show(work.rejectsWith)}`);
      throw work.rejectsWith;
    }
    this.#end(message, "ends");
  }

  #end(message: T, what: string): void {
    this.ended.push({ message, atMs: clock.nowMs });
    note(`handler of ${show(message)}`, what);
  }
}

/** Aborts `controller` after `ms`, with a moment on the timeline. */
export async function abortAfter(ms: number, controller: AbortController): Promise<void> {
  await pass(ms);
  note("signal", "aborts");
  controller.abort(new Error("time to stop"));
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms)));
}
