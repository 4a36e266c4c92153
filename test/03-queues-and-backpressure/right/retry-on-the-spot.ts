// A right answer: a worker that failed tries the same item again at once, and takes a fresh one only when that has ended.
// Stands for: priority-retry.ts

export interface RetryReport<T, R> {
  succeeded: { item: T; value: R; attempts: number }[];
  failed: { item: T; error: unknown; attempts: number }[];
}

export async function processWithRetries<T, R>(
  items: Iterable<T>,
  call: (item: T) => Promise<R>,
  { workers = 2, maxAttempts = 5 }: { workers?: number; maxAttempts?: number } = {},
): Promise<RetryReport<T, R>> {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`workers: ${workers}`);
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1) throw new RangeError(`maxAttempts: ${maxAttempts}`);
  const fresh = [...items].values();
  const report: RetryReport<T, R> = { succeeded: [], failed: [] };

  const tryUntilItEnds = async (item: T, attempts = 1): Promise<void> => {
    let value: R;
    try {
      value = await call(item);
    } catch (error) {
      if (attempts < maxAttempts) return tryUntilItEnds(item, attempts + 1);
      report.failed.push({ item, error, attempts });
      return;
    }
    report.succeeded.push({ item, value, attempts });
  };

  const worker = async (): Promise<void> => {
    // The workers share one iterator: each step of it is one worker's.
    for (const item of fresh) await tryUntilItEnds(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return report;
}
