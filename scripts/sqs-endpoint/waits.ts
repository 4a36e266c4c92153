// The receives that are under way in one queue, and what ends their wait before its time.

export class Waits {
  readonly #waits = new Set<AbortController>();

  /**
   * Runs `receive` with a signal that aborts when its client goes away, and when all are ended. Afterwards
   * nothing of it is left, on the client's signal neither.
   */
  async run<T>(client: AbortSignal | undefined, receive: (signal: AbortSignal) => Promise<T>): Promise<T> {
    client?.throwIfAborted();
    const controller = new AbortController();
    const giveUp = () => controller.abort(client?.reason);
    client?.addEventListener("abort", giveUp);
    this.#waits.add(controller);
    try {
      return await receive(controller.signal);
    } finally {
      this.#waits.delete(controller);
      client?.removeEventListener("abort", giveUp);
    }
  }

  endAll(reason: Error): void {
    for (const controller of this.#waits) controller.abort(reason);
  }
}
