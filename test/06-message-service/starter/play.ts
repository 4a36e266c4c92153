// Run it: npm run play 06
//
// Four workers, twelve messages, and one of them takes ten times as long: who runs when, in a picture.

import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { runQueueProcessor } from "./queue-processor.ts";

const COLUMN_MS = 50;
const ROUND_TRIP_MS = 20;
const waiting = Array.from("abcdefghijkl", (Body) => ({ MessageId: Body, Body, ReceiptHandle: `receipt of ${Body}` }));
const workMs = (body = "") => (body === "c" ? 3000 : 300);

const startedMs = performance.now();
const elapsedMs = () => performance.now() - startedMs;
const requests: string[] = [];
let deleted = 0;

/** As much of SQS as the picture needs: it gives each message once, and takes 20 ms for an answer. */
async function send(command: unknown, { abortSignal }: { abortSignal?: AbortSignal } = {}) {
  const note = (what: string) => requests.push(`${(elapsedMs() / 1000).toFixed(2)} s  ${what}`);
  if (command instanceof ReceiveMessageCommand) {
    const { MaxNumberOfMessages = 1, WaitTimeSeconds = 0 } = command.input;
    note(`receive, at most ${MaxNumberOfMessages}`);
    await sleep(ROUND_TRIP_MS, undefined, { signal: abortSignal });
    // Nothing new comes in this program, so a long poll ends with its time, or with the signal.
    if (waiting.length === 0) await sleep(WaitTimeSeconds * 1000, undefined, { signal: abortSignal });
    return { Messages: waiting.splice(0, MaxNumberOfMessages) };
  }
  await sleep(ROUND_TRIP_MS);
  if (command instanceof DeleteMessageBatchCommand) {
    const { Entries = [] } = command.input;
    note(`deleted ${Entries.map(({ Id, ReceiptHandle }) => ReceiptHandle?.at(-1) ?? Id).join(" ")}`);
    deleted += Entries.length;
    return { Successful: Entries.map(({ Id }) => ({ Id })), Failed: [] };
  }
  return command instanceof GetQueueAttributesCommand ? { Attributes: { VisibilityTimeout: "30" } } : {};
}

/** A row for each message that runs beside others: a letter for every 50 ms. */
const lanes: string[] = [];
const busyLanes = new Set<number>();

async function handler({ Body = "" }: { Body?: string }): Promise<void> {
  let lane = 0;
  while (busyLanes.has(lane)) lane += 1;
  busyLanes.add(lane);
  lanes[lane] = (lanes[lane] ?? "").padEnd(Math.round(elapsedMs() / COLUMN_MS));
  await sleep(workMs(Body));
  lanes[lane] += Body.repeat(workMs(Body) / COLUMN_MS);
  busyLanes.delete(lane);
}

const controller = new AbortController();
const running = runQueueProcessor({
  sqs: { send } as unknown as SQSClient,
  queueUrl: "https://sqs.example/orders",
  handler,
  signal: controller.signal,
  maxWorkers: 4,
  onError: (error) => console.error(`onError: ${error}`),
});

// `race`: a processor that ends or fails before its time is reported at once.
await Promise.race([sleep(4500), running]);
console.log(`Stopping at ${(elapsedMs() / 1000).toFixed(1)} s…`);
controller.abort();
const report = await running;

console.log(`          ${[0, 1, 2, 3].map((second) => `${second} s`.padEnd(1000 / COLUMN_MS)).join("")}`.trimEnd());
for (const [lane, row] of lanes.entries()) console.log(`worker ${lane}  ${row}`);
console.log(requests.join("\n"));
console.log(
  `${report.processed} processed, ${report.failed} failed, ${report.deleted} deleted; the queue says ${deleted}`,
);
