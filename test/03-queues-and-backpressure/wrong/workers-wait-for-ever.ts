// Misconception: One end mark after the last item brings all workers home.
// Way out: The worker that takes the mark goes home, and the others still wait in `get`. Send a mark for each of them, or end their wait with a signal.
// Must fail: 03.6 every item is worked on once
// Must fail: 03.6 the items may come from a Set
// Must fail: 03.6 the items may come from a generator
// Must fail: 03.6 the items may come from an async generator
// Must fail: 03.6 the items may come from an object with an async iterator
// Must fail: 03.6 0, '', null and false are items like any other
// Must fail: 03.6 items that look alike are all worked on
// Must fail: 03.6 an item is handed to work as it came, whatever it is
// Must fail: 03.6 there are never more than `workers` at work
// Must fail: 03.6 as many as possible are at work: 3 workers, and a queue of 5
// Must fail: 03.6 as many as possible are at work: 2 workers, and a queue of 1
// Must fail: 03.6 as many as possible are at work: 5 workers, and a queue of 1
// Must fail: 03.6 as many as possible are at work: 3 workers, and a queue of Infinity
// Must fail: 03.6 `workers` is 3 where it is left out
// Must fail: 03.6 work that rejects costs no worker: as many as possible go on
// Must fail: 03.6 work that throws synchronously costs no worker: as many as possible go on
// Must fail: 03.6 work that rejects with undefined costs no worker: as many as possible go on
// Must fail: 03.6 the workers are named W0, W1, …, and each works on one item at a time
// Must fail: 03.6 the report has a row for each worker, in the order of their names, idle ones too
// Must fail: 03.6 no items: work is never called, and every figure is 0
// Must fail: 03.6 `processed` counts a worker's work that resolved, `failed` that which rejected or threw
// Must fail: 03.6 `averageMs` is each worker's own, and leaves out the time that it waits for an item
// Must fail: 03.6 `averageMs` of a worker that had nothing to do is 0
// Must fail: 03.6 `elapsedMs` counts the wait for the first item, and not what comes after the last work
// Must fail: 03.6 `elapsedMs` is from the call to the end of the last work
// Must fail: 03.6 it resolves when the last work has ended, not before
// Must fail: 03.6 the producer never runs ahead by more than the queue, the workers and one in its hand: iterable
// Must fail: 03.6 the producer never runs ahead by more than the queue, the workers and one in its hand: async iterable
// Must fail: 03.6 an item of a slow source is worked on as soon as it comes
// Must fail: 03.6 an iterator that throws: the items produced so far are finished, then it rejects with that error
// Must fail: 03.6 an async iterator that throws: the items produced so far are finished, then it rejects with that error
// Must fail: 03.6 whatever an iterator throws, the pool rejects with it
// Must fail: 03.6 an iterator that throws at once: it rejects with that error, and work is never called
// Must fail: 03.6 an iterator that throws while work fails: it rejects with the iterator's error
// Must fail: 03.6 two pools at the same time keep apart
// Stands for: worker-pool.ts

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
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`workers must be 1 or more, got ${workers}`);
  const startedMs = performance.now();
  let lastEndMs = startedMs;
  const queue = new AsyncQueue<T | typeof END>({ maxSize });

  const runWorker = async (name: string): Promise<WorkerStats> => {
    const stats: WorkerStats = { name, processed: 0, failed: 0, averageMs: 0 };
    let busyMs = 0;
    while (true) {
      const item = await queue.get();
      if (item === END) return stats;
      const beganMs = performance.now();
      try {
        await work(item, name);
        stats.processed += 1;
      } catch {
        stats.failed += 1;
      } finally {
        lastEndMs = performance.now();
        busyMs += lastEndMs - beganMs;
        stats.averageMs = busyMs / (stats.processed + stats.failed);
      }
    }
  };
  const running = Array.from({ length: workers }, (_, index) => runWorker(`W${index}`));

  try {
    for await (const item of items) await queue.put(item);
  } finally {
    await queue.put(END);
    await Promise.all(running);
  }
  return { workers: await Promise.all(running), elapsedMs: lastEndMs - startedMs };
}
