// The real time of the worker, taken before the virtual clock is there. A browser has no `setImmediate`: a turn of its event loop is a message to oneself. Must be loaded before
// the virtual clock, which takes the real `setImmediate` as soon as it is loaded.

const { port1, port2 } = new MessageChannel();
const callbacks: (() => void)[] = [];

Object.assign(port1, { onmessage: () => callbacks.shift()?.() });

function setImmediate(callback: () => void): void {
  callbacks.push(callback);
  port2.postMessage(null);
}

Object.assign(globalThis, { setImmediate });

/** Calls `beat` again and again in real time, as long as the event loop turns. */
export const everyRealMs: (beat: () => void, ms: number) => unknown = globalThis.setInterval.bind(globalThis);
