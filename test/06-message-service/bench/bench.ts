// npm run bench 06: the queue processor beside sqs-consumer, both with ten at a time, both over a real
// socket on the same endpoint.

import type { Message } from "@aws-sdk/client-sqs";
import { Consumer } from "sqs-consumer";
import { runQueueProcessor } from "#lesson/06-message-service/queue-processor.ts";
import type { Bench, Contender } from "../../support/bench.ts";
import { FilledQueue } from "./filled-queue.ts";

export const peers: string[] = ["sqs-consumer", "@aws-sdk/client-sqs"];

const AT_A_TIME = 10;
const SLOW_MS = 3000;
const QUICK_MS = 20;

/** Does the messages of `queue` with `handler`, until `signal` aborts. */
type Run = (queue: FilledQueue, handler: (message: Message) => Promise<void>, signal: AbortSignal) => Promise<unknown>;

const own: Run = ({ sqs, queueUrl }, handler, signal) =>
  runQueueProcessor({ sqs, queueUrl, handler, signal, maxWorkers: AT_A_TIME, waitTimeSeconds: 20 });

const sqsConsumer: Run = ({ sqs, queueUrl }, handler, signal) => {
  const consumer = Consumer.create({
    sqs,
    queueUrl,
    batchSize: AT_A_TIME,
    waitTimeSeconds: 20,
    pollingWaitTimeMs: 0,
    handleMessage: async (message: Message) => {
      await handler(message);
      return message;
    },
  });
  const stopped = new Promise((resolve) => consumer.once("stopped", resolve));
  signal.addEventListener("abort", () => consumer.stop({ abort: true }), { once: true });
  consumer.start();
  return stopped;
};

/** The first message takes 3 s, the others 20 ms: the round is over when all but that one are done. */
const behindASlowOne = (run: Run) => async (items: number) => {
  const queue = await FilledQueue.of(items);
  return async () => {
    const stop = new AbortController();
    await new Promise<void>((resolve) => {
      let done = 0;
      const handler = async ({ Body }: Message) => {
        await sleepUnless(stop.signal, Body === "0" ? SLOW_MS : QUICK_MS);
        done += 1;
        if (done === items - 1) resolve();
      };
      queue.ends(run(queue, handler, stop.signal), stop);
    });
    stop.abort();
  };
};

/** Every message takes one turn of the event loop: the round is over when the queue is empty. */
const quick = (run: Run) => async (items: number) => {
  const queue = await FilledQueue.of(items);
  return async () => {
    const stop = new AbortController();
    const handler = () => new Promise<void>((resolve) => setImmediate(resolve));
    queue.ends(run(queue, handler, stop.signal), stop);
    await queue.isEmpty();
    stop.abort();
  };
};

const contenders = (round: (run: Run) => Contender["round"]): [Contender, Contender] => [
  { name: "runQueueProcessor", round: round(own) },
  { name: "sqs-consumer", round: round(sqsConsumer) },
];

export const benches: Bench[] = [
  {
    title: "100 messages, of which one takes 3 s and the others 20 ms: when the 99th is done",
    per: "99 messages",
    unit: "ms",
    sizes: [100],
    times: 1,
    contenders: contenders(behindASlowOne),
  },
  {
    title: "5,000 quick messages: what each costs until all are handled and deleted",
    per: "message",
    unit: "us",
    sizes: [5000],
    contenders: contenders(quick),
  },
];

function sleepUnless(signal: AbortSignal, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
