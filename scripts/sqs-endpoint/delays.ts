// Messages that nobody may see yet: DelaySeconds ("Amazon SQS delay queues", "message timers"). The
// engine gets them when their time has come, and whoever waits there is woken.

export class Delays {
  readonly #timers = new Set<NodeJS.Timeout>();

  get size(): number {
    return this.#timers.size;
  }

  /** @param onDue It must not throw: nobody could catch it. */
  add(delayMs: number, onDue: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      onDue();
    }, delayMs);
    timer.unref();
    this.#timers.add(timer);
  }

  /** The messages are gone. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
