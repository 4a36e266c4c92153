// Lesson: lessons/06-message-service.md      Check: npm run check 06
//
// Ten workers and one loop in front of Amazon SQS. Nobody waits for the slowest, nothing is deleted
// before it is done, and what fails comes back.

import type { Message, SQSClient } from "@aws-sdk/client-sqs";

export interface ProcessorOptions {
  /** The client for all requests. It stays open at the end of the run. */
  sqs: SQSClient;

  /** The queue whose messages are worked on. */
  queueUrl: string;

  /**
   * Does the work for one message. It fails by throwing or by rejecting. SQS delivers a message at
   * least once, so it has to bear the same message twice.
   */
  handler: (message: Message) => Promise<void>;

  /** Stops the run: it receives no more, finishes and deletes what it holds, and resolves. */
  signal: AbortSignal;

  /**
   * How many handlers run at the same time, at most.
   *
   * @default 10
   */
  maxWorkers?: number;

  /**
   * How long a receive waits at SQS for a message to come, in seconds, 20 at most. 0: not at all.
   *
   * @default 20
   */
  waitTimeSeconds?: number;

  /**
   * Called with what went wrong, and with the message where it is about one: a handler that failed,
   * a delete that was given up, a heartbeat that failed. What it throws is dropped.
   */
  onError?: (error: unknown, message?: Message) => void;
}

/** What a run has done. */
export interface ProcessorReport {
  /** How many handler calls succeeded. */
  processed: number;

  /** How many handler calls failed. */
  failed: number;

  /** How many deletes SQS has confirmed. Fewer than `processed`: those messages come again. */
  deleted: number;
}

/**
 * Receives messages from a queue in SQS, calls `handler` for each, and deletes those it succeeded
 * for, until `options.signal` aborts.
 *
 * It asks for as many messages as there are free workers. A failure of one message, of a receive or
 * of a delete is told to `onError`, and the run goes on. Stretch: while a handler runs, its message
 * stays hidden from other consumers, however long it takes.
 *
 * @returns Resolves when it has stopped, no handler runs any more, and every delete is confirmed or
 * given up: an abort is how a run ends, not an error.
 * @throws {RangeError} Unless `maxWorkers` is a whole number from 1 up, and `waitTimeSeconds` one
 * from 0 to 20. Then nothing is received.
 */
export async function runQueueProcessor(options: ProcessorOptions): Promise<ProcessorReport> {
  // TODO 06.2: Nine of ten workers are free, and one is busy for a minute. What do you ask for, and when again?

  // TODO 06.3: A handler has succeeded. Ten deletes fit into one request, and no other may come for an hour.

  // TODO 06.4: A handler fails, or a receive, or two deletes of ten. Which of them are tried again, and how soon?

  // TODO 06.5: The signal aborts in the middle of a long poll. What is cut short, and what must still happen?

  // TODO 06.6: This handler takes longer than the visibility timeout, and nobody knew before it began.

  throw new Error("Not written yet: runQueueProcessor");
}
