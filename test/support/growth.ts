// How cost grows with size: the processor time of one item in a large job beside that in a small
// one. A ratio of this process's own time, the least of several runs, given up early where it is far
// beyond: a busy neighbour slows both jobs, and cannot make a linear one look quadratic.

import { touchedBy } from "./moved.ts";
import { turn } from "./virtual-time/clock.ts";

const usedMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const LOOKS_EVERY = 64;
const TURNS_EVERY_MS = 40;

/** Measures a job while it runs. */
export class Meter {
  #sinceMs = usedMs();
  #turnedAtMs = 0;

  constructor(readonly allowedMs: number = Number.POSITIVE_INFINITY) {}

  /** From here on it counts: what was prepared before does not. */
  begin(): void {
    this.#sinceMs = usedMs();
  }

  get spentMs(): number {
    return usedMs() - this.#sinceMs;
  }

  /** A job may stop here, and should: its verdict is known. */
  isTooMuch(): boolean {
    return this.spentMs > this.allowedMs;
  }

  /** The same for a loop to ask after each item. Now and then the event loop turns: a long loop is no endless one. */
  async isTooMuchAfter(item: number): Promise<boolean> {
    if (item % LOOKS_EVERY !== 0) return false;
    const spentMs = this.spentMs;
    if (spentMs - this.#turnedAtMs > TURNS_EVERY_MS) {
      this.#turnedAtMs = spentMs;
      await turn();
    }
    return spentMs > this.allowedMs;
  }
}

export interface Job {
  /** How many items it works on. */
  readonly items: number;
  run(meter: Meter): Promise<void>;
}

const SMALL_RUNS = 6;
const LARGE_RUNS = 2;
/** No job is given longer: one that needs it has shown how it grows. */
const LONGEST_MS = 1_800;

/** Whether an item of the `large` job costs no more than `times` an item of the `small` one. */
export async function staysInProportion(small: Job, large: Job, times: number): Promise<boolean> {
  return isWithin(small, large, times, 0);
}

async function isWithin(small: Job, large: Job, times: number, cheapMs: number): Promise<boolean> {
  let smallMs = Number.POSITIVE_INFINITY;
  for (let run = 0; run < SMALL_RUNS; run++) smallMs = Math.min(smallMs, (await measured(small)).spentMs);
  const allowedMs = Math.min(Math.max((smallMs / small.items) * times, cheapMs) * large.items, LONGEST_MS);
  for (let run = 0; run < LARGE_RUNS; run++) {
    if ((await measured(large, allowedMs)).spentMs <= allowedMs) return true;
  }
  return false;
}

const COUNTED = 4_000;
/** Half of the others is 2,000; what is copied now and then, as a ring buffer grows, is a few. */
const MOST_TOUCHED = 250;
const SMALL = 2_000;
const TIMES = 6;
/** An item that costs less than so many promises is cheap: what it costs is the garbage of the others. */
const CHEAP_IN_PROMISES = 150;

/**
 * What shows that an item costs more, the more there are; null where nothing does. What arrays move is
 * counted. Loops of one's own are measured, with so much room that no busy machine makes a linear one fail.
 *
 * @param largest How many items the largest job has.
 */
export async function growthOf(job: (items: number) => Job, largest = 64_000): Promise<string | null> {
  const touched = (await touchedBy(() => job(COUNTED).run(new Meter()))) / COUNTED;
  const others = Math.round(touched).toLocaleString("en");
  if (touched > MOST_TOUCHED)
    return `with ${COUNTED.toLocaleString("en")} of them, each moves or looks at ${others} others`;
  const cheapMs = CHEAP_IN_PROMISES * (await promiseMs());
  if (await isWithin(job(SMALL), job(largest), TIMES, cheapMs)) return null;
  return `with ${largest.toLocaleString("en")} of them, each costs more than ${TIMES} times what it costs with ${SMALL.toLocaleString("en")}`;
}

async function measured(job: Job, allowedMs?: number): Promise<{ spentMs: number }> {
  const meter = new Meter(allowedMs);
  await job.run(meter);
  return { spentMs: meter.spentMs };
}

const PROMISES = 2000;
const PROMISE_RUNS = 6;

/** What a promise costs on this machine now, made, resolved and waited for. */
async function promiseMs(): Promise<number> {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let run = 0; run < PROMISE_RUNS; run++) {
    const meter = new Meter();
    for (let made = 0; made < PROMISES; made++) await new Promise<void>((resolve) => resolve());
    leastMs = Math.min(leastMs, meter.spentMs);
  }
  return leastMs / PROMISES;
}
