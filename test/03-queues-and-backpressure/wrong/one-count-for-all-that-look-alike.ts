// Misconception: A `Map` from the item to its number of calls keeps the count.
// Way out: Two items can be equal, and then they share one count. Let the count travel with the entry in the queue.
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
  const calls = new Map<T, number>();

  const runWorker = async (): Promise<void> => {
    while (true) {
      let job: Job<T>;
      try {
        job = await queue.get({ signal: done.signal });
      } catch {
        return;
      }
      const { item } = job;
      const attempts = (calls.get(item) ?? 0) + 1;
      calls.set(item, attempts);
      try {
        const value = await call(item);
        report.succeeded.push({ item, value, attempts });
      } catch (error) {
        if (attempts < maxAttempts) await queue.put({ item, attempts });
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
