// Misconception: `maxAttempts` is how often a failed item is tried again.
// Way out: The first call is one of them. Compare the calls that were made with `maxAttempts` when the call has failed.
// Must fail: 03.8 an item is given up after `maxAttempts` calls, and is in `failed`
// Must fail: 03.8 `maxAttempts` is 5 where it is left out
// Must fail: 03.8 `attempts` counts the calls, the last one too
// Must fail: 03.8 `error` is the error of the last call
// Must fail: 03.8 it resolves when the last item has succeeded or was given up, not before
// Must fail: 03.8 0, '', null and false are items, values and errors like any other
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
        if (attempts <= maxAttempts) await queue.put({ item, attempts });
        else report.failed.push({ item, error, attempts });
      }
      queue.taskDone();
    }
  };
  const running = Array.from({ length: workers }, () => runWorker());
  await queue.join();
  done.abort();
  await Promise.all(running);
  return report;
}
