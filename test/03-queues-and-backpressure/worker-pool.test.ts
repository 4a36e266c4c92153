// What task 03.6 asks for: a pool of workers with figures. Read in order, the names are its
// specification. Which worker takes which item is open, and so is what happens within an instant.

import { describe, test } from "vitest";
import { claim, rejectedWith, resolved, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { type Call, call, letSettle, pass } from "../support/stage.ts";
import { show } from "../support/words.ts";
import {
  chunkAfterChunk,
  Diary,
  ends,
  fieldsOf,
  firstComeFirstServed,
  type Job,
  refusesNonsense,
  rowsOf,
  Source,
} from "./work-scene.ts";

const given = lesson(() => import("#lesson/03-queues-and-backpressure/worker-pool.ts"));

type Items<T> = Iterable<T> | AsyncIterable<T>;
type Options = NonNullable<Parameters<typeof given.runWorkerPool>[2]>;
type Report = Awaited<ReturnType<typeof given.runWorkerPool>>;

const POOL = "runWorkerPool(…)";

function run<T>(items: Items<T>, diary: Diary<T>, options?: Options): Call<Report> {
  // Without options it is called without them: the defaults of a parameter count too.
  return call(POOL, () =>
    options ? given.runWorkerPool(items, diary.work, options) : given.runWorkerPool(items, diary.work),
  );
}

/** The pool's rows, and what they should be by the diary. */
async function reportOf(pool: Call<Report>, did: string): Promise<Report> {
  await ends(pool);
  resolved(pool, did);
  const { workers } = fieldsOf(pool.value, ["workers", "elapsedMs"], did);
  const rows = rowsOf(workers, ["name", "processed", "failed", "averageMs"], `${did}: the report's workers`);
  return { ...(pool.value as Report), workers: rows as unknown as Report["workers"] };
}

/** Items with the time that each takes: { a: 100 } is an item "a" of 100 ms. */
function timed(takesMs: readonly number[]): { items: string[]; jobOf: (item: string) => Job } {
  const items = takesMs.map((_ms, index) => String.fromCharCode(97 + index));
  return { items, jobOf: (item) => ({ takesMs: takesMs[items.indexOf(item)] ?? 0 }) };
}

const letters = (count: number): string[] => timed(new Array<number>(count).fill(0)).items;

const UNEVEN_MS = [300, 100, 200, 100, 400, 100, 100, 500, 200, 100, 300, 100];

describe("03.6", () => {
  test("every item is worked on once", async () => {
    const items = letters(20);
    const diary = new Diary<string>(() => ({ takesMs: 100 }));
    const pool = run(items, diary, { workers: 3, maxSize: 4 });
    await ends(pool, "workers-wait-for-ever");
    await letSettle();
    const did = `${POOL} with 20 items: the items that work was called with`;
    same([...diary.items].sort(), items, did);
  });

  for (const [kind, itemsOf] of [
    ["a Set", (items: string[]) => new Set(items)],
    ["a generator", (items: string[]) => new Source(items).atOnce()],
    ["an async generator", (items: string[]) => new Source(items).inTime()],
    ["an object with an async iterator", (items: string[]) => asyncIterableOf(items)],
  ] as const) {
    test(`the items may come from ${kind}`, async () => {
      const diary = new Diary<string>();
      await ends(run<string>(itemsOf(letters(9)), diary));
      same([...diary.items].sort(), letters(9), `${POOL} with ${kind} of 9: the items that work was called with`);
    });
  }

  test("0, '', null and false are items like any other", async () => {
    const items: unknown[] = [0, "", null, false, "a", 0, null, ""];
    const came: Items<unknown>[] = [items, new Source(items).inTime()];
    for (const source of came) {
      const diary = new Diary<unknown>();
      const pool = run(source, diary, { workers: 2, maxSize: 2 });
      await ends(pool, "null-means-the-end");
      const missed = items.filter((item) => !diary.items.includes(item));
      const did = `${POOL} with the items ${show(items)}`;
      const tell = { "null-means-the-end": (seen: unknown[]) => seen.length > 0 };
      same(missed, [], `${did}: those that work was never called with`, tell);
      same(diary.calls.length, items.length, `${did}: how often work was called`, {
        "null-means-the-end": (seen) => seen < items.length,
      });
    }
  });

  test("items that look alike are all worked on", async () => {
    const diary = new Diary<string>();
    await ends(run(["a", "a", "b", "a"], diary));
    same(
      [...diary.items].sort(),
      ["a", "a", "a", "b"],
      `${POOL} with the items a a b a: the items that work was called with`,
    );
  });

  test("an item is handed to work as it came, whatever it is", async () => {
    const items: unknown[] = [["a", "b"], { id: 1 }, () => "c"];
    const diary = new Diary<unknown>();
    await ends(run(items, diary));
    claim(
      diary.calls.length === items.length && items.every((item) => diary.items.includes(item)),
      `${POOL} with an array, an object and a function as items: expected work to get the very same three, it got ${show(diary.items)}`,
    );
  });

  test("there are never more than `workers` at work", async () => {
    for (const workers of [1, 2, 4]) {
      const { items, jobOf } = timed(UNEVEN_MS);
      const diary = new Diary(jobOf);
      await ends(run(items, diary, { workers, maxSize: 2 }));
      claim(
        diary.mostAtWork <= workers,
        `${POOL} with workers: ${workers}: expected at most ${workers} at work at the same time, there were ${diary.mostAtWork}`,
      );
    }
  });

  for (const [workers, maxSize] of [
    [3, 5],
    [2, 1],
    [5, 1],
    [3, Number.POSITIVE_INFINITY],
  ] as const) {
    test(`as many as possible are at work: ${workers} workers, and a queue of ${maxSize}`, async () => {
      const { items, jobOf } = timed(UNEVEN_MS);
      const diary = new Diary(jobOf);
      await ends(run(items, diary, { workers, maxSize }), "workers-wait-for-ever");
      beginsWhenAWorkerIsFree(diary, items, UNEVEN_MS, workers);
    });
  }

  test("`workers` is 3 where it is left out", async () => {
    for (const options of [undefined, {}, { maxSize: 2 }]) {
      const { items, jobOf } = timed(UNEVEN_MS);
      const diary = new Diary(jobOf);
      await ends(run(items, diary, options), "workers-wait-for-ever");
      same(diary.mostAtWork, 3, `${POOL} without \`workers\`, 12 items: the most at work at the same time`);
    }
  });

  for (const [how, failure] of [
    ["rejects", { rejectsWith: new Error("the disk is full") }],
    ["throws synchronously", { throws: new Error("the disk is full") }],
    ["rejects with undefined", { rejectsWith: undefined }],
  ] as const) {
    const misconception = how === "throws synchronously" ? "then-instead-of-try" : "one-failure-ends-a-worker";

    test(`work that ${how} costs no worker: as many as possible go on`, async () => {
      const { items, jobOf } = timed(UNEVEN_MS);
      const failing = new Set(["a", "b", "d", "g"]);
      const diary = new Diary<string>((item) => (failing.has(item) ? { ...jobOf(item), ...failure } : jobOf(item)));
      const pool = run(items, diary, { workers: 3 });
      const did = `${POOL} with 12 items, and work that ${how} for 4 of them`;
      await ends(pool, misconception);
      resolved(pool, did, "it to go on and to resolve", misconception);
      same(diary.calls.length, 12, `${did}: how often work was called`, { [misconception]: (seen) => seen < 12 });
      const takesMs = UNEVEN_MS.map((ms, index) => ("throws" in failure && failing.has(items[index] ?? "") ? 0 : ms));
      beginsWhenAWorkerIsFree(diary, items, takesMs, 3, misconception);
    });
  }

  test("the workers are named W0, W1, …, and each works on one item at a time", async () => {
    const { items, jobOf } = timed(UNEVEN_MS);
    const atWork = new Set<unknown>();
    const names = new Set<unknown>();
    let sharing: unknown;
    const diary = new Diary(jobOf);
    const work = async (item: string, worker: string): Promise<void> => {
      if (atWork.has(worker)) sharing = worker;
      names.add(worker);
      atWork.add(worker);
      await diary.work(item, worker);
      atWork.delete(worker);
    };
    const pool = call(POOL, () => given.runWorkerPool(items, work, { workers: 4 }));
    await ends(pool);
    same([...names].sort(), ["W0", "W1", "W2", "W3"], `${POOL} with workers: 4: the names that work was called with`);
    claim(
      sharing === undefined,
      `${POOL} with workers: 4: expected a worker to have one item at a time, but ${show(sharing)} was called with two`,
    );
  });

  test("the report has a row for each worker, in the order of their names, idle ones too", async () => {
    for (const items of [letters(12), letters(1), []]) {
      const diary = new Diary<string>(() => ({ takesMs: 100 }));
      const did = `${POOL} with workers: 4 and ${items.length} items`;
      const { workers } = await reportOf(run(items, diary, { workers: 4 }), did);
      const names = workers.map((row) => row.name);
      same(names, ["W0", "W1", "W2", "W3"], `${did}: the names in the report`);
    }
  });

  test("no items: work is never called, and every figure is 0", async () => {
    for (const items of [[], new Source<string>([]).atOnce(), new Source<string>([]).inTime()]) {
      const diary = new Diary<string>();
      const did = `${POOL} with no items and workers: 2`;
      const { workers } = await reportOf(run<string>(items, diary, { workers: 2 }), did);
      same(diary.calls.length, 0, `${did}: how often work was called`);
      same(
        workers,
        ["W0", "W1"].map((name) => ({ name, processed: 0, failed: 0, averageMs: 0 })),
        `${did}: the rows of the report`,
      );
    }
  });

  test("`processed` counts a worker's work that resolved, `failed` that which rejected or threw", async () => {
    const { items, jobOf } = timed(UNEVEN_MS);
    const diary = new Diary<string>((item) => {
      if ("bf".includes(item)) return { ...jobOf(item), rejectsWith: new Error(`no ${item}`) };
      return item === "h" ? { throws: new Error("no h") } : jobOf(item);
    });
    const did = `${POOL} with 12 items, of which b and f reject and h throws`;
    const { workers } = await reportOf(run(items, diary), did);
    await pass(2000);
    const counted = workers.map(({ name, processed, failed }) => ({ name, processed, failed }));
    const seen = ["W0", "W1", "W2"].map((name) => {
      const done = diary.ends.filter((entry) => entry.worker === name);
      const failed = done.filter((entry) => entry.hasFailed).length;
      return { name, processed: done.length - failed, failed };
    });
    same(counted, seen, `${did}: the figures beside what each worker did`, {
      "reports-before-the-last-work": (seen) => seen.reduce((sum, row) => sum + row.processed + row.failed, 0) < 12,
    });
  });

  test("`averageMs` is the mean duration of a call, failed ones too", async () => {
    const { items, jobOf } = timed([100, 200, 500]);
    const diary = new Diary<string>((item) =>
      item === "c" ? { ...jobOf(item), rejectsWith: new Error("no c") } : jobOf(item),
    );
    const did = `${POOL} with one worker, and calls of 100, 200 and (failing) 500 ms`;
    const { workers } = await reportOf(run(items, diary, { workers: 1 }), did);
    const ofTheGood = workers[0]?.failed === 1 ? "averages-the-good-ones" : undefined;
    isAverage(workers[0]?.averageMs, 800 / 3, did, { 150: ofTheGood, 400: ofTheGood });
  });

  test("`averageMs` is each worker's own, and leaves out the time that it waits for an item", async () => {
    const { items, jobOf } = timed([700, 100, 100, 400, 200, 100]);
    const diary = new Diary(jobOf);
    const source = new Source(items, { everyMs: 300 });
    const did = `${POOL} with workers: 3 and an item every 300 ms`;
    const { workers } = await reportOf(run(source.inTime(), diary), did);
    for (const { name, averageMs } of workers) {
      const tookMs = diary.ends
        .filter((entry) => entry.worker === name)
        .map((entry) => (entry.endedAtMs ?? 0) - entry.begunAtMs);
      const meanMs = tookMs.length === 0 ? 0 : tookMs.reduce((sum, ms) => sum + ms, 0) / tookMs.length;
      isAverage(averageMs, meanMs, `${did}, where the calls of ${name} took ${show(tookMs)} ms`);
    }
  });

  test("`averageMs` of a worker that had nothing to do is 0", async () => {
    const diary = new Diary<string>(() => ({ takesMs: 100 }));
    const did = `${POOL} with workers: 4 and 2 items of 100 ms`;
    const { workers } = await reportOf(run(["a", "b"], diary, { workers: 4 }), did);
    const averages = workers.map((row) => row.averageMs).sort();
    same(averages, [0, 0, 100, 100], `${did}: averageMs of the workers, sorted`);
  });

  test("`elapsedMs` counts the wait for the first item, and not what comes after the last work", async () => {
    const diary = new Diary<string>(() => ({ takesMs: 100 }));
    const pool = run<string>(lateAndLong(), diary, { workers: 2 });
    const did = `${POOL} with an async iterator whose one item comes after 250 ms, and which ends 1,000 ms later`;
    const { elapsedMs } = await reportOf(pool, did);
    same(elapsedMs, 350, `${did}, 100 ms of work: elapsedMs`, {}, "runWorkerPool");

    async function* lateAndLong(): AsyncGenerator<string> {
      await new Promise((resolve) => setTimeout(resolve, 250));
      yield "a";
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  });

  test("`elapsedMs` is from the call to the end of the last work", async () => {
    await pass(1000);
    const { items, jobOf } = timed(UNEVEN_MS);
    const diary = new Diary(jobOf);
    const did = `${POOL}, called at 1000 ms`;
    const pool = run(items, diary, { workers: 3 });
    const { elapsedMs } = await reportOf(pool, did);
    await pass(2000);
    const { lastEndMs } = diary;
    const tells = { "reports-before-the-last-work": () => (pool.settledAtMs ?? 0) < lastEndMs };
    same(elapsedMs, lastEndMs - 1000, `${did}, with the last work ending at ${lastEndMs} ms: elapsedMs`, tells);
  });

  test("it resolves when the last work has ended, not before", async () => {
    const { items, jobOf } = timed([100, 100, 100, 900]);
    const diary = new Diary(jobOf);
    const pool = run(items, diary, { workers: 2 });
    await ends(pool);
    claim(
      diary.ends.length === 4,
      `${POOL} with 4 items, the last of 900 ms: expected it to resolve when all work has ended, but it did at ${pool.settledAtMs} ms, with ${diary.atWork} still at work`,
      "reports-before-the-last-work",
    );
  });

  for (const [kind, of] of [
    ["iterable", (source: Source<string>) => source.atOnce()],
    ["async iterable", (source: Source<string>) => source.inTime()],
  ] as const) {
    test(`the producer never runs ahead by more than the queue, the workers and one in its hand: ${kind}`, async () => {
      for (const [workers, maxSize] of [
        [2, 3],
        [1, 1],
      ] as const) {
        const stuck = new Diary<string>(() => ({ takesMs: 10_000 }));
        const source = new Source(letters(20), {}, stuck);
        run<string>(of(source), stuck, { workers, maxSize });
        await pass(1000);
        isNotAhead(source, source.taken, workers, maxSize, "with all workers at work on their first item");
      }
      const { items, jobOf } = timed(UNEVEN_MS);
      const diary = new Diary(jobOf);
      const source = new Source(items, {}, diary);
      await ends(run<string>(of(source), diary, { workers: 2, maxSize: 3 }));
      isNotAhead(source, source.mostAhead, 2, 3, "at its furthest");
    });
  }

  test("`maxSize` is 5 where it is left out", async () => {
    /** How many items are taken while all workers are at work on their first. */
    const takenWith = async (options?: Options): Promise<Source<string>> => {
      const stuck = new Diary<string>(() => ({ takesMs: 10_000 }));
      const source = new Source(letters(20), {}, stuck);
      run(source.atOnce(), stuck, options);
      await pass(1000);
      return source;
    };
    const withFive = (await takenWith({ workers: 2, maxSize: 5 })).taken;
    for (const [options, expected] of [
      [{ workers: 2 }, withFive],
      [{}, withFive + 1],
      [undefined, withFive + 1],
    ] as const) {
      const source = await takenWith(options);
      same(
        source.taken,
        expected,
        `${POOL} without \`maxSize\`, and with ${options?.workers ?? 3} workers at work: how many items the producer has taken, beside a pool with maxSize: 5`,
        { [limitless(source)]: (seen) => seen > expected },
      );
    }
  });

  test("while the workers are busy, the producer fills the queue", async () => {
    const { items, jobOf } = timed([1000, 100, 100, 100]);
    const diary = new Diary(jobOf);
    const source = new Source(items, { everyMs: 200 });
    await ends(run<string>(source.inTime(), diary, { workers: 1, maxSize: 3 }));
    same(
      diary.begunAtMs(items),
      [200, 1200, 1300, 1400],
      `${POOL} with one worker, a queue of 3, an item every 200 ms, and a first item that takes 1000 ms: when the work on each began, in ms`,
    );
  });

  test("an item of a slow source is worked on as soon as it comes", async () => {
    const items = letters(4);
    const diary = new Diary<string>(() => ({ takesMs: 500 }));
    const source = new Source(items, { everyMs: 200 });
    const pool = run<string>(source.inTime(), diary, { workers: 3 });
    await ends(pool);
    same(
      diary.begunAtMs(items),
      [200, 400, 600, 800],
      `${POOL} with 3 workers, an item every 200 ms, and 500 ms of work: when the work on each began, in ms`,
      {
        "reads-everything-first": (seen) => seen[0] === 800,
        "works-in-chunks": (seen) => (seen[1] ?? 0) > 400,
      },
    );
  });

  for (const [kind, of] of [
    ["an iterator", (source: Source<string>) => source.atOnce()],
    ["an async iterator", (source: Source<string>) => source.inTime()],
  ] as const) {
    test(`${kind} that throws: the items produced so far are finished, then it rejects with that error`, async () => {
      const error = new Error("the list of items is torn");
      for (const count of [8, 2]) {
        const diary = new Diary<string>(() => ({ takesMs: 100 }));
        const pool = run<string>(of(new Source(letters(count), { throws: error })), diary, { workers: 2, maxSize: 3 });
        const did = `${POOL} with ${kind} that gives ${count} items and throws`;
        await ends(pool);
        const endedByThen = diary.ends.length;
        await pass(1000);
        claim(
          endedByThen === count,
          `${did}: expected it to settle when the work on all ${count} has ended, but it did at ${pool.settledAtMs} ms, with ${endedByThen} ended`,
          "an-error-cuts-it-short",
        );
        rejectedWith(error, pool, did);
      }
    });
  }

  test("whatever an iterator throws, the pool rejects with it", async () => {
    for (const error of [0, "", null, "no more"]) {
      const diary = new Diary<string>(() => ({ takesMs: 100 }));
      const pool = run<string>(thenThrows(error), diary, { workers: 2 });
      await ends(pool);
      rejectedWith(error, pool, `${POOL} with an iterator that gives a and throws ${show(error)}`);
    }

    function* thenThrows(error: unknown): Generator<string> {
      yield "a";
      throw error;
    }
  });

  test("an iterator that throws at once: it rejects with that error, and work is never called", async () => {
    const error = new Error("there is no list of items");
    const sources = [
      new Source<string>([], { throws: error }).atOnce(),
      new Source<string>([], { throws: error }).inTime(),
    ];
    for (const source of sources) {
      const diary = new Diary<string>();
      const pool = run<string>(source, diary);
      await ends(pool);
      rejectedWith(error, pool, `${POOL} with an iterator that throws at once`);
      same(diary.calls.length, 0, `${POOL} with an iterator that throws at once: how often work was called`);
    }
  });

  test("an iterator that throws while work fails: it rejects with the iterator's error", async () => {
    const error = new Error("the list of items is torn");
    const diary = new Diary<string>(() => ({ takesMs: 100, rejectsWith: new Error("the disk is full") }));
    const pool = run(new Source(letters(6), { throws: error }).atOnce(), diary, { workers: 2 });
    const did = `${POOL} with work that always rejects, and an iterator that throws after 6 items`;
    await ends(pool, "one-failure-ends-a-worker");
    rejectedWith(error, pool, did);
    same(diary.ends.length, 6, `${did}: how many items were finished`, {
      "an-error-cuts-it-short": (seen) => seen < 6,
      "one-failure-ends-a-worker": (seen) => seen < 6,
    });
  });

  for (const [option, values] of [
    ["workers", undefined],
    ["maxSize", [0, -1, 1.5, Number.NaN]],
  ] as const) {
    test(`\`${option}\` that is not a positive integer is a RangeError, and nothing is read or called`, async () => {
      const diary = new Diary<string>();
      const source = new Source(["a", "b"]);
      await refusesNonsense(
        option,
        "runWorkerPool",
        (options) => given.runWorkerPool(source.atOnce(), diary.work, options),
        () => ({ "items read": source.taken, "calls of work": diary.calls.length }),
        values,
      );
    });
  }

  test("two pools at the same time keep apart", async () => {
    const diaries = [new Diary<string>(() => ({ takesMs: 100 })), new Diary<string>(() => ({ takesMs: 300 }))];
    const pools = diaries.map((diary) => run(letters(4), diary, { workers: 2 }));
    for (const [index, pool] of pools.entries()) {
      const did = `${POOL} with 4 items and 2 workers, beside another pool`;
      const { workers, elapsedMs } = await reportOf(pool, did);
      const counted = workers.reduce((sum, row) => sum + row.processed, 0);
      same({ counted, elapsedMs }, { counted: 4, elapsedMs: [200, 600][index] ?? 0 }, `${did}: items and elapsedMs`);
    }
  });
});

function beginsWhenAWorkerIsFree(
  diary: Diary<string>,
  items: readonly string[],
  takesMs: readonly number[],
  workers: number,
  misconception?: string,
): void {
  const inChunks = chunkAfterChunk(takesMs, workers);
  const seen = diary.begunAtMs(items);
  const isInChunks = inChunks.every((ms, index) => ms === seen[index]);
  same(
    seen,
    firstComeFirstServed(takesMs, workers),
    `${POOL} with workers: ${workers}, and items that take ${takesMs.join(", ")} ms: when the work on each began, in ms`,
    isInChunks ? { "works-in-chunks": () => true } : misconception ? { [misconception]: () => true } : {},
  );
}

function isNotAhead(source: Source<string>, taken: number, workers: number, maxSize: number, when: string): void {
  const most = workers + maxSize + 1;
  claim(
    taken <= most,
    `${POOL} with workers: ${workers} and maxSize: ${maxSize}, ${when}: expected the producer to be at most ${most} items ahead (${workers} at work, ${maxSize} in the queue, one in its hand), it is ${taken} ahead`,
    limitless(source),
  );
}

function isAverage(
  seen: unknown,
  expectedMs: number,
  did: string,
  marks: Record<number, string | undefined> = {},
): void {
  const isNear = typeof seen === "number" && Math.abs(seen - expectedMs) < 1;
  claim(
    isNear,
    `${did}: expected averageMs to be ${Number(expectedMs.toFixed(3))}, got ${show(seen)}`,
    marks[Number(seen)],
  );
}

/** Which way of taking too many it is. */
function limitless(source: Source<string>): string {
  return source.takenBeforeWork === source.items.length ? "reads-everything-first" : "a-queue-without-a-limit";
}

function asyncIterableOf<T>(items: readonly T[]): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      let index = 0;
      return {
        next: async () => {
          const done = index >= items.length;
          return done ? { done, value: undefined } : { done, value: items[index++] as T };
        },
      };
    },
  };
}
