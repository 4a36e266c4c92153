// The stretch tasks of lesson 04: 04.5, release and extend, and 04.6, dead letters.

import { describe, test } from "vitest";
import { claim, rejectedWithA, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { explored } from "../support/schedules/explore.ts";
import { call, letSettle, pass } from "../support/stage.ts";
import { ack, extend, publish, release, requeueExpired } from "./acts.ts";
import { has, scopeOf, VISIBILITY_TIMEOUT_MS } from "./scopes.ts";
import { deadLetterTells, extendTells } from "./tells.ts";
import { Counted, type Message, messageInWords } from "./visibility-subject.ts";

const given = lesson(() => import("#lesson/04-visibility-queue/visibility-queue.ts"));

type Queue = InstanceType<typeof given.VisibilityQueue>;

const newQueue = (visibilityTimeoutMs: number): Queue => new given.VisibilityQueue({ visibilityTimeoutMs });
const unknownReceiptError = () => given.UnknownReceiptError;
const counts = (queue: Queue): string => `waiting ${queue.waiting}, in flight ${queue.inFlight}`;

async function received(queue: Queue): Promise<Message> {
  const receiving = call("receive({ timeoutMs: 0 })", () => queue.receive({ timeoutMs: 0 }), messageInWords);
  await letSettle();
  claim(
    receiving.value !== null && receiving.value !== undefined,
    "receive({ timeoutMs: 0 }) with a message waiting: expected the message at once, but none came",
  );
  return receiving.value as Message;
}

async function bodiesOf(queue: Queue): Promise<string[]> {
  const bodies: string[] = [];
  while (queue.waiting > 0) bodies.push((await received(queue)).body);
  return bodies;
}

async function unknown(queue: Queue, act: () => void, label: string, did: string): Promise<void> {
  const before = counts(queue);
  const calling = call(label, act);
  await letSettle();
  const isIgnored = counts(queue) === before;
  rejectedWithA(given.UnknownReceiptError as unknown as ErrorConstructor, calling, did, {
    "unknown-receipt-is-ignored": () => label.startsWith("ack") && isIgnored,
    "old-receipt-still-counts": () => label.startsWith("ack") && !isIgnored,
  });
}

describe("04.5", () => {
  test("release makes the message visible at once, ahead of all that wait", async () => {
    const queue = newQueue(1000);
    publish(queue, "a", "b", "c");
    const a = await received(queue);
    const b = await received(queue);
    release(queue, a);
    release(queue, b);
    await letSettle();
    same(
      counts(queue),
      "waiting 3, in flight 0",
      "a and b received, both released, c waiting: the counts",
      {},
      "release",
    );
    same(
      await bodiesOf(queue),
      ["b", "a", "c"],
      "a released, then b, c waiting: the order of receive",
      {
        "released-to-the-back": ["c", "a", "b"],
      },
      "release",
    );
  });

  test("a released message has a new receipt, the next receiveCount, and wakes a receiver", async () => {
    const queue = newQueue(1000);
    publish(queue, "a");
    const first = await received(queue);
    const waiting = call("B.receive()", () => queue.receive(), messageInWords);
    await letSettle();
    release(queue, first);
    await letSettle();
    same(
      waiting.value?.body ?? "waits",
      "a",
      "A releases a while B waits: what B got",
      { "release-wakes-nobody": "waits" },
      "release",
    );
    same(
      waiting.value?.receiveCount,
      2,
      "A releases a, B receives it: its receiveCount",
      { "release-counts-no-delivery": 1 },
      "release",
    );
    claim(
      waiting.value?.receipt !== first.receipt,
      "A releases a, B receives it: expected a new receipt, got A's",
      "receipt-is-message-id",
      "release",
    );
    await unknown(
      queue,
      () => queue.ack(first.receipt),
      "ack(A's receipt)",
      "A releases a, B receives it, then A acks",
    );
  });

  test("extend makes the timeout end so many ms from now, later than before", async () => {
    const queue = newQueue(1000);
    publish(queue, "a");
    const a = await received(queue);
    await pass(900);
    extend(queue, a, 1000);
    await pass(900);
    same(
      requeueExpired(queue),
      0,
      "extended to 1,000 ms at 900 ms, then requeueExpired() at 1,800 ms: what it returned",
      {},
      "extend",
    );
    await pass(150);
    same(
      requeueExpired(queue),
      1,
      "extended to 1,000 ms at 900 ms, then requeueExpired() at 1,950 ms: what it returned",
      { "extend-adds-to-the-rest": (seen) => seen === 0 && queue.inFlight === 1 },
      "extend",
    );
  });

  test("or sooner than before", async () => {
    const queue = newQueue(10_000);
    publish(queue, "a", "b");
    const a = await received(queue);
    await received(queue);
    await pass(100);
    extend(queue, a, 200);
    await pass(250);
    const atOnce = requeueExpired(queue);
    // Which mistake it was shows when the time as it was before is over.
    if (atOnce === 0) await pass(9_700);
    const later = atOnce === 0 ? requeueExpired(queue) : 0;
    same(
      atOnce,
      1,
      "a timeout of 10,000 ms made to end in 200 ms, then requeueExpired() 250 ms later: what it returned",
      { "extend-never-shortens": () => later === 2, "extend-adds-to-the-rest": () => later === 1 },
      "extend",
    );
    same(counts(queue), "waiting 1, in flight 1", "a's timeout shortened and over, b's not: the counts", {}, "extend");
  });

  test("a delivery that was extended keeps its place among those that come back", async () => {
    const queue = newQueue(1000);
    publish(queue, "a", "b", "c");
    const a = await received(queue);
    await received(queue);
    await received(queue);
    await pass(500);
    extend(queue, a, 900);
    await pass(1000);
    same(
      requeueExpired(queue),
      3,
      "a, b, c received, a extended, all over, then requeueExpired(): what it returned",
      {},
      "requeueExpired",
    );
    same(
      await bodiesOf(queue),
      ["a", "b", "c"],
      "a, b, c received, a extended, all over and requeued: the order of receive",
      {
        "extend-loses-its-place": ["b", "c", "a"],
      },
      "extend",
    );
  });

  test("both refuse a receipt that is not of a delivery in flight", async () => {
    const queue = newQueue(1000);
    publish(queue, "a", "b");
    const a = await received(queue);
    const b = await received(queue);
    ack(queue, a);
    await pass(1100);
    requeueExpired(queue);
    for (const [receipt, what] of [
      [a.receipt, "that was acked"],
      [b.receipt, "of a delivery that was requeued"],
      ["no such receipt", "that nobody has"],
    ] as const) {
      const before = counts(queue);
      await unknown(queue, () => queue.release(receipt), "release(receipt)", `release with a receipt ${what}`);
      await unknown(queue, () => queue.extend(receipt, 1000), "extend(receipt, 1000)", `extend with a receipt ${what}`);
      same(counts(queue), before, `release and extend with a receipt ${what}: the counts`, {}, "release");
    }
  });

  test("an extension that is negative or NaN is a RangeError and changes nothing, Infinity never ends", async () => {
    const queue = newQueue(1000);
    publish(queue, "a");
    const { receipt } = await received(queue);
    for (const ms of [-1, Number.NaN]) {
      const extending = call(`extend(receipt, ${ms})`, () => queue.extend(receipt, ms));
      await letSettle();
      rejectedWithA(RangeError, extending, `extend(receipt, ${ms})`);
    }
    same(counts(queue), "waiting 0, in flight 1", "extend(receipt, NaN): the counts", {}, "extend");
    await pass(1100);
    const late = requeueExpired(queue);
    same(late, 1, "extend refused with NaN, then requeueExpired() after 1,100 ms: what it returned", {}, "extend");
    const again = await received(queue);
    extend(queue, again, Number.POSITIVE_INFINITY);
    await pass(1_000_000);
    same(
      requeueExpired(queue),
      0,
      "extend(receipt, Infinity), then requeueExpired() after 1,000,000 ms: what it returned",
      {},
      "extend",
    );
  });

  explored("in every order of calls, release and extend do what their receipt stands for", {
    ...scopeOf({
      id: "extend",
      make: () => new Counted(newQueue(VISIBILITY_TIMEOUT_MS)),
      unknownReceiptError,
      calls: ["publish", "receive", "release", "extend", "requeueExpired", "clock"],
      depth: 1,
      isMine: has("release", "extend"),
      tells: extendTells,
    }),
  });
});

describe("04.6", () => {
  const withDeadLetters = (maxReceives: number, deadLetters?: Queue): Queue =>
    new given.VisibilityQueue(
      deadLetters
        ? { visibilityTimeoutMs: VISIBILITY_TIMEOUT_MS, maxReceives, deadLetters }
        : { visibilityTimeoutMs: VISIBILITY_TIMEOUT_MS, maxReceives },
    );

  async function expired(queue: Queue, deliveries: number): Promise<void> {
    for (let delivery = 0; delivery < deliveries; delivery++) {
      while (queue.waiting > 0) await received(queue);
      await pass(2 * VISIBILITY_TIMEOUT_MS);
      requeueExpired(queue);
      await letSettle();
    }
  }

  /** Where an expired delivery does not kill, one that was released fails for another reason than that it was released. */
  async function killsWhatExpires(): Promise<boolean> {
    const queue = withDeadLetters(1);
    queue.publish("another");
    await expired(queue, 1);
    return queue.waiting === 0;
  }

  test("after maxReceives deliveries a message is published to deadLetters, as a new message", async () => {
    const deadLetters = newQueue(1000);
    const queue = withDeadLetters(2, deadLetters);
    const id = queue.publish("poison");
    await expired(queue, 1);
    same(
      counts(queue),
      "waiting 1, in flight 0",
      "maxReceives 2, one delivery over: the counts",
      { "dead-one-early": "waiting 0, in flight 0" },
      "requeueExpired",
    );
    await expired(queue, 1);
    const after = counts(queue);
    const third = queue.waiting > 0 ? await received(queue) : undefined;
    same(
      after,
      "waiting 0, in flight 0",
      "maxReceives 2, two deliveries over: the counts",
      { "dead-one-late": () => third?.receiveCount === 3, "counts-no-redelivery": () => third?.receiveCount === 1 },
      "requeueExpired",
    );
    same(deadLetters.waiting, 1, "maxReceives 2, two deliveries over: waiting in deadLetters", {}, "requeueExpired");
    const dead = await received(deadLetters);
    same(dead.body, "poison", "a dead letter: its body", {}, "requeueExpired");
    same(
      dead.receiveCount,
      1,
      "a dead letter, received for the first time: its receiveCount",
      { "dead-letter-keeps-its-count": 3 },
      "requeueExpired",
    );
    claim(typeof id === "string", "publish('poison'): expected an id");
  });

  test("several die together: the earliest delivery first", async () => {
    const deadLetters = newQueue(1000);
    const queue = withDeadLetters(1, deadLetters);
    publish(queue, "a", "b", "c");
    await expired(queue, 1);
    same(deadLetters.waiting, 3, "maxReceives 1, three deliveries over: waiting in deadLetters", {}, "requeueExpired");
    same(
      await bodiesOf(deadLetters),
      ["a", "b", "c"],
      "maxReceives 1, a, b, c over: the order of the dead letters",
      {
        "requeued-in-reverse": ["c", "b", "a"],
      },
      "requeueExpired",
    );
  });

  test("a release after maxReceives deliveries makes a dead letter as well", async () => {
    const deadLetters = newQueue(1000);
    const queue = withDeadLetters(1, deadLetters);
    publish(queue, "a");
    release(queue, await received(queue));
    await letSettle();
    const after = counts(queue);
    const doesExpiryKill = after === "waiting 0, in flight 0" || (await killsWhatExpires());
    same(
      after,
      "waiting 0, in flight 0",
      "maxReceives 1, a received and released: the counts",
      {
        "release-never-kills": () => after === "waiting 1, in flight 0" && doesExpiryKill,
      },
      "release",
    );
    same(deadLetters.waiting, 1, "maxReceives 1, a received and released: waiting in deadLetters", {}, "release");
  });

  test("a receiver that waits for a dead letter gets it", async () => {
    const deadLetters = newQueue(1000);
    const queue = withDeadLetters(1, deadLetters);
    const waiting = call("deadLetters.receive()", () => deadLetters.receive(), messageInWords);
    publish(queue, "a");
    await expired(queue, 1);
    await letSettle();
    same(waiting.value?.body ?? "waits", "a", "somebody waits at deadLetters, a dies: what came", {}, "requeueExpired");
  });

  test("without deadLetters it is dropped", async () => {
    const queue = withDeadLetters(1);
    publish(queue, "a", "b");
    await received(queue);
    await pass(2 * VISIBILITY_TIMEOUT_MS);
    requeueExpired(queue);
    await letSettle();
    same(
      counts(queue),
      "waiting 1, in flight 0",
      "maxReceives 1 and no deadLetters, a's delivery over, b waiting: the counts",
      {},
      "requeueExpired",
    );
  });

  test("an ack in time saves it, and its old receipt does not reach it among the dead", async () => {
    const deadLetters = newQueue(1000);
    const queue = withDeadLetters(1, deadLetters);
    publish(queue, "a", "b");
    const a = await received(queue);
    const b = await received(queue);
    ack(queue, a);
    await pass(2 * VISIBILITY_TIMEOUT_MS);
    requeueExpired(queue);
    await letSettle();
    same(deadLetters.waiting, 1, "a acked, b's last delivery over: waiting in deadLetters", {}, "requeueExpired");
    await unknown(queue, () => queue.ack(b.receipt), "ack(b's receipt)", "b is dead, then its old receipt is acked");
    same(deadLetters.waiting, 1, "b is dead, then its old receipt is acked: waiting in deadLetters", {}, "ack");
  });

  test("without maxReceives a message comes back as often as it must", async () => {
    const queue = newQueue(VISIBILITY_TIMEOUT_MS);
    publish(queue, "a");
    await expired(queue, 20);
    same(
      (await received(queue)).receiveCount,
      21,
      "no maxReceives, 20 deliveries over, then receive(): the receiveCount",
      {},
      "receive",
    );
  });

  test("a maxReceives that is not a whole number from 1 up is a RangeError", async () => {
    for (const maxReceives of [0, -1, 1.5, Number.NaN]) {
      const did = `new VisibilityQueue({ maxReceives: ${maxReceives} })`;
      const making = call(did, () => withDeadLetters(maxReceives));
      await letSettle();
      rejectedWithA(RangeError, making, did);
    }
  });

  explored("in every order of calls, a message dies when it would come back once too often, and not before", {
    ...scopeOf({
      id: "dead",
      make: () => {
        const deadLetters = newQueue(VISIBILITY_TIMEOUT_MS);
        return new Counted(withDeadLetters(2, deadLetters), deadLetters);
      },
      unknownReceiptError,
      maxReceives: 2,
      calls: ["publish", "receiveNow", "release", "ack", "requeueExpired", "clock"],
      depth: 1,
      isMine: (schedule) => schedule.filter(({ call }) => call === "receiveNow").length > 1,
      tells: deadLetterTells,
    }),
  });
});
