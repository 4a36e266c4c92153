// What task 03.8 asks for: retries that go before fresh items. Read in order, the names are its
// specification. Open is the order among retries. No two calls end in the same instant where the
// order of their ends would matter.

import { describe, test } from "vitest";
import { claim, resolved, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { type Call, call, letSettle } from "../support/stage.ts";
import { show } from "../support/words.ts";
import {
  Diary,
  type Entry,
  ends,
  fieldsOf,
  firstComeFirstServed,
  refusesNonsense,
  rowsOf,
  Source,
} from "./work-scene.ts";

const given = lesson(() => import("#lesson/03-queues-and-backpressure/priority-retry.ts"));

type Options = NonNullable<Parameters<typeof given.processWithRetries>[2]>;

interface Report<T> {
  succeeded: { item: T; value: unknown; attempts: number }[];
  failed: { item: T; error: unknown; attempts: number }[];
}

const RETRY = "processWithRetries(…)";

function run<T>(items: Iterable<T>, diary: Diary<T>, options?: Options): Call<unknown> {
  const doing = (item: T): Promise<unknown> => diary.work(item);
  return call<unknown>(RETRY, () =>
    options ? given.processWithRetries(items, doing, options) : given.processWithRetries(items, doing),
  );
}

async function reportOf<T>(retrying: Call<unknown>, did: string): Promise<Report<T>> {
  await ends(retrying);
  resolved(retrying, did);
  const { succeeded, failed } = fieldsOf(retrying.value, ["succeeded", "failed"], did);
  return {
    succeeded: rowsOf(succeeded, ["item", "value", "attempts"], `${did}: succeeded`),
    failed: rowsOf(failed, ["item", "error", "attempts"], `${did}: failed`),
  } as Report<T>;
}

/** Each call of `item` up to the `times`th rejects, with an error that says which call it was. */
function failing(times: Record<string, number>, takesMs: (item: string, call: number) => number = () => 100) {
  const errors = new Map<string, Error>();
  const errorOf = (item: string, call: number): Error => {
    const name = `${item}${call}`;
    const error = errors.get(name) ?? new Error(`call ${call} of ${item} failed`);
    errors.set(name, error);
    return error;
  };
  const jobOf = (item: string, call: number) =>
    call <= (times[item] ?? 0)
      ? { takesMs: takesMs(item, call), rejectsWith: errorOf(item, call) }
      : { takesMs: takesMs(item, call), returns: `${item} done` };
  return { diary: new Diary<string>(jobOf, "call"), errorOf };
}

const FOR_EVER = Number.POSITIVE_INFINITY;

describe("03.8", () => {
  test("every item is called, and what its call resolved to is in `succeeded`", async () => {
    const { diary } = failing({});
    const did = `${RETRY} with a, b and c, which succeed at once`;
    const report = await reportOf<string>(run(["a", "b", "c"], diary), did);
    same([...diary.items].sort(), ["a", "b", "c"], `${did}: what was called`);
    const rows = [...report.succeeded].sort((one, other) => (one.item < other.item ? -1 : 1));
    same(
      rows,
      ["a", "b", "c"].map((item) => ({ item, value: `${item} done`, attempts: 1 })),
      `${did}: succeeded`,
      { "counts-retries-only": (seen) => seen.every((row) => row.attempts === 0) },
    );
    same(report.failed, [], `${did}: failed`);
  });

  for (const [kind, itemsOf] of [
    ["a Set", (items: string[]) => new Set(items)],
    ["a generator", (items: string[]) => new Source(items).atOnce()],
  ] as const) {
    test(`the items may come from ${kind}`, async () => {
      const { diary } = failing({ b: 1 });
      const did = `${RETRY} with ${kind} of a, b and c, of which b fails once`;
      const { succeeded } = await reportOf<string>(run(itemsOf(["a", "b", "c"]), diary), did);
      same(succeeded.map((row) => row.item).sort(), ["a", "b", "c"], `${did}: the items in succeeded`);
    });
  }

  test("no items: both lists are empty", async () => {
    const { diary } = failing({});
    const report = await reportOf<string>(run([], diary), `${RETRY} with no items`);
    same(report, { succeeded: [], failed: [] }, `${RETRY} with no items: what it resolved to`);
  });

  test("fresh items are called in the order in which they were given", async () => {
    const { diary } = failing({});
    await ends(run(["d", "a", "c", "b", "e"], diary, { workers: 1 }));
    same(
      diary.items,
      ["d", "a", "c", "b", "e"],
      `${RETRY} with the items d a c b e and workers: 1: the order of the calls`,
    );
  });

  for (const workers of [1, 2, 3]) {
    test(`as many calls as \`workers\` run at the same time, never more: ${workers}`, async () => {
      const takesMs: Record<string, number> = { a: 300, b: 100, c: 400, d: 200, e: 100, f: 500, g: 100 };
      const items = Object.keys(takesMs);
      const { diary } = failing({}, (item) => takesMs[item] ?? 0);
      await ends(run(items, diary, { workers }));
      same(
        diary.begunAtMs(items),
        firstComeFirstServed(Object.values(takesMs), workers),
        `${RETRY} with workers: ${workers}, and calls of ${Object.values(takesMs).join(", ")} ms: when each began, in ms`,
      );
    });
  }

  test("there are never more than `workers` at work with retries, and no failure costs a worker", async () => {
    const { diary } = failing({ a: 2, b: 1, c: FOR_EVER, e: 1 }, (item, call) => 100 + 17 * call + item.charCodeAt(0));
    await ends(run(["a", "b", "c", "d", "e", "f", "g"], diary, { workers: 3, maxAttempts: 3 }));
    const did = `${RETRY} with workers: 3, and items that fail`;
    same(diary.mostAtWork, 3, `${did}: the most at work at the same time`);
    const late = diary.calls.filter((entry) => "fg".includes(entry.item));
    const isShared = late.every((entry) => diary.calls.some((other) => other !== entry && overlap(entry, other)));
    claim(isShared, `${did}: expected several at work until the end, but f or g was called with nothing beside it`);
  });

  test("`workers` is 2 where it is left out", async () => {
    for (const options of [undefined, {}, { maxAttempts: 2 }]) {
      const { diary } = failing({});
      await ends(run(["a", "b", "c", "d", "e"], diary, options));
      same(diary.mostAtWork, 2, `${RETRY} without \`workers\`, and with 5 items: the most at work at the same time`);
    }
  });

  for (const [how, failure] of [
    ["rejects", { takesMs: 100, rejectsWith: new Error("no answer") }],
    ["throws synchronously", { throws: new Error("no answer") }],
    ["rejects with undefined", { takesMs: 100, rejectsWith: undefined }],
  ] as const) {
    test(`an item whose call ${how} is tried again before any fresh one`, async () => {
      const jobOf = (item: string, call: number) =>
        (item === "a" && call <= 2) || (item === "c" && call === 1) ? failure : { takesMs: 100 };
      const diary = new Diary<string>(jobOf, "call");
      const retrying = run(["a", "b", "c", "d"], diary, { workers: 1 });
      const did = `${RETRY} with the items a b c d and workers: 1, where a ${how} twice and c once`;
      await ends(retrying);
      resolved(retrying, did);
      same(diary.items, ["a", "a", "a", "b", "c", "c", "d"], `${did}: the order of the calls`, {
        "retries-at-the-back": ["a", "b", "c", "d", "a", "c", "a"],
      });
    });
  }

  test("with several workers too, no fresh item is called while a failed one waits", async () => {
    const items = ["a", "b", "c", "d", "e", "f", "g", "h"];
    // Odd durations: no two calls end in the same instant.
    const takesMs = (item: string, call: number) => 100 + 37 * item.charCodeAt(0) + 11 * call;
    const times: Record<string, number> = { a: 3, b: 1, c: FOR_EVER, e: 2, f: 1 };
    const { diary } = failing(times, takesMs);
    await ends(run(items, diary, { workers: 2, maxAttempts: 3 }));
    const did = `${RETRY} with workers: 2, where a, b, c, e and f fail`;
    for (const fresh of diary.calls) {
      if (diary.callsOf(fresh.item)[0] !== fresh) continue;
      const waiting = diary.calls.filter((entry) => entry.hasFailed && waitsAt(diary, entry, fresh.begunAtMs, 3));
      const names = [...new Set(waiting.map((entry) => entry.item))].join(", ");
      claim(
        waiting.length === 0,
        `${did}: expected the failed ones first, but ${fresh.item} was called for the first time at ${fresh.begunAtMs} ms while ${names} waited for another try`,
        "retries-at-the-back",
        "processWithRetries",
      );
    }
  });

  test("an item is given up after `maxAttempts` calls, and is in `failed`", async () => {
    for (const maxAttempts of [1, 2, 4]) {
      const { diary } = failing({ b: FOR_EVER });
      const did = `${RETRY} with maxAttempts: ${maxAttempts}, where b always fails`;
      const { failed, succeeded } = await reportOf<string>(run(["a", "b", "c"], diary, { maxAttempts }), did);
      same(diary.callsOf("b").length, maxAttempts, `${did}: how often b was called`, {
        "one-call-too-many": maxAttempts + 1,
      });
      same(
        failed.map((row) => row.item),
        ["b"],
        `${did}: the items in failed`,
      );
      same(succeeded.map((row) => row.item).sort(), ["a", "c"], `${did}: the items in succeeded`);
    }
  });

  test("an item that succeeds at its last try is not given up", async () => {
    const { diary } = failing({ b: 2 });
    const did = `${RETRY} with maxAttempts: 3, where b fails twice`;
    const { failed, succeeded } = await reportOf<string>(run(["a", "b"], diary, { maxAttempts: 3 }), did);
    same(succeeded.map((row) => row.item).sort(), ["a", "b"], `${did}: the items in succeeded`);
    same(failed, [], `${did}: failed`);
  });

  test("`maxAttempts` is 5 where it is left out", async () => {
    for (const options of [undefined, {}, { workers: 1 }]) {
      const { diary } = failing({ a: FOR_EVER });
      await ends(run(["a"], diary, options));
      const did = `${RETRY} without \`maxAttempts\`, where a always fails`;
      same(diary.calls.length, 5, `${did}: how often a was called`, { "one-call-too-many": 6 });
    }
  });

  test("`attempts` counts the calls, the last one too", async () => {
    const { diary } = failing({ a: 2, b: FOR_EVER, c: 1 });
    const did = `${RETRY} with maxAttempts: 4, where a fails twice, b always, c once and d never`;
    const report = await reportOf<string>(run(["a", "b", "c", "d"], diary, { maxAttempts: 4 }), did);
    const attempts = Object.fromEntries(
      [...report.succeeded, ...report.failed].map((row) => [row.item, row.attempts] as const).sort(),
    );
    same(attempts, { a: 3, b: 4, c: 2, d: 1 }, `${did}: attempts of each item`, {
      "counts-retries-only": (seen) => seen.d === 0,
    });
  });

  test("`error` is the error of the last call", async () => {
    const { diary, errorOf } = failing({ a: FOR_EVER, b: FOR_EVER });
    const did = `${RETRY} with maxAttempts: 3, where a and b always fail, each time with another error`;
    const { failed } = await reportOf<string>(run(["a", "b"], diary, { maxAttempts: 3 }), did);
    for (const { item, error } of failed) {
      claim(
        Object.is(error, errorOf(item, 3)),
        `${did}: expected the error of ${item} to be that of its third call, got ${show(error)}`,
        Object.is(error, errorOf(item, 1)) ? "keeps-the-first-error" : undefined,
      );
    }
    same(failed.map((row) => row.item).sort(), ["a", "b"], `${did}: the items in failed`);
  });

  test("each list is in the order in which the items ended", async () => {
    const takesMs: Record<string, number> = { a: 700, b: 100, c: 230, d: 150, e: 410, f: 30 };
    const { diary } = failing({ a: FOR_EVER, c: 1, d: FOR_EVER, f: FOR_EVER }, (item) => takesMs[item] ?? 0);
    const did = `${RETRY} with workers: 4 and maxAttempts: 2, where a, d and f always fail and c once`;
    const options = { workers: 4, maxAttempts: 2 };
    const report = await reportOf<string>(run(["a", "b", "c", "d", "e", "f"], diary, options), did);
    const ended = (kind: "succeeded" | "failed") =>
      diary.ends
        .filter((entry) => (kind === "failed" ? diary.callsOf(entry.item)[1] === entry : true))
        .filter((entry) => (kind === "failed") === Boolean(entry.hasFailed))
        .map((entry) => entry.item);
    for (const kind of ["succeeded", "failed"] as const) {
      const expected = ended(kind);
      const items = report[kind].map((row) => row.item);
      same(items, expected, `${did}: the items in ${kind}`, { "lists-as-given": [...expected].sort() });
    }
  });

  test("it resolves when the last item has succeeded or was given up, not before", async () => {
    const { diary } = failing({ a: 1, b: FOR_EVER }, (_item, call) => 1000 * call);
    const retrying = run(["a", "b", "c"], diary, { workers: 3, maxAttempts: 2 });
    const did = `${RETRY} with 3 workers, where a fails once and b always, and their second calls end at 3000 ms`;
    const report = await reportOf<string>(retrying, did);
    const tells = { "empty-means-done": (seen: number | undefined) => (seen ?? 0) < 3000 };
    same(retrying.settledAtMs, 3000, `${did}: when it resolved, in ms`, tells);
    const listed = report.succeeded.length + report.failed.length;
    same(listed, 3, `${did}: how many items are in its lists`);
  });

  test("a call that runs while the queue is empty may still fail, and is tried again", async () => {
    const { diary } = failing({ slow: 2 }, (item) => (item === "slow" ? 900 : 100));
    const did = `${RETRY} with an item that succeeds at 100 ms, and a slow one that fails twice`;
    const retrying = run(["slow", "a"], diary, { workers: 2 });
    await ends(retrying, "empty-means-done");
    const { succeeded } = await reportOf<string>(retrying, did);
    await letSettle();
    same(
      succeeded.map((row) => row.item),
      ["a", "slow"],
      `${did}: the items in succeeded`,
      { "empty-means-done": ["a"] },
    );
  });

  test("0, '', null and false are items, values and errors like any other", async () => {
    const falsy: unknown[] = [0, "", null, false];
    const jobOf = (item: unknown) => ({ returns: item });
    const did = `${RETRY} with the items 0 '' null false, each call resolving to its item`;
    const good = await reportOf<unknown>(run(falsy, new Diary<unknown>(jobOf, "call"), { workers: 1 }), did);
    same(
      good.succeeded,
      falsy.map((item) => ({ item, value: item, attempts: 1 })),
      `${did}: succeeded`,
    );
    const refusing = new Diary<unknown>((item) => ({ rejectsWith: item }), "call");
    const didFail = `${RETRY} with the items 0 '' null false and maxAttempts: 2, each call rejecting with its item`;
    const bad = await reportOf<unknown>(run(falsy, refusing, { workers: 1, maxAttempts: 2 }), didFail);
    same(
      bad.failed,
      falsy.map((item) => ({ item, error: item, attempts: 2 })),
      `${didFail}: failed`,
    );
    same(bad.succeeded, [], `${didFail}: succeeded`);
  });

  test("items that look alike are counted apart", async () => {
    let calls = 0;
    const jobOf = () => {
      calls += 1;
      return calls <= 2 ? { takesMs: 100, rejectsWith: new Error("no answer") } : { takesMs: 100 };
    };
    const did = `${RETRY} with the items a a a, maxAttempts: 2, workers: 3, and the first two calls failing`;
    const diary = new Diary<string>(jobOf, "call");
    const report = await reportOf<string>(run(["a", "a", "a"], diary, { workers: 3, maxAttempts: 2 }), did);
    const attempts = report.succeeded.map((row) => row.attempts).sort();
    same(attempts, [1, 2, 2], `${did}: attempts in succeeded, sorted`, {
      "one-count-for-all-that-look-alike": () => true,
    });
    same(report.failed, [], `${did}: failed`);
  });

  test("an item is handed to `call` as it came, and comes back in the report", async () => {
    const items: unknown[] = [{ id: 1 }, ["a", "b"], () => "c"];
    const diary = new Diary<unknown>((item) => (item === items[1] ? { rejectsWith: new Error("no") } : {}), "call");
    const did = `${RETRY} with an object, an array and a function as items, where the array fails`;
    const { succeeded, failed } = await reportOf<unknown>(run(items, diary, { maxAttempts: 2 }), did);
    claim(
      diary.items.every((item) => items.includes(item)),
      `${did}: expected call to get the very same three, it got ${show(diary.items)}`,
    );
    const listed = [...succeeded, ...failed].map((row) => row.item);
    claim(
      listed.length === 3 && items.every((item) => listed.includes(item)),
      `${did}: expected the very same three in the report, got ${show(listed)}`,
    );
  });

  for (const option of ["workers", "maxAttempts"]) {
    test(`\`${option}\` that is not a positive integer is a RangeError, and nothing is read or called`, async () => {
      const diary = new Diary<string>();
      const source = new Source(["a", "b"]);
      await refusesNonsense(
        option,
        "processWithRetries",
        (options) => given.processWithRetries(source.atOnce(), (item: string) => diary.work(item), options),
        () => ({ "items read": source.taken, calls: diary.calls.length }),
      );
    });
  }
});

interface Span {
  readonly begunAtMs: number;
  endedAtMs?: number;
}

function overlap(one: Span, other: Span): boolean {
  return one.begunAtMs < (other.endedAtMs ?? 0) && other.begunAtMs < (one.endedAtMs ?? 0);
}

/** Whether `entry`, which failed, waits at that instant for the next try of its item. */
function waitsAt(diary: Diary<string>, entry: Entry<string>, atMs: number, maxAttempts: number): boolean {
  const tries = diary.callsOf(entry.item);
  const number = tries.indexOf(entry);
  if (number + 1 >= maxAttempts || (entry.endedAtMs ?? 0) > atMs) return false;
  return (tries[number + 1]?.begunAtMs ?? Number.POSITIVE_INFINITY) > atMs;
}
