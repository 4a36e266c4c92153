// A clock that moves when it is told to: with a million messages in flight, ten are due at a moment
// that no real clock would hit. The process that measures has taken the real one before.

let nowMs = 0;

/** From here on, every clock that a queue may read stands still. */
export function stopTheClock(): void {
  const startMs = Date.now();
  nowMs = performance.now();
  performance.now = () => nowMs;
  Date.now = () => startMs + nowMs;
  process.hrtime.bigint = () => BigInt(Math.round(nowMs * 1e6));
}

export function letTimePass(ms: number): void {
  nowMs += ms;
}
