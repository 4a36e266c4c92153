// Measures one contender at growing sizes, in a process of its own, and gives it up where it takes
// too long.

import { spawn } from "node:child_process";
import type { BenchDescription, Told } from "./protocol.ts";

/** What one contender costs, in nanoseconds, at each size; `undefined` where it was given up. */
export interface Row {
  name: string;
  costsNs: (number | undefined)[];
}

/** The measured code did not get through, and `message` says how in one sentence. */
export class DidNotGetThrough extends Error {
  override readonly name = "DidNotGetThrough";
}

/** A round may take longer to set up than to work, and nobody compares that. */
const SETTING_UP_FACTOR = 5;

/** For Node's start and the code's. */
const LOADING_MS = 10_000;

/** @throws {DidNotGetThrough} */
export async function describe(program: string, budgetMs: number): Promise<Told & { kind: "described" }> {
  let described: (Told & { kind: "described" }) | undefined;
  const end = await watched(program, [], budgetMs, (told) => {
    if (told.kind === "described") described = told;
  });
  if (!described) throw new DidNotGetThrough(`The code does not load: ${end.how}.`);
  return described;
}

/**
 * Measures at each of `sizes`, ascending, with at most `mostRounds` rounds of each.
 *
 * @throws {DidNotGetThrough} Unless it got through the first size, and where it ends other than by working or by its budget.
 */
export async function measure(
  program: string,
  { bench, contender, of }: { bench: number; contender: number; of: BenchDescription },
  { sizes, budgetMs, mostRounds }: { sizes: readonly number[]; budgetMs: number; mostRounds: number },
): Promise<Row> {
  const name = of.contenders[contender] ?? "";
  const costs = new Map<number, number>();
  let items = sizes[0] ?? 0;
  const end = await watched(program, [bench, contender, mostRounds, ...sizes], budgetMs, (told) => {
    if (told.kind === "measured") costs.set(told.items, told.costNs);
    else if (told.kind === "setting up") items = told.items;
  });
  const isFigure = end.isGivenUp && costs.size > 0;
  if (end.how !== "" && !isFigure) {
    throw new DidNotGetThrough(`${name} did not get through ${items.toLocaleString("en")} items: ${end.how}.`);
  }
  return { name, costsNs: sizes.map((size) => costs.get(size)) };
}

interface End {
  /** Why it ended, as the end of a sentence; empty when it finished. */
  how: string;
  /** Its budget was used up. */
  isGivenUp: boolean;
}

function watched(program: string, args: number[], budgetMs: number, onTold: (told: Told) => void): Promise<End> {
  const child = spawn(process.execPath, ["--expose-gc", "--no-warnings", program, ...args.map(String)], {
    // What the code prints is not asked for, and printing would be measured.
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  return new Promise((resolve, reject) => {
    let end: End | undefined;
    let timer: NodeJS.Timeout;
    const allow = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        end = { how: `it was given up after ${budgetMs / 1000} s`, isGivenUp: true };
        kill();
      }, ms);
    };
    allow(LOADING_MS);
    child.on("message", (message) => {
      const told = message as Told;
      onTold(told);
      if (told.kind === "threw") end = { how: `it threw "${told.message}"`, isGivenUp: false };
      else if (told.kind === "finished") end = { how: "", isGivenUp: false };
      else allow(told.kind === "working" ? budgetMs : budgetMs * SETTING_UP_FACTOR);
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      process.off("exit", kill);
      resolve(end ?? { how: endOf(code, signal), isGivenUp: false });
    });
  });
}

/** An end that nobody announced. 13: Node found that what is awaited can never come. */
function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  if (code === 13 || code === 0) return "everything waits, and nothing is left that could wake it";
  if (signal === "SIGABRT" || code === 134) return "the memory ran out";
  return `the process ended with ${signal ?? `status ${code}`}`;
}
