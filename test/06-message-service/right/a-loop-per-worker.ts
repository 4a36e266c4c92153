// A right answer: no loop knows how many are free. Each worker asks for one message, handles it, and asks again.
// Stands for: queue-processor.ts

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
  const { sqs, queueUrl, handler, signal, maxWorkers = 10, waitTimeSeconds = 20, onError = () => {} } = options;
  if (!Number.isInteger(maxWorkers) || maxWorkers < 1) throw new RangeError(`maxWorkers: ${maxWorkers}`);
  if (!(waitTimeSeconds >= 0 && waitTimeSeconds <= 20)) throw new RangeError(`waitTimeSeconds: ${waitTimeSeconds}`);
  const report: ProcessorReport = { processed: 0, failed: 0, deleted: 0 };
  const done: Message[] = [];
  let flushing: Promise<void> | undefined;

  const flush = async (): Promise<void> => {
    let failures = 0;
    for (;;) {
      // Workers that end in the same turn share a batch.
      await new Promise((resolve) => setImmediate(resolve));
      const batch = done.splice(0, 10);
      if (batch.length === 0) break;
      const Entries = batch.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }));
      try {
        const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
        report.deleted += batch.length - Failed.length;
        done.push(...Failed.flatMap(({ Id }) => batch[Number(Id)] ?? []));
        failures = Failed.length > 0 ? failures + 1 : 0;
      } catch {
        done.push(...batch);
        failures += 1;
      }
      if (failures > 8) break;
      if (failures > 0) await sleep(100 * 2 ** failures);
    }
    flushing = undefined;
  };

  let timeoutSeconds: Promise<number> | undefined;
  const askTimeout = async (): Promise<number> => {
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["VisibilityTimeout"] });
    const { Attributes } = await sqs.send(command);
    return Number(Attributes?.VisibilityTimeout ?? 30);
  };

  const work = async (message: Message): Promise<void> => {
    const ended = new AbortController();
    timeoutSeconds ??= askTimeout();
    const beating = beat(message, ended.signal, timeoutSeconds);
    try {
      await handler(message);
      report.processed += 1;
      done.push(message);
      flushing ??= flush();
    } catch (error) {
      report.failed += 1;
      onError(error, message);
    } finally {
      ended.abort();
      await beating;
    }
  };

  const beat = async (message: Message, ended: AbortSignal, seconds: Promise<number>): Promise<void> => {
    try {
      const VisibilityTimeout = await seconds;
      while (!ended.aborted) {
        await sleep(VisibilityTimeout * 400, undefined, { signal: ended });
        const { ReceiptHandle } = message;
        const command = new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout });
        await sqs.send(command, { abortSignal: ended }).catch(() => {});
      }
    } catch {
      // The handler has ended, or the queue did not say how long: then there is no heartbeat.
    }
  };

  const runWorker = async (): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        const command = new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 1,
          WaitTimeSeconds: waitTimeSeconds,
        });
        const { Messages = [] } = await sqs.send(command, { abortSignal: signal });
        failures = 0;
        for (const message of Messages) await work(message);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        onError(error);
        await sleep(Math.min(50 * 2 ** failures, 30_000) * (0.5 + Math.random()), undefined, { signal }).catch(
          () => {},
        );
      }
    }
  };

  await Promise.all(Array.from({ length: maxWorkers }, runWorker));
  await flushing;
  return report;
}
