// Errors that nobody awaits: a rejected promise of a background task, an exception in a microtask. Node
// would end a program for each; a run ends with them as its problem.

interface ErrorEventLike {
  readonly reason?: unknown;
  readonly error?: unknown;
  preventDefault(): void;
}

interface EventSource {
  addEventListener(type: string, listener: (event: ErrorEventLike) => void): void;
  removeEventListener(type: string, listener: (event: ErrorEventLike) => void): void;
}

/** Tells `listener` of each, and nobody else, until the function that it returns is called. */
export function onStrayErrors(listener: (error: unknown) => void): () => void {
  return "addEventListener" in globalThis
    ? inABrowser(globalThis as unknown as EventSource, listener)
    : inNode(listener);
}

function inABrowser(source: EventSource, listener: (error: unknown) => void): () => void {
  const heard = (event: ErrorEventLike) => {
    event.preventDefault();
    listener(event.reason ?? event.error);
  };
  const types = ["unhandledrejection", "error"];
  for (const type of types) source.addEventListener(type, heard);
  return () => {
    for (const type of types) source.removeEventListener(type, heard);
  };
}

function inNode(listener: (error: unknown) => void): () => void {
  const types = ["unhandledRejection", "uncaughtException"] as const;
  const before = types.map((type) => process.rawListeners(type));
  for (const type of types) {
    process.removeAllListeners(type);
    process.on(type as "uncaughtException", listener);
  }
  return () => {
    for (const [index, type] of types.entries()) {
      process.removeAllListeners(type);
      for (const one of before[index] ?? []) process.on(type, one as (error: unknown) => void);
    }
  };
}
