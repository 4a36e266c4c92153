// The tools that the checks themselves rely on. Learner code that replaces one could make a pass out
// of nothing, so each check ends with a look whether all are still what they were.

type Key = string | symbol;

const { getOwnPropertyDescriptor, is } = Object;
const { ownKeys } = Reflect;

const HOLDERS = [
  "Object",
  "Function",
  "Array",
  "Promise",
  "Map",
  "Set",
  "WeakMap",
  "WeakSet",
  "String",
  "Number",
  "Boolean",
  "BigInt",
  "Symbol",
  "RegExp",
  "Error",
  "TypeError",
  "RangeError",
  "AggregateError",
  "Date",
  "Math",
  "JSON",
  "Reflect",
  "Proxy",
  "Iterator",
  "AbortController",
  "AbortSignal",
  "EventTarget",
  "Event",
];
const FUNCTIONS = [
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
  "queueMicrotask",
  "structuredClone",
  "isNaN",
  "parseInt",
  "parseFloat",
];
/** Nobody has a reason to add to these, and what is added shows up in every object. */
const CLOSED = ["Object.prototype"];
/** Settings, not tools. */
const OPEN_TO_ALL = new Set<Key>(["stackTraceLimit", "prepareStackTrace"]);

interface Kept {
  name: string;
  holder: object;
  parts: Map<Key, unknown>;
}

/** @returns The names of what has been replaced since, for instance `["Array.prototype.push"]`. */
export function watchIntrinsics(): () => string[] {
  const global = globalThis as unknown as Record<string, object | undefined>;
  const kept: Kept[] = [];
  for (const name of HOLDERS) {
    const holder = global[name];
    if (!holder) continue;
    kept.push({ name, holder, parts: partsOf(holder) });
    const prototype = (holder as { prototype?: object }).prototype;
    if (prototype) kept.push({ name: `${name}.prototype`, holder: prototype, parts: partsOf(prototype) });
  }
  const globals = new Map([...HOLDERS, ...FUNCTIONS].map((name) => [name, global[name]]));

  return () => {
    const replaced: string[] = [];
    let length = 0;
    const add = (name: string) => {
      replaced[length++] = name;
    };
    for (const [name, value] of globals) if (!is(global[name], value)) add(name);
    for (const { name, holder, parts } of kept) {
      for (const [key, value] of parts) {
        if (!is(part(holder, key), value)) add(typeof key === "string" ? `${name}.${key}` : `${name}[${String(key)}]`);
      }
      if (CLOSED.includes(name) && ownKeys(holder).length !== parts.size) add(name);
    }
    return replaced;
  };
}

function partsOf(holder: object): Map<Key, unknown> {
  const parts = new Map<Key, unknown>();
  for (const key of ownKeys(holder)) if (!OPEN_TO_ALL.has(key)) parts.set(key, part(holder, key));
  return parts;
}

function part(holder: object, key: Key): unknown {
  const descriptor = getOwnPropertyDescriptor(holder, key);
  return descriptor?.get ?? descriptor?.value;
}
