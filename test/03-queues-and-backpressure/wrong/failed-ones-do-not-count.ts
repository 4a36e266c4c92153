// Misconception: Handled means handled with success.
// Way out: Then a failure looks like a lost item. Count when `handle` has ended, however it ended.
// Must fail: 03.7 a handle that rejects counts as handled, and the pipeline goes on
// Must fail: 03.7 a handle that throws synchronously counts as handled, and the pipeline goes on
// Stands for: graceful-shutdown.ts

import { setTimeout as sleep } from "node:timers/promises";
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
        handled += 1;
      } catch {
        // It failed.
      }
      queue.taskDone();
    }
  };
  const running = Array.from({ length: workers }, () => runWorker());

  try {
    while (!signal.aborted) {
      await queue.put(produce(produced), { signal });
      produced += 1;
      await sleep(intervalMs, undefined, { signal });
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
