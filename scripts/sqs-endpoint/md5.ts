// The checksums with which clients see that a message has arrived whole.

import { createHash } from "node:crypto";
import type { MessageAttribute } from "./envelope.ts";

export function md5OfBody(body: string): string {
  return createHash("md5").update(body).digest("hex");
}

/**
 * Of all attributes together ("Calculating the MD5 message digest for message attributes" in the Developer
 * Guide): in the order of their names, of each its name, its type, a byte that says whether text or bytes
 * follow, and its value; all but that byte with its length in front.
 *
 * @param attributes Sorted by name.
 * @returns `undefined` for none: SQS leaves the field out.
 */
export function md5OfAttributes(attributes: readonly [string, MessageAttribute][]): string | undefined {
  if (attributes.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const [name, { DataType, StringValue, BinaryValue = "" }] of attributes) {
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    hash.update(Buffer.from([StringValue === undefined ? 2 : 1]));
    add(StringValue === undefined ? Buffer.from(BinaryValue, "base64") : Buffer.from(StringValue));
  }
  return hash.digest("hex");
}
