// The engine with a clock. By itself it brings no expired message back, and lends every message for the same
// time: here is who has it look, and who tells it of another time.

import { Deadlines } from "./deadlines.ts";
import { CheckedEngine, type Delivery, type Engine } from "./engine.ts";

export class Lending {
  readonly #engine: CheckedEngine;

  /** Of the deliveries that the engine has in flight. */
  readonly #deadlines = new Deadlines(() => this.#requeueUnasked());

  /** @param seconds The visibility timeout that the engine is made with. */
  constructor(engine: Engine, seconds: number) {
    this.#engine = new CheckedEngine(engine, seconds * 1000);
  }

  get waiting(): number {
    return this.#engine.waiting;
  }

  get inFlight(): number {
    return this.#engine.inFlight;
  }

  publish(body: string): void {
    this.#engine.publish(body);
  }

  requeueExpired(): void {
    this.#engine.requeueExpired();
  }

  /** Lends a message for the engine's own time; `null` if none came within `waitMs`. */
  async receive(waitMs: number, signal: AbortSignal): Promise<Delivery | null> {
    const delivery = await this.#engine.receive(waitMs, signal);
    if (delivery) this.#deadlines.set(delivery.receipt, this.#engine.visibilityTimeoutMs);
    return delivery;
  }

  /** When the delivery began, on the clock of `performance.now()`; `undefined` if it is over. */
  receivedAtMs(receipt: string): number | undefined {
    return this.#deadlines.receivedAtMs(receipt);
  }

  /**
   * To be called before a message is taken that is to be lent for `seconds`.
   *
   * @throws {SqsError} If the engine has no `extend` yet, or for 0 seconds no `release`, and would need it.
   */
  assertLends(seconds: number): void {
    if (!this.#isOwnTime(seconds)) this.#engine.assertCan(seconds === 0 ? "release" : "extend");
  }

  /** Makes a delivery that has just begun last for `seconds`. */
  lend(receipt: string, seconds: number): void {
    if (!this.#isOwnTime(seconds)) this.change(receipt, seconds);
  }

  /** Makes a delivery end `seconds` from now, or at once. Whether it was still going on. */
  change(receipt: string, seconds: number): boolean {
    const wasInFlight = seconds === 0 ? this.#engine.release(receipt) : this.#engine.extend(receipt, seconds * 1000);
    if (wasInFlight && seconds > 0) this.#deadlines.set(receipt, seconds * 1000);
    else this.#deadlines.delete(receipt);
    return wasInFlight;
  }

  /** Deletes the message of a delivery. Whether the delivery was still going on: if not, nothing is deleted. */
  delete(receipt: string): boolean {
    const wasInFlight = this.#engine.ack(receipt);
    if (wasInFlight) this.#deadlines.delete(receipt);
    return wasInFlight;
  }

  /** Deletes what is in flight, and as many messages as wait now: what is sent meanwhile stands behind them. */
  async deleteAll(signal: AbortSignal): Promise<void> {
    for (const receipt of this.#deadlines.receipts) this.#engine.ack(receipt);
    this.#deadlines.clear();
    for (let left = this.#engine.waiting; left > 0; left--) {
      const delivery = await this.#engine.receive(0, signal);
      if (delivery) this.#engine.ack(delivery.receipt);
    }
  }

  /** Leaves no timer. */
  end(): void {
    this.#deadlines.clear();
  }

  #isOwnTime(seconds: number): boolean {
    return seconds * 1000 === this.#engine.visibilityTimeoutMs;
  }

  /** For the timer: nobody is there who could be told of an engine's mistake. The next receive tells it. */
  #requeueUnasked(): void {
    try {
      this.#engine.requeueExpired();
    } catch {
      // See above.
    }
  }
}
