// A page of documentation, as a browser would take it.

/** The paths of the scripts and style sheets that a page at `/docs` loads from its own server. */
export function loadedBy(html: string): string[] {
  const attributes = [...html.matchAll(/<script\b[^>]*?\ssrc\s*=\s*["']?([^"'\s>]+)/gi)];
  for (const [tag] of html.matchAll(/<link\b[^>]*>/gi)) {
    if (/\brel\s*=\s*["']?stylesheet/i.test(tag)) attributes.push(...tag.matchAll(/\shref\s*=\s*["']?([^"'\s>]+)/gi));
  }
  return attributes
    .map(([, address = ""]) => new URL(address, "http://localhost:8000/docs"))
    .filter(({ host }) => host === "localhost:8000")
    .map(({ pathname, search }) => pathname + search);
}
