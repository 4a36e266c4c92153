// The queue that the endpoint stands on: the VisibilityQueue of lesson 04, the reference or a learner's.
// What waits, what is in flight, receipts, order and redelivery are its business, and it is reached
// through its public methods only.

import { SqsError } from "./errors.ts";

/** One delivery of a message, as the engine hands it out. */
export interface Delivery {
  readonly body: string;
  readonly receipt: string;
  /** 1 on the first delivery by this engine. */
  readonly receiveCount: number;
}

/** What the endpoint uses of a `VisibilityQueue`. `release` and `extend` may still be unwritten. */
export interface EngineQueue {
  readonly waiting: number;
  readonly inFlight: number;
  publish(body: string): string;
  receive(options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<Delivery | null>;
  ack(receipt: string): void;
  requeueExpired(): number;
  release(receipt: string): void;
  extend(receipt: string, visibilityTimeoutMs: number): void;
}

/** The class: lesson 04's `VisibilityQueue`, or one that is built like it. */
export type Engine = new (options?: { visibilityTimeoutMs?: number }) => EngineQueue;

/** No delivery has it: what a method says to it tells whether the method is written. */
const NOBODYS_RECEIPT = "a receipt that was never given out";

/**
 * An engine whose mistakes are answers: whatever it throws, rejects with or returns becomes an
 * `SqsError` that says what the engine did. Nothing that it does ends the process.
 */
export class CheckedEngine {
  readonly #queue: EngineQueue;

  /** What the engine was made with: it lends every message for that long, unless told otherwise by `extend`. */
  readonly visibilityTimeoutMs: number;

  constructor(engine: Engine, visibilityTimeoutMs: number) {
    this.visibilityTimeoutMs = visibilityTimeoutMs;
    this.#queue = checked("constructor", () => new engine({ visibilityTimeoutMs }));
  }

  get waiting(): number {
    return this.#count("waiting");
  }

  get inFlight(): number {
    return this.#count("inFlight");
  }

  publish(body: string): void {
    checked("publish", () => this.#queue.publish(body));
  }

  /**
   * @returns The delivery, or `null` if none came within `timeoutMs`.
   * @throws The signal's reason, once it is aborted.
   */
  async receive(timeoutMs: number, signal: AbortSignal): Promise<Delivery | null> {
    let delivery: Delivery | null;
    try {
      delivery = await this.#queue.receive({ timeoutMs, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw mistake("receive", error);
    }
    if (delivery === null || isDelivery(delivery)) return delivery;
    throw new SqsError(
      "InternalError",
      "The engine's receive resolved to something that is neither a message nor null",
    );
  }

  /** Whether `receipt` was of a delivery in flight, whose message is now deleted. */
  ack(receipt: string): boolean {
    return this.#withReceipt("ack", () => this.#queue.ack(receipt));
  }

  /** Whether `receipt` was of a delivery in flight, whose message now waits again. */
  release(receipt: string): boolean {
    return this.#withReceipt("release", () => this.#queue.release(receipt));
  }

  /** Whether `receipt` is of a delivery in flight, which now ends `visibilityTimeoutMs` from now. */
  extend(receipt: string, visibilityTimeoutMs: number): boolean {
    return this.#withReceipt("extend", () => this.#queue.extend(receipt, visibilityTimeoutMs));
  }

  requeueExpired(): void {
    checked("requeueExpired", () => this.#queue.requeueExpired());
  }

  /**
   * Before a message is taken that could then not be lent for as long as was asked.
   *
   * @throws {SqsError} If `release` or `extend` is not written.
   */
  assertCan(method: "release" | "extend"): void {
    if (method === "release") this.release(NOBODYS_RECEIPT);
    else this.extend(NOBODYS_RECEIPT, this.visibilityTimeoutMs);
  }

  #count(name: "waiting" | "inFlight"): number {
    const count: unknown = checked(name, () => this.#queue[name]);
    if (typeof count === "number" && count >= 0) return count;
    throw new SqsError("InternalError", `The engine's ${name}: expected a number from 0 up, got ${count}`);
  }

  #withReceipt(method: string, act: () => void): boolean {
    try {
      refusePromise(method, act());
      return true;
    } catch (error) {
      // By name: a learner's own error class is another object than the reference's.
      if (error instanceof Error && error.name === "UnknownReceiptError") return false;
      throw mistake(method, error);
    }
  }
}

function checked<T>(method: string, act: () => T): T {
  try {
    const result = act();
    refusePromise(method, result);
    return result;
  } catch (error) {
    throw mistake(method, error);
  }
}

/** A method that was made `async` fails here, and its rejection is not left to end the process. */
function refusePromise(method: string, result: unknown): void {
  if (!(result instanceof Promise)) return;
  result.catch(() => {});
  throw new SqsError("InternalError", `The engine's ${method} returned a promise: it must be done when it returns`);
}

/** A method that is not written yet is no fault to repeat the request for. */
function mistake(method: string, error: unknown): SqsError {
  if (error instanceof SqsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const isNotWritten = message.startsWith("Not written yet");
  return new SqsError(isNotWritten ? "UnsupportedOperation" : "InternalError", `The engine's ${method}: ${message}`);
}

function isDelivery(value: unknown): value is Delivery {
  if (typeof value !== "object" || value === null) return false;
  const { body, receipt, receiveCount } = value as Partial<Delivery>;
  return typeof body === "string" && typeof receipt === "string" && Number.isInteger(receiveCount);
}
