// The scene of tasks 03.6 to 03.8: sources that count what is taken from them, and work that keeps
// a diary.

import { claim, rejectedWithA, same } from "../support/claims.ts";
import { type Call, call, happens, note, settled } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { show } from "../support/words.ts";

/** What one call does: how long it takes, and how it ends. */
export interface Job {
  /** 0 is one turn of the event loop, and costs no virtual time. */
  takesMs?: number;
  returns?: unknown;
  rejectsWith?: unknown;
  throws?: unknown;
}

export interface Entry<T> {
  readonly item: T;
  /** What the call was given beside the item: in 03.6 the worker's name. */
  readonly worker: unknown;
  readonly begunAtMs: number;
  endedAtMs?: number;
  hasFailed?: boolean;
}

/** Work that writes down when each call began and ended. `jobOf` is told the how manyth call of that item it is. */
export class Diary<T> {
  /** In the order in which they began. */
  readonly calls: Entry<T>[] = [];
  /** In the order in which they ended. */
  readonly ends: Entry<T>[] = [];
  mostAtWork = 0;

  constructor(
    readonly jobOf: (item: T, call: number) => Job = () => ({}),
    readonly name = "work",
  ) {}

  get items(): T[] {
    return this.calls.map((entry) => entry.item);
  }

  get atWork(): number {
    return this.calls.length - this.ends.length;
  }

  get lastEndMs(): number {
    return this.ends.at(-1)?.endedAtMs ?? 0;
  }

  callsOf(item: T): Entry<T>[] {
    return this.calls.filter((entry) => Object.is(entry.item, item));
  }

  /** When the work on each of `items` first began; NaN where it never did. */
  begunAtMs(items: readonly T[]): number[] {
    return items.map((item) => this.callsOf(item)[0]?.begunAtMs ?? Number.NaN);
  }

  readonly work = <R>(item: T, worker?: unknown): Promise<R> => {
    const entry: Entry<T> = { item, worker, begunAtMs: clock.nowMs };
    this.calls.push(entry);
    this.mostAtWork = Math.max(this.mostAtWork, this.atWork);
    this.#note(entry, "begins");
    const job = this.jobOf(item, this.callsOf(item).length);
    if (!("throws" in job)) return this.#finish(entry, job) as Promise<R>;
    this.#end(entry, true, `throws ${show(job.throws)}`);
    throw job.throws;
  };

  async #finish(entry: Entry<T>, job: Job): Promise<unknown> {
    await delay(job.takesMs ?? 0);
    if ("rejectsWith" in job) {
      this.#end(entry, true, `rejects with ${show(job.rejectsWith)}`);
      throw job.rejectsWith;
    }
    this.#end(entry, false, "ends");
    return job.returns;
  }

  #end(entry: Entry<T>, hasFailed: boolean, what: string): void {
    entry.endedAtMs = clock.nowMs;
    entry.hasFailed = hasFailed;
    this.ends.push(entry);
    this.#note(entry, what);
  }

  #note({ item, worker }: Entry<T>, what: string): void {
    if (typeof worker === "string") note(worker, `${show(item)} ${what}`);
    else note(`${this.name}(${show(item)})`, what);
  }
}

interface SourceScript {
  /** How long the async source takes for each item; 0 is one turn of the event loop. */
  everyMs?: number;
  /** How long it takes, after the last item, to say that there is no more. */
  endsAfterMs?: number;
  /** What it throws after the last item. */
  throws?: unknown;
}

/** Items that are made when they are asked for, and counted. */
export class Source<T> {
  taken = 0;
  /** The most items that were taken and whose work had not ended. */
  mostAhead = 0;
  /** How many were taken before the first work began. */
  takenBeforeWork = 0;

  constructor(
    readonly items: readonly T[],
    readonly script: SourceScript = {},
    readonly diary?: Diary<T>,
  ) {}

  *atOnce(): Generator<T, void, undefined> {
    for (const item of this.items) yield this.#take(item);
    this.#end();
  }

  async *inTime(): AsyncGenerator<T, void, undefined> {
    for (const item of this.items) {
      await delay(this.script.everyMs ?? 0);
      yield this.#take(item);
    }
    await delay(this.script.endsAfterMs ?? 0);
    this.#end();
  }

  #take(item: T): T {
    this.taken += 1;
    if (this.diary?.calls.length === 0) this.takenBeforeWork += 1;
    this.mostAhead = Math.max(this.mostAhead, this.taken - (this.diary?.ends.length ?? 0));
    note("source", `gives ${show(item)}`);
    return item;
  }

  #end(): void {
    if (!("throws" in this.script)) return;
    note("source", `throws ${show(this.script.throws)}`);
    throw this.script.throws;
  }
}

/** When each job begins where `workers` take them first come, first served. */
export function firstComeFirstServed(takesMs: readonly number[], workers: number): number[] {
  const freeAtMs = new Array<number>(workers).fill(0);
  return takesMs.map((ms) => {
    const beginsAtMs = Math.min(...freeAtMs);
    freeAtMs[freeAtMs.indexOf(beginsAtMs)] = beginsAtMs + ms;
    return beginsAtMs;
  });
}

/** When each job begins where `workers` at a time begin together, and wait for the slowest of them. */
export function chunkAfterChunk(takesMs: readonly number[], workers: number): number[] {
  let beginsAtMs = 0;
  return takesMs.map((_ms, index) => {
    if (index > 0 && index % workers === 0) beginsAtMs += Math.max(...takesMs.slice(index - workers, index));
    return beginsAtMs;
  });
}

/** `run` settles, in whatever way; where it never can, that is the failure. */
export async function ends(run: Call<unknown>, misconception?: string): Promise<void> {
  await happens(`the end of ${run.label}`, () => run.isSettled, { about: run.about, misconception });
}

/** What is no positive integer. */
const NO_NUMBERS_OF_WORKERS = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY];

/**
 * Every value of `option` that is no positive integer is refused with a `RangeError`. `make` makes the
 * call; `touched` tells what was read or called by then, which should be nothing.
 */
export async function refusesNonsense(
  option: string,
  name: string,
  make: (options: Record<string, number>) => unknown,
  touched: () => Record<string, number>,
  values: readonly number[] = NO_NUMBERS_OF_WORKERS,
): Promise<void> {
  for (const value of values) {
    const label = `${name}(… ${option}: ${value})`;
    const refused = call(label, () => make({ [option]: value }));
    await settled(refused);
    rejectedWithA(RangeError, refused, `${name}(…) with ${option}: ${value}`);
    const seen = touched();
    const nothing = Object.fromEntries(Object.keys(seen).map((what) => [what, 0]));
    same(seen, nothing, `${name}(…) with ${option}: ${value}: what was read or called all the same`);
  }
}

/** The fields of `value` that the contract names; a report may have more. */
export function fieldsOf<K extends string>(value: unknown, names: readonly K[], did: string): Record<K, unknown> {
  claim(typeof value === "object" && value !== null, `${did}: expected { ${names.join(", ")} }, got ${show(value)}`);
  return Object.fromEntries(names.map((name) => [name, (value as Record<K, unknown>)[name]])) as Record<K, unknown>;
}

/** The rows of a report, each with the fields that the contract names. */
export function rowsOf<K extends string>(rows: unknown, names: readonly K[], did: string): Record<K, unknown>[] {
  claim(Array.isArray(rows), `${did}: expected an array, got ${show(rows)}`);
  return (rows as unknown[]).map((row) => fieldsOf(row, names, did));
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => (ms === 0 ? setImmediate(resolve) : setTimeout(resolve, ms)));
}
