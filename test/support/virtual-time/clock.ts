// The virtual clock. Time stands still until everything that can happen at this instant has
// happened; then it jumps to the next armed timer. So a wait of five seconds costs no waiting, and
// a wait that nothing can end is known as such.

import { Immediates } from "./immediates.ts";
import { type Callback, Timers, type VirtualTimer } from "./timers.ts";

// Taken before anything is replaced: the turns of the real event loop in which learner code runs.
const realSetImmediate = globalThis.setImmediate;
const realSetTimeout = globalThis.setTimeout;
/** Milliseconds of real time. */
export const realNow: () => number = performance.now.bind(performance);

/** Code may come back through a real event of its own, a `MessageChannel` for one: allow it that many turns. */
const QUIET_TURNS = 3;

/** Callbacks that may run without the clock moving, and in one wait altogether, before it counts as a loop. */
const MOST_CALLBACKS_AT_ONE_INSTANT = 5_000;
const MOST_CALLBACKS_IN_ONE_WAIT = 20_000;
/** The same for a process in which a wait has been given up before: it is likely to be the same one again. */
const MOST_CALLBACKS_THE_NEXT_TIME = 5_000;
const MOST_CALLBACKS_AT_ONE_INSTANT_THE_NEXT_TIME = 1_000;

/** Real time granted to work that no clock sees (files, the thread pool) before a wait counts as endless. */
const GRACE_FOR_REAL_WORK_MS = 40;
const GRACE_THE_NEXT_TIME_MS = 6;

/** Where the virtual `Date` begins: 2030-01-01T00:00:00Z. */
const EPOCH_MS = Date.UTC(2030, 0, 1);

/** Why a wait was given up. */
export type GivenUp = "nothing can end it" | "it spins" | "it polls without end";

export class VirtualClock {
  #nowMs = 0;
  readonly timers = new Timers(() => this.#nowMs);
  readonly #immediates = new Immediates();
  #callbacksAtThisInstant = 0;
  #mostAtOneInstant = MOST_CALLBACKS_AT_ONE_INSTANT;
  #mostCallbacks = MOST_CALLBACKS_IN_ONE_WAIT;
  #graceMs = GRACE_FOR_REAL_WORK_MS;
  /** Errors thrown in timer callbacks since the last `reset`. Node would end the process for each. */
  readonly thrown: unknown[] = [];
  readonly #quietTurns: number;

  /** @param quietTurns Turns without an event after which nothing more is expected at an instant. */
  constructor(quietTurns = QUIET_TURNS) {
    this.#quietTurns = quietTurns;
  }

  /** Milliseconds since the last `reset`. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** The virtual date, in milliseconds since 1970. */
  get dateMs(): number {
    return EPOCH_MS + this.#nowMs;
  }

  setImmediate(callback: Callback, args: unknown[]): VirtualTimer {
    const immediate = this.timers.create(callback, 1, args, false);
    this.timers.disarm(immediate);
    this.#immediates.add(immediate);
    return immediate;
  }

  clearImmediate(handle: unknown): void {
    this.#immediates.clear(handle);
  }

  /** Back to 0, with nothing armed. What was waiting for a timer waits for ever. */
  reset(): void {
    this.timers.clearAll();
    this.#immediates.clearAll();
    this.#nowMs = 0;
    this.#callbacksAtThisInstant = 0;
    this.thrown.length = 0;
  }

  /** Lets everything happen that can happen without the clock moving: until `quietTurns` turns brought nothing. */
  async quiet(quietTurns = this.#quietTurns): Promise<GivenUp | undefined> {
    for (let turns = 0; turns < quietTurns; turns++) {
      await turn();
      while (!this.#immediates.isEmpty || this.#isDue()) {
        // A round of the event loop runs all immediates that wait, however many: it counts once.
        if (this.#isDue() || this.#immediates.beginsARound) this.#callbacksAtThisInstant += 1;
        if (this.#callbacksAtThisInstant > this.#mostAtOneInstant) {
          this.#mostAtOneInstant = MOST_CALLBACKS_AT_ONE_INSTANT_THE_NEXT_TIME;
          return "it spins";
        }
        this.#runOne();
        await turn();
        turns = 0;
      }
    }
    return undefined;
  }

  /** Lets `ms` pass, firing what falls due, in order; `quietTurns` as in {@link quiet}. */
  async advance(ms: number, quietTurns = this.#quietTurns): Promise<GivenUp | undefined> {
    const untilMs = this.#nowMs + ms;
    for (let callbacks = 0; callbacks < this.#mostCallbacks; callbacks++) {
      const givenUp = await this.quiet(quietTurns);
      if (givenUp) return givenUp;
      const next = this.timers.next;
      if (!next || next.dueMs > untilMs) {
        this.#jumpTo(untilMs);
        return await this.quiet(quietTurns);
      }
      this.#jumpTo(next.dueMs);
    }
    this.#mostCallbacks = MOST_CALLBACKS_THE_NEXT_TIME;
    return "it polls without end";
  }

  /** Lets time pass until `isOver`; says why where that cannot come about. */
  async until(isOver: () => boolean): Promise<GivenUp | undefined> {
    let waitedMs = 0;
    for (let callbacks = 0; callbacks < this.#mostCallbacks; callbacks++) {
      const givenUp = await this.quiet();
      if (isOver()) return undefined;
      if (givenUp) return givenUp;
      const next = this.timers.next;
      if (next) {
        this.#jumpTo(next.dueMs);
      } else {
        if (waitedMs >= this.#graceMs) {
          this.#graceMs = GRACE_THE_NEXT_TIME_MS;
          return "nothing can end it";
        }
        const sinceMs = realNow();
        await new Promise((resolve) => realSetTimeout(resolve, 2));
        // A stretch in which this process did not run is no time that the work had.
        waitedMs += Math.min(4, realNow() - sinceMs);
      }
    }
    this.#mostCallbacks = MOST_CALLBACKS_THE_NEXT_TIME;
    return "it polls without end";
  }

  #isDue(): boolean {
    return (this.timers.next?.dueMs ?? Number.POSITIVE_INFINITY) <= this.#nowMs;
  }

  #jumpTo(ms: number): void {
    if (ms > this.#nowMs) this.#callbacksAtThisInstant = 0;
    this.#nowMs = Math.max(ms, this.#nowMs);
  }

  /** Timers that are due go before immediates, as in Node's event loop. */
  #runOne(): void {
    const timer = this.#isDue() ? (this.timers.next as VirtualTimer) : undefined;
    if (timer) this.timers.disarm(timer);
    if (timer?.repeats) this.timers.arm(timer);
    try {
      (timer ?? this.#immediates.take())?.run();
    } catch (error) {
      this.thrown.push(error);
    }
  }
}

/** One turn of the real event loop: every microtask and `nextTick` runs. */
export function turn(): Promise<void> {
  return new Promise((resolve) => realSetImmediate(resolve));
}

/** A stop in real time: for what no virtual clock can see, such as the last rejections of a run. */
export function realPause(ms: number): Promise<void> {
  return new Promise((resolve) => realSetTimeout(resolve, ms));
}
