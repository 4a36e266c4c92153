// The dice of a run: the same seed and name give the same throws, in every browser and in Node.

/** Throws by name, each name with a sequence of its own: numbers from 0 up to 1. */
export function diceOf(seed: number): (name: string) => number {
  const sequences = new Map<string, () => number>();
  return (name) => {
    const known = sequences.get(name) ?? sequence(hash(`${seed}/${name}`));
    sequences.set(name, known);
    return known();
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

/** mulberry32. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
