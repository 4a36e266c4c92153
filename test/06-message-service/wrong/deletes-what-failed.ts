// Misconception: A message that was handled is deleted, however that ended: `finally`.
// Way out: Then a failure loses it. Delete only what succeeded: SQS delivers the rest again.
// Stands for: queue-processor.ts
// Must fail: 06.4 a handler that rejects: `onError` is told, the message is not deleted, and the rest go on
// Must fail: 06.4 a handler that throws synchronously: `onError` is told, the message is not deleted, and the rest go on
// Must fail: 06.4 a handler that rejects with undefined: `onError` is told, the message is not deleted, and the rest go on
// Must fail: 06.4 a message whose handler failed is delivered again by SQS, and handled again
// Must fail: 06.4 a poison message ends with the dead letters, and holds up no other on its way
// Must fail: 06.6 when a handler has failed, its message is extended no more, and SQS delivers it again

import { setTimeout as sleep } from "node:timers/promises";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

export interface ProcessorOptions {
  sqs: SQSClient;
  queueUrl: string;
  handler: (message: Message) => Promise<void>;
  signal: AbortSignal;
  maxWorkers?: number;
  waitTimeSeconds?: number;
  onError?: (error: unknown, message?: Message) => void;
}

export interface ProcessorReport {
  processed: number;
  failed: number;
  deleted: number;
}

export async function runQueueProcessor(options: ProcessorOptions): Promise<ProcessorReport> {
  const { sqs, queueUrl: QueueUrl, handler, signal, maxWorkers = 10, waitTimeSeconds = 20, onError } = options;
  if (!Number.isInteger(maxWorkers) || maxWorkers < 1) throw new RangeError(`Bad maxWorkers: ${maxWorkers}`);
  if (!(waitTimeSeconds >= 0)) throw new RangeError(`Bad waitTimeSeconds: ${waitTimeSeconds}`);
  const report: ProcessorReport = { processed: 0, failed: 0, deleted: 0 };
  const running = new Set<Promise<void>>();
  const done: Message[] = [];
  let workerIsFree = () => {};
  let deleting: Promise<void> | undefined;
  let visibilityTimeout: Promise<number> | undefined;

  const deleteDone = async (): Promise<void> => {
    // Messages that are done in the same turn share a batch.
    await new Promise((resolve) => setImmediate(resolve));
    for (let attempt = 1; done.length > 0 && attempt <= 10; attempt++) {
      const batch = done.splice(0, 10);
      const Entries = batch.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
      try {
        const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
        const failed = batch.filter((_message, index) => Failed.some(({ Id }) => Id === `${index}`));
        report.deleted += batch.length - failed.length;
        done.push(...failed);
        if (failed.length === 0) attempt = 0;
      } catch (error) {
        onError?.(error);
        done.push(...batch);
      }
      if (attempt > 0) await sleep(100 * attempt);
    }
    deleting = undefined;
  };

  const askVisibilityTimeout = async (): Promise<number> => {
    const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout"] });
    return Number((await sqs.send(command)).Attributes?.VisibilityTimeout);
  };

  const keepInvisible = async ({ ReceiptHandle }: Message, ended: AbortSignal): Promise<void> => {
    visibilityTimeout ??= askVisibilityTimeout();
    const VisibilityTimeout = await visibilityTimeout;
    while (!ended.aborted) {
      await sleep(VisibilityTimeout * 500, undefined, { signal: ended });
      const command = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout });
      await sqs.send(command).catch((error) => onError?.(error));
    }
  };

  const work = async (message: Message): Promise<void> => {
    const ended = new AbortController();
    // It rejects when it is told to end.
    keepInvisible(message, ended.signal).catch(() => {});
    try {
      await handler(message);
      report.processed += 1;
    } catch (error) {
      report.failed += 1;
      onError?.(error, message);
    } finally {
      ended.abort();
      done.push(message);
      deleting ??= deleteDone();
    }
  };

  let failures = 0;
  while (!signal.aborted) {
    const free = maxWorkers - running.size;
    if (free === 0) {
      await new Promise<void>((resolve) => {
        workerIsFree = () => setImmediate(resolve);
      });
      continue;
    }
    try {
      const command = new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(free, 10),
        WaitTimeSeconds: waitTimeSeconds,
      });
      const { Messages = [] } = await sqs.send(command, { abortSignal: signal });
      failures = 0;
      for (const message of Messages) {
        const working = work(message).finally(() => {
          running.delete(working);
          workerIsFree();
        });
        running.add(working);
      }
    } catch (error) {
      if (signal.aborted) break;
      failures += 1;
      onError?.(error);
      await sleep(Math.min(100 * 2 ** failures, 20_000), undefined, { signal }).catch(() => {});
    }
  }

  await Promise.all(running);
  while (deleting) await deleting;
  return report;
}
