// Misconception: When the producer has stopped and the queue is empty, all is over.
// Way out: The workers may still hold an item each. `join` resolves when they are done with them, if `taskDone` is called after `handle`.
// Must fail: 03.7 `maxSize` is 5 where it is left out
// Must fail: 03.7 after the abort, everything that was queued is handled
// Must fail: 03.7 an abort while items are handled: they are finished before it resolves
// Must fail: 03.7 a producer that waits for room gives up: its item is neither handled nor counted
// Must fail: 03.7 an abort just before room comes: what was produced is still what was handled
// Must fail: 03.7 an abort just after room comes: what was produced is still what was handled
// Must fail: 03.7 an abort a turn after room comes: what was produced is still what was handled
// Must fail: 03.7 a handle that aborts: what was queued is handled, and no more is produced
// Must fail: 03.7 a handle that rejects counts as handled, and the pipeline goes on
// Must fail: 03.7 a handle that throws synchronously counts as handled, and the pipeline goes on
// Must fail: 03.7 a `produce` that throws: what was queued is handled, then it rejects with that error
// Must fail: 03.7 an abort while the rest is handled after `produce` threw: it still rejects with that error
// Must fail: 03.7 no abort listener and no timer is left when an abort has ended it while the producer waited for room
// Must fail: 03.7 a `maxSize` of Infinity is fine: the producer never waits for room
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
      handled += 1;
      queue.taskDone();
      try {
        await handle(item);
      } catch {
        // Counted all the same.
      }
    }
  };
  for (let index = 0; index < workers; index++) runWorker();

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
  }
  return { produced, handled };
}
