// What lesson 03 asks for of AsyncQueue: tasks 03.1 to 03.4. Most checks are over schedules; those that
// are written out by hand are the first a learner meets, or what no schedule can show.

import { getEventListeners } from "node:events";
import { describe, test } from "vitest";
import { claim, rejectedWith, rejectedWithA, resolved, same } from "../support/claims.ts";
import { isNotWritten } from "../support/failure.ts";
import { lesson } from "../support/lesson.ts";
import { explored } from "../support/schedules/explore.ts";
import { type Call, call, letSettle, pass, settled, silentCall } from "../support/stage.ts";
import { isAbort, scopeOf } from "./scopes.ts";
import { abortTells, backpressureTells, doneTells, falsyTells, listenerTells, orderTells } from "./tells.ts";

const given = lesson(() => import("#lesson/03-queues-and-backpressure/async-queue.ts"));

type Queue = InstanceType<typeof given.AsyncQueue<unknown>>;

const newQueue = (maxSize?: number): Queue => new given.AsyncQueue(maxSize === undefined ? {} : { maxSize });

const put = (queue: Queue, item: unknown, signal?: AbortSignal): Call<void> =>
  call(`put(${JSON.stringify(item)})`, () => (signal ? queue.put(item, { signal }) : queue.put(item)));
const get = (queue: Queue, signal?: AbortSignal): Call<unknown> =>
  call("get()", () => (signal ? queue.get({ signal }) : queue.get()));
const join = (queue: Queue, signal?: AbortSignal): Call<void> =>
  call("join()", () => (signal ? queue.join({ signal }) : queue.join()));

describe("03.1", () => {
  test("get hands items out in the order of put", async () => {
    const queue = newQueue();
    await settled(put(queue, "a"), put(queue, "b"), put(queue, "c"));
    const gets = [get(queue), get(queue), get(queue)];
    await letSettle();
    const did = "put a, b, c, then three calls of get(): what they resolved to";
    same(
      gets.map((one) => one.value),
      ["a", "b", "c"],
      did,
      { "newest-first": ["c", "b", "a"] },
    );
  });

  test("get on an empty queue waits for the next put", async () => {
    const queue = newQueue();
    const getting = get(queue);
    await pass(60_000);
    claim(
      !getting.isSettled,
      `get() on an empty queue: expected it to wait for an item, but after a minute without one it had ${getting.state}`,
    );
    put(queue, "a");
    await letSettle();
    resolved(getting, "get() on an empty queue, then put('a')", "get() to resolve");
    same(getting.value, "a", "get() on an empty queue, then put('a'): what get() resolved to");
  });

  explored(
    "in every order of put, get, tryPut and tryGet, items and waiting gets are served first come, first served",
    {
      ...scopeOf({
        id: "order",
        on: "an AsyncQueue",
        make: () => newQueue(),
        calls: ["put", "get", "tryPut", "tryGet"],
        tells: orderTells,
      }),
    },
  );

  explored("0, '', null and false are items like any other", {
    ...scopeOf({
      id: "falsy",
      on: "an AsyncQueue",
      make: () => newQueue(),
      calls: ["put", "get", "tryGet"],
      mostPuts: 2,
      values: [0, "", null, false],
      tells: falsyTells,
    }),
  });

  test("a call takes effect when it is made, not when it is awaited", async () => {
    const queue = newQueue();
    const putting = put(queue, "a");
    same(queue.size, 1, "put('a') that nobody has awaited yet: size");
    const getting = get(queue);
    same(queue.size, 0, "put('a'), get(), nobody has awaited yet: size");
    same(queue.tryGet(), undefined, "put('a'), get(), then tryGet(), all in one turn: what tryGet() returned");
    await settled(putting, getting);
    same(getting.value, "a", "put('a'), get(), then tryGet(), all in one turn: what get() resolved to");
  });

  test("an item that is owed to a waiting get is no longer in the queue", async () => {
    const queue = newQueue();
    const getting = get(queue);
    await letSettle();
    put(queue, "a");
    same(queue.size, 0, "put('a') while a get() waits: size", { "owed-item-still-in-the-queue": 1 });
    same(
      queue.tryGet(),
      undefined,
      "put('a') while a get() waits, then tryGet() in the same turn: what tryGet() returned",
      { "owed-item-still-in-the-queue": "a" },
    );
    await letSettle();
    same(getting.value, "a", "put('a') while a get() waits: what get() resolved to");
  });

  test("nor does it count towards maxSize, once there is one", async () => {
    const queue = withMaxSizeOf1();
    if (!queue) return;
    const gets = [get(queue), get(queue)];
    await letSettle();
    const tries = ["a", "b", "c"].map((item) => queue.tryPut(item));
    same(
      tries,
      [true, true, true],
      "two calls of get() wait on a queue with maxSize 1, then three calls of tryPut in one turn: what they returned",
      { "owed-item-still-in-the-queue": (seen) => seen.includes(false) },
      "tryPut",
    );
    await letSettle();
    for (const one of gets)
      resolved(one, "two calls of get() wait on a queue with maxSize 1, then three calls of tryPut");
  });

  /** The limit is a later task: as long as it is not written there is nothing to ask. */
  function withMaxSizeOf1(): Queue | undefined {
    try {
      return newQueue(1);
    } catch (error) {
      if (isNotWritten(error)) return undefined;
      throw error;
    }
  }

  test("a thousand waiting gets are served in the order they came", async () => {
    const queue = newQueue();
    const gets = Array.from({ length: 1000 }, () => silentCall("get()", () => queue.get()));
    await letSettle();
    for (let item = 0; item < 1000; item++) silentCall("put(…)", () => queue.put(item));
    await letSettle();
    const outOfPlace = gets.findIndex((one, index) => one.value !== index);
    same(
      outOfPlace === -1 ? "all in order" : `get number ${outOfPlace} got ${String(gets[outOfPlace]?.value)}`,
      "all in order",
      "a thousand calls of get(), then put(0) to put(999): what the gets resolved to",
      {},
      "get",
    );
  });

  test("items that look alike are all handed out", async () => {
    const queue = newQueue();
    const item = { name: "a" };
    for (const one of ["b", item, "b", item]) silentCall("put(…)", () => queue.put(one));
    await letSettle();
    same(
      [1, 2, 3, 4, 5].map(() => queue.tryGet()),
      ["b", item, "b", item, undefined],
      "'b', an object, 'b' and the same object put, then tryGet() five times: what it returned",
      {},
      "put",
    );
  });

  test("an item comes out as it went in, whatever it is, and two queues share nothing", async () => {
    const [one, other] = [newQueue(), newQueue()];
    const items = [["a"], { name: "b" }, () => "c", Symbol("d"), Number.NaN];
    for (const item of items) silentCall("put(…)", () => one.put(item));
    const waiting = get(other);
    await letSettle();
    same(one.size, items.length, "five items put into one queue: its size");
    same(other.size, 0, "five items put into another queue: size");
    claim(!waiting.isSettled, "get() on one queue, items put into another: expected get() to wait, but it has settled");
    const taken = items.map(() => one.tryGet());
    claim(
      taken.every((item, index) => Object.is(item, items[index])),
      "an array, an object, a function, a symbol and NaN put, then tryGet() five times: expected the very same five",
    );
  });
});

describe("03.2", () => {
  explored("join resolves once every item put has had its taskDone, again and again", {
    ...scopeOf({
      id: "done",
      on: "an AsyncQueue",
      make: () => newQueue(),
      calls: ["put", "get", "tryPut", "taskDone", "join"],
      mostPuts: 2,
      isMine: (schedule) => schedule.some(({ call }) => call === "join" || call === "taskDone"),
      tells: doneTells,
    }),
  });

  explored("a put that waits counts from the moment its item is in", {
    ...scopeOf({
      id: "doneFull",
      on: "an AsyncQueue with maxSize 1",
      maxSize: 1,
      make: () => newQueue(1),
      calls: ["put", "tryGet", "taskDone", "join"],
      mostPuts: 2,
      isMine: (schedule) => schedule.some(({ call }) => call === "join" || call === "taskDone"),
      tells: doneTells,
    }),
  });

  test("join waits for the work, not for an empty queue", async () => {
    const queue = newQueue();
    put(queue, "a");
    const getting = get(queue);
    await settled(getting);
    const joining = join(queue);
    await pass(1000);
    claim(
      !joining.isSettled,
      "put('a'), get(), then join() while the work on 'a' is not done: expected join() to wait, but it has settled",
      "joins-when-empty",
    );
    queue.taskDone();
    await letSettle();
    resolved(joining, "put('a'), get(), join(), then taskDone()", "join() to resolve");
  });

  test("one taskDone too many throws, and breaks nothing", async () => {
    const queue = newQueue();
    rejectedWithA(Error, await tooMany(queue), "taskDone() on a queue that never had an item", {
      "done-below-zero": () => true,
    });
    put(queue, "a");
    const joining = join(queue);
    await letSettle();
    claim(
      !joining.isSettled,
      "taskDone() once too many, then put('a') and join(): expected join() to wait for 'a', but it has settled",
      "done-below-zero",
    );
    queue.taskDone();
    await letSettle();
    resolved(joining, "taskDone() once too many, put('a'), join(), then taskDone()", "join() to resolve");
    rejectedWithA(Error, await tooMany(queue), "put('a'), taskDone(), then taskDone() again", {
      "done-below-zero": () => true,
    });
  });

  async function tooMany(queue: Queue): Promise<Call<void>> {
    const calling = call("taskDone()", () => queue.taskDone());
    await letSettle();
    return calling;
  }
});

describe("03.3", () => {
  for (const maxSize of [1, 2, 3]) {
    explored(
      `with maxSize ${maxSize}, in every order of calls, size never exceeds it and room goes to the oldest put`,
      {
        ...scopeOf({
          id: `maxSize${maxSize}`,
          on: `an AsyncQueue with maxSize ${maxSize}`,
          maxSize,
          make: () => newQueue(maxSize),
          calls: ["put", "get", "tryPut", "tryGet"],
          isMine: (schedule) => schedule.filter(({ call }) => call.endsWith("ut")).length > maxSize,
          tells: backpressureTells,
        }),
      },
    );
  }

  test("an item that is owed to a waiting get does not count towards maxSize", async () => {
    const queue = newQueue(1);
    const gets = [get(queue), get(queue)];
    await letSettle();
    const tries = ["a", "b", "c", "d"].map((item) => queue.tryPut(item));
    same(
      tries,
      [true, true, true, false],
      "two calls of get() wait on a queue with maxSize 1, then four calls of tryPut in one turn: what they returned",
      {},
      "tryPut",
    );
    await letSettle();
    same(
      gets.map((one) => one.value),
      ["a", "b"],
      "two calls of get() wait on a queue with maxSize 1, then four calls of tryPut: what the gets resolved to",
    );
    same(queue.size, 1, "two calls of get() wait on a queue with maxSize 1, then four calls of tryPut: size");
  });

  test("a slow consumer sets the pace of a fast producer", async () => {
    const queue = newQueue(3);
    let puts = 0;
    const producer = silentCall("a producer of 20 items", async () => {
      for (let item = 0; item < 20; item++) {
        await queue.put(item);
        puts += 1;
      }
    });
    const seen: number[] = [];
    for (let taken = 0; taken < 5; taken++) {
      await pass(100);
      seen.push(puts);
      get(queue);
    }
    same(
      seen,
      [3, 4, 5, 6, 7],
      "a producer of 20 items on a queue with maxSize 3, and a get() every 100 ms: the puts that were done before each get()",
      { "no-backpressure": (counts) => counts[0] === 20 },
      "put",
    );
    for (let taken = 0; taken < 15; taken++) get(queue);
    await settled(producer);
  });

  test("maxSize can be read, and is Infinity where it is left out", () => {
    same(new given.AsyncQueue().maxSize, Number.POSITIVE_INFINITY, "new AsyncQueue(): maxSize");
    same(new given.AsyncQueue({}).maxSize, Number.POSITIVE_INFINITY, "new AsyncQueue({}): maxSize");
    same(newQueue(7).maxSize, 7, "new AsyncQueue({ maxSize: 7 }): maxSize");
    const endless = newQueue(Number.POSITIVE_INFINITY);
    same(endless.maxSize, Number.POSITIVE_INFINITY, "new AsyncQueue({ maxSize: Infinity }): maxSize");
    same(endless.tryPut("a"), true, "tryPut('a') on a queue with maxSize Infinity: what it returned");
  });

  test("a maxSize below 1, or not a whole number, is a RangeError", async () => {
    for (const maxSize of [0, -1, 1.5, 0.5, Number.NaN, Number.NEGATIVE_INFINITY]) {
      const making = call(`new AsyncQueue({ maxSize: ${maxSize} })`, () => newQueue(maxSize));
      await letSettle();
      rejectedWithA(RangeError, making, `new AsyncQueue({ maxSize: ${maxSize} })`, {
        "zero-means-no-limit": (made: unknown) => (made as Queue).maxSize === Number.POSITIVE_INFINITY,
      });
    }
  });
});

describe("03.4", () => {
  explored("whoever is aborted takes nothing, adds nothing and holds up nobody", {
    ...scopeOf({
      id: "abort",
      on: "an AsyncQueue",
      make: () => newQueue(),
      calls: ["put", "get", "abort", "getAborted"],
      mostPuts: 2,
      isMine: (schedule) => schedule.some(isAbort),
      tells: abortTells,
    }),
  });

  for (const maxSize of [1, 2]) {
    explored(`the same on a queue with maxSize ${maxSize}, where puts wait`, {
      ...scopeOf({
        id: `abortMaxSize${maxSize}`,
        on: `an AsyncQueue with maxSize ${maxSize}`,
        maxSize,
        make: () => newQueue(maxSize),
        calls: ["put", "get", "abort", maxSize === 1 ? "putAborted" : "tryPut"],
        isMine: (schedule) => schedule.some(isAbort),
        tells: abortTells,
      }),
    });
  }

  explored("a join that is aborted rejects, and the others wait on; an aborted put is never counted", {
    ...scopeOf({
      id: "abortJoin",
      on: "an AsyncQueue with maxSize 1",
      maxSize: 1,
      make: () => newQueue(1),
      calls: ["put", "tryGet", "taskDone", "join", "abort", "joinAborted"],
      mostPuts: 2,
      depth: 1,
      isMine: (schedule) => schedule.some(isAbort),
      tells: abortTells,
    }),
  });

  explored("no abort listener stays on a signal after its wait is over", {
    ...scopeOf({
      id: "listeners",
      on: "an AsyncQueue with maxSize 1",
      maxSize: 1,
      make: () => newQueue(1),
      calls: ["put", "get", "taskDone", "join", "abort"],
      mostPuts: 2,
      depth: 1,
      looksForListeners: true,
      isMine: () => true,
      tells: listenerTells,
    }),
  });

  test("what an aborted get gives back goes to the next getter, before anything that was put later", async () => {
    const queue = newQueue();
    const controller = new AbortController();
    const getting = get(queue, controller.signal);
    await letSettle();
    put(queue, "a");
    controller.abort(new Error("closing"));
    put(queue, "b");
    await letSettle();
    const next = queue.tryGet();
    const isGivenBack = getting.state === "rejected";
    same(
      next,
      isGivenBack ? "a" : "b",
      `put('a'), abort and put('b') in one turn while a get() waits, which has ${getting.state}, then tryGet(): what it returned`,
      { "given-back-to-the-end": (seen) => isGivenBack && seen === "b" && queue.size === 1 },
    );
  });

  test("what an aborted get gives back stands ahead of what is in the queue", async () => {
    for (const maxSize of [1, 5]) {
      const queue = newQueue(maxSize);
      const controller = new AbortController();
      const getting = get(queue, controller.signal);
      await letSettle();
      put(queue, "a");
      put(queue, "b");
      controller.abort(new Error("closing"));
      await letSettle();
      const isGivenBack = getting.state === "rejected";
      const did = `put('a'), put('b') and abort in one turn while a get() waits on a queue with maxSize ${maxSize}: the get() ${getting.state}`;
      const taken = [queue.tryGet(), queue.tryGet()];
      same(
        taken,
        isGivenBack ? ["a", "b"] : ["b", undefined],
        `${did}, then tryGet() twice: what it returned`,
        { "given-back-to-the-end": (seen) => isGivenBack && seen[0] === "b" && seen[1] === "a" },
        "get",
      );
    }
  });

  test("of two waiting puts of the same item, the one that is aborted goes, and the other stays", async () => {
    const item = { name: "a" };
    for (const aborted of [0, 1]) {
      const queue = newQueue(1);
      await settled(put(queue, "first"));
      const controllers = [new AbortController(), new AbortController()];
      const puts = controllers.map(({ signal }) => put(queue, item, signal));
      await letSettle();
      controllers[aborted]?.abort(new Error("changed my mind"));
      await letSettle();
      same(queue.tryGet(), "first", "two puts of one object wait, one is aborted, then tryGet(): what it returned");
      await letSettle();
      same(
        puts.map(({ state }) => state),
        aborted === 0 ? ["rejected", "resolved"] : ["resolved", "rejected"],
        `two puts of one object wait, the ${aborted === 0 ? "first" : "second"} is aborted, then room comes: what became of them`,
        {},
        "put",
      );
      same(
        [queue.tryGet(), queue.tryGet()],
        [item, undefined],
        "two puts of one object wait, one is aborted, then tryGet() twice more: what it returned",
      );
    }
  });

  test("one signal ends all the waits that it was given to", async () => {
    const queue = newQueue(1);
    const controller = new AbortController();
    const gets = [get(queue, controller.signal), get(queue, controller.signal)];
    await letSettle();
    controller.abort(new Error("closing"));
    await letSettle();
    for (const one of gets) {
      rejectedWith(
        controller.signal.reason,
        one,
        "two calls of get() wait with one signal, which aborts: each of them",
      );
    }
    put(queue, "a");
    await letSettle();
    same(queue.size, 1, "two calls of get() were aborted, then put('a'): size", { "aborted-getter-takes-an-item": 0 });
  });

  test("the reason of the signal is what the call rejects with, whatever it is", async () => {
    for (const reason of ["no time", 0, null, new TypeError("a reason like any other")]) {
      const queue = newQueue(1);
      const controller = new AbortController();
      const getting = get(queue, controller.signal);
      const joining = joinOn(queue, controller.signal);
      const putting = put(queue, "second", controller.signal);
      await letSettle();
      controller.abort(reason);
      await letSettle();
      const did = `a wait whose signal aborts with the reason ${JSON.stringify(reason) ?? String(reason)}`;
      for (const one of [getting, joining, putting]) {
        if (one.state === "resolved") continue;
        rejectedWith(controller.signal.reason, one, did, "rejects-with-its-own-error");
      }
    }

    /** A join that has something to wait for. */
    function joinOn(queue: Queue, signal: AbortSignal): Call<void> {
      silentCall("put(…)", () => queue.put("first"));
      silentCall("put(…)", () => queue.put("next"));
      return join(queue, signal);
    }
  });

  test("a signal that aborts by itself, after a while, is a signal like any other", async () => {
    const queue = newQueue();
    const signal = AbortSignal.timeout(50);
    const getting = get(queue, signal);
    await pass(49);
    claim(
      !getting.isSettled,
      "get() with AbortSignal.timeout(50), 49 ms later: expected it to wait, but it has settled",
    );
    await pass(1);
    await letSettle();
    rejectedWith(signal.reason, getting, "get() on an empty queue with AbortSignal.timeout(50), 50 ms later");
  });

  test("a signal that lives long keeps no trace of the waits it was given to", async () => {
    const queue = newQueue(1);
    const { signal } = new AbortController();
    for (let item = 0; item < 200; item++) {
      const waiting = silentCall("get()", () => queue.get({ signal }));
      await letSettle();
      silentCall("put(…)", () => queue.put(item, { signal }));
      await settled(waiting);
      queue.taskDone();
      await settled(silentCall("join()", () => queue.join({ signal })));
    }
    same(
      getEventListeners(signal, "abort").length,
      0,
      "200 calls of get(), put(…) and join() with one signal, all over: the abort listeners left on it",
      { "leaves-its-listener": (left) => left > 0 },
      "get",
    );
  });
});
