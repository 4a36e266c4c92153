// The main thread's part of being watched: a heartbeat that only a yielding event loop has.

import { Worker } from "node:worker_threads";
import { realSetInterval } from "./real-time.ts";

const BEAT_MS = 20;
const shared = new Int32Array(new SharedArrayBuffer(12));
const folderSlot = new Uint8Array(new SharedArrayBuffer(1024));

/**
 * Starts the watcher. It stays calm until `guardFromNowOn`. Its thread starts by itself, however
 * blocked this one is by then, so nobody waits for it.
 */
export function startWatcher(watcherFile: URL): void {
  const beat = () => Atomics.add(shared, 0, 1);
  realSetInterval(beat, BEAT_MS);
  const worker = new Worker(watcherFile, { workerData: { shared, folderSlot }, stdout: true, stderr: true });
  worker.unref();
}

/** From here on learner code may run. `folder` is where its compiled files are. */
export function guardFromNowOn(folder: string): void {
  folderSlot.set(new TextEncoder().encode(folder).subarray(0, folderSlot.length));
  Atomics.store(shared, 1, 1);
}

/** A check begins, with a budget of its own. */
export function beginBudget(): void {
  Atomics.add(shared, 2, 1);
}
