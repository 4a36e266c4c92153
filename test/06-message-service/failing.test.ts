// What task 06.4 asks for: a processor that goes on when things fail. Read in order, the names are its
// specification. Open is what `onError` hears beside the two failures of the task, and whether a batch delete that
// fails as a whole is tried again, or its messages come again.

import { describe, test } from "vitest";
import { claim, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { ABOUT, gate, messages, Processing, RUN, recognised, type Scene } from "./processor-scene.ts";
import { named, type SqsCall } from "./sqs-call.ts";
import { LONGEST_LINGER_MS, tellOfDeletes } from "./tells.ts";
import { FAULTS, SERVER_ERROR } from "./trouble.ts";

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
      const told = processing.errors.filter(({ message }) => message?.Body === "bad");
      const expected = "rejectsWith" in failure ? failure.rejectsWith : failure.throws;
      same(
        told.map(({ error }) => error) as unknown[],
        [expected],
        `${did}: the errors that onError was called with for that message`,
        {},
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
    const failing = 9;
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
      await sqs.within(3_600_000, () => sqs.receives.length > failing || processing.run.isSettled);
      const did = `${RUN} with ${failing} receives in a row that fail`;
      processing.assertGoesOn(did, "failed-receive-ends-it");
      claim(
        sqs.receives.length > failing,
        `${did}: expected a receive after each of them, but after ${sqs.receives.length} comes no more within an hour`,
        "failed-receive-ends-it",
        ABOUT,
      );
      const pausesMs = sqs.receives.slice(1).map(({ atMs }, index) => atMs - (sqs.receives[index]?.endedAtMs ?? 0));
      const sum = (some: number[]) => some.reduce((all, ms) => all + ms, 0);
      const [early, late] = [sum(pausesMs.slice(0, 3)), sum(pausesMs.slice(-3))];
      claim(
        late > early && sum(pausesMs) > 100,
        `${did}: expected the pauses to grow, they were ${pausesMs.map((ms) => Math.round(ms)).join(", ")} ms`,
        sum(pausesMs) <= 100 ? "no-pause-after-a-failure" : "the-same-pause-each-time",
        ABOUT,
      );
      same(processing.errors.length, failing, `${did}: how often onError was called`, {}, ABOUT);
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
