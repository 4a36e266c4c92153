// Where a lesson's links lead: to other lessons on the page, out into the world, or nowhere.

import type { Token } from "markdown-it";

/** The pieces of a line, each link as the page has it. One that leads nowhere here leaves its text. */
export function withOwnLinks(pieces: readonly Token[]): Token[] {
  const kept: boolean[] = [];
  return pieces.filter((piece) => {
    if (piece.type === "link_close") return kept.pop() ?? true;
    if (piece.type !== "link_open") return true;
    const href = String(piece.attrGet("href"));
    const own = placeOf(href);
    kept.push(own !== null);
    if (own !== null) piece.attrSet("href", own);
    if (/^https?:/.test(href)) piece.attrSet("rel", "noreferrer");
    return own !== null;
  });
}

const LESSON = /^(?:\.\/|\.\.\/lessons\/|lessons\/)?(\d\d-[\w-]+)\.md(#.*)?$/;

function placeOf(href: string): string | null {
  if (/^(https?:|#)/.test(href)) return href;
  const [, slug, heading = ""] = LESSON.exec(href) ?? [];
  return slug ? `/${slug}/${heading}` : null;
}
