// What task 06.4 asks for: a processor that goes on when things fail. Read in order, the names are its
// specification. Open is what `onError` hears beside the two failures of the task, and whether a batch delete that
// fails as a whole is tried again, or its messages come again.

import { describe, test } from "vitest";
import { claim, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { pass } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { count } from "../support/words.ts";
import { ABOUT, gate, messages, Processing, RUN, recognised, type Scene } from "./processor-scene.ts";
import { named, type SqsCall } from "./sqs-call.ts";
import { LONGEST_LINGER_MS, tellOfDeletes } from "./tells.ts";
import { FAULTS, inOneLine, SERVER_ERROR } from "./trouble.ts";

const given = lesson(() => import("#lesson/06-message-service/queue-processor.ts"));

const start = (bodies: string[], scene?: Scene) => Processing.of(given, bodies, scene);

describe("06.4", () => {
  for (const [how, failure] of [
    ["rejects", { rejectsWith: new Error("no stock"), takesMs: 100 }],
    ["throws synchronously", { throws: new Error("no stock") }],
    ["rejects with undefined", { rejectsWith: undefined, takesMs: 100 }],
  ] as const) {
    test(`a handler that ${how}: \`onError\` is told, the message is not deleted, and the rest go on`, async () => {
      const bodies = ["a", "bad", ...messages(20)];
      const processing = await start(bodies, { jobOf: (body) => (body === "bad" ? failure : { takesMs: 200 }) });
      const did = `${RUN} with 22 messages, and a handler that ${how} for one of them`;
      const misconception = how === "throws synchronously" ? "misses-a-synchronous-throw" : "one-failure-ends-it";
      await recognised(
        () => processing.pass(10_000),
        () => misconception,
      );
      processing.assertGoesOn(did, "one-failure-ends-it");
      // Whoever gives a failed message back early has it again within the 10 s.
      const failed = processing.handlings.filter(({ hasFailed }) => hasFailed).length;
      const told = processing.errors.filter(({ message }) => message?.Body === "bad");
      const times = `${did}: how often onError was called with that message, whose handler failed ${count(failed, "time")}`;
      same(told.length, failed, times, {}, ABOUT);
      const expected: unknown = "rejectsWith" in failure ? failure.rejectsWith : failure.throws;
      const another = told.find(({ error }) => !Object.is(error, expected));
      claim(
        another === undefined,
        `${did}: expected onError to be called with that very error, ${inOneLine(expected)}, but it was called with ${inOneLine(another?.error)}`,
        undefined,
        ABOUT,
      );
      const others = processing.errors.filter(({ message }) => message && message.Body !== "bad");
      same(others.length, 0, `${did}: how often onError was called for another message`, {}, ABOUT);
      claim(
        !processing.deleted.includes("bad"),
        `${did}: expected that message to stay in the queue, but it was deleted`,
        processing.deletedTooEarly?.includes("had failed") ? "deletes-what-failed" : "deletes-before-it-handles",
        ABOUT,
      );
      const good = bodies.filter((body) => body !== "bad");
      same(
        [...processing.done].sort(),
        good.sort(),
        `${did}: the other messages whose handlers have succeeded`,
        {},
        ABOUT,
      );
    });
  }

  for (const [how, failure] of [
    ["rejects", { rejectsWith: new Error("no stock") }],
    ["throws synchronously", { throws: new Error("no stock") }],
  ] as const) {
    test(`a worker whose handler ${how} is free again, however many fail`, async () => {
      const bodies = [...messages(6, "bad"), "good"];
      const processing = await start(bodies, {
        maxWorkers: 2,
        jobOf: (body, before) => (body !== "good" && before === 0 ? failure : {}),
      });
      const did = `${RUN} with maxWorkers: 2, and a handler that ${how} for the first six of seven messages`;
      const misconception = how === "throws synchronously" ? "misses-a-synchronous-throw" : "one-failure-ends-it";
      await recognised(
        () => processing.pass(5000),
        () => misconception,
      );
      processing.assertGoesOn(did, misconception);
      const sentence = `${did}: expected the seventh to be handled within 5 s, but it is not, and ${count(processing.running.length, "handler")} run`;
      // Without a pause that could explain it: nobody works, and nobody is asked for.
      const isKept = processing.running.length === 0 ? "failed-one-keeps-its-worker" : undefined;
      claim(processing.done.includes("good"), sentence, isKept, ABOUT);
    });
  }

  test("a message whose handler failed is delivered again by SQS, and handled again", async () => {
    const processing = await start(["a", "b"], {
      jobOf: (body, before) => (body === "b" && before < 2 ? { rejectsWith: new Error("no stock"), takesMs: 100 } : {}),
      visibilityTimeoutSeconds: 30,
    });
    const did = `${RUN} with a message whose handler fails twice, in a queue with a visibility timeout of 30 s`;
    const callsOfB = () => processing.begun.filter((body) => body === "b").length;
    await processing.within(
      120_000,
      () => processing.done.includes("b"),
      () =>
        `${did}: expected its handler to be called a third time, and succeed, within 2 minutes, but it was called ${callsOfB()} times`,
      () =>
        processing.run.isSettled ? "one-failure-ends-it" : processing.lateBeats > 0 ? "beats-for-ever" : undefined,
    );
    same(callsOfB(), 3, `${did}: how often its handler was called`, {}, ABOUT);
    const told = processing.errors.filter(({ message }) => message?.Body === "b").length;
    same(told, 2, `${did}: how often onError was called with it`, {}, ABOUT);
  });

  test("a poison message ends with the dead letters, and holds up no other on its way", async () => {
    const processing = await start(["poison", "a", "b"], {
      jobOf: (body) => (body === "poison" ? { rejectsWith: new Error("no JSON"), takesMs: 50 } : {}),
      maxWorkers: 1,
      visibilityTimeoutSeconds: 30,
      maxReceiveCount: 3,
    });
    const did = `${RUN} with a message whose handler always fails, in a queue that gives up after 3 deliveries`;
    await pass(200_000);
    same([...processing.done].sort(), ["a", "b"], `${did}: the other messages that were handled`, {}, ABOUT);
    const calls = processing.begun.filter((body) => body === "poison").length;
    same(calls, 3, `${did}: how often its handler was called`, { "deletes-what-failed": 1 }, ABOUT);
    same(await processing.sqs.deadLetters(), ["poison"], `${did}: the dead letters`, {}, ABOUT);
  });

  test("without an `onError` it goes on all the same", async () => {
    for (const [how, failure] of [
      ["rejects", { rejectsWith: new Error("no stock") }],
      ["throws", { throws: new Error("no stock") }],
    ] as const) {
      const processing = await start(["bad", "a", "b"], {
        jobOf: (body) => (body === "bad" ? failure : {}),
        withoutOnError: true,
        trouble: ({ operation, number }) =>
          operation === "ReceiveMessage" && number === 2 ? { fails: SERVER_ERROR } : {},
      });
      const did = `${RUN} without onError, with a handler that ${how} and a receive that fails`;
      const tell = (message: string) => {
        if (message.includes("is not a function")) return "needs-onerror";
        if (message.includes(SERVER_ERROR.message)) return "failed-receive-ends-it";
        return how === "throws" ? "misses-a-synchronous-throw" : "one-failure-ends-it";
      };
      await recognised(async () => {
        await processing.pass(40_000);
        processing.assertGoesOn(did);
      }, tell);
      await processing.sqs.gets("later");
      await processing.pass(2000);
      const done = [...new Set(processing.done)].sort();
      same(done, ["a", "b", "later"], `${did}: the messages whose handlers have succeeded`, {}, ABOUT);
    }
  });

  for (const [what, trouble] of Object.entries(FAULTS)) {
    test(`a receive that ${what}: \`onError\` is told, and then it receives again`, async () => {
      const processing = await start(["a", "b"], {
        maxWorkers: 1,
        visibilityTimeoutSeconds: 30,
        trouble: ({ operation, number }) => (operation === "ReceiveMessage" && number <= 2 ? trouble : {}),
      });
      const did = `${RUN} where the first two receives fail (each ${what})`;
      await processing.within(
        90_000,
        () => new Set(processing.done).size === 2,
        () =>
          `${did}: expected it to go on and handle both messages within 90 s, but it has handled ${named(processing.done)}`,
        "failed-receive-ends-it",
      );
      processing.assertGoesOn(did, "failed-receive-ends-it");
      const told = processing.errors.map(
        ({ error, message }) => `${error ? "an error" : "nothing"}${message ? " with a message" : ""}`,
      );
      // A long wait may bring more, which is not this check's.
      same(told.slice(0, 2), ["an error", "an error"], `${did}: what onError was called with`, {}, ABOUT);
    });
  }

  test("the pauses between receives that fail grow", async () => {
    // Twice as long each time comes, by then, to more than the 2^31 ms that a timer can wait.
    const failing = 26;
    const random = Math.random;
    // Pauses may be drawn at random; the same draw each time makes them comparable.
    Math.random = () => 0.5;
    try {
      const processing = await start([], {
        maxWorkers: 1,
        trouble: ({ operation, number }) =>
          operation === "ReceiveMessage" && number <= failing ? { fails: SERVER_ERROR } : {},
      });
      const { sqs } = processing;
      await sqs.within(2 ** 36, () => sqs.receives.length > failing || processing.run.isSettled);
      const did = `${RUN} with ${failing} receives in a row that fail`;
      processing.assertGoesOn(did, "failed-receive-ends-it");
      claim(
        sqs.receives.length > failing,
        `${did}: expected a receive after each of them, but after ${sqs.receives.length} comes no more`,
        "failed-receive-ends-it",
        ABOUT,
      );
      const pausesMs = sqs.receives.slice(1).map(({ atMs }, index) => atMs - (sqs.receives[index]?.endedAtMs ?? 0));
      const sum = (some: number[]) => some.reduce((all, ms) => all + ms, 0);
      const [first, last] = [pausesMs.slice(0, 3), pausesMs.slice(-3)];
      const inWords = (some: number[]) => some.map((ms) => Math.round(ms)).join(", ");
      claim(
        sum(last) > sum(first) && sum(pausesMs) > 100,
        `${did}: expected the pauses to grow, but the first were ${inWords(first)} ms, and the last ${inWords(last)} ms`,
        sum(pausesMs) <= 100
          ? "no-pause-after-a-failure"
          : Math.max(...pausesMs) < 1.5 * Math.min(...pausesMs)
            ? "the-same-pause-each-time"
            : undefined,
        ABOUT,
      );
      same(processing.errors.length, failing, `${did}: how often onError was called`, {}, ABOUT);
    } finally {
      Math.random = random;
    }
  });

  test("handlers that end do not cut the pause after a failed receive short", async () => {
    const bodies = messages(4);
    const ends = Object.fromEntries(bodies.map((body) => [body, gate()]));
    const random = Math.random;
    Math.random = () => 0.5;
    try {
      const processing = await start(bodies, { jobOf: (body) => ({ until: ends[body]?.opened ?? Promise.resolve() }) });
      const { sqs } = processing;
      await processing.pass(1000);
      sqs.trouble = ({ operation }) => (operation === "ReceiveMessage" ? { fails: SERVER_ERROR } : {});
      // A minute of failures: the pauses are long by now. Then to the next one, after the receives of all pollers.
      await processing.pass(60_000);
      const since = sqs.receives.length;
      await sqs.within(
        600_000,
        () => processing.run.isSettled || (sqs.receives.length > since && sqs.polls.length === 0),
      );
      const did = `${RUN} with receives that fail for a minute, and then four handlers that end one after the other in the pause`;
      processing.assertGoesOn(did, "failed-receive-ends-it");
      const goesOn = sqs.receives.length > since;
      const sentence = `${did}: expected it to receive again and again while the four run, but it does not`;
      claim(goesOn, sentence, "waits-for-the-whole-batch", ABOUT);
      await processing.pass(300);
      const begunAtMs = clock.nowMs;
      for (const body of bodies) {
        ends[body]?.open();
        await processing.pass(10);
      }
      // A worker that has just become free may ask for itself: the pause is that of the other six.
      const asked = sqs.receives
        .filter(({ atMs }) => atMs >= begunAtMs)
        .reduce((sum, { input }) => sum + (input.MaxNumberOfMessages ?? 1), 0);
      claim(
        asked <= bodies.length,
        `${did}: expected the pause to go on, but receives within ${clock.nowMs - begunAtMs} ms asked for ${asked} messages`,
        undefined,
        ABOUT,
      );
    } finally {
      Math.random = random;
    }
  });

  test("with the SDK's own three attempts too, it goes on after receives that fail", async () => {
    const processing = await start(messages(5), {
      maxAttempts: 3,
      trouble: ({ operation, number }) =>
        operation === "ReceiveMessage" && number <= 7 ? { fails: SERVER_ERROR } : {},
    });
    const did = `${RUN} with a client that makes three attempts, and seven attempts to receive that fail`;
    await processing.within(
      120_000,
      () => new Set(processing.done).size === 5,
      () =>
        `${did}: expected all 5 messages to be handled within 2 minutes, but it has handled ${named(processing.done)}`,
      "failed-receive-ends-it",
    );
  });

  test("while receives fail, a message that is done is deleted", async () => {
    const processing = await start(["a"], {
      jobOf: () => ({ takesMs: 8000 }),
      trouble: ({ operation, number }) => (operation === "ReceiveMessage" && number > 1 ? { fails: SERVER_ERROR } : {}),
    });
    const did = `${RUN} with receives that fail while a message is handled`;
    await processing.within(
      60_000,
      () => processing.deleted.length === 1,
      () => `${did}: expected the message to be deleted when its handler has ended, but a minute later it is not`,
      () => (processing.run.isSettled ? "failed-receive-ends-it" : undefined),
    );
    const doneAtMs = processing.handlings[0]?.endedAtMs ?? 0;
    const waitedMs = (processing.sqs.deletes[0]?.atMs ?? 0) - doneAtMs;
    claim(
      waitedMs <= LONGEST_LINGER_MS,
      `${did}: expected the message to be deleted when its handler has ended, but that came ${waitedMs} ms later`,
      "deletes-when-the-poll-ends",
      ABOUT,
    );
  });

  test("entries that a batch delete reports as failed are tried again", async () => {
    const bodies = messages(10);
    const { opened, open } = gate();
    let refusals = 0;
    const failing = new Set(["m2", "m7"]);
    const processing = await start(bodies, {
      jobOf: () => ({ until: opened }),
      trouble: ({ operation }: SqsCall) => {
        if (operation !== "DeleteMessageBatch") return {};
        return { failedEntries: (body) => failing.has(body) && refusals++ < 4 };
      },
    });
    await processing.pass(1000);
    open();
    const did = `${RUN} with two entries of ten that fail twice in DeleteMessageBatch`;
    await processing.within(
      120_000,
      () => processing.deleted.length === 10,
      () =>
        `${did}: expected all ten messages to be deleted within 2 minutes, but ${named(bodies.filter((body) => !processing.deleted.includes(body)))} still in the queue`,
      () => (processing.deleted.length > 0 ? "ignores-failed-entries" : tellOfDeletes(processing)),
    );
    same((await processing.sqs.left()).all, 0, `${did}: messages left in the queue`, {}, ABOUT);
    same(processing.begun.length, 10, `${did}: how often the handler was called`, {}, ABOUT);
  });

  test("entries that fail in the last batch of a run are tried again too", async () => {
    const { opened, open } = gate();
    let refusals = 0;
    const processing = await start(messages(10), {
      jobOf: () => ({ until: opened }),
      trouble: ({ operation }) =>
        operation === "DeleteMessageBatch" ? { failedEntries: (body) => body === "m4" && refusals++ < 1 } : {},
    });
    await processing.pass(1000);
    processing.abort();
    open();
    await processing.sqs.within(60_000, () => processing.run.isSettled);
    await processing.pass(10_000);
    const missing = messages(10).filter((body) => !processing.deleted.includes(body));
    const did = `${RUN}, aborted with ten handlers at work, and an entry of their delete that fails the first time`;
    const tells = { "ignores-failed-entries": (seen: string[]) => seen.length === 1 };
    same(missing, [], `${did}: the messages that are not deleted in the end`, tells, ABOUT);
  });

  for (const [what, trouble] of Object.entries(FAULTS)) {
    test(`a batch delete that ${what}: it goes on, and in the end the messages are deleted`, async () => {
      const processing = await start(messages(12), {
        jobOf: () => ({ takesMs: 100 }),
        visibilityTimeoutSeconds: 30,
        trouble: ({ operation, number }) => (operation.startsWith("DeleteMessage") && number === 1 ? trouble : {}),
      });
      const did = `${RUN} with a DeleteMessageBatch that ${what}`;
      await recognised(
        () => processing.pass(90_000),
        () => "failed-delete-ends-it",
      );
      processing.assertGoesOn(did, "failed-delete-ends-it");
      same((await processing.sqs.left()).all, 0, `${did}: messages left in the queue after 90 s`, {}, ABOUT);
    });
  }
});
