// The moment of the run that is seen, and how it moves: it plays at a speed, steps from event to event, or
// is put somewhere. It knows nothing of the page.

/** How the playhead came where it is: by playing, by one step, or put there. */
export type Move = "plays" | "steps" | "jumps";

export const SPEEDS: readonly number[] = [0.25, 1, 4, 16];

/** Moments a second, at each speed, up to which an eye can follow. */
const FOLLOWED: readonly (readonly [speed: number, perSecond: number])[] = [
  [4, 1],
  [1, 20],
];

/** The speed to begin with: the fastest at which a learner can follow. */
export function followedSpeed(moments: number, durationMs: number): number {
  const perSecond = moments / Math.max(1, durationMs / 1000);
  return FOLLOWED.find(([, most]) => perSecond <= most)?.[0] ?? 0.25;
}

export class Playhead {
  #atMs = 0;
  #durationMs = 0;
  #moments: readonly number[] = [];
  #isPlaying = false;
  #frame = 0;
  #shownAt = 0;
  speed = 1;
  readonly #onMove: (move: Move, fromMs: number) => void;
  readonly #onPlaying: (isPlaying: boolean) => void;

  /**
   * @param onMove Called after each move, with where the playhead was before.
   * @param onPlaying Called when it begins to play, and when it stops.
   */
  constructor(onMove: (move: Move, fromMs: number) => void, onPlaying: (isPlaying: boolean) => void) {
    this.#onMove = onMove;
    this.#onPlaying = onPlaying;
  }

  get atMs(): number {
    return this.#atMs;
  }

  get durationMs(): number {
    return this.#durationMs;
  }

  /** How many moments of the run there are to step to. */
  get moments(): number {
    return this.#moments.length;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  /** Another run: `moments` are the times at which something happens in it, in order. Moves without a word. */
  winds(durationMs: number, moments: readonly number[], atMs: number): void {
    this.#durationMs = durationMs;
    this.#moments = moments;
    this.#atMs = Math.min(Math.max(0, atMs), durationMs);
  }

  put(atMs: number): void {
    this.#moveTo(atMs, "jumps");
  }

  /** To the next moment at which something happens, or the one before. */
  step(direction: 1 | -1): void {
    this.pause();
    const next =
      direction === 1
        ? (this.#moments.find((atMs) => atMs > this.#atMs) ?? this.#durationMs)
        : (this.#moments.findLast((atMs) => atMs < this.#atMs) ?? 0);
    this.#moveTo(next, "steps");
  }

  /** Plays on; from the beginning where it stands at the end. */
  play(): void {
    if (this.#isPlaying) return;
    if (this.#atMs >= this.#durationMs) this.put(0);
    this.#isPlaying = true;
    this.#shownAt = performance.now();
    this.#frame = requestAnimationFrame(this.#tick);
    this.#onPlaying(true);
  }

  pause(): void {
    if (!this.#isPlaying) return;
    this.#isPlaying = false;
    cancelAnimationFrame(this.#frame);
    this.#onPlaying(false);
  }

  readonly #tick = (now: number): void => {
    // A page that was out of sight for a minute goes on where it was, and does not jump.
    const passedMs = Math.min(250, Math.max(0, now - this.#shownAt));
    this.#shownAt = now;
    this.#moveTo(this.#atMs + passedMs * this.speed, "plays");
    if (this.#atMs >= this.#durationMs) this.pause();
    else if (this.#isPlaying) this.#frame = requestAnimationFrame(this.#tick);
  };

  #moveTo(atMs: number, move: Move): void {
    const from = this.#atMs;
    this.#atMs = Math.min(Math.max(0, atMs), this.#durationMs);
    this.#onMove(move, from);
  }
}
