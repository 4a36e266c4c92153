// What a queue with visibility costs when nobody thinks of the sizes: the peer of `bench.ts`.

export interface NaiveDelivery {
  receipt: string;
  body: string;
  sinceMs: number;
}

/** Moves the whole rest at each receive, and looks at every message in flight at each call. */
export class NaiveQueue {
  #waiting: string[] = [];
  readonly #inFlight = new Map<string, NaiveDelivery>();
  #receipts = 0;

  constructor(readonly visibilityTimeoutMs: number) {}

  publish(body: string): void {
    this.#waiting.push(body);
  }

  async receive(): Promise<NaiveDelivery | null> {
    const body = this.#waiting.shift();
    if (body === undefined) return null;
    this.#receipts += 1;
    const delivery = { receipt: `receipt-${this.#receipts}`, body, sinceMs: performance.now() };
    this.#inFlight.set(delivery.receipt, delivery);
    return delivery;
  }

  ack(receipt: string): void {
    this.#inFlight.delete(receipt);
  }

  requeueExpired(): number {
    const dueMs = performance.now() - this.visibilityTimeoutMs;
    const due = [...this.#inFlight.values()].filter(({ sinceMs }) => sinceMs <= dueMs);
    for (const { receipt } of due) this.#inFlight.delete(receipt);
    this.#waiting = [...due.map(({ body }) => body), ...this.#waiting];
    return due.length;
  }
}
