// What task 06.6 asks for: a handler that takes longer than the queue's visibility timeout, and nobody
// else gets its message. Open is by which request its visibility is extended, by how much and how often,
// whether a handler that needs no extension gets one, and whether the extensions end with the handler or
// with the delete.

import { describe, test } from "vitest";
import { claim, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { letSettle } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { ABOUT, messages, Processing, RUN, type Scene } from "./processor-scene.ts";
import { named } from "./sqs-call.ts";
import { SERVER_ERROR, type SqsFault } from "./trouble.ts";

const given = lesson(() => import("#lesson/06-message-service/queue-processor.ts"));

const start = (bodies: string[], scene?: Scene) => Processing.of(given, bodies, scene);

/** Who may receive and delete may not ask everything. */
const DENIED: SqsFault = { status: 403, code: "AccessDeniedException", message: "Access to the resource is denied." };

const DELIVERED_TWICE = "how often messages were delivered while a handler of theirs still ran";

describe("06.6", () => {
  for (const [seconds, takesMs] of [
    [30, 100_000],
    [8, 30_000],
    [120, 200_000],
  ] as const) {
    test(`in a queue with a visibility timeout of ${seconds} s, a handler that takes ${takesMs / 1000} s keeps its message`, async () => {
      const processing = await start(["slow", "a"], {
        visibilityTimeoutSeconds: seconds,
        jobOf: (body) => ({ takesMs: body === "slow" ? takesMs : 100 }),
      });
      const did = `${RUN} with a handler that takes ${takesMs / 1000} s, and a visibility timeout of ${seconds} s`;
      await processing.within(
        takesMs + 5000,
        () => processing.done.includes("slow") || processing.deliveredTwice > 0,
        () => `${did}: expected its handler to end`,
      );
      await processing.pass(21_000);
      const seen = processing.deliveredTwice;
      same(seen, 0, `${did}: ${DELIVERED_TWICE}`, tellsOfHearts(processing, seconds), ABOUT);
    });
  }

  test("the extension comes early enough, also where SQS takes a while for it", async () => {
    const processing = await start(messages(3), {
      visibilityTimeoutSeconds: 20,
      jobOf: (body) => ({ takesMs: 20_000 * Number(body.slice(1)) }),
      // Half of it is the way there, so it takes effect after 3 s.
      trouble: ({ operation }) => (operation.startsWith("ChangeMessageVisibility") ? { latencyMs: 6000 } : {}),
    });
    const did = `${RUN} with handlers that take 20 to 60 s, a visibility timeout of 20 s, and extensions that take effect after 3 s`;
    await processing.pass(75_000);
    const isLate = () => processing.sqs.extensions.length > 0 && firstBeatMs(processing) > 11_000;
    const tells = { "beats-too-late": isLate, ...tellsOfHearts(processing, 20) };
    same(processing.deliveredTwice, 0, `${did}: ${DELIVERED_TWICE}`, tells, ABOUT);
  });

  test("every one of many slow handlers keeps its message", async () => {
    const processing = await start(messages(21), {
      // Those that are free ask for messages, and get what has become visible again.
      maxWorkers: 24,
      visibilityTimeoutSeconds: 30,
      jobOf: () => ({ takesMs: 35_000 }),
    });
    await processing.pass(40_000);
    const did = `${RUN} with maxWorkers: 24 and 21 messages that take 35 s each, and a visibility timeout of 30 s`;
    same(processing.deliveredTwice, 0, `${did}: ${DELIVERED_TWICE}`, tellsOfHearts(processing, 30), ABOUT);
  });

  test("after an abort, handlers that run on keep their messages until they have ended", async () => {
    const processing = await start(["slow"], { visibilityTimeoutSeconds: 30, jobOf: () => ({ takesMs: 100_000 }) });
    await processing.pass(40_000);
    const before = processing.sqs.extensions.length;
    processing.abort();
    let becameVisible = false;
    const did = `${RUN}, aborted at 40 s with a handler that runs until 100 s, and a visibility timeout of 30 s`;
    for (let atMs = 45_000; atMs < 100_000; atMs += 5000) {
      await processing.pass(5000);
      becameVisible ||= (await processing.sqs.left()).waiting > 0;
    }
    const goesOn = processing.sqs.extensions.length > before;
    claim(
      !becameVisible,
      `${did}: expected its message to stay invisible to others, but it became visible while the handler ran`,
      before === 0
        ? "no-heartbeat"
        : before === 1
          ? "only-one-heartbeat"
          : goesOn
            ? undefined
            : "heart-stops-at-the-abort",
      ABOUT,
    );
  });

  test("when a handler has succeeded and its message is deleted, there are no more extensions", async () => {
    const processing = await start(["slow"], { visibilityTimeoutSeconds: 30, jobOf: () => ({ takesMs: 40_000 }) });
    await processing.pass(39_000);
    const before = processing.sqs.extensions.length;
    await processing.pass(200_000);
    claim(
      before > 0,
      `${RUN} with a handler that took 40 s, and a visibility timeout of 30 s: expected its message to be extended, but it was not`,
      "no-heartbeat",
      ABOUT,
    );
    const did = `${RUN} with a handler that has ended and a message that is deleted`;
    const after = processing.lateBeats;
    same(after, 0, `${did}: extensions in the 200 s after that`, { "beats-for-ever": (seen) => seen > 0 }, ABOUT);
  });

  test("when a handler has failed, its message is extended no more, and SQS delivers it again", async () => {
    const processing = await start(["slow"], {
      visibilityTimeoutSeconds: 30,
      jobOf: (_body, before) => (before === 0 ? { takesMs: 40_000, rejectsWith: new Error("no stock") } : {}),
    });
    const did = `${RUN} with a handler that fails after 40 s, and a visibility timeout of 30 s`;
    await processing.pass(39_000);
    same(
      processing.begun.length,
      1,
      `${did}: how often its message was delivered until then`,
      tellsOfHearts(processing, 30),
      ABOUT,
    );
    await processing.within(
      65_000,
      () => processing.done.includes("slow"),
      () => `${did}: expected its message to be delivered again within a minute after that, but it is not`,
      () => (processing.lateBeats > 0 ? "beats-for-ever" : undefined),
    );
    same(processing.begun.length, 2, `${did}: how often its message was delivered`, {}, ABOUT);
  });

  for (const [what, failing, fails] of [
    ["an extension that fails", "ChangeMessageVisibility", SERVER_ERROR],
    ["a queue that does not tell its visibility timeout", "GetQueueAttributes", DENIED],
  ] as const) {
    test(`${what} does no harm: the processor goes on`, async () => {
      const processing = await start(["slow", "a"], {
        visibilityTimeoutSeconds: 30,
        jobOf: (body) => ({ takesMs: body === "slow" ? 40_000 : 100 }),
        trouble: ({ operation }) => (operation.startsWith(failing) ? { fails } : {}),
      });
      const did = `${RUN} where each ${failing} fails`;
      await processing.pass(130_000);
      processing.assertGoesOn(did);
      await processing.sqs.gets("later");
      await processing.within(
        5000,
        () => ["a", "slow", "later"].every((body) => processing.done.includes(body)),
        () => `${did}: expected it to go on with all messages, but it has handled ${named(processing.done)}`,
      );
      processing.abort();
      await processing.stopped(`${did}, aborted later`, 60_000);
    });
  }

  test("an abort after slow handlers leaves no timer", async () => {
    const processing = await start(messages(4), { visibilityTimeoutSeconds: 30, jobOf: () => ({ takesMs: 40_000 }) });
    await processing.pass(20_000);
    const did = `${RUN}, aborted while four slow handlers run`;
    processing.abort();
    await processing.pass(60_000);
    processing.sqs.endpoint.close();
    await letSettle();
    same(
      clock.timers.referencedCount,
      0,
      `${did}: timers that still keep the process alive when it has resolved`,
      {
        "beats-for-ever": (seen) => seen > 0,
      },
      ABOUT,
    );
  });
});

/** The hearts that do not beat often enough, by what is seen of them. */
function tellsOfHearts(processing: Processing, seconds: number): Record<string, () => boolean> {
  const { extensions } = processing.sqs;
  const ofTheFirst = extensions.filter(({ receipt }) => receipt === processing.handlings[0]?.receipt).length;
  return {
    "no-heartbeat": () => extensions.length === 0,
    "assumes-thirty-seconds": () => seconds < 30 && firstBeatMs(processing) > seconds * 1000,
    "only-one-heartbeat": () => ofTheFirst === 1,
  };
}

/** How long after the first delivery the first extension came. */
function firstBeatMs({ sqs, handlings }: Processing): number {
  const [first] = sqs.extensions;
  return first ? first.call.atMs - (handlings[0]?.begunAtMs ?? 0) : Number.POSITIVE_INFINITY;
}
