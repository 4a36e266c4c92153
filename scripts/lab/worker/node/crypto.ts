// `node:crypto` in the worker: what makes names that nobody can guess, from the browser's own source.

export const webcrypto = globalThis.crypto;

export const randomUUID = (): string => webcrypto.randomUUID();

export const getRandomValues = <Values extends Uint8Array>(values: Values): Values =>
  webcrypto.getRandomValues(values as Uint8Array<ArrayBuffer>) as unknown as Values;

/** Bytes that say `toString("hex")` as a Buffer does, and "base64" and "base64url". */
class RandomBytes extends Uint8Array {
  override toString(encoding?: string): string {
    if (encoding === "hex") return [...this].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const base64 = btoa(String.fromCharCode(...this));
    return encoding === "base64url" ? base64.replace(/[+/=]/g, (sign) => URL_SIGNS[sign] ?? "") : base64;
  }
}

const URL_SIGNS: Readonly<Record<string, string>> = { "+": "-", "/": "_", "=": "" };

export const randomBytes = (size: number): Uint8Array => getRandomValues(new RandomBytes(size));

/** A whole number from `least` (0 unless given) up to `below`, not included. */
export function randomInt(least: number, below?: number): number {
  const [from, to] = below === undefined ? [0, least] : [least, below];
  const [high = 0, low = 0] = webcrypto.getRandomValues(new Uint32Array(2));
  return from + Math.floor(((high * 2 ** 21 + (low >>> 11)) / 2 ** 53) * (to - from));
}

export default { webcrypto, randomUUID, getRandomValues, randomBytes, randomInt };
