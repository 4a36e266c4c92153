// `node:crypto` in the worker: what makes names that nobody can guess, from the browser's own source.

import { Bytes } from "../buffer.ts";

export const webcrypto = globalThis.crypto;

export const randomUUID = (): string => webcrypto.randomUUID();

export const getRandomValues = <Values extends Uint8Array>(values: Values): Values =>
  webcrypto.getRandomValues(values as Uint8Array<ArrayBuffer>) as unknown as Values;

export const randomBytes = (size: number): Bytes => getRandomValues(new Bytes(size));

/** A whole number from `least` (0 unless given) up to `below`, not included. */
export function randomInt(least: number, below?: number): number {
  const [from, to] = below === undefined ? [0, least] : [least, below];
  const [high = 0, low = 0] = webcrypto.getRandomValues(new Uint32Array(2));
  return from + Math.floor(((high * 2 ** 21 + (low >>> 11)) / 2 ** 53) * (to - from));
}

export default { webcrypto, randomUUID, getRandomValues, randomBytes, randomInt };
