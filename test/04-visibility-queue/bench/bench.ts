// npm run bench 04: how the queue of this lesson grows, beside one that looks at everything each time.

import { VisibilityQueue } from "#lesson/04-visibility-queue/visibility-queue.ts";
import type { Bench, Contender, Work } from "../../support/bench.ts";
import { NaiveQueue } from "./naive-queue.ts";
import { letTimePass, stopTheClock } from "./time.ts";

export const peers: string[] = [];

/** What both queues can do. */
interface Queue {
  publish(body: string): unknown;
  receive(): Promise<{ receipt: string } | null>;
  ack(receipt: string): void;
  requeueExpired(): number;
}

const VISIBILITY_TIMEOUT_MS = 1_000_000;

/** How many calls of `requeueExpired` a round makes, and how many messages each of them finds due. */
const CALLS = 20;
const DUE = 10;

/** Between the moments at which the messages of one call and those of the next are due. */
const GAP_MS = 1000;

const contenders = (round: (queue: Queue, items: number) => Work | Promise<Work>): [Contender, Contender] => [
  {
    name: "VisibilityQueue",
    round: (items) => round(new VisibilityQueue({ visibilityTimeoutMs: VISIBILITY_TIMEOUT_MS }), items),
  },
  { name: "naive queue", round: (items) => round(new NaiveQueue(VISIBILITY_TIMEOUT_MS), items) },
];

async function receiveFrom(queue: Queue, count: number): Promise<string[]> {
  const receipts: string[] = [];
  for (let index = 0; index < count; index += 1) receipts.push((await queue.receive())?.receipt ?? "");
  return receipts;
}

/** By small steps: what the receives cost is measured elsewhere. */
async function fillFlight(queue: Queue, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    queue.publish("200 posters");
    await queue.receive();
  }
}

function requeue(queue: Queue, expected: number): void {
  const returned = queue.requeueExpired();
  if (returned !== expected) throw new Error(`requeueExpired() returned ${returned}, and ${expected} were due`);
}

export const benches: Bench[] = [
  {
    title: "Publish n messages, receive them all, ack them all",
    per: "message",
    contenders: contenders((queue, items) => async () => {
      for (let index = 0; index < items; index += 1) queue.publish("200 posters");
      for (const receipt of await receiveFrom(queue, items)) queue.ack(receipt);
    }),
  },
  {
    title: "requeueExpired with n messages in flight, none of them due",
    per: "call",
    times: CALLS,
    contenders: contenders(async (queue, items) => {
      await fillFlight(queue, items);
      return () => {
        for (let call = 0; call < CALLS; call += 1) requeue(queue, 0);
      };
    }),
  },
  {
    title: `requeueExpired with n messages in flight, ${DUE} of them due`,
    per: "call",
    times: CALLS,
    contenders: contenders(async (queue, items) => {
      stopTheClock();
      for (let call = 0; call < CALLS; call += 1) {
        await fillFlight(queue, DUE);
        letTimePass(GAP_MS);
      }
      // The others come so late that none of them is due when the last call is made.
      letTimePass(VISIBILITY_TIMEOUT_MS / 2);
      await fillFlight(queue, items - CALLS * DUE);
      letTimePass(VISIBILITY_TIMEOUT_MS / 2 - CALLS * GAP_MS - GAP_MS / 2);
      return () => {
        for (let call = 0; call < CALLS; call += 1) {
          letTimePass(GAP_MS);
          requeue(queue, DUE);
        }
      };
    }),
  },
];
