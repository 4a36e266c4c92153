// Misconception: When the queue is empty, everything has been tried.
// Way out: An item that is being called is not in the queue, and may come back. Ask `join`, which knows of it until its `taskDone`.
// Must fail: 03.8 every item is called, and what its call resolved to is in `succeeded`
// Must fail: 03.8 there are never more than `workers` at work with retries, and no failure costs a worker
// Must fail: 03.8 an item is given up after `maxAttempts` calls, and is in `failed`
// Must fail: 03.8 an item that succeeds at its last try is not given up
// Must fail: 03.8 `maxAttempts` is 5 where it is left out
// Must fail: 03.8 it resolves when the last item has succeeded or was given up, not before
// Must fail: 03.8 a call that runs while the queue is empty may still fail, and is tried again
// Must fail: 03.8 items that look alike are counted apart
// Stands for: priority-retry.ts

import { PriorityQueue } from "./ordered-queues.ts";

export interface RetryReport<T, R> {
  succeeded: { item: T; value: R; attempts: number }[];
  failed: { item: T; error: unknown; attempts: number }[];
}

interface Job<T> {
  item: T;
  attempts: number;
}

export async function processWithRetries<T, R>(
  items: Iterable<T>,
  call: (item: T) => Promise<R>,
  { workers = 2, maxAttempts = 5 }: { workers?: number; maxAttempts?: number } = {},
): Promise<RetryReport<T, R>> {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`workers must be 1 or more, got ${workers}`);
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1) {
    throw new RangeError(`maxAttempts must be 1 or more, got ${maxAttempts}`);
  }
  const report: RetryReport<T, R> = { succeeded: [], failed: [] };
  const queue = new PriorityQueue<Job<T>>({ compare: (a, b) => b.attempts - a.attempts });
  for (const item of items) await queue.put({ item, attempts: 0 });
  const done = new AbortController();

  let finished = (): void => {};
  const empty = new Promise<void>((resolve) => {
    finished = resolve;
  });
  if (queue.size === 0) finished();

  const runWorker = async (): Promise<void> => {
    while (true) {
      let job: Job<T>;
      try {
        job = await queue.get({ signal: done.signal });
      } catch {
        return;
      }
      const { item } = job;
      const attempts = job.attempts + 1;
      try {
        const value = await call(item);
        report.succeeded.push({ item, value, attempts });
      } catch (error) {
        if (attempts < maxAttempts) await queue.put({ item, attempts });
        else report.failed.push({ item, error, attempts });
      }
      if (queue.size === 0) finished();
    }
  };
  for (let index = 0; index < workers; index++) runWorker();
  await empty;
  done.abort();
  return report;
}
