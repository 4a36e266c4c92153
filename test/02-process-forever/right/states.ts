// A right answer: a class with named states, one step from each to the next.

import { setTimeout as sleep } from "node:timers/promises";

export interface BatchSource<T> {
  receiveBatch(batchSize: number): Promise<T[]>;
}

export type MessageHandler<T> = (message: T) => void | Promise<void>;

export interface Logger {
  info(text: string): void;
  error(text: string): void;
}

export interface ProcessOptions<T> {
  signal: AbortSignal;
  batchSize?: number;
  pollIntervalMs?: number;
  onError?: (error: unknown, message: T) => void;
  maxMessages?: number;
  logger?: Logger;
}

export interface ProcessStats {
  processed: number;
  failed: number;
  averageMs: number;
}

type State<T> = { name: "receiving" } | { name: "working"; batch: T[] } | { name: "waiting" } | { name: "stopped" };

class Run<T> {
  state: State<T> = { name: "receiving" };
  processed = 0;
  failed = 0;
  busyMs = 0;

  constructor(
    readonly source: BatchSource<T>,
    readonly handler: MessageHandler<T>,
    readonly options: ProcessOptions<T>,
  ) {}

  get calls(): number {
    return this.processed + this.failed;
  }

  get left(): number {
    return (this.options.maxMessages ?? Number.POSITIVE_INFINITY) - this.calls;
  }

  get logger(): Logger {
    return this.options.logger ?? console;
  }

  async untilStopped(): Promise<ProcessStats> {
    try {
      while (this.state.name !== "stopped") this.state = await this.next(this.state);
    } finally {
      this.logger.info(`Stopped after ${this.calls} messages`);
    }
    const { processed, failed, calls, busyMs } = this;
    return { processed, failed, averageMs: busyMs / Math.max(calls, 1) };
  }

  async next(state: State<T>): Promise<State<T>> {
    switch (state.name) {
      case "receiving": {
        if (this.options.signal.aborted || this.left <= 0) return { name: "stopped" };
        const batch = await this.source.receiveBatch(Math.min(this.options.batchSize ?? 5, this.left));
        return batch.length === 0 ? { name: "waiting" } : { name: "working", batch };
      }
      case "working":
        await Promise.all(state.batch.map((message) => this.work(message)));
        return { name: "receiving" };
      case "waiting": {
        const { pollIntervalMs = 1000, signal } = this.options;
        return sleep(pollIntervalMs, undefined, { signal }).then(
          () => ({ name: "receiving" }),
          () => ({ name: "stopped" }),
        );
      }
      case "stopped":
        return state;
    }
  }

  async work(message: T): Promise<void> {
    const startedMs = Date.now();
    try {
      await this.handler(message);
      this.processed += 1;
    } catch (error) {
      this.failed += 1;
      this.logger.error(`Failed: ${String(error)}`);
      this.options.onError?.(error, message);
    } finally {
      this.busyMs += Date.now() - startedMs;
    }
  }
}

export function processForever<T>(
  source: BatchSource<T>,
  handler: MessageHandler<T>,
  options: ProcessOptions<T>,
): Promise<ProcessStats> {
  return new Run(source, handler, options).untilStopped();
}
