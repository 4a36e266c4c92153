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
/** Nobody has a reason to add to this one, and what is added shows up in every object. */
const CLOSED = "Object.prototype";
/** Settings, not tools. */
const OPEN_TO_ALL = new Set<Key>(["stackTraceLimit", "prepareStackTrace"]);

/** A part of a holder as it was: its value, or for an accessor its getter. */
interface Part {
  key: Key;
  value: unknown;
  isAccessor: boolean;
}

interface Kept {
  name: string;
  holder: Record<Key, unknown>;
  parts: Part[];
}

/** @returns The names of what has been replaced since, for instance `["Array.prototype.push"]`. */
export function watchIntrinsics(): () => string[] {
  const global = globalThis as unknown as Record<string, Record<Key, unknown> | undefined>;
  const kept: Kept[] = [];
  for (const name of HOLDERS) {
    const holder = global[name];
    if (!holder) continue;
    kept.push({ name, holder, parts: partsOf(holder) });
    const prototype = holder.prototype as Record<Key, unknown> | undefined;
    if (prototype) kept.push({ name: `${name}.prototype`, holder: prototype, parts: partsOf(prototype) });
  }
  const globals = [...HOLDERS, ...FUNCTIONS].map((name) => ({ name, value: global[name] }));

  // Plain loops: a method of an array could be what was replaced.
  return () => {
    const replaced: string[] = [];
    let length = 0;
    for (let index = 0; index < globals.length; index++) {
      const { name, value } = globals[index] as (typeof globals)[number];
      if (!is(global[name], value)) replaced[length++] = name;
    }
    for (let index = 0; index < kept.length; index++) {
      const { name, holder, parts } = kept[index] as Kept;
      for (let which = 0; which < parts.length; which++) {
        const { key, value, isAccessor } = parts[which] as Part;
        const now = isAccessor ? getOwnPropertyDescriptor(holder, key)?.get : holder[key];
        if (!is(now, value))
          replaced[length++] = typeof key === "string" ? `${name}.${key}` : `${name}[${String(key)}]`;
      }
      if (name === CLOSED && ownKeys(holder).length !== parts.length) replaced[length++] = name;
    }
    return replaced;
  };
}

function partsOf(holder: Record<Key, unknown>): Part[] {
  const keys = ownKeys(holder).filter((key) => !OPEN_TO_ALL.has(key));
  return keys.map((key) => {
    const getter = getOwnPropertyDescriptor(holder, key)?.get;
    return { key, value: getter ?? holder[key], isAccessor: getter !== undefined };
  });
}
