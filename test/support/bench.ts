// What a lesson's `bench/bench.ts` is made of. `npm run bench 03` measures it: `benches`, and names
// beside them the packages in `peers`.

/** "us" is a microsecond. */
export type Unit = "ns" | "us" | "ms";

/** One comparison: the same work, done by each contender at growing sizes. */
export interface Bench {
  /** What is measured. `n` stands for the size. */
  title: string;

  /** What a figure is the cost of: "item", "call". */
  per: string;

  /**
   * How many of these a round does.
   *
   * @default as many as there are items
   */
  times?: number;

  /**
   * How many items a round has, where that is part of what is compared.
   *
   * @default the sizes of the command, from 1,000 on
   */
  sizes?: readonly number[];

  /**
   * What figures are shown in.
   *
   * @default "ns"
   */
  unit?: Unit;

  /** The first is the learner's; the others' ratios are to it. Each is measured in a process of its own. */
  contenders: readonly [Contender, ...Contender[]];
}

export interface Contender {
  /** At most 19 characters. */
  name: string;

  /** Sets a round up for that many items, and returns the work: only the work's time is taken. */
  round: (items: number) => Work | Promise<Work>;
}

export type Work = () => unknown;

/** What a file `bench/bench.ts` exports. */
export interface BenchFile {
  benches: readonly Bench[];

  /** The packages that are measured beside the learner's code. */
  peers: readonly string[];
}
