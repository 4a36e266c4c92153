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

const SMALL_RUNS = 6;
const LARGE_RUNS = 2;

/** Whether an item of the `large` job costs no more than `times` an item of the `small` one. */
export async function staysInProportion(small: Job, large: Job, times: number): Promise<boolean> {
  let smallMs = Number.POSITIVE_INFINITY;
  for (let run = 0; run < SMALL_RUNS; run++) smallMs = Math.min(smallMs, (await measured(small)).spentMs);
  const allowedMs = (smallMs / small.items) * large.items * times;
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
