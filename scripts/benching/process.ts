// Inside the process that measures: one contender of one bench, size after size. The command watches
// from outside, since code that never yields cannot be stopped from within.

import type { Bench, BenchFile, Contender } from "../../test/support/bench.ts";
import type { Told } from "./protocol.ts";

/** The clock as it was before any bench set it. */
const nowMs = performance.now.bind(performance);

/** A round is repeated for that long, and at least so often. The fastest is told: what else the machine does
 * can only slow one down. */
const REPEAT_MS = 400;
const FEWEST_ROUNDS = 3;

/** Beyond that, one round is enough. */
const SLOW_ROUNDS_MS = 2500;

/** Rounds before the first that counts: compiled code is what is measured. There is none where one round is asked for. */
const WARM_UP_MS = 100;

/** Called without sizes it tells what there is to measure; with a bench, a contender, the most rounds of a size,
 * and sizes it measures. */
export async function measureInHere(load: () => Promise<BenchFile>): Promise<void> {
  const [bench = 0, contender = 0, mostRounds = 1, ...sizes] = process.argv.slice(2).map(Number);
  const failed = async (error: unknown) => {
    await tell({ kind: "threw", message: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  };
  process.on("uncaughtException", failed);
  process.on("unhandledRejection", failed);
  try {
    const { benches, peers } = await load();
    const asked = benches[bench];
    const one = asked?.contenders[contender];
    if (sizes.length === 0) await tell({ kind: "described", benches: benches.map(described), peers: [...peers] });
    else if (asked && one) await measure(asked, one, sizes, mostRounds);
    await tell({ kind: "finished" });
    process.exit(0);
  } catch (error) {
    await failed(error);
  }
}

function described({ title, per, sizes, unit, contenders }: Bench) {
  return { title, per, sizes, unit, contenders: contenders.map(({ name }) => name) };
}

async function measure(bench: Bench, contender: Contender, sizes: number[], mostRounds: number): Promise<void> {
  const warmUntilMs = nowMs() + WARM_UP_MS;
  for (let round = 0; round < mostRounds - 1 && nowMs() < warmUntilMs; round += 1) {
    await timeOf(contender, sizes[0] ?? 0);
  }
  for (const items of sizes) {
    const sinceMs = nowMs();
    let fastestMs = Number.POSITIVE_INFINITY;
    for (let rounds = 0; rounds < mostRounds && isWorthAnother(rounds, nowMs() - sinceMs); rounds += 1) {
      fastestMs = Math.min(fastestMs, await timeOf(contender, items));
    }
    await tell({ kind: "measured", items, costNs: (fastestMs * 1e6) / (bench.times ?? items) });
  }
}

function isWorthAnother(rounds: number, elapsedMs: number): boolean {
  return rounds === 0 || elapsedMs < REPEAT_MS || (rounds < FEWEST_ROUNDS && elapsedMs < SLOW_ROUNDS_MS);
}

async function timeOf(contender: Contender, items: number): Promise<number> {
  await tell({ kind: "setting up", items });
  const work = await contender.round(items);
  // The garbage of the round before is not this round's cost.
  globalThis.gc?.();
  await tell({ kind: "working", items });
  const sinceMs = nowMs();
  await work();
  return nowMs() - sinceMs;
}

/** Resolves when it is on its way: what comes next may never yield. */
function tell(told: Told): Promise<void> {
  return new Promise((resolve) => process.send?.(told, undefined, undefined, () => resolve()));
}
