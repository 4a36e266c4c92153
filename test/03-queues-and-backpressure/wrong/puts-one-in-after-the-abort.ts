// Misconception: A `put` has to be finished, or its item is lost.
// Way out: The item was never in the queue, and "produce no more" holds for it too. Give the signal to `put`: it then takes the item back and rejects.
// Must fail: 03.7 `maxSize` is 5 where it is left out
// Must fail: 03.7 a producer that waits for room gives up: its item is neither handled nor counted
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

  try {
    while (!signal.aborted) {
      await queue.put(produce(produced));
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
