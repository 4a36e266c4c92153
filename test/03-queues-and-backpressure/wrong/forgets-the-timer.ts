// Misconception: `Promise.race` between the interval and the abort ends the wait, and with it the interval.
// Way out: The loser of a race runs on: the timer keeps the process alive until it fires. Clear it when the abort wins.
// Must fail: 03.7 no abort listener and no timer is left when an abort during an interval has ended it
// Stands for: graceful-shutdown.ts

import { AsyncQueue } from "./async-queue.ts";

export interface PipelineOptions<T> {
  produce: (index: number) => T;
  handle: (item: T) => Promise<void>;
  signal: AbortSignal;
  intervalMs?: number;
  workers?: number;
  maxSize?: number;
}

export async function runUntilShutdown<T>(options: PipelineOptions<T>): Promise<{ produced: number; handled: number }> {
  const { produce, handle, signal, intervalMs = 300, workers = 2, maxSize = 5 } = options;
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`workers must be 1 or more, got ${workers}`);
  const queue = new AsyncQueue<T>({ maxSize });
  const drained = new AbortController();
  let produced = 0;
  let handled = 0;

  const runWorker = async (): Promise<void> => {
    while (true) {
      let item: T;
      try {
        item = await queue.get({ signal: drained.signal });
      } catch {
        return;
      }
      try {
        await handle(item);
      } catch {
        // Counted all the same.
      }
      handled += 1;
      queue.taskDone();
    }
  };
  const running = Array.from({ length: workers }, () => runWorker());

  try {
    while (!signal.aborted) {
      await queue.put(produce(produced), { signal });
      produced += 1;
      let stop = (): void => {};
      const interval = new Promise<void>((resolve) => setTimeout(resolve, intervalMs));
      const aborted = new Promise<void>((resolve) => {
        stop = resolve;
      });
      signal.addEventListener("abort", stop);
      await Promise.race([interval, aborted]);
      signal.removeEventListener("abort", stop);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await queue.join();
    drained.abort();
    await Promise.all(running);
  }
  return { produced, handled };
}
