// A right answer: numbers as priorities, an end mark that comes last of all, and a turn of the event loop before each call.
// Stands for: priority-retry.ts

import { PriorityQueue } from "./ordered-queues.ts";

export interface RetryReport<T, R> {
  succeeded: { item: T; value: R; attempts: number }[];
  failed: { item: T; error: unknown; attempts: number }[];
}

type Entry<T> = { priority: number; attempts: number; item: T } | { priority: number; isEnd: true };

export async function processWithRetries<T, R>(
  items: Iterable<T>,
  call: (item: T) => Promise<R>,
  { workers = 2, maxAttempts = 5 }: { workers?: number; maxAttempts?: number } = {},
): Promise<RetryReport<T, R>> {
  if (workers < 1 || !Number.isInteger(workers)) throw new RangeError(`workers: ${workers}`);
  if (maxAttempts < 1 || !Number.isInteger(maxAttempts)) throw new RangeError(`maxAttempts: ${maxAttempts}`);
  const queue = new PriorityQueue<Entry<T>>({ compare: (a, b) => a.priority - b.priority });
  const report: RetryReport<T, R> = { succeeded: [], failed: [] };
  let left = 0;
  for (const item of items) {
    left += 1;
    await queue.put({ priority: maxAttempts, attempts: 0, item });
  }
  const sendHome = async (): Promise<void> => {
    for (let n = 0; n < workers; n++) await queue.put({ priority: Infinity, isEnd: true });
  };
  if (left === 0) await sendHome();

  const worker = async (): Promise<void> => {
    for (;;) {
      const entry = await queue.get();
      if ("isEnd" in entry) return;
      await new Promise((resolve) => setImmediate(resolve));
      const { item, priority } = entry;
      const attempts = entry.attempts + 1;
      try {
        const value = await call(item);
        report.succeeded.push({ item, value, attempts });
      } catch (error) {
        if (attempts < maxAttempts) {
          await queue.put({ item, attempts, priority: priority - 1 });
          continue;
        }
        report.failed.push({ item, error, attempts });
      }
      left -= 1;
      if (left === 0) await sendHome();
    }
  };
  await Promise.all(Array.from({ length: workers }, () => worker()));
  return report;
}
