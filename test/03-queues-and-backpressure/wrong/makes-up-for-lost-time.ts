// Misconception: Item number n is due at n times the interval, so one that comes late is followed by the next ones at once.
// Way out: After a full queue that is a burst, which fills it again. Begin the wait for the next item when the last one is in.
// Must fail: 03.7 an item that waited for room is followed by the next `intervalMs` after it went in
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
      } catch {
        // Counted all the same.
      }
      handled += 1;
      queue.taskDone();
    }
  };
  const running = Array.from({ length: workers }, () => runWorker());

  const startedMs = performance.now();
  try {
    while (!signal.aborted) {
      await queue.put(produce(produced), { signal });
      produced += 1;
      const dueMs = startedMs + produced * intervalMs;
      const leftMs = dueMs - performance.now();
      if (leftMs > 0) await sleep(leftMs, undefined, { signal });
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
