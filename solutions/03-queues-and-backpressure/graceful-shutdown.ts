// Lesson: lessons/03-queues-and-backpressure.md      Check: npm run check 03 -- --solution
//
// One idea: two signals. The caller's stops the producer, and nothing else. The workers have one of
// their own, which is sent when everything that was queued is handled.

import { setTimeout as sleep } from "node:timers/promises";
import { AsyncQueue } from "./async-queue.ts";

export interface PipelineOptions<T> {
  /** Makes item number `index`, counted from 0. */
  produce: (index: number) => T;

  /** Does the work for one item. One that rejects or throws counts as handled. */
  handle: (item: T) => Promise<void>;

  /** Stops the producer; what was queued by then is still handled. */
  signal: AbortSignal;

  /**
   * How long the producer waits between two items, in milliseconds. The clock starts when an item is
   * in the queue.
   *
   * @default 300
   */
  intervalMs?: number;

  /**
   * How many items are handled at the same time, at most.
   *
   * @default 2
   */
  workers?: number;

  /**
   * How many items wait for a worker, at most; may be `Infinity`. The producer waits where it is
   * reached.
   *
   * @default 5
   */
  maxSize?: number;
}

/**
 * Produces an item at once and one every `intervalMs`, and has them handled by `workers` workers,
 * until `options.signal` aborts.
 *
 * Then it produces no more, and handles what was queued. An item that was still waiting for room is
 * given up, and not counted.
 *
 * @returns Resolves when nothing is left to handle, with `produced === handled`: an abort is how the
 * pipeline ends, not an error.
 * @throws {RangeError} Unless `workers` and `maxSize` are whole numbers from 1 up (`maxSize` may be
 * `Infinity`). Then nothing is called.
 * @throws What `produce` throws, once everything that was queued is handled.
 */
export async function runUntilShutdown<T>(options: PipelineOptions<T>): Promise<{ produced: number; handled: number }> {
  const { produce, handle, signal, intervalMs = 300, workers = 2, maxSize = 5 } = options;
  if (!Number.isInteger(workers) || workers < 1) {
    throw new RangeError(`Expected \`workers\` to be a whole number from 1 up, got ${workers}`);
  }
  const queue = new AsyncQueue<T>({ maxSize });
  const report = { produced: 0, handled: 0 };
  const drained = new AbortController();

  /** Handles item after item. It ends in one way only: the `get` that waits is aborted. */
  const runWorker = async (): Promise<never> => {
    for (;;) {
      const item = await queue.get({ signal: drained.signal });
      try {
        await handle(item);
      } catch {
        // A failure is the handler's to report: for the shutdown it matters only that it is over.
      }
      report.handled += 1;
      queue.taskDone();
    }
  };
  const running = Promise.allSettled(Array.from({ length: workers }, runWorker));

  try {
    while (!signal.aborted) {
      await queue.put(produce(report.produced), { signal });
      report.produced += 1;
      await sleep(intervalMs, undefined, { signal });
    }
  } catch (error) {
    // The wait for room and the wait for the next item end here when the signal aborts: no errors.
    if (!signal.aborted) throw error;
  } finally {
    await queue.join();
    drained.abort();
    await running;
  }
  return report;
}
