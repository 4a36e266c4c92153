// The virtual `setImmediate`s that wait for their turn, first come first served, in constant time each.

import type { VirtualTimer } from "./timers.ts";

export class Immediates {
  /** In the order in which they were set; those before `#next` have had their turn. */
  #line: VirtualTimer[] = [];
  #next = 0;
  /** Those of `#line` that wait still: one that was cleared does not. */
  readonly #waiting = new Set<unknown>();
  /** How many are left of those that waited when this round began: what they set is of the next round. */
  #leftInRound = 0;

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Whether the next to run begins a round of the event loop. */
  get beginsARound(): boolean {
    return this.#leftInRound <= 0;
  }

  add(immediate: VirtualTimer): void {
    this.#line.push(immediate);
    this.#waiting.add(immediate);
  }

  clear(handle: unknown): void {
    if (this.#waiting.delete(handle)) this.#leftInRound -= 1;
  }

  clearAll(): void {
    this.#line = [];
    this.#next = 0;
    this.#waiting.clear();
    this.#leftInRound = 0;
  }

  /** Takes the next out of line. */
  take(): VirtualTimer | undefined {
    if (this.beginsARound) this.#leftInRound = this.#waiting.size;
    while (this.#next < this.#line.length) {
      const immediate = this.#line[this.#next];
      this.#next += 1;
      if (!immediate || !this.#waiting.delete(immediate)) continue;
      this.#leftInRound -= 1;
      if (this.isEmpty) this.clearAll();
      return immediate;
    }
    return undefined;
  }
}
