// How cost grows with size: the processor time of one item in a large job beside that in a small
// one. A ratio of this process's own time, the least of several runs, given up early where it is far
// beyond: a busy neighbour slows both jobs, and cannot make a linear one look quadratic.

const usedMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Work of a known length. It may stop early, and should, once `isTooMuch()`. */
export type Job = (isTooMuch: () => boolean) => Promise<void>;

export interface Growth {
  readonly small: { readonly length: number; readonly job: Job };
  readonly large: { readonly length: number; readonly job: Job };
  /** How many times the cost of an item in the small job an item of the large one may cost. */
  readonly times: number;
}

const SMALL_RUNS = 6;
const LARGE_RUNS = 3;

/** Whether an item of the large job costs no more than `times` an item of the small one. */
export async function staysInProportion({ small, large, times }: Growth): Promise<boolean> {
  let smallMs = Number.POSITIVE_INFINITY;
  for (let run = 0; run < SMALL_RUNS; run++) {
    const sinceMs = usedMs();
    await small.job(() => false);
    smallMs = Math.min(smallMs, usedMs() - sinceMs);
  }
  const allowedMs = (smallMs / small.length) * large.length * times;
  for (let run = 0; run < LARGE_RUNS; run++) {
    const sinceMs = usedMs();
    await large.job(() => usedMs() - sinceMs > allowedMs);
    if (usedMs() - sinceMs <= allowedMs) return true;
  }
  return false;
}
