// The stretch tasks of lesson 03: 03.9, shutting a queue down and iterating over it, and 03.10, what a
// queue costs as it grows.

import { describe, test } from "vitest";
import { claim, rejectedWithA, resolved, same } from "../support/claims.ts";
import { type Job, type Meter, staysInProportion } from "../support/growth.ts";
import { lesson } from "../support/lesson.ts";
import { explored } from "../support/schedules/explore.ts";
import { type Call, call, letSettle, silentCall } from "../support/stage.ts";
import { turn } from "../support/virtual-time/clock.ts";
import type { Queue } from "./queue-subject.ts";
import { scopeOf } from "./scopes.ts";
import { shutdownTells } from "./tells.ts";

const given = lesson(() => import("#lesson/03-queues-and-backpressure/async-queue.ts"));
const ordered = lesson(() => import("#lesson/03-queues-and-backpressure/ordered-queues.ts"));

interface IterableQueue extends Queue, AsyncIterable<unknown> {}

const newQueue = (maxSize = Number.POSITIVE_INFINITY): IterableQueue => new given.AsyncQueue<unknown>({ maxSize });
const byNumber = (a: unknown, b: unknown): number => Number(a) - Number(b);

const KINDS = [
  { name: "AsyncQueue", make: newQueue, order: [2, 3, 1] },
  {
    name: "PriorityQueue",
    make: (): IterableQueue => new ordered.PriorityQueue<unknown>({ compare: byNumber }),
    order: [1, 2, 3],
  },
  { name: "LifoQueue", make: (): IterableQueue => new ordered.LifoQueue<unknown>(), order: [1, 3, 2] },
];

describe("03.9", () => {
  for (const maxSize of [1, 2]) {
    explored(
      `with maxSize ${maxSize}, whenever the shutdown comes, what is in the queue is handed out and nobody is left waiting`,
      {
        ...scopeOf({
          id: `shutdown${maxSize}`,
          on: `an AsyncQueue with maxSize ${maxSize}`,
          maxSize,
          make: () => newQueue(maxSize),
          calls: ["put", "get", "tryPut", "tryGet", "shutdown"],
          shutDownError: () => given.QueueShutDownError,
          isMine: (schedule) => schedule.some(({ call }) => call === "shutdown"),
          tells: shutdownTells,
        }),
      },
    );
  }

  explored("join still waits for what was taken and what is left, and an aborted signal goes before a shutdown", {
    ...scopeOf({
      id: "shutdownJoin",
      on: "an AsyncQueue",
      make: () => newQueue(),
      mostPuts: 2,
      depth: 1,
      calls: ["put", "get", "taskDone", "join", "shutdown", "abort", "putAborted", "getAborted"],
      shutDownError: () => given.QueueShutDownError,
      isMine: (schedule) => schedule.some(({ call }) => call === "shutdown"),
      tells: shutdownTells,
    }),
  });

  test("QueueShutDownError is an Error of its own", () => {
    const error = new given.QueueShutDownError("closed");
    claim(error instanceof Error, "new QueueShutDownError('closed'): expected an Error");
    same(error.message, "closed", "new QueueShutDownError('closed'): message");
  });

  for (const { name, make, order } of KINDS) {
    const named = name === "AsyncQueue" ? `an ${name}` : `a ${name}`;

    test(`${name}: after a shutdown the iterator hands out what is left, in the queue's order, and ends`, async () => {
      const queue = make();
      for (const item of [2, 3, 1]) silentCall("put(…)", () => queue.put(item));
      await letSettle();
      queue.shutdown();
      const taken: unknown[] = [];
      const loop = call(`for await over ${named}`, async () => {
        for await (const item of queue) taken.push(item);
      });
      await letSettle();
      same(
        taken,
        order,
        `2, 3, 1 put on ${named}, shutdown(), then for await: the items that came`,
        {},
        "asyncIterator",
      );
      resolved(loop, `2, 3, 1 put on ${named}, shutdown(), then for await`, "the loop to end", endOf(loop));
    });

    test(`${name}: tryGet hands out what is left, then undefined; tryPut throws; get and put reject`, async () => {
      const queue = make();
      silentCall("put(…)", () => queue.put(1));
      await letSettle();
      queue.shutdown();
      same([queue.tryGet(), queue.tryGet()], [1, undefined], `1 put on ${named}, shutdown(), then tryGet() twice`);
      const late = [
        call("tryPut(2)", () => queue.tryPut(2)),
        call("put(2)", () => queue.put(2)),
        call("get()", () => queue.get()),
      ];
      await letSettle();
      for (const one of late) shutOut(one, `1 put on ${named}, shutdown(), tryGet() twice, then ${one.label}`);
      queue.shutdown();
      same(queue.size, 0, `${named} that was shut down twice: size`);
    });
  }

  /** A loop that ends by throwing is a mistake of its own; one that still waits is another. */
  function endOf(loop: Call<void>): string | undefined {
    return loop.state === "rejected" ? "iterator-throws-at-the-end" : undefined;
  }

  function shutOut(one: Call<unknown>, did: string): void {
    rejectedWithA(given.QueueShutDownError as unknown as ErrorConstructor, one, did);
  }

  test("an iterator waits for items to come, and ends when the queue is shut down", async () => {
    const queue = newQueue();
    const taken: unknown[] = [];
    const loop = call("for await over an AsyncQueue", async () => {
      for await (const item of queue) taken.push(item);
    });
    for (const item of ["a", "b", "c"]) {
      await letSettle();
      silentCall("put(…)", () => queue.put(item));
    }
    await letSettle();
    same(
      taken,
      ["a", "b", "c"],
      "for await on an empty queue, then a, b, c put: the items that came",
      {},
      "asyncIterator",
    );
    claim(
      !loop.isSettled,
      "for await on a queue that is empty and not shut down: expected it to wait, but it has ended",
    );
    queue.shutdown();
    await letSettle();
    resolved(loop, "for await on an empty queue, then shutdown()", "the loop to end", endOf(loop));
  });

  test("breaking off takes no further item", async () => {
    const queue = newQueue();
    for (const item of ["a", "b", "c"]) silentCall("put(…)", () => queue.put(item));
    await letSettle();
    const loop = call("for await with a break after the first item", async () => {
      for await (const _item of queue) break;
    });
    await letSettle();
    resolved(loop, "for await over a, b, c with a break after the first", "the loop to end");
    same(queue.size, 2, "for await over a, b, c with a break after the first: size", { "iterator-takes-one-ahead": 1 });
    same(queue.tryGet(), "b", "for await over a, b, c with a break after the first, then tryGet(): what it returned");
    queue.shutdown();
  });

  test("several iterators share the items, each item for one of them", async () => {
    const queue = newQueue();
    const taken: unknown[] = [];
    const loops = [1, 2, 3].map((number) =>
      call(`iterator ${number}`, async () => {
        for await (const item of queue) taken.push(item);
      }),
    );
    for (let item = 0; item < 9; item++) silentCall("put(…)", () => queue.put(item));
    await letSettle();
    queue.shutdown();
    await letSettle();
    same(
      [...taken].sort(),
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
      "three iterators, 0 to 8 put, shutdown(): the items that came, sorted",
    );
    for (const loop of loops) resolved(loop, "three iterators, 0 to 8 put, shutdown()", "all of them to end");
  });

  test("the iterator does not call taskDone", async () => {
    const queue = newQueue();
    silentCall("put(…)", () => queue.put("a"));
    const joining = call("join()", () => queue.join());
    queue.shutdown();
    const loop = call("for await over an AsyncQueue", async () => {
      for await (const _item of queue);
    });
    await letSettle();
    resolved(loop, "'a' put, shutdown(), then for await", "the loop to end");
    claim(
      !joining.isSettled,
      "'a' put, shutdown(), for await took it, nobody called taskDone(): expected join() to wait, but it has settled",
      "iterator-calls-task-done",
    );
    queue.taskDone();
    await letSettle();
    resolved(joining, "'a' put, shutdown(), for await took it, then taskDone()", "join() to resolve");
  });
});

describe("03.10", () => {
  const SMALL = 16_000;
  const LARGE = 100_000;
  /** An item of a queue that moves the whole rest costs 10 times that; collecting garbage makes it 5 at most. */
  const TIMES = 4;
  /** Below that an item is cheap; with the whole rest moved it costs 60 of them. */
  const PROMISES = 20;

  test("an item costs the same in a queue of 100,000 as in one of 16,000", async () => {
    const cost = (items: number): Job => ({
      items,
      async run(meter: Meter) {
        const queue = newQueue();
        meter.begin();
        for (let item = 0; item < items; item++) {
          queue.tryPut(item);
          if (item % 4096 === 0 && (await isTooMuch(meter))) return;
        }
        for (let item = 0; item < items; item++) {
          queue.tryGet();
          if (item % 4096 === 0 && (await isTooMuch(meter))) return;
        }
      },
    });
    claim(
      await staysInProportion(cost(SMALL), cost(LARGE), TIMES, PROMISES),
      "100,000 items put and taken: expected an item to cost as much as with 16,000 items, but it costs more than 4 times that",
      "shifts-the-whole-rest",
      "tryGet",
    );
  });

  test("so does a get that waits, with 100,000 others", async () => {
    const cost = (items: number): Job => ({
      items,
      async run(meter: Meter) {
        const queue = newQueue();
        meter.begin();
        for (let item = 0; item < items; item++) {
          queue.get().catch(() => {});
          if (item % 1024 === 0 && (await isTooMuch(meter))) return;
        }
        for (let item = 0; item < items; item++) {
          queue.tryPut(item);
          if (item % 1024 === 0 && (await isTooMuch(meter))) return;
        }
        await letSettle();
      },
    });
    claim(
      await staysInProportion(cost(SMALL), cost(LARGE), TIMES, PROMISES),
      "100,000 calls of get() wait, then 100,000 items: expected an item to cost as much as with 16,000, but it costs more than 4 times that",
      undefined,
      "get",
    );
  });

  test("so does a put that waits for room, with 100,000 others", async () => {
    const cost = (items: number): Job => ({
      items,
      async run(meter: Meter) {
        const queue = newQueue(1);
        meter.begin();
        for (let item = 0; item < items; item++) {
          queue.put(item).catch(() => {});
          if (item % 1024 === 0 && (await isTooMuch(meter))) return;
        }
        for (let item = 0; item < items; item++) {
          queue.get().catch(() => {});
          if (item % 1024 === 0) await letSettle();
          if (item % 1024 === 0 && (await isTooMuch(meter))) return;
        }
        await letSettle();
      },
    });
    claim(
      await staysInProportion(cost(SMALL), cost(LARGE), TIMES, PROMISES),
      "100,000 calls of put wait for room, then 100,000 calls of get(): expected an item to cost as much as with 16,000, but it costs more than 4 times that",
      undefined,
      "put",
    );
  });

  test("a PriorityQueue and a LifoQueue grow no faster than their order demands", async () => {
    const scrambled = (item: number) => (item * 7919) % 65_537;
    const cost =
      (make: () => Queue) =>
      (items: number): Job => ({
        items,
        async run(meter: Meter) {
          const queue = make();
          meter.begin();
          for (let item = 0; item < items; item++) {
            queue.tryPut(scrambled(item));
            if (item % 4096 === 0 && (await isTooMuch(meter))) return;
          }
          for (let item = 0; item < items; item++) {
            queue.tryGet();
            if (item % 4096 === 0 && (await isTooMuch(meter))) return;
          }
        },
      });
    const priority = cost(() => new ordered.PriorityQueue<unknown>({ compare: byNumber }));
    const lifo = cost(() => new ordered.LifoQueue<unknown>());
    claim(
      await staysInProportion(priority(SMALL), priority(LARGE), TIMES, PROMISES),
      "100,000 items put on a PriorityQueue and taken: expected an item to cost little more than with 16,000, but it costs more than 4 times that",
      "sorts-at-every-put",
      "PriorityQueue",
    );
    claim(
      await staysInProportion(lifo(SMALL), lifo(LARGE), TIMES, PROMISES),
      "100,000 items put on a LifoQueue and taken: expected an item to cost as much as with 16,000, but it costs more than 4 times that",
      undefined,
      "LifoQueue",
    );
  });

  /** Asks the meter, and lets the event loop turn meanwhile: a long loop is no endless one. */
  async function isTooMuch(meter: Meter): Promise<boolean> {
    await turn();
    return meter.isTooMuch();
  }
});
