// A right answer: an end mark for each worker, and a turn of the event loop before each item.
// Stands for: worker-pool.ts

import { setImmediate as turn } from "node:timers/promises";
import { AsyncQueue } from "./async-queue.ts";

export interface WorkerStats {
  name: string;
  processed: number;
  failed: number;
  averageMs: number;
}

export interface PoolReport {
  workers: WorkerStats[];
  elapsedMs: number;
}

const END = Symbol("end");

export async function runWorkerPool<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T, worker: string) => Promise<void>,
  { workers = 3, maxSize = 5 }: { workers?: number; maxSize?: number } = {},
): Promise<PoolReport> {
  if (!Number.isSafeInteger(workers) || workers <= 0) throw new RangeError(`workers: ${workers}`);
  const queue = new AsyncQueue<{ item: T } | typeof END>({ maxSize });
  const beganMs = performance.now();
  let endedMs = beganMs;

  async function worker(name: string): Promise<WorkerStats> {
    const tookMs: number[] = [];
    let failed = 0;
    for (;;) {
      await turn();
      const taken = await queue.get();
      if (taken === END) break;
      const sinceMs = performance.now();
      try {
        await work(taken.item, name);
      } catch {
        failed += 1;
      }
      endedMs = performance.now();
      tookMs.push(endedMs - sinceMs);
    }
    const averageMs = tookMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, tookMs.length);
    return { name, processed: tookMs.length - failed, failed, averageMs };
  }

  const crew = Promise.all(Array.from({ length: workers }, (_, n) => worker(`W${n}`)));
  try {
    for await (const item of items) await queue.put({ item });
  } finally {
    for (let n = 0; n < workers; n++) await queue.put(END);
    await crew;
  }
  return { workers: await crew, elapsedMs: endedMs - beganMs };
}
