// How cost grows with size: the processor time of one item in a large job beside that in a small
// one. A ratio of this process's own time, the least of several runs, given up early where it is far
// beyond: a busy neighbour slows both jobs, and cannot make a linear one look quadratic.

const usedMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Measures a job while it runs. */
export class Meter {
  #sinceMs = usedMs();

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
}

export interface Job {
  /** How many items it works on. */
  readonly items: number;
  run(meter: Meter): Promise<void>;
}

const SMALL_RUNS = 4;
const LARGE_RUNS = 2;

/**
 * Whether an item of the `large` job costs no more than `times` an item of the `small` one.
 *
 * @param promises An item that costs no more than so many promises made and resolved is cheap, whatever
 * the ratio: where an item is next to nothing, collecting the garbage of many is most of its cost.
 */
export async function staysInProportion(small: Job, large: Job, times: number, promises = 0): Promise<boolean> {
  let smallMs = Number.POSITIVE_INFINITY;
  for (let run = 0; run < SMALL_RUNS; run++) smallMs = Math.min(smallMs, (await measured(small)).spentMs);
  const cheapMs = promises === 0 ? 0 : promises * (await promiseMs());
  const allowedMs = Math.max((smallMs / small.items) * times, cheapMs) * large.items;
  for (let run = 0; run < LARGE_RUNS; run++) {
    if ((await measured(large, allowedMs)).spentMs <= allowedMs) return true;
  }
  return false;
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
