// What lesson 03 asks for of PriorityQueue and LifoQueue: task 03.5.

import { describe, test } from "vitest";
import { claim, rejectedWithA, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { explored } from "../support/schedules/explore.ts";
import { drawing } from "../support/schedules/search.ts";
import { call, letSettle, silentCall } from "../support/stage.ts";
import { type Item, lastInFirstOut } from "./queue-specification.ts";
import type { Queue } from "./queue-subject.ts";
import { scopeOf } from "./scopes.ts";
import { lifoTells, priorityTells } from "./tells.ts";

const given = lesson(() => import("#lesson/03-queues-and-backpressure/ordered-queues.ts"));

/** "2a" has priority 2; the letter tells equals apart. */
const TASKS = ["2a", "1b", "2c", "1d", "0e"];
const byNumber = (a: unknown, b: unknown): number => Number.parseInt(String(a), 10) - Number.parseInt(String(b), 10);
const smallestFirst = (a: Item, b: Item): number => byNumber(a.value, b.value) || a.by - b.by;

const priorityQueue = (maxSize?: number): Queue =>
  new given.PriorityQueue<unknown>(maxSize === undefined ? { compare: byNumber } : { compare: byNumber, maxSize });
const lifoQueue = (maxSize?: number): Queue => new given.LifoQueue<unknown>(maxSize === undefined ? {} : { maxSize });

const KINDS = [
  {
    name: "PriorityQueue",
    id: "priority",
    make: priorityQueue,
    order: smallestFirst,
    values: TASKS,
    tells: priorityTells,
  },
  {
    name: "LifoQueue",
    id: "lifo",
    make: lifoQueue,
    order: lastInFirstOut,
    values: ["a", "b", "c", "d", "e"],
    tells: lifoTells,
  },
] as const;

describe("03.5", () => {
  test("a PriorityQueue hands out the smallest first, equals in the order they were put", async () => {
    const queue = priorityQueue();
    const tasks = ["3 backup", "1 alert", "2 log", "1 payment", "3 report", "1 login", "2 mail"];
    for (const task of tasks) silentCall("put(…)", () => queue.put(task));
    await letSettle();
    const taken = tasks.map(() => queue.tryGet());
    same(
      taken,
      ["1 alert", "1 payment", "1 login", "2 log", "2 mail", "3 backup", "3 report"],
      "3 backup, 1 alert, 2 log, 1 payment, 3 report, 1 login, 2 mail put by number: what tryGet() returned, one after the other",
      {
        "largest-first": (seen) => isSorted(seen.toReversed()),
        "ties-in-any-order": isSorted,
      },
      "PriorityQueue",
    );
  });

  test("equals stay in the order they were put, however many there are", async () => {
    const queue = priorityQueue();
    const tasks = Array.from({ length: 200 }, (_one, index) => `${(index * 7) % 4} task ${index}`);
    for (const task of tasks) silentCall("put(…)", () => queue.put(task));
    await letSettle();
    const taken = tasks.map(() => queue.tryGet());
    const expected = [...tasks].sort(byNumber);
    const at = expected.findIndex((task, index) => task !== taken[index]);
    same(
      at === -1 ? "all in order" : `number ${at + 1} was '${String(taken[at])}'`,
      at === -1 ? "all in order" : `number ${at + 1} was '${String(expected[at])}'`,
      "200 tasks of four priorities put: what tryGet() returned",
      { "ties-in-any-order": () => isSorted(taken) },
      "PriorityQueue",
    );
  });

  test("whatever is put in between, the smallest comes out, and equals in their order", async () => {
    const queue = priorityQueue();
    const waiting: string[] = [];
    const below = drawing(5);
    for (let step = 0; step < 1200; step++) {
      // More puts than gets for a while, then the other way round: the queue grows, and is drained.
      const isPut = below(10) < (step % 120 < 60 ? 7 : 3);
      if (isPut) {
        const task = `${below(step % 240 < 120 ? 3 : 1000)} task ${step}`;
        silentCall("put(…)", () => queue.put(task));
        waiting.push(task);
        continue;
      }
      const expected = [...waiting].sort(byNumber)[0];
      same(
        queue.tryGet(),
        expected,
        `a PriorityQueue of ${waiting.length} tasks, after ${step} puts and gets in turn: what tryGet() returned`,
        {},
        "PriorityQueue",
      );
      if (expected !== undefined) waiting.splice(waiting.indexOf(expected), 1);
    }
    await letSettle();
  });

  test("a LifoQueue hands out the newest first", async () => {
    const queue = lifoQueue();
    for (const item of ["a", "b", "c", "d"]) silentCall("put(…)", () => queue.put(item));
    await letSettle();
    const taken = [1, 2, 3, 4].map(() => queue.tryGet());
    same(taken, ["d", "c", "b", "a"], "a, b, c, d put on a LifoQueue: what tryGet() returned", {}, "LifoQueue");
  });

  for (const { name, id, make, order, values, tells } of KINDS) {
    explored(`${name}: in every order of calls and aborts, waiting works as in AsyncQueue`, {
      ...scopeOf({
        id,
        on: `a ${name}`,
        make: () => make(),
        order,
        values,
        calls: ["put", "get", "tryGet", "abort"],
        mostPuts: 2,
        tells,
      }),
    });

    explored(`${name}: join waits for the taskDone of every item, an aborted signal takes none`, {
      ...scopeOf({
        id: `${id}Join`,
        on: `a ${name}`,
        make: () => make(),
        order,
        values,
        calls: ["put", "get", "tryPut", "taskDone", "join", "getAborted"],
        mostPuts: 2,
        depth: 1,
        tells,
      }),
    });

    for (const maxSize of [1, 2]) {
      explored(`${name} with maxSize ${maxSize}: the same, and puts wait for room`, {
        ...scopeOf({
          id: `${id}MaxSize${maxSize}`,
          on: `a ${name} with maxSize ${maxSize}`,
          maxSize,
          make: () => make(maxSize),
          order,
          values,
          calls: ["put", "get", "tryPut", "abort"],
          depth: maxSize === 1 ? 2 : 1,
          tells: (finding) => tells(finding, maxSize),
        }),
      });
    }

    test(`${name}: a maxSize below 1, or not a whole number, is a RangeError; left out it is Infinity`, async () => {
      same(maxSizeOf(make()), Number.POSITIVE_INFINITY, `a ${name} without maxSize: maxSize`);
      same(maxSizeOf(make(4)), 4, `a ${name} with maxSize 4: maxSize`);
      for (const maxSize of [0, -1, 1.5, Number.NaN]) {
        const making = call(`new ${name}({ maxSize: ${maxSize} })`, () => make(maxSize));
        await letSettle();
        rejectedWithA(RangeError, making, `new ${name}({ …, maxSize: ${maxSize} })`);
      }
    });

    test(`${name}: 0, '', null and false are items like any other`, async () => {
      const queue: Queue =
        name === "PriorityQueue"
          ? new given.PriorityQueue<unknown>({ compare: () => 0 })
          : new given.LifoQueue<unknown>();
      const items = [0, "", null, false];
      for (const item of items) silentCall("put(…)", () => queue.put(item));
      await letSettle();
      const taken = items.map(() => queue.tryGet());
      same(
        taken,
        name === "PriorityQueue" ? items : items.toReversed(),
        `0, '', null and false put on a ${name}${name === "PriorityQueue" ? " to which all are equal" : ""}: what tryGet() returned`,
        {},
        name,
      );
    });
  }

  test("compare is asked in its own terms: any negative, zero or positive number will do", async () => {
    const queue: Queue = new given.PriorityQueue<unknown>({
      compare: (a, b) => (Number(a) - Number(b)) * 0.001,
    });
    const numbers = [5, 3, 9, 1, 7, 3, 8, 2];
    for (const number of numbers) silentCall("put(…)", () => queue.put(number));
    await letSettle();
    const taken = numbers.map(() => queue.tryGet());
    same(
      taken,
      [1, 2, 3, 3, 5, 7, 8, 9],
      "5, 3, 9, 1, 7, 3, 8, 2 put with a compare of small fractions: what tryGet() returned",
      {},
      "PriorityQueue",
    );
    claim(queue.size === 0, `a PriorityQueue that is drained: expected size 0, got ${queue.size}`);
  });
});

/** By their numbers, whatever comes of equals. */
function isSorted(taken: readonly unknown[]): boolean {
  return taken.every((item, at) => at === 0 || byNumber(taken[at - 1], item) <= 0);
}

function maxSizeOf(queue: Queue): unknown {
  return (queue as unknown as { maxSize: unknown }).maxSize;
}
