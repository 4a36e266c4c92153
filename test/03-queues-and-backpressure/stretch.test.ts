// The stretch tasks of lesson 03: 03.9, shutting a queue down and iterating over it, and 03.10, what a
// queue costs as it grows.

import { getEventListeners } from "node:events";
import { describe, test } from "vitest";
import { claim, rejectedWithA, resolved, same } from "../support/claims.ts";
import { growthOf, type Meter } from "../support/growth.ts";
import { lesson } from "../support/lesson.ts";
import { explored } from "../support/schedules/explore.ts";
import { type Call, call, letSettle, note, silentCall } from "../support/stage.ts";
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

    test(`${name}: a get that waits at the shutdown rejects, and leaves no listener on its signal`, async () => {
      const queue = make();
      const { signal } = new AbortController();
      const gets = [call("get()", () => queue.get()), call("get({ signal })", () => queue.get({ signal }))];
      await letSettle();
      note("you", "shutdown()");
      queue.shutdown();
      await letSettle();
      for (const one of gets) shutOut(one, `${one.label} waits on an empty ${name}, then shutdown()`);
      same(
        getEventListeners(signal, "abort").length,
        0,
        `get({ signal }) waits on an empty ${name}, then shutdown(): the abort listeners left on the signal`,
        {},
        "shutdown",
      );
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

  test("a put that waits at the shutdown rejects, and leaves no listener on its signal", async () => {
    const queue = newQueue(1);
    const { signal } = new AbortController();
    silentCall("put(…)", () => queue.put("a"));
    const putting = call("put('b', { signal })", () => queue.put("b", { signal }));
    await letSettle();
    note("you", "shutdown()");
    queue.shutdown();
    await letSettle();
    const did = "put('b', { signal }) waits for room, then shutdown()";
    shutOut(putting, did);
    same(
      getEventListeners(signal, "abort").length,
      0,
      `${did}: the abort listeners left on the signal`,
      {},
      "shutdown",
    );
  });

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
    same(
      queue.tryPut("d"),
      true,
      "for await over a, b, c with a break after the first, then tryPut('d'): what it returned",
    );
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
  /** A call that waits takes more room than an item: a signal, a timer, a promise or three. */
  const MANY_WAITING = 32_000;

  test("an item costs the same, however many there are", async () => {
    await costsTheSame("n items put and taken", "tryGet", "shifts-the-whole-rest", (items) => async (meter) => {
      const queue = newQueue();
      for (let item = 0; item < items; item++) {
        queue.tryPut(item);
        if (await meter.isTooMuchAfter(item)) return;
      }
      for (let item = 0; item < items; item++) {
        queue.tryGet();
        if (await meter.isTooMuchAfter(item)) return;
      }
    });
  });

  test("so does a get that waits with many others", async () => {
    await costsTheSame(
      "n calls of get() wait, then n items",
      "get",
      undefined,
      (items) => async (meter) => {
        const queue = newQueue();
        for (let item = 0; item < items; item++) {
          queue.get().catch(() => {});
          if (await meter.isTooMuchAfter(item)) return;
        }
        for (let item = 0; item < items; item++) {
          queue.tryPut(item);
          if (await meter.isTooMuchAfter(item)) return;
        }
        await letSettle();
      },
      MANY_WAITING,
    );
  });

  test("so does a put that waits for room with many others", async () => {
    await costsTheSame(
      "n calls of put wait for room, then n calls of get()",
      "put",
      undefined,
      (items) => async (meter) => {
        const queue = newQueue(1);
        for (let item = 0; item < items; item++) {
          queue.put(item).catch(() => {});
          if (await meter.isTooMuchAfter(item)) return;
        }
        for (let item = 0; item < items; item++) {
          queue.get().catch(() => {});
          if (item % 1024 === 0) await letSettle();
          if (await meter.isTooMuchAfter(item)) return;
        }
        await letSettle();
      },
      MANY_WAITING,
    );
  });

  for (const { name, make } of KINDS.slice(1)) {
    test(`${name}: an item costs hardly more, however many there are`, async () => {
      await costsTheSame(
        `n items put on a ${name} and taken`,
        name,
        name === "PriorityQueue" ? "sorts-at-every-put" : undefined,
        (items) => async (meter) => {
          const queue = make();
          for (let item = 0; item < items; item++) {
            // First in order, then across: neither may be dear.
            queue.tryPut(item < items / 2 ? item : (item * 7919) % 65_537);
            if (await meter.isTooMuchAfter(item)) return;
          }
          for (let item = 0; item < items; item++) {
            queue.tryGet();
            if (await meter.isTooMuchAfter(item)) return;
          }
        },
      );
    });
  }

  async function costsTheSame(
    did: string,
    about: string,
    misconception: string | undefined,
    job: (items: number) => (meter: Meter) => Promise<void>,
    largest?: number,
  ): Promise<void> {
    const grows = await growthOf((items) => {
      const run = job(items);
      return {
        items,
        run: (meter) => {
          meter.begin();
          return run(meter);
        },
      };
    }, largest);
    claim(
      grows === null,
      `${did}: expected each to cost the same however many there are, but ${grows}`,
      misconception,
      about,
    );
  }
});
