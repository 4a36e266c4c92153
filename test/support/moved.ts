// How many items an array's own methods move or look at: a count, the same on every machine. It sees what
// `shift`, `splice` and their like do; a loop of one's own it does not see.

/** What a call of each method touches, by the array, the arguments and the result. */
type Touched = (array: unknown[], args: unknown[], result: unknown) => number;

const all: Touched = (array) => array.length;
const made: Touched = (_array, _args, result) => (result as unknown[]).length;
const upToTheFound: Touched = (array, _args, index) => ((index as number) < 0 ? array.length : (index as number) + 1);
/** From the place where something is put in or taken out, everything behind it moves. */
const behind: Touched = (array, [start]) => {
  const from = Number(start ?? 0);
  return array.length - Math.min(array.length, from < 0 ? Math.max(0, array.length + from) : from);
};

const TOUCHED: Record<string, Touched> = {
  shift: all,
  unshift: all,
  splice: behind,
  slice: made,
  concat: made,
  filter: all,
  map: all,
  forEach: all,
  reduce: all,
  sort: all,
  toSorted: all,
  toSpliced: all,
  reverse: all,
  toReversed: all,
  indexOf: upToTheFound,
  findIndex: upToTheFound,
  lastIndexOf: all,
  includes: all,
  find: all,
  some: all,
  every: all,
};

/** Runs `work`, and says how many items were touched meanwhile. */
export async function touchedBy(work: () => Promise<void>): Promise<number> {
  const methods = Array.prototype as unknown as Record<string, (...args: unknown[]) => unknown>;
  const own = new Map(Object.keys(TOUCHED).map((name) => [name, Object.getOwnPropertyDescriptor(methods, name)]));
  let touched = 0;
  for (const [name, descriptor] of own) {
    const method = descriptor?.value as ((...args: unknown[]) => unknown) | undefined;
    const count = TOUCHED[name];
    if (!method || !count) continue;
    Object.defineProperty(methods, name, {
      ...descriptor,
      value(this: unknown[], ...args: unknown[]) {
        const result = Reflect.apply(method, this, args);
        touched += count(this, args, result);
        return result;
      },
    });
  }
  try {
    await work();
  } finally {
    for (const [name, descriptor] of own) if (descriptor) Object.defineProperty(methods, name, descriptor);
  }
  return touched;
}
