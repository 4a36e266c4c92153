// HTML as strings: what is put into a template is escaped, unless it is HTML itself.

import { raw as rawTemplate, html as template } from "hono/html";

/** A piece of HTML. */
export type Html = { readonly toString: () => string };

/** Arrays are joined; false, null and undefined print nothing. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  return template(strings, ...values) as Html;
}

/** HTML that was made elsewhere, by a renderer that escapes. */
export function raw(text: string): Html {
  return rawTemplate(text);
}
