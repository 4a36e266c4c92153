// Lesson: lessons/02-process-forever.md      Check: npm run check 02
//
// A worker's loop looks like five lines. The other fifty are what it does when there is no work,
// when a message is bad, and when somebody wants it to stop. Write them.

/** Where the messages come from: any object with this method will do. */
export interface BatchSource<T> {
  /** Takes at most `batchSize` messages out of the source; `[]` when none waits. */
  receiveBatch(batchSize: number): Promise<T[]>;
}

/** Does the work for one message. It fails by throwing or by rejecting. */
export type MessageHandler<T> = (message: T) => void | Promise<void>;

/** The part of `console` that the loop writes to. */
export interface Logger {
  info(text: string): void;
  error(text: string): void;
}

export interface ProcessOptions<T> {
  /** Stops the loop: it starts no new receive, finishes what it holds, and resolves. */
  signal: AbortSignal;

  /**
   * How many messages to ask the source for at a time.
   *
   * @default 5
   */
  batchSize?: number;

  /**
   * How long to wait after an empty batch before asking again, in milliseconds. The clock starts
   * when the empty batch has come; an abort ends the wait at once.
   *
   * @default 1000
   */
  pollIntervalMs?: number;

  /** Called once for each message whose handler failed, with what it threw. */
  onError?: (error: unknown, message: T) => void;

  /**
   * Stretch: stop after that many messages, failed ones counted.
   *
   * @default no limit
   */
  maxMessages?: number;

  /**
   * Stretch: gets one `error` for each failed message, and one `info` when the loop ends.
   *
   * @default console
   */
  logger?: Logger;
}

/** Stretch: what a run has done. */
export interface ProcessStats {
  /** How many handler calls succeeded. */
  processed: number;

  /** How many handler calls failed. */
  failed: number;

  /** The mean duration of a handler call, failed ones too, in milliseconds; 0 if there was none. */
  averageMs: number;
}

/**
 * Receives batches from `source` and calls `handler` for each message, all of a batch at the same
 * time, until `options.signal` aborts.
 *
 * The next batch is asked for when every handler of the last one has settled. A failed message
 * stops neither its batch nor the loop.
 *
 * @returns Resolves when the loop has stopped and no handler is running any more: an abort is how
 * this loop ends, not an error.
 * @throws Whatever `source.receiveBatch` rejects with, also after an abort.
 */
export async function processForever<T>(
  source: BatchSource<T>,
  handler: MessageHandler<T>,
  options: ProcessOptions<T>,
): Promise<ProcessStats> {
  // TODO 02.3: "Forever" has an end. Who decides it, and what must not be cut off by it?

  // TODO 02.1: Five messages, and each handler takes a second. How long may the batch take?

  // TODO 02.2: No message came. Asking again at once would ask thousands of times a second.

  // TODO 02.4: One handler of the batch throws. What do the others do, and who is told?

  throw new Error("Not written yet: processForever");
}
