// `node:events` in the worker: an EventEmitter, and `once`.

type Listener = (...values: unknown[]) => void;
type Name = string | symbol;

export class EventEmitter {
  readonly #listeners = new Map<Name, { readonly listener: Listener; readonly isOnce: boolean }[]>();

  on(name: Name, listener: Listener): this {
    return this.#add(name, listener, false);
  }
  addListener(name: Name, listener: Listener): this {
    return this.#add(name, listener, false);
  }
  once(name: Name, listener: Listener): this {
    return this.#add(name, listener, true);
  }

  off(name: Name, listener: Listener): this {
    const left = [...(this.#listeners.get(name) ?? [])];
    const last = left.findLastIndex((entry) => entry.listener === listener);
    if (last >= 0) left.splice(last, 1);
    this.#listeners.set(name, left);
    return this;
  }
  removeListener(name: Name, listener: Listener): this {
    return this.off(name, listener);
  }
  removeAllListeners(name?: Name): this {
    if (name === undefined) this.#listeners.clear();
    else this.#listeners.delete(name);
    return this;
  }

  /** @throws What was emitted, if it is an "error" and nobody listens. */
  emit(name: Name, ...values: unknown[]): boolean {
    const entries = this.#listeners.get(name) ?? [];
    if (entries.length === 0 && name === "error") throw values[0];
    for (const { listener, isOnce } of [...entries]) {
      if (isOnce) this.off(name, listener);
      listener.apply(this, values);
    }
    return entries.length > 0;
  }

  listenerCount(name: Name): number {
    return this.#listeners.get(name)?.length ?? 0;
  }
  listeners(name: Name): Listener[] {
    return (this.#listeners.get(name) ?? []).map(({ listener }) => listener);
  }
  setMaxListeners(): this {
    return this;
  }

  #add(name: Name, listener: Listener, isOnce: boolean): this {
    this.#listeners.set(name, [...(this.#listeners.get(name) ?? []), { listener, isOnce }]);
    return this;
  }
}

/** The values of the next event of that name. Rejects on an "error" before it, and with the signal. */
export function once(
  emitter: EventEmitter | EventTarget,
  name: string,
  { signal }: { signal?: AbortSignal } = {},
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const stop = new AbortController();
    const settle = (how: () => void) => {
      stop.abort();
      how();
    };
    if (signal?.aborted) return reject(signal.reason);
    signal?.addEventListener("abort", () => settle(() => reject(signal.reason)), { signal: stop.signal });
    if (emitter instanceof EventTarget) {
      emitter.addEventListener(name, (event) => settle(() => resolve([event])), { signal: stop.signal });
      return;
    }
    const happened = (...values: unknown[]) => settle(() => resolve(values));
    const failed = (error: unknown) => settle(() => reject(error));
    stop.signal.addEventListener("abort", () => emitter.off(name, happened).off("error", failed));
    emitter.on(name, happened);
    if (name !== "error") emitter.on("error", failed);
  });
}

export const setMaxListeners = (): void => {};

export default Object.assign(EventEmitter, { EventEmitter, once, setMaxListeners });
