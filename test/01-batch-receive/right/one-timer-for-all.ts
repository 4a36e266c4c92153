// A right answer: calls under way stand in a line, and a single timer at a time serves whoever's round trip ends next.

export const NETWORK_DELAY_MS = 100;

interface RoundTrip<T> {
  readonly endsAtMs: number;
  readonly batchSize: number;
  readonly resolve: (batch: T[]) => void;
}

export class InMemoryQueue<T = string> {
  #messages: T[];
  #taken = 0;
  #underWay: RoundTrip<T>[] = [];

  constructor(messages: Iterable<T> = []) {
    this.#messages = [...messages];
  }

  get size(): number {
    return this.#messages.length - this.#taken;
  }

  send(message: T): void {
    this.#messages.push(message);
  }

  receiveBatch(batchSize: number): Promise<T[]> {
    return new Promise((resolve, reject) => {
      if (!Number.isInteger(batchSize) || batchSize < 1) {
        reject(new RangeError(`Expected \`batchSize\` to be a whole number from 1 up, got ${batchSize}`));
        return;
      }
      const endsAtMs = performance.now() + NETWORK_DELAY_MS;
      this.#underWay.push({ endsAtMs, batchSize, resolve });
      if (this.#underWay.length === 1) this.#setTimer(endsAtMs);
    });
  }

  #setTimer(endsAtMs: number): void {
    setTimeout(() => this.#serve(), Math.ceil(endsAtMs - performance.now()));
  }

  #serve(): void {
    const nowMs = performance.now();
    const ended = this.#underWay.filter((trip) => trip.endsAtMs <= nowMs);
    this.#underWay = this.#underWay.slice(ended.length);
    for (const { batchSize, resolve } of ended) resolve(this.#take(batchSize));
    const [next] = this.#underWay;
    if (next !== undefined) this.#setTimer(next.endsAtMs);
  }

  #take(most: number): T[] {
    const batch = this.#messages.slice(this.#taken, this.#taken + most);
    this.#taken += batch.length;
    if (this.#taken * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#taken);
      this.#taken = 0;
    }
    return batch;
  }
}
