import type { Lesson } from "../lessons/catalog.ts";

/** What a reset has done, in one line or two. */
export function resetScreen({ slug, number }: Lesson, savedIn: string | null, restored: string[]): string {
  if (restored.length === 0) return `exercises/${slug} is the starter already: nothing was changed.`;
  const saved = savedIn === null ? "" : `Saved what you had to ${savedIn}.\n`;
  return `${saved}Restored the starter: ${restored.join(", ")}. Next: npm run watch ${number}`;
}
