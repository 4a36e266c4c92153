// What lesson 04 asks for of the queue itself: tasks 04.1 to 04.4. The stretch tasks are in
// `stretch.test.ts`. Many checks are over schedules; those that are written out by hand are the first
// that a learner meets, or what no schedule can show.

import { getEventListeners } from "node:events";
import { describe, test } from "vitest";
import { claim, rejectedWith, rejectedWithA, resolved, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { explored } from "../support/schedules/explore.ts";
import { type Call, call, letSettle, pass, settled, silentCall } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { show } from "../support/words.ts";
import { ack, publish, requeueExpired } from "./acts.ts";
import { has, scopeOf, VISIBILITY_TIMEOUT_MS } from "./scopes.ts";
import { ackTells, competeTells, receiveTells, requeueTells } from "./tells.ts";
import { Counted, type Message, messageInWords } from "./visibility-subject.ts";

const given = lesson(() => import("#lesson/04-visibility-queue/visibility-queue.ts"));

type Queue = InstanceType<typeof given.VisibilityQueue>;
type Received = Call<Message | null>;

const newQueue = (visibilityTimeoutMs?: number): Queue =>
  new given.VisibilityQueue(visibilityTimeoutMs === undefined ? {} : { visibilityTimeoutMs });

const underTest = {
  make: () => new Counted(newQueue(VISIBILITY_TIMEOUT_MS)),
  unknownReceiptError: () => given.UnknownReceiptError,
};

const receive = (queue: Queue, who = "receive()", options?: { timeoutMs?: number; signal?: AbortSignal }): Received =>
  call(who, () => (options ? queue.receive(options) : queue.receive()), messageInWords);

/** What is received at once: where a message waits it costs no time. */
async function received(queue: Queue, who = "receive()"): Promise<Message> {
  const receiving = receive(queue, who);
  await letSettle();
  claim(
    receiving.value !== null && receiving.value !== undefined,
    `${who} with a message waiting: expected the message at once, but it ${receiving.isSettled ? `resolved to ${show(receiving.value)}` : "is still waiting"}`,
    undefined,
    "receive",
  );
  return receiving.value as Message;
}

/** `count` messages, one after the other, received at once. */
async function bodiesOf(queue: Queue, count: number): Promise<string[]> {
  const bodies: string[] = [];
  for (let taken = 0; taken < count; taken++) bodies.push((await received(queue)).body);
  return bodies;
}

const counts = (queue: Queue): string => `waiting ${queue.waiting}, in flight ${queue.inFlight}`;

describe("04.1", () => {
  test("receive moves the oldest message in flight, and resolves to it at once", async () => {
    const queue = newQueue();
    publish(queue, "a", "b", "c");
    same(counts(queue), "waiting 3, in flight 0", "a, b, c published: the counts", {}, "publish");
    const message = await received(queue);
    same(message.body, "a", "a, b, c published, then receive(): the body", { "newest-first": "c" });
    same(message.receiveCount, 1, "the first delivery of a message: its receiveCount", {}, "receive");
    same(counts(queue), "waiting 2, in flight 1", "a, b, c published, then receive(): the counts");
    same(await bodiesOf(queue, 2), ["b", "c"], "a, b, c published, one received, then receive() twice: the bodies");
  });

  test("publish returns the message's id, and every message has its own", async () => {
    const queue = newQueue();
    const ids = Array.from({ length: 50 }, () => queue.publish("the same body"));
    claim(
      ids.every((id) => typeof id === "string" && id !== ""),
      `publish('the same body') 50 times: expected 50 ids, got ${show(ids)}`,
    );
    same(new Set(ids).size, 50, "publish('the same body') 50 times: how many different ids it returned");
    const messages: Message[] = [];
    for (let taken = 0; taken < 50; taken++) messages.push(await received(queue));
    same(
      messages.map(({ id }) => id),
      ids,
      "50 messages published, then received: their ids, in the order of receive",
      {},
      "receive",
    );
    same(
      new Set(messages.map(({ receipt }) => receipt)).size,
      50,
      "50 messages received: how many different receipts",
      {},
      "receive",
    );
  });

  test("an empty body is a message too", async () => {
    const queue = newQueue();
    const waiting = receive(queue);
    await letSettle();
    publish(queue, "", "");
    await letSettle();
    const didFirst = "receive() waits, then publish(''): what it got";
    same(waiting.value?.body, "", didFirst, { "skips-falsy-bodies": undefined }, "receive");
    const second = receive(queue);
    await letSettle();
    same(second.value?.body, "", "publish(''), then receive(): what it got", { "skips-falsy-bodies": undefined });
    same(counts(queue), "waiting 0, in flight 2", "two empty messages published and received: the counts");
  });

  explored("in every order of publish, receive, abort and timeout, each message goes to the receiver it is owed to", {
    ...scopeOf({
      ...underTest,
      id: "receive",
      make: () => new Counted(newQueue(Number.POSITIVE_INFINITY)),
      visibilityTimeoutMs: Number.POSITIVE_INFINITY,
      calls: ["publish", "receive", "receiveNow", "abort", "clock"],
      clockMs: [40],
      tells: receiveTells,
    }),
  });

  test("with nothing to receive it waits 10,000 ms, then resolves to null", async () => {
    const queue = newQueue();
    const receiving = receive(queue);
    await pass(9_999);
    claim(!receiving.isSettled, "receive() on an empty queue, 9,999 ms later: expected it to wait, but it has settled");
    await settled(receiving);
    same(receiving.value, null, "receive() on an empty queue: what it resolved to in the end");
    same(receiving.tookMs, 10_000, "receive() on an empty queue: how long it took, in ms", {}, "receive");
  });

  test("timeoutMs says how long it waits, and 0 never waits", async () => {
    const queue = newQueue();
    const short = receive(queue, "receive({ timeoutMs: 50 })", { timeoutMs: 50 });
    await settled(short);
    same(short.tookMs, 50, "receive({ timeoutMs: 50 }) on an empty queue: how long it took, in ms", {}, "receive");
    const never = receive(queue, "receive({ timeoutMs: 0 })", { timeoutMs: 0 });
    await letSettle();
    resolved(never, "receive({ timeoutMs: 0 }) on an empty queue", "null at once", "zero-means-default");
    same(never.value, null, "receive({ timeoutMs: 0 }) on an empty queue: what it resolved to");
    publish(queue, "a");
    const full = receive(queue, "receive({ timeoutMs: 0 })", { timeoutMs: 0 });
    await letSettle();
    same(full.value?.body, "a", "publish('a'), then receive({ timeoutMs: 0 }): the body");
  });

  test("timeoutMs Infinity waits for ever", async () => {
    const queue = newQueue();
    const receiving = receive(queue, "receive({ timeoutMs: Infinity })", { timeoutMs: Number.POSITIVE_INFINITY });
    await pass(3_600_000);
    claim(
      !receiving.isSettled,
      `receive({ timeoutMs: Infinity }), an hour later: expected it to wait, but it resolved to ${show(receiving.value)} after ${receiving.tookMs} ms`,
      "infinity-fires-at-once",
    );
    publish(queue, "a");
    await letSettle();
    same(receiving.value?.body, "a", "receive({ timeoutMs: Infinity }), then publish('a'): the body");
  });

  test("waiting receivers are served in the order they came, one message each", async () => {
    const queue = newQueue();
    const waiting = ["A", "B", "C"].map((who) => receive(queue, `${who}.receive()`));
    await pass(100);
    publish(queue, "a", "b");
    await letSettle();
    same(
      waiting.map((one) => one.value?.body ?? "waits"),
      ["a", "b", "waits"],
      "A, B and C wait, then a and b are published: who got what",
      { "last-come-first-served": ["waits", "b", "a"], "goes-to-every-receiver": ["a", "a", "a"] },
      "receive",
    );
    publish(queue, "c");
    await letSettle();
    same(waiting[2]?.value?.body, "c", "A, B and C wait, a, b and c are published: what C got", {}, "receive");
  });

  test("a receive that has timed out takes no message afterwards", async () => {
    const queue = newQueue();
    const late = receive(queue, "receive({ timeoutMs: 50 })", { timeoutMs: 50 });
    await settled(late);
    publish(queue, "a");
    await letSettle();
    same(
      counts(queue),
      "waiting 1, in flight 0",
      "receive({ timeoutMs: 50 }) timed out, then publish('a'): the counts",
      {
        "timed-out-receiver-takes-it": "waiting 0, in flight 1",
      },
      "receive",
    );
    same((await received(queue)).body, "a", "receive({ timeoutMs: 50 }) timed out, publish('a'), receive(): the body");
  });

  test("a message that comes in the very instant of the timeout is received or left, never lost", async () => {
    for (const isEarlier of [true, false]) {
      const queue = newQueue();
      const publishAt50 = () => setTimeout(() => publish(queue, "a"), 50);
      if (isEarlier) publishAt50();
      const receiving = receive(queue, "receive({ timeoutMs: 50 })", { timeoutMs: 50 });
      if (!isEarlier) publishAt50();
      await settled(receiving);
      await letSettle();
      const expected = receiving.value === null ? "waiting 1, in flight 0" : "waiting 0, in flight 1";
      same(
        counts(queue),
        expected,
        `receive({ timeoutMs: 50 }) resolved to ${messageInWords(receiving.value ?? null)}, publish('a') in the instant of its timeout: the counts`,
        {},
        "receive",
      );
    }
  });

  test("an aborted receive rejects with the signal's reason, whatever it is", async () => {
    for (const reason of [new Error("closing"), "no time", 0]) {
      const queue = newQueue();
      const controller = new AbortController();
      const receiving = receive(queue, "receive({ signal })", { signal: controller.signal });
      await pass(10);
      controller.abort(reason);
      await letSettle();
      rejectedWith(
        reason,
        receiving,
        `receive({ signal }), aborted with ${show(reason)}`,
        "rejects-with-its-own-error",
      );
      const again = receive(queue, "receive({ signal })", { signal: controller.signal });
      await letSettle();
      rejectedWith(reason, again, `receive({ signal }) with a signal aborted beforehand, with ${show(reason)}`);
    }
  });

  test("a signal that is aborted beforehand takes nothing, even where a message waits", async () => {
    const queue = newQueue();
    publish(queue, "a");
    const reason = new Error("closing");
    const receiving = receive(queue, "receive({ signal })", { signal: AbortSignal.abort(reason) });
    await letSettle();
    rejectedWith(
      reason,
      receiving,
      "publish('a'), then receive({ signal }) with an aborted signal",
      "takes-although-aborted",
    );
    same(
      counts(queue),
      "waiting 1, in flight 0",
      "publish('a'), then receive({ signal }) with an aborted signal: the counts",
    );
  });

  test("when a wait is over it leaves neither a listener nor a timer behind", async () => {
    const queue = newQueue();
    const { signal } = new AbortController();
    const endings: [string, () => Promise<void>][] = [
      ["a message came", async () => publish(queue, "a")],
      ["a message was there", async () => {}],
      ["its time was over", () => pass(500)],
    ];
    for (const [how, end] of endings) {
      if (how === "a message was there") publish(queue, "b");
      const receiving = receive(queue, "receive({ timeoutMs: 500, signal })", { timeoutMs: 500, signal });
      await letSettle();
      await end();
      await letSettle();
      resolved(receiving, `receive({ timeoutMs: 500, signal }), and ${how}`);
      const message = receiving.value;
      if (message) ack(queue, message);
      same(
        getEventListeners(signal, "abort").length,
        0,
        `receive({ timeoutMs: 500, signal }), and ${how}: the abort listeners left on the signal`,
        { "leaves-its-listener": (left) => left > 0 },
        "receive",
      );
      same(
        clock.timers.referencedCount,
        0,
        `receive({ timeoutMs: 500, signal }), ${how}, and the message was acked: the timers left that keep the process alive`,
        { "leaves-its-timer": (left) => left > 0 },
        "receive",
      );
    }
    const controller = new AbortController();
    const aborted = receive(queue, "receive({ signal })", { signal: controller.signal });
    await letSettle();
    controller.abort();
    await letSettle();
    claim(aborted.state === "rejected", "receive({ signal }), then an abort: expected it to reject");
    same(
      getEventListeners(controller.signal, "abort").length,
      0,
      "receive({ signal }), aborted: the abort listeners left on the signal",
      { "leaves-its-listener": (left) => left > 0 },
      "receive",
    );
    same(
      clock.timers.referencedCount,
      0,
      "receive({ signal }), aborted: the timers left that keep the process alive",
      { "leaves-its-timer": (left) => left > 0 },
      "receive",
    );
  });

  test("a timeoutMs that is negative or NaN is a RangeError, and takes nothing", async () => {
    const queue = newQueue();
    publish(queue, "a");
    for (const timeoutMs of [-1, Number.NaN, Number.NEGATIVE_INFINITY]) {
      const receiving = receive(queue, `receive({ timeoutMs: ${timeoutMs} })`, { timeoutMs });
      await letSettle();
      rejectedWithA(RangeError, receiving, `publish('a'), then receive({ timeoutMs: ${timeoutMs} })`);
      same(
        counts(queue),
        "waiting 1, in flight 0",
        `publish('a'), then receive({ timeoutMs: ${timeoutMs} }): the counts`,
      );
    }
  });
});

describe("04.2", () => {
  const unknown = async (queue: Queue, receipt: string, did: string, misconception?: string): Promise<void> => {
    const before = counts(queue);
    const acking = call(`ack(${show(receipt)})`, () => queue.ack(receipt));
    await letSettle();
    const isIgnored = counts(queue) === before;
    const tells = {
      "unknown-receipt-is-ignored": () => isIgnored,
      ...(misconception === undefined ? {} : { [misconception]: () => !isIgnored }),
    };
    rejectedWithA(given.UnknownReceiptError as unknown as ErrorConstructor, acking, did, tells);
    same(counts(queue), before, `${did}: the counts`, {}, "ack");
  };

  test("ack deletes a message in flight for good", async () => {
    const queue = newQueue(1000);
    publish(queue, "a", "b");
    const message = await received(queue);
    ack(queue, message);
    same(counts(queue), "waiting 1, in flight 0", "a and b published, a received and acked: the counts", {}, "ack");
    await pass(60_000);
    requeueExpired(queue);
    same(
      counts(queue),
      "waiting 1, in flight 0",
      "a acked, then requeueExpired() a minute later: the counts",
      {
        "acked-message-comes-back": "waiting 2, in flight 0",
      },
      "ack",
    );
  });

  test("messages with the same body are messages of their own", async () => {
    const queue = newQueue();
    publish(queue, "a", "a", "a");
    const first = await received(queue);
    await received(queue);
    ack(queue, first);
    same(
      counts(queue),
      "waiting 1, in flight 1",
      "'a' published three times, two received, one acked: the counts",
      {},
      "ack",
    );
  });

  test("a receipt that nobody has, or one used before, is an UnknownReceiptError and touches nothing", async () => {
    const queue = newQueue();
    publish(queue, "a", "b");
    const message = await received(queue);
    for (const receipt of ["no such receipt", "", "__proto__", "constructor"]) {
      await unknown(queue, receipt, `a in flight, then ack(${show(receipt)})`);
    }
    ack(queue, message);
    await unknown(queue, message.receipt, "a received and acked, then acked again");
    claim(new given.UnknownReceiptError("x") instanceof Error, "new UnknownReceiptError('x'): expected an Error");
  });

  test("an old receipt deletes nothing: what was yours is another's now", async () => {
    const queue = newQueue(1000);
    publish(queue, "a");
    const first = await received(queue, "A.receive()");
    await pass(1500);
    requeueExpired(queue);
    const second = await received(queue, "B.receive()");
    claim(
      first.receipt !== second.receipt,
      "a delivered to A, requeued, delivered to B: expected B's receipt to be another than A's",
      "receipt-is-message-id",
      "receive",
    );
    await unknown(
      queue,
      first.receipt,
      "a delivered to A, requeued, delivered to B, then A acks its old receipt",
      "old-receipt-still-counts",
    );
    if (second.id !== second.receipt) {
      await unknown(queue, second.id, "a delivered to B, then ack of the message's id", "acks-by-message-id");
    }
    ack(queue, second);
    same(
      counts(queue),
      "waiting 0, in flight 0",
      "a delivered to A, requeued, delivered to B, then B acks: the counts",
      {},
      "ack",
    );
  });

  test("a receipt of an earlier delivery is as unknown while the message waits", async () => {
    const queue = newQueue(1000);
    publish(queue, "a");
    const message = await received(queue);
    await pass(1500);
    requeueExpired(queue);
    await unknown(
      queue,
      message.receipt,
      "a delivered and requeued, then its receipt acked",
      "old-receipt-still-counts",
    );
    same((await received(queue)).body, "a", "a delivered, requeued, its old receipt acked, then receive(): the body");
  });

  test("an expired delivery can still be acked until it is requeued", async () => {
    const queue = newQueue(1000);
    publish(queue, "a");
    const message = await received(queue);
    await pass(5000);
    const isInFlight = queue.inFlight === 1;
    const acking = call("ack(receipt)", () => queue.ack(message.receipt));
    await letSettle();
    resolved(
      acking,
      "a received, 5,000 ms pass with a visibility timeout of 1,000 ms, then ack",
      "it to be deleted",
      isInFlight ? "expired-cannot-be-acked" : "comes-back-by-itself",
    );
    same(requeueExpired(queue), 0, "a acked after its timeout, then requeueExpired(): what it returned");
    same(counts(queue), "waiting 0, in flight 0", "a acked after its timeout, then requeueExpired(): the counts");
  });

  explored("in every order of calls, ack deletes what its receipt stands for and nothing else", {
    ...scopeOf({
      ...underTest,
      id: "ack",
      depth: 1,
      calls: ["publish", "receiveNow", "ack", "requeueExpired", "clock"],
      isMine: has("ack"),
      tells: ackTells,
    }),
  });
});

describe("04.3", () => {
  test("requeueExpired puts a message back whose time is over, and returns how many", async () => {
    const queue = newQueue(1000);
    publish(queue, "a", "b");
    const first = await received(queue);
    await pass(999);
    same(
      requeueExpired(queue),
      0,
      "a received, requeueExpired() 999 ms later with a timeout of 1,000 ms: what it returned",
      {},
      "requeueExpired",
    );
    await pass(2);
    same(
      requeueExpired(queue),
      1,
      "a received, requeueExpired() 1,001 ms later with a timeout of 1,000 ms: what it returned",
      {},
      "requeueExpired",
    );
    same(
      counts(queue),
      "waiting 2, in flight 0",
      "a received and requeued, b waiting: the counts",
      {},
      "requeueExpired",
    );
    const again = await received(queue);
    same(
      again.body,
      "a",
      "a and b published, a received and requeued, then receive(): the body",
      { "requeued-to-the-back": "b" },
      "requeueExpired",
    );
    same(again.id, first.id, "a delivered, requeued, delivered: its id");
    same(
      again.receiveCount,
      2,
      "a delivered, requeued, delivered: its receiveCount",
      { "counts-no-redelivery": 1 },
      "receive",
    );
    claim(
      again.receipt !== first.receipt,
      "a delivered, requeued, delivered: expected a new receipt, got the same",
      "receipt-is-message-id",
      "receive",
    );
  });

  test("the visibility timeout is 5,000 ms where it is left out", async () => {
    const queue = newQueue();
    publish(queue, "a");
    await received(queue);
    await pass(4_990);
    same(
      requeueExpired(queue),
      0,
      "a received, requeueExpired() 4,990 ms later: what it returned",
      {},
      "requeueExpired",
    );
    await pass(20);
    same(
      requeueExpired(queue),
      1,
      "a received, requeueExpired() 5,010 ms later: what it returned",
      {},
      "requeueExpired",
    );
  });

  test("the timeout begins with the delivery, not with the publish", async () => {
    const queue = newQueue(1000);
    publish(queue, "a");
    await pass(5000);
    await received(queue);
    await pass(500);
    same(
      requeueExpired(queue),
      0,
      "a published, received 5,000 ms later, requeueExpired() 500 ms after that: what it returned",
      { "counts-from-publish": 1 },
      "requeueExpired",
    );
  });

  test("nothing comes back before requeueExpired is called", async () => {
    const queue = newQueue(1000);
    publish(queue, "a");
    await received(queue);
    const waiting = receive(queue, "B.receive({ timeoutMs: 60_000 })", { timeoutMs: 60_000 });
    await pass(30_000);
    claim(
      !waiting.isSettled,
      "a delivered, its timeout long over, nobody called requeueExpired(): expected B to wait, but it has settled",
      "comes-back-by-itself",
      "receive",
    );
    same(
      counts(queue),
      "waiting 0, in flight 1",
      "a delivered, its timeout long over, nobody called requeueExpired(): the counts",
      {
        "comes-back-by-itself": (seen) => seen.startsWith("waiting 1"),
      },
      "requeueExpired",
    );
    publish(queue, "b");
    await letSettle();
    same(
      waiting.value?.body ?? "waits",
      "b",
      "a delivered, its timeout long over, B waits, then publish('b'): what B got",
      {
        "comes-back-by-itself": "a",
      },
      "publish",
    );
    if (waiting.value) ack(queue, waiting.value);
    const none = receive(queue, "receive({ timeoutMs: 0 })", { timeoutMs: 0 });
    await letSettle();
    same(
      none.value,
      null,
      "a delivered, its timeout long over, b acked, then receive({ timeoutMs: 0 }): what it resolved to",
      {
        "receive-requeues": (seen) => seen?.receiveCount === 2,
      },
      "receive",
    );
    const later = receive(queue, "C.receive({ timeoutMs: 60_000 })", { timeoutMs: 60_000 });
    await letSettle();
    same(requeueExpired(queue), 1, "a delivered, its timeout over, C waits, then requeueExpired(): what it returned");
    await letSettle();
    same(
      later.value?.body ?? "waits",
      "a",
      "a delivered, its timeout over, C waits, then requeueExpired(): what C got",
      { "requeue-wakes-nobody": "waits" },
      "requeueExpired",
    );
  });

  test("those that come back stand ahead of all that wait, the earliest delivery first", async () => {
    const queue = newQueue(1000);
    publish(queue, "a", "b");
    await bodiesOf(queue, 2);
    await pass(500);
    publish(queue, "c", "d", "e");
    await bodiesOf(queue, 1);
    await pass(600);
    same(
      requeueExpired(queue),
      2,
      "a and b received 1,100 ms ago, c 600 ms ago, then requeueExpired(): what it returned",
      { "younger-ones-come-back-too": (seen) => seen === 3 && queue.inFlight === 0 },
      "requeueExpired",
    );
    await pass(500);
    same(
      requeueExpired(queue),
      1,
      "c received 1,100 ms ago, then requeueExpired(): what it returned",
      {},
      "requeueExpired",
    );
    const order = await bodiesOf(queue, 5);
    same(
      order,
      ["c", "a", "b", "d", "e"],
      "a, b requeued, then c requeued, d and e waiting: the order of receive",
      {
        "requeued-in-reverse": ["c", "b", "a", "d", "e"],
        "requeued-to-the-back": ["d", "e", "a", "b", "c"],
        "behind-earlier-returns": ["a", "b", "c", "d", "e"],
      },
      "requeueExpired",
    );
  });

  test("requeueExpired wakes as many waiting receivers as messages come back", async () => {
    const queue = newQueue(1000);
    publish(queue, "a", "b", "c");
    await bodiesOf(queue, 3);
    await pass(1001);
    const waiting = ["A", "B", "C", "D"].map((who) => receive(queue, `${who}.receive()`));
    await letSettle();
    same(
      requeueExpired(queue),
      3,
      "three deliveries over, four receivers wait, then requeueExpired(): what it returned",
      {},
      "requeueExpired",
    );
    await letSettle();
    same(
      waiting.map((one) => one.value?.body ?? "waits"),
      ["a", "b", "c", "waits"],
      "three deliveries over, four receivers wait, then requeueExpired(): who got what",
      {
        "requeue-wakes-nobody": ["waits", "waits", "waits", "waits"],
        "requeue-wakes-one": ["a", "waits", "waits", "waits"],
      },
      "requeueExpired",
    );
  });

  explored("in every order of calls, what has expired comes back in its place, and nothing else does", {
    ...scopeOf({
      ...underTest,
      id: "requeue",
      calls: ["publish", "receive", "requeueExpired", "clock"],
      clockMs: [10, 30],
      isMine: has("requeueExpired"),
      tells: requeueTells,
    }),
  });

  test("a visibility timeout of Infinity never ends, one of 0 ends with the next millisecond", async () => {
    const endless = newQueue(Number.POSITIVE_INFINITY);
    publish(endless, "a");
    await received(endless);
    await pass(1_000_000_000);
    same(
      requeueExpired(endless),
      0,
      "a visibility timeout of Infinity, requeueExpired() after a billion ms: what it returned",
      {},
      "requeueExpired",
    );
    const none = newQueue(0);
    publish(none, "a");
    await received(none);
    await pass(1);
    same(
      requeueExpired(none),
      1,
      "a visibility timeout of 0, requeueExpired() after 1 ms: what it returned",
      { "zero-means-default": (seen) => seen === 0 && none.inFlight === 1 },
      "requeueExpired",
    );
  });

  test("a visibility timeout that is negative or NaN is a RangeError", async () => {
    for (const visibilityTimeoutMs of [-1, Number.NaN, Number.NEGATIVE_INFINITY]) {
      const did = `new VisibilityQueue({ visibilityTimeoutMs: ${visibilityTimeoutMs} })`;
      const making = call(did, () => newQueue(visibilityTimeoutMs));
      await letSettle();
      rejectedWithA(RangeError, making, did);
    }
  });
});

describe("04.4", () => {
  explored("in every order of publish, receive, abort and ack, no receiver sleeps while a message waits", {
    ...scopeOf({
      ...underTest,
      id: "compete",
      calls: ["publish", "receive", "abort", "ack"],
      mostPublished: 3,
      tells: competeTells,
    }),
  });

  explored("whatever expires meanwhile, waiting + in flight is what was published and not acked", {
    ...scopeOf({
      ...underTest,
      id: "sum",
      calls: ["publish", "receive", "ack", "abort", "requeueExpired", "clock"],
      depth: 1,
      tells: competeTells,
    }),
  });

  test("25 consumers, a hundred messages: every message is delivered once, and none waits while a consumer does", async () => {
    const queue = newQueue();
    const got = new Map<string, number>();
    const consumer = async () => {
      for (;;) {
        const message = await queue.receive({ timeoutMs: 1000 });
        if (message === null) return;
        got.set(message.body, (got.get(message.body) ?? 0) + 1);
        await new Promise((resolve) => setTimeout(resolve, 10));
        queue.ack(message.receipt);
      }
    };
    const consumers = Array.from({ length: 25 }, () => silentCall("a consumer", consumer));
    for (let number = 0; number < 100; number++) {
      queue.publish(`message ${number}`);
      if (number % 7 === 0) await pass(3);
    }
    await settled(...consumers);
    for (const one of consumers)
      resolved(one, "25 consumers, 100 messages", "every consumer to end when nothing is left");
    const twice = [...got].filter(([, times]) => times > 1).map(([body]) => body);
    same(twice, [], "25 consumers, 100 messages: those delivered more than once", {}, "receive");
    same(got.size, 100, "25 consumers, 100 messages: how many were delivered", {}, "receive");
    same(counts(queue), "waiting 0, in flight 0", "25 consumers, 100 messages, all acked: the counts");
  });

  test("consumers that crash lose nothing: what they held is delivered to others", async () => {
    const queue = newQueue(100);
    const done = new Set<string>();
    const consumer = (crashesAt: number) => async () => {
      for (let taken = 1; ; taken++) {
        const message = await queue.receive({ timeoutMs: 2000 });
        if (message === null || taken === crashesAt) return;
        await new Promise((resolve) => setTimeout(resolve, 20));
        queue.ack(message.receipt);
        done.add(message.body);
      }
    };
    const consumers = [1, 2, 3, 0, 0].map((crashesAt) => silentCall("a consumer", consumer(crashesAt)));
    for (let number = 0; number < 30; number++) queue.publish(`message ${number}`);
    for (let round = 0; round < 10; round++) {
      await pass(150);
      queue.requeueExpired();
    }
    await settled(...consumers);
    same(
      done.size,
      30,
      "five consumers of which three crash with a message in hand, 30 messages: how many were acked",
      {},
      "requeueExpired",
    );
    same(
      counts(queue),
      "waiting 0, in flight 0",
      "five consumers of which three crash, 30 messages, all acked: the counts",
    );
  });

  test("two queues share nothing", async () => {
    const [one, other] = [newQueue(), newQueue()];
    const waiting = receive(other);
    publish(one, "a");
    await letSettle();
    claim(
      !waiting.isSettled,
      "receive() on one queue, publish('a') on another: expected it to wait, but it has settled",
      undefined,
      "receive",
    );
    same(counts(other), "waiting 0, in flight 0", "publish('a') on another queue: the counts");
    same(counts(one), "waiting 1, in flight 0", "publish('a'): the counts");
  });
});
