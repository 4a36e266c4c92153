// A value as a reader is shown it, much as Node's console would: short, on one line, and without trusting it.

const MOST_ENTRIES = 20;
const DEEPEST = 3;

export function shown(value: unknown, depth = 0, above: readonly unknown[] = []): string {
  if (typeof value === "string") return depth === 0 ? value : JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[function ${value.name || "without a name"}]`;
  if (typeof value !== "object" || value === null) return String(value);
  if (above.includes(value)) return "[Circular]";
  try {
    return shownObject(value, depth, [...above, value]);
  } catch {
    return "[object that cannot be shown]";
  }
}

/** `console.log`'s rule: `%s`, `%d`, `%i`, `%f`, `%j`, `%o`, `%O` in the first argument take the next ones. */
export function formatted(...values: readonly unknown[]): string {
  const [first, ...rest] = values;
  if (typeof first !== "string") return values.map((value) => shown(value)).join(" ");
  const text = first.replace(/%([sdifjoOc%])/g, (mark, letter: string) => {
    if (letter === "%") return "%";
    if (rest.length === 0) return mark;
    const value = rest.shift();
    if (letter === "c") return "";
    if (letter === "d" || letter === "f") return String(Number(value));
    if (letter === "i") return String(Math.trunc(Number(value)));
    return letter === "j" ? JSON.stringify(value) : shown(value);
  });
  return [text, ...rest.map((value) => shown(value))].join(" ");
}

function shownObject(value: object, depth: number, above: readonly unknown[]): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Date) return value.toISOString();
  if (depth >= DEEPEST) return Array.isArray(value) ? "[Array]" : "[Object]";
  const inside = (entry: unknown) => shown(entry, depth + 1, above);
  if (Array.isArray(value)) return `[${listed(value, inside)}]`;
  if (value instanceof Set) return `Set(${value.size}) {${listed([...value], inside)}}`;
  if (value instanceof Map) {
    return `Map(${value.size}) {${listed([...value], ([key, entry]) => `${inside(key)} => ${inside(entry)}`)}}`;
  }
  const name = Object.getPrototypeOf(value)?.constructor?.name ?? "";
  const fields = listed(Object.entries(value), ([key, entry]) => `${key}: ${inside(entry)}`);
  return `${name === "" || name === "Object" ? "" : `${name} `}{${fields}}`;
}

function listed<T>(entries: readonly T[], one: (entry: T) => string): string {
  if (entries.length === 0) return "";
  const more = entries.length > MOST_ENTRIES ? [`… ${entries.length - MOST_ENTRIES} more`] : [];
  return ` ${[...entries.slice(0, MOST_ENTRIES).map(one), ...more].join(", ")} `;
}
