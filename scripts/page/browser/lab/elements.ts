// Elements of the page, made from what they are called and what is in them.

type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;
type Child = Node | string | null | false;

/** An element. An attribute that is `true` stands alone; `false`, `null` and `undefined` leave it out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== null && child !== false));
  return made;
}

/** The one element under `root` that the page's skeleton promises. */
export function part<Kind extends HTMLElement = HTMLElement>(root: ParentNode, selector: string): Kind {
  const found = root.querySelector<Kind>(selector);
  if (!found) throw new Error(`Expected the lab's page to have ${selector}`);
  return found;
}

/** Writes `text` only where it is another one: what did not change is not laid out anew, nor read out again. */
export function write(where: Element, text: string): void {
  if (where.textContent !== text) where.textContent = text;
}

/** A sign for the eye, and nothing for a screen reader: the word stands beside it. */
export function sign(text: string): HTMLSpanElement {
  return element("span", { class: "glyph", "aria-hidden": "true" }, text);
}

/** Text in which `code` stands in backticks, as the lab's own sentences have it. */
export function prose(text: string): (Node | string)[] {
  return text.split("`").map((piece, index) => (index % 2 === 1 ? element("code", {}, piece) : piece));
}
