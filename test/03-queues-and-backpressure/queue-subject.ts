// How schedules call the learner's queue.

import type { Step } from "../support/schedules/schedule.ts";
import { ABORTED, changedMyMind, type Subject } from "../support/schedules/specification.ts";
import { show } from "../support/words.ts";
import { AN_ERROR, SHUT } from "./queue-specification.ts";

export interface WaitOptions {
  signal?: AbortSignal;
}

/** The methods that every queue of the lesson has. */
export interface Queue {
  readonly size: number;
  put(item: unknown, options?: WaitOptions): Promise<void>;
  get(options?: WaitOptions): Promise<unknown>;
  tryPut(item: unknown): boolean;
  tryGet(): unknown;
  taskDone(): void;
  join(options?: WaitOptions): Promise<void>;
  shutdown(): void;
}

const aborted = AbortSignal.abort(changedMyMind);

export function queueSubject(
  make: () => Queue,
  values: readonly unknown[],
  maxSize: number,
  shutDownError: () => new (...args: never[]) => Error = () => Error,
): Subject<Queue> {
  return {
    make,
    perform(queue, { call, n = 0, of = 0 }, at, trial) {
      const signal = trial.signalFor(at);
      const options: [WaitOptions] | [] = signal ? [{ signal }] : [];
      switch (call) {
        case "put":
          return queue.put(values[n], ...options);
        case "get":
          return queue.get(...options);
        case "join":
          return queue.join(...options);
        case "putAborted":
          return queue.put(values[n], { signal: aborted });
        case "getAborted":
          return queue.get({ signal: aborted });
        case "joinAborted":
          return queue.join({ signal: aborted });
        case "tryPut":
          return queue.tryPut(values[n]);
        case "tryGet":
          return queue.tryGet();
        case "taskDone":
          return queue.taskDone();
        case "shutdown":
          return queue.shutdown();
        default:
          return trial.abort(of);
      }
    },
    outcome({ call }, ended) {
      if ("reason" in ended) {
        const { reason } = ended;
        if (reason === changedMyMind) return ABORTED;
        if (call === "taskDone") return AN_ERROR;
        if (reason instanceof Error && reason instanceof shutDownError()) {
          return shutDownError() === Error ? `✗ ${reason.name}` : SHUT;
        }
        return reason instanceof Error ? `✗ ${reason.name}` : `✗ ${show(reason)}`;
      }
      const isOfInterest = call.startsWith("get") || call.startsWith("try");
      return isOfInterest ? show(ended.value) : "done";
    },
    shows: (queue) => `size ${queue.size}`,
    objection(queue, schedule) {
      if (schedule.some(({ call }) => call === "abort")) return undefined;
      const { size } = queue;
      return size > maxSize ? `expected size never above ${maxSize}, got ${size}` : undefined;
    },
    method: (call) => call.replace(/Aborted$/, ""),
    label: ({ call, n = 0, of = 0 }: Step, name) => {
      switch (call) {
        case "put":
        case "tryPut":
          return `${call}(${show(values[n])})`;
        case "putAborted":
          return `put(${show(values[n])}) with an aborted signal`;
        case "getAborted":
        case "joinAborted":
          return `${call.slice(0, -"Aborted".length)}() with an aborted signal`;
        case "abort":
          return `abort ${name(of)}`;
        default:
          return `${call}()`;
      }
    },
  };
}
