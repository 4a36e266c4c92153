// The frame of every page: head, bar, and the one main part.

import type { Lesson } from "../../lessons/catalog.ts";
import { type Html, html } from "./html.ts";
import { type Kind, sheetsOf } from "./sheets.ts";

/** "system": as the reader's machine has it. */
export type Theme = "system" | "light" | "dark";
type Tab = Exclude<Kind, "home">;

export interface Page {
  kind: Kind;
  title: string;
  theme: Theme;
  main: Html;
  /** The lesson it belongs to. */
  lesson?: Lesson | undefined;
  /** Names of modules beside that of every page: "lesson". */
  scripts?: readonly string[];
}

const TABS: Record<Tab, { label: string; path: string }> = {
  lesson: { label: "Lesson", path: "" },
  lab: { label: "Lab", path: "lab/" },
  compare: { label: "Compare", path: "compare/" },
};
const THEMES: Record<Theme, string> = { system: "system", light: "light", dark: "dark" };
const ROOM = "/scripts/page/browser";

export function pageOf(page: Page): Html {
  const { kind, title, theme, main, lesson, scripts = [] } = page;
  return html`<!doctype html>
<html lang="en"${theme === "system" ? "" : html` data-theme="${theme}"`}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${theme === "system" ? "light dark" : theme}">
<title>${title}</title>
<link rel="icon" href="${ROOM}/icon.svg" type="image/svg+xml">
${sheetsOf(kind).map((name) => html`<link rel="stylesheet" href="${ROOM}/styles/${name}.css">\n`)}
${kind === "lab" ? html`<link rel="stylesheet" href="/node_modules/uplot/dist/uPlot.min.css">` : ""}
${["page", ...scripts].map((name) => html`<script type="module" src="${ROOM}/${name}.ts"></script>\n`)}
</head>
<body${lesson ? html` data-lesson="${lesson.number}" data-slug="${lesson.slug}"` : ""}>
<a class="skip" href="#main">Skip to the main part</a>
<header class="top-bar">
  <a class="brand" href="/">${signOfTheBook()} <span>The queue workbook</span></a>
  ${lesson ? tabsOf(lesson, kind) : ""}
  <label class="theme"><span class="visually-hidden">Colours</span>
    <select id="theme">${Object.entries(THEMES).map(
      ([value, label]) => html`<option value="${value}"${value === theme ? " selected" : ""}>${label}</option>`,
    )}</select>
  </label>
</header>
<main id="main" tabindex="-1">
${main}
</main>
<p id="news" class="visually-hidden" role="status" aria-live="polite"></p>
</body>
</html>
`;
}

function tabsOf({ slug, number }: Lesson, current: Kind): Html {
  const tabs = Object.entries(TABS) as [Tab, { label: string; path: string }][];
  const link = ([tab, { label, path }]: [Tab, { label: string; path: string }]) =>
    html`<a href="/${slug}/${path}"${tab === current ? html` aria-current="page"` : ""}>${label}</a>`;
  return html`<nav class="tabs" aria-label="Pages of lesson ${number}">${tabs.map(link)}</nav>`;
}

/** Three slots of a queue, the last one taken. */
function signOfTheBook(): Html {
  return html`<svg class="sign" viewBox="0 0 26 12" width="26" height="12" aria-hidden="true"><rect x="1" y="1" width="6" height="10" rx="1.5"/><rect x="10" y="1" width="6" height="10" rx="1.5"/><rect class="out" x="19" y="1" width="6" height="10" rx="1.5"/></svg>`;
}
