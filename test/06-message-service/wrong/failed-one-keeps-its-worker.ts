// Misconception: The worker is given back after the handler, in the next line.
// Way out: A handler that rejects never comes to the next line, and after ten failures nobody works any more. Give the worker back whichever way the call ends: `finally`.
// Stands for: queue-processor.ts
// Must fail: 06.4 a worker whose handler rejects is free again, however many fail
// Must fail: 06.4 a worker whose handler throws synchronously is free again, however many fail
// Must fail: 06.4 a poison message ends with the dead letters, and holds up no other on its way

import { setTimeout as sleep } from "node:timers/promises";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";

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
  const { sqs, queueUrl, handler, signal, maxWorkers = 10, waitTimeSeconds = 20, onError } = options;
  if (!Number.isInteger(maxWorkers) || maxWorkers < 1) {
    throw new RangeError(`Expected \`maxWorkers\` to be a whole number from 1 up, got ${maxWorkers}`);
  }
  if (!Number.isInteger(waitTimeSeconds) || waitTimeSeconds < 0 || waitTimeSeconds > 20) {
    throw new RangeError(`Expected \`waitTimeSeconds\` to be a whole number from 0 to 20, got ${waitTimeSeconds}`);
  }
  const report: ProcessorReport = { processed: 0, failed: 0, deleted: 0 };

  /** Handlers that run now: one more when a message has come, one fewer when its handler has ended. */
  let busyWorkers = 0;
  /** Wakes the loop, if it waits for a free worker. */
  let workerIsFree = (): void => {};
  /** A promise for each message that was received and is not over: in a handler, or to be deleted. */
  const unfinished = new Set<Promise<void>>();

  // Async on purpose: `onError` may throw or reject, and neither ends the run.
  const tell: Tell = async (error, message) => {
    try {
      await onError?.(error, message);
    } catch {
      // There is nobody else to tell.
    }
  };
  const deleteInBatch = batchedDeletes(sqs, queueUrl, tell);
  const keepHidden = heartbeats(sqs, queueUrl, tell);

  const succeeds = async (message: Message): Promise<boolean> => {
    busyWorkers += 1;
    try {
      await handler(message);
      report.processed += 1;
      busyWorkers -= 1;
      workerIsFree();
      return true;
    } catch (error) {
      report.failed += 1;
      tell(error, message);
      return false;
    }
  };

  const deleteForGood = async (message: Message): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await deleteInBatch(message);
        report.deleted += 1;
        return;
      } catch (error) {
        if (attempt === DELETE_ATTEMPTS) {
          tell(error, message);
          return;
        }
        await sleep(pauseMs(attempt));
      }
    }
  };

  /** The story of one message, from its receive to its end. It never rejects. */
  const workOn = async (message: Message): Promise<void> => {
    const over = new AbortController();
    let isAtWork = true;
    keepHidden(message, over.signal, (error) => {
      // Later on a beat may come after the delete, and fail for that reason: this is no error.
      if (isAtWork) tell(error, message);
    });
    const hasSucceeded = await succeeds(message);
    isAtWork = false;
    if (hasSucceeded) await deleteForGood(message);
    over.abort();
  };

  let failedReceives = 0;
  while (!signal.aborted) {
    const freeWorkers = maxWorkers - busyWorkers;
    if (freeWorkers === 0) {
      await new Promise<void>((resolve) => {
        // A turn later, so that workers that get free in the same turn are asked for together.
        workerIsFree = () => setImmediate(resolve);
      });
      continue;
    }
    try {
      // One receive at a time is enough. It does not ask for workers that get free meanwhile, but the
      // first message to come ends it, and the next one asks for all that are free.
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(BATCH_SIZE, freeWorkers),
          WaitTimeSeconds: waitTimeSeconds,
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        }),
        { abortSignal: signal },
      );
      failedReceives = 0;
      // After an abort too: to SQS these are received, and nobody else would get them for a while.
      for (const message of Messages) {
        const story = workOn(message).finally(() => unfinished.delete(story));
        unfinished.add(story);
      }
      if (Messages.length === 0 && waitTimeSeconds === 0) await pause(IDLE_PAUSE_MS, signal);
    } catch (error) {
      // A receive that was cut short rejects too: that is how the run ends, not an error.
      if (signal.aborted) break;
      failedReceives += 1;
      tell(error);
      await pause(pauseMs(failedReceives), signal);
    }
  }
  await Promise.all(unfinished);
  return report;
}

/** What goes into one request, and what comes with one answer, at most. */
const BATCH_SIZE = 10;

/** How long to wait after an empty answer that SQS gave at once: each request is on the bill. */
const IDLE_PAUSE_MS = 1000;

/** How often a delete is tried. With the pauses that is 12.7 s, well within a visibility timeout of 30 s. */
const DELETE_ATTEMPTS = 8;

/** The pause after so many failures in a row: 100 ms, then twice as long each time, up to 20 s. */
const pauseMs = (failures: number): number => Math.min(100 * 2 ** (failures - 1), 20_000);

/** Tells `onError`. It never throws. */
type Tell = (error: unknown, message?: Message) => void;

/**
 * @returns A function that deletes a message, up to ten with one request. It resolves when SQS has
 * confirmed, and rejects otherwise.
 */
function batchedDeletes(sqs: SQSClient, queueUrl: string, tell: Tell): (message: Message) => Promise<void> {
  /** To be deleted, and in no batch yet. */
  const waiting: { receipt: string | undefined; resolve: () => void; reject: (error: unknown) => void }[] = [];
  /** Batches on their way. While there is none, nothing waits for longer than a turn. */
  let underWay = 0;

  const sendBatch = async (): Promise<void> => {
    const batch = waiting.splice(0, BATCH_SIZE);
    // The place in the batch is the entry's id: a receipt is too long for one, an id may be there twice.
    const Entries = batch.map(({ receipt }, place) => ({ Id: `${place}`, ReceiptHandle: receipt }));
    underWay += 1;
    try {
      const answer = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      for (const { Id } of answer.Successful ?? []) batch[Number(Id)]?.resolve();
      for (const { Id, Code } of answer.Failed ?? []) batch[Number(Id)]?.reject(new Error(`Not deleted: ${Code}`));
      // Those that are settled stay as they are. One that hears nothing would hold up the end for ever.
      for (const { reject } of batch) reject(new Error("Not deleted: SQS has not answered for this message"));
    } catch (error) {
      tell(error);
      for (const { reject } of batch) reject(error);
    }
    underWay -= 1;
    sendWaiting();
  };

  /** A full batch goes at once. A smaller one fills up while another is on its way. */
  const sendWaiting = (): void => {
    while (waiting.length >= BATCH_SIZE || (waiting.length > 0 && underWay === 0)) sendBatch();
  };

  return ({ ReceiptHandle: receipt }) =>
    new Promise((resolve, reject) => {
      waiting.push({ receipt, resolve, reject });
      // A turn later, so that messages that are done in the same turn share a batch.
      setImmediate(sendWaiting);
    });
}

/**
 * @returns A function that makes the visibility timeout of a message begin anew, again and again,
 * until `over` aborts. It never rejects: what fails goes to `onError`, and the next beat comes.
 */
function heartbeats(sqs: SQSClient, queueUrl: string, tell: Tell) {
  /** Asked for once, when the first handler runs. 0: SQS did not say, and the next message asks again. */
  let visibilityTimeoutSeconds: Promise<number> | undefined;

  const askVisibilityTimeout = async (): Promise<number> => {
    try {
      const asking = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["VisibilityTimeout"] });
      return Number((await sqs.send(asking)).Attributes?.VisibilityTimeout ?? 0);
    } catch (error) {
      visibilityTimeoutSeconds = undefined;
      tell(error);
      return 0;
    }
  };

  return async ({ ReceiptHandle }: Message, over: AbortSignal, onError: (error: unknown) => void): Promise<void> => {
    visibilityTimeoutSeconds ??= askVisibilityTimeout();
    const VisibilityTimeout = await visibilityTimeoutSeconds;
    const beat = { QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout };
    while (VisibilityTimeout > 0 && !over.aborted) {
      // A third of it, so that one beat may fail and the next still comes in time.
      await pause((VisibilityTimeout * 1000) / 3, over);
      if (over.aborted) return;
      try {
        await sqs.send(new ChangeMessageVisibilityCommand(beat), { abortSignal: over });
      } catch (error) {
        onError(error);
      }
    }
  };
}

/** Waits `ms`, or until `signal` aborts: both are good reasons to go on, so neither is an error. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
