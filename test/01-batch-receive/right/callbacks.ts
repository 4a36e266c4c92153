// A right answer: no async method, but a promise constructor around the global setTimeout, and a RangeError thrown at once.

export const NETWORK_DELAY_MS = 100;

export class InMemoryQueue<T = string> {
  private messages: T[] = [];
  private spent = 0;

  constructor(messages?: Iterable<T>) {
    for (const message of messages ?? []) this.messages.push(message);
  }

  get size(): number {
    return this.messages.length - this.spent;
  }

  send(message: T): void {
    this.messages.push(message);
  }

  receiveBatch(batchSize: number): Promise<T[]> {
    if (!Number.isSafeInteger(batchSize) || batchSize <= 0) {
      throw new RangeError(`Expected \`batchSize\` to be a whole number from 1 up, got ${batchSize}`);
    }
    const end = Math.min(this.spent + batchSize, this.messages.length);
    const batch = this.messages.slice(this.spent, end);
    this.spent = end;
    if (this.spent > 1024 && this.spent > this.size) this.dropSpent();
    return new Promise((resolve) => {
      setTimeout(() => resolve(batch), NETWORK_DELAY_MS);
    });
  }

  private dropSpent(): void {
    this.messages.splice(0, this.spent);
    this.spent = 0;
  }
}
