// npm run bench 03: the queues of this lesson beside three of the most used ones, at the same work.

import { priorityQueue, queue } from "async";
import fastq from "fastq";
import PQueue from "p-queue";
import { AsyncQueue } from "#lesson/03-queues-and-backpressure/async-queue.ts";
import { PriorityQueue } from "#lesson/03-queues-and-backpressure/ordered-queues.ts";
import type { Bench, Work } from "../../support/bench.ts";

export const peers = ["fastq", "p-queue", "async"];

/** The work of an item: none, but with a trip through the microtasks, as every real worker has. */
async function handle(_item: number): Promise<void> {}

const LEVELS = 10;
const levelOf = (item: number) => (item * 7) % LEVELS;

/** Everything is put at once; `consumers` workers take, handle and tick off; done when all is ticked off. */
function putAndJoin(queue: AsyncQueue<number>, consumers: number, items: number): Work {
  const consume = async () => {
    for (;;) {
      await handle(await queue.get());
      queue.taskDone();
    }
  };
  return async () => {
    for (let consumer = 0; consumer < consumers; consumer += 1) void consume();
    for (let item = 0; item < items; item += 1) void queue.put(item);
    await queue.join();
  };
}

function work(consumers: number, who: string): Bench {
  return {
    title: `${who}: n items are put at once, each is handled by an async function, until all are done`,
    per: "item",
    contenders: [
      { name: "AsyncQueue", round: (items) => putAndJoin(new AsyncQueue(), consumers, items) },
      {
        name: "fastq",
        round: (items) => async () => {
          const peer = fastq.promise(handle, consumers);
          for (let item = 0; item < items; item += 1) void peer.push(item);
          await peer.drained();
        },
      },
      {
        name: "async",
        round: (items) => async () => {
          const peer = queue(handle, consumers);
          for (let item = 0; item < items; item += 1) void peer.push(item);
          await peer.drain();
        },
      },
      {
        name: "p-queue",
        round: (items) => async () => {
          const peer = new PQueue({ concurrency: consumers });
          for (let item = 0; item < items; item += 1) void peer.add(() => handle(item));
          await peer.onIdle();
        },
      },
    ],
  };
}

export const benches: Bench[] = [
  work(1, "One consumer"),
  work(10, "Ten consumers"),
  {
    title: "Fill, then drain: n items are put, then taken without waiting",
    per: "item",
    contenders: [
      {
        name: "AsyncQueue",
        round: (items) => () => {
          const own = new AsyncQueue<number>();
          for (let item = 0; item < items; item += 1) void own.put(item);
          for (let item = 0; item < items; item += 1) own.tryGet();
        },
      },
      {
        name: "array with shift",
        round: (items) => () => {
          const array: number[] = [];
          for (let item = 0; item < items; item += 1) array.push(item);
          for (let item = 0; item < items; item += 1) array.shift();
        },
      },
    ],
  },
  {
    title: `One consumer, ${LEVELS} priorities: n items are put at once, the most urgent is handled first`,
    per: "item",
    contenders: [
      {
        name: "PriorityQueue",
        round: (items) => putAndJoin(new PriorityQueue({ compare: (a, b) => levelOf(a) - levelOf(b) }), 1, items),
      },
      {
        name: "async priority",
        round: (items) => async () => {
          const peer = priorityQueue(handle, 1);
          for (let item = 0; item < items; item += 1) void peer.push(item, levelOf(item));
          await peer.drain();
        },
      },
      {
        name: "p-queue priority",
        round: (items) => async () => {
          const peer = new PQueue({ concurrency: 1 });
          // Its most urgent has the highest number.
          for (let item = 0; item < items; item += 1) void peer.add(() => handle(item), { priority: -levelOf(item) });
          await peer.onIdle();
        },
      },
    ],
  },
];
