// What task 06.5 asks for: a processor that stops in order. Read in order, the names are its specification.
// Open is whether a message that comes in the moment of the abort is handled or left for redelivery,
// and whether `onError` hears of the receive that was cut short.

import { describe, test } from "vitest";
import { claim, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { letSettle, note } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { count } from "../support/words.ts";
import { ABOUT, gate, messages, PROMPTLY_MS, Processing, RUN, type Scene } from "./processor-scene.ts";
import { named, type SqsCall } from "./sqs-call.ts";
import { SERVER_ERROR } from "./trouble.ts";

const given = lesson(() => import("#lesson/06-message-service/queue-processor.ts"));

const start = (bodies: string[], scene?: Scene) => Processing.of(given, bodies, scene);

describe("06.5", () => {
  test("an abort cuts a long poll short, and it resolves", async () => {
    for (const abortAtMs of [5000, 27_000]) {
      const processing = await start([]);
      await processing.pass(abortAtMs);
      const did = `${RUN}, aborted at ${abortAtMs} ms, in the middle of a long poll of 20 s`;
      processing.assertGoesOn(did);
      processing.abort();
      await processing.stopped(did, PROMPTLY_MS);
      same(
        processing.sqs.polls.length,
        0,
        `${did}: receives that are still under way when it has resolved`,
        { "races-the-poll": (seen) => seen > 0 },
        ABOUT,
      );
      processing.reports(did);
    }
  });

  test("handlers that run are waited for, and their messages deleted before it resolves", async () => {
    const takesMs: Record<string, number> = { a: 3000, b: 8000, c: 15_000 };
    const processing = await start(["a", "b", "c"], { jobOf: (body) => ({ takesMs: takesMs[body] ?? 0 }) });
    await processing.pass(2000);
    const did = `${RUN}, aborted at 2 s, with handlers that run until 3, 8 and 15 s`;
    processing.abort();
    await processing.stopped(did, 15_000);
    same(
      processing.running.length,
      0,
      `${did}: handlers that still run when it has resolved`,
      {
        "leaves-running-handlers": (seen) => seen > 0,
      },
      ABOUT,
    );
    same(
      [...processing.deleted].sort(),
      ["a", "b", "c"],
      `${did}: the messages that are deleted when it has resolved`,
      { "resolves-before-the-deletes": () => !isRefused(processing) },
      ABOUT,
    );
    processing.reports(did, tellsOfReports);
  });

  test("an abort while every worker is busy: it resolves when the handlers have ended", async () => {
    const processing = await start(messages(9), { maxWorkers: 3, jobOf: () => ({ takesMs: 4000 }) });
    await processing.pass(1000);
    const did = `${RUN} with maxWorkers: 3, aborted while all three are busy and six messages wait`;
    processing.abort();
    // Whoever holds more messages than it has workers may handle those too.
    await processing.stopped(did, 30_000);
    same(
      processing.running.length,
      0,
      `${did}: handlers that still run when it has resolved`,
      {
        "leaves-running-handlers": (seen) => seen > 0,
      },
      ABOUT,
    );
    processing.reports(did, tellsOfReports);
  });

  test("after the abort it starts no receive, whatever waits in the queue", async () => {
    const processing = await start(messages(100), {
      maxWorkers: 4,
      jobOf: (body) => ({ takesMs: 200 + 7 * Number(body.slice(1)) }),
    });
    await processing.pass(1000);
    processing.abort();
    await letSettle();
    // A receive may have been on its way in the turn of the abort itself.
    const receivesAtAbort = processing.sqs.receives.length;
    const did = `${RUN}, aborted at 1 s in the middle of 100 messages`;
    await processing.stopped(did, 5000);
    await processing.pass(30_000);
    same(
      processing.sqs.receives.length - receivesAtAbort,
      0,
      `${did}: receives that it started afterwards`,
      {
        "looks-at-the-signal-too-late": (seen) => seen > 0,
      },
      ABOUT,
    );
    const undeleted = processing.done.filter((body) => !processing.deleted.includes(body));
    same(undeleted, [], `${did}: messages that were handled and are not deleted`, {}, ABOUT);
    const { all } = await processing.sqs.left();
    same(all, 100 - processing.deleted.length, `${did}: messages that are left in the queue`, {}, ABOUT);
    processing.reports(did, tellsOfReports);
  });

  test("a signal that is aborted beforehand: nothing is received, and it resolves", async () => {
    const controller = new AbortController();
    note("signal", "is aborted beforehand");
    controller.abort();
    const processing = await start(["a"], { controller });
    const did = `${RUN} with a signal that is aborted beforehand`;
    await processing.stopped(did, PROMPTLY_MS, "looks-at-the-signal-too-late");
    await processing.pass(1000);
    same(
      processing.begun.length,
      0,
      `${did}: how often the handler was called`,
      { "looks-at-the-signal-too-late": () => true },
      ABOUT,
    );
    const received = processing.sqs.receives.filter(({ output }) => (output?.Messages?.length ?? 0) > 0).length;
    same(received, 0, `${did}: receives that brought a message`, { "looks-at-the-signal-too-late": () => true }, ABOUT);
    processing.reports(did);
  });

  test("a signal that is aborted beforehand: no receive is made at all", async () => {
    const controller = new AbortController();
    controller.abort();
    const processing = await start([], { controller });
    await processing.pass(30_000);
    const did = `${RUN} with a signal that is aborted beforehand, and an empty queue`;
    same(
      processing.sqs.receives.length,
      0,
      `${did}: how many receives were made`,
      {
        "looks-at-the-signal-too-late": (seen) => seen > 0,
      },
      ABOUT,
    );
  });

  for (const [when, offsetMs] of [
    ["10 ms before", -10],
    ["in the moment in which", 0],
    ["10 ms after", 10],
  ] as const) {
    for (const comesInSpiteOfAbort of [false, true]) {
      const how = comesInSpiteOfAbort ? ", and the receive can no longer be cut short" : "";
      test(`an abort ${when} messages come${how}: none is lost`, async () => {
        const processing = await start([], {
          visibilityTimeoutSeconds: 60,
          jobOf: () => ({ takesMs: 1000 }),
          trouble: ({ operation }) => (operation === "ReceiveMessage" ? { comesInSpiteOfAbort, latencyMs: 40 } : {}),
        });
        await processing.pass(4000);
        // The answer takes 20 ms from the queue to the processor.
        const come = async () => processing.sqs.gets("a", "b", "c");
        if (offsetMs < 0) processing.abort();
        if (offsetMs < 0) await processing.pass(-offsetMs);
        await come();
        await processing.pass(20 + Math.min(0, offsetMs));
        if (offsetMs === 0) processing.abort();
        if (offsetMs > 0) await processing.pass(offsetMs);
        if (offsetMs > 0) processing.abort();
        const did = `${RUN}, aborted ${when} three messages come${how}`;
        // A poll that cannot be cut short may take its 20 s.
        await processing.stopped(did, comesInSpiteOfAbort ? 25_000 : 3000);
        await letSettle();
        same(
          processing.running.length,
          0,
          `${did}: handlers that still run when it has resolved`,
          {
            "leaves-running-handlers": (seen) => seen > 0,
          },
          ABOUT,
        );
        const unhandled = processing.deleted.filter((body) => !processing.done.includes(body));
        same(unhandled, [], `${did}: messages that were deleted without having been handled`, {}, ABOUT);
        await processing.pass(61_000);
        const { all } = await processing.sqs.left();
        const handled = processing.done.length;
        same(
          [all + processing.deleted.length, processing.deleted.length],
          [3, handled],
          `${did}: messages that are left or deleted, and of these those that are deleted (it handled ${handled})`,
          { "resolves-before-the-deletes": (seen) => (seen[1] ?? 0) < handled && !isRefused(processing) },
          ABOUT,
        );
        processing.reports(did, tellsOfReports);
      });
    }
  }

  test("an abort ends the pause after a receive that failed", async () => {
    const processing = await start([], {
      trouble: ({ operation }) => (operation === "ReceiveMessage" ? { fails: SERVER_ERROR } : {}),
      maxWorkers: 1,
    });
    const { sqs } = processing;
    // The longest pause so far is under way.
    const isPausing = () => sqs.receives.length >= 9 && sqs.polls.length === 0;
    await sqs.within(600_000, () => isPausing() || sqs.receives.length > 20 || processing.run.isSettled);
    await processing.pass(1);
    const did = `${RUN}, aborted in the pause after ${count(sqs.receives.length, "receive")} that failed`;
    processing.assertGoesOn(did);
    processing.abort();
    const receives = sqs.receives.length;
    await processing.stopped(did, 100, "sleeps-through-the-abort");
    same(sqs.receives.length - receives, 0, `${did}: receives that it started afterwards`, {}, ABOUT);
  });

  test("what is done in the end is deleted, also where that takes long", async () => {
    const { opened, open } = gate();
    const processing = await start(messages(25), {
      maxWorkers: 25,
      jobOf: () => ({ until: opened }),
      trouble: ({ operation }: SqsCall) => (operation.startsWith("DeleteMessage") ? { latencyMs: 3000 } : {}),
    });
    await processing.pass(1000);
    processing.abort();
    await processing.pass(500);
    open();
    const did = `${RUN}, aborted with 25 handlers at work that then end in the same moment, and deletes that take 3 s`;
    await processing.stopped(did, 120_000);
    const missing = () => processing.done.filter((body) => !processing.deleted.includes(body));
    const missingAtItsEnd = missing();
    await processing.pass(10_000);
    claim(
      missingAtItsEnd.length === 0,
      `${did}: expected what is done to be deleted when it has resolved, but ${named(missingAtItsEnd)} were not`,
      missing().length === 0 ? "resolves-before-the-deletes" : undefined,
      ABOUT,
    );
    processing.reports(did, tellsOfReports);
  });

  test("the report counts handlers that succeeded, handlers that failed, and messages that SQS has deleted", async () => {
    let refusals = 0;
    const processing = await start(messages(30), {
      // Only once: whoever gives a failed message back early has it again within the minute.
      jobOf: (body, before) =>
        Number(body.slice(1)) % 5 === 0 && before === 0
          ? { takesMs: 70, rejectsWith: new Error("no stock") }
          : { takesMs: 70 },
      trouble: ({ operation }) =>
        operation === "DeleteMessageBatch" ? { failedEntries: (body) => body === "m7" && refusals++ < 1 } : {},
    });
    await processing.pass(60_000);
    const did = `${RUN} with 30 messages, of which every fifth fails once, and an entry of a delete that fails at first`;
    await processing.abortAndStop(did);
    processing.reports(did, tellsOfReports);
  });

  for (const [how, scene, ms] of [
    ["a long poll", {}, 21_000],
    ["a handler at work", { jobOf: () => ({ takesMs: 30_000 }) }, 20_000],
    [
      "a pause after a receive that failed",
      { trouble: ({ operation }: SqsCall) => (operation === "ReceiveMessage" ? { fails: SERVER_ERROR } : {}) },
      3000,
    ],
  ] as const) {
    test(`an abort in ${how} leaves no listener on the signal and no timer`, async () => {
      const processing = await start(["a", "b"], scene as Scene);
      await processing.pass(ms);
      const did = `${RUN}, aborted in ${how}`;
      await processing.abortAndStop(did, 31_000);
      // What is left now is not the endpoint's.
      processing.sqs.endpoint.close();
      await letSettle();
      same(
        processing.running.length,
        0,
        `${did}: handlers that still run when it has resolved`,
        {
          "leaves-running-handlers": (seen) => seen > 0,
        },
        ABOUT,
      );
      const { listeners } = processing;
      claim(
        listeners === 0,
        `${did}: expected no abort listener left on the signal when it has resolved, got ${listeners}`,
        "leaves-its-listeners",
        ABOUT,
      );
      same(
        clock.timers.referencedCount,
        0,
        `${did}: timers that still keep the process alive when it has resolved`,
        { "beats-for-ever": () => processing.sqs.extensions.length > 0 || hasAskedForTheTimeout(processing) },
        ABOUT,
      );
    });
  }

  test("a long run does not pile up listeners on the signal", async () => {
    const bodies = messages(10);
    const processing = await start(bodies, { maxWorkers: 2, jobOf: () => ({ takesMs: 100 }) });
    await processing.pass(3000);
    const early = processing.listeners;
    for (let more = 1; more <= 15; more++) {
      await processing.sqs.gets(`n${more}`);
      await processing.pass(2000);
    }
    const late = processing.listeners;
    const seen = `${early} abort listeners were on the signal after ${named(bodies)} were handled, and ${late} after 15 more`;
    claim(late <= early + 4, `${RUN}: ${seen}`, "leaves-its-listeners", ABOUT);
  });
});

const tellsOfReports = {
  "counts-what-it-asked-to-delete": (seen: unknown) => {
    const { deleted, processed } = seen as { deleted: number; processed: number };
    return deleted > processed;
  },
};

/** SQS has refused a delete: then it is no wonder that messages are left. */
function isRefused({ sqs }: Processing): boolean {
  return sqs.deletes.some(({ failure }) => failure !== undefined);
}

function hasAskedForTheTimeout({ sqs }: Processing): boolean {
  return sqs.of("GetQueueAttributes").length > 0;
}
