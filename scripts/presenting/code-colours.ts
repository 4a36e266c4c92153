// Code in colour, for the page and for the terminal, by Shiki. It takes half a second to get going, so it is
// loaded only for a text that has code in it, and with the languages of that text alone.

import type { HighlighterCore, LanguageRegistration, ThemeRegistration } from "shiki/core";
import type { Terminal } from "./terminal.ts";

export interface CodeColours {
  /** `<pre class="shiki">`; each piece has `--code-light` and `--code-dark`, and prose/figures.css says which of them counts. */
  html(code: string, language: string): string;
  /** One line for each line of the code. */
  lines(code: string, language: string, terminal: Terminal): string[];
}

type Grammar = () => Promise<{ default: LanguageRegistration[] }>;

/** What lessons are written in, by what stands behind the fence. */
const GRAMMARS = new Map<string, Grammar>([
  ["ts", () => import("shiki/langs/typescript.mjs")],
  ["js", () => import("shiki/langs/javascript.mjs")],
  ["bash", () => import("shiki/langs/bash.mjs")],
  ["json", () => import("shiki/langs/json.mjs")],
  ["jsonc", () => import("shiki/langs/jsonc.mjs")],
  ["python", () => import("shiki/langs/python.mjs")],
  ["csharp", () => import("shiki/langs/csharp.mjs")],
  ["yaml", () => import("shiki/langs/yaml.mjs")],
  ["http", () => import("shiki/langs/http.mjs")],
  ["diff", () => import("shiki/langs/diff.mjs")],
]);

const OTHER_NAMES: Record<string, string> = {
  typescript: "ts",
  javascript: "js",
  sh: "bash",
  py: "python",
  cs: "csharp",
};

const THEMES = { light: "github-light-high-contrast", dark: "github-dark-high-contrast" };

/** The light theme's comments are too pale for text on a tinted ground. */
const DARKER_COMMENTS = { "#66707b": "#505a64" };

/** A terminal has few colours. Each stands for a part of the language. */
const PAINT: Record<string, { scopes: string[]; paint: (terminal: Terminal, text: string) => string }> = {
  "#000001": { scopes: ["comment"], paint: (terminal, text) => terminal.dim(text) },
  "#000002": {
    scopes: ["string.quoted", "string.template", "string.regexp"],
    paint: (terminal, text) => terminal.good(text),
  },
  "#000003": { scopes: ["constant.numeric", "constant.language"], paint: (terminal, text) => terminal.open(text) },
  "#000004": { scopes: ["keyword", "storage"], paint: (terminal, text) => terminal.accent(text) },
  "#000005": { scopes: ["keyword.operator", "meta.template.expression"], paint: (_terminal, text) => text },
};

const TERMINAL_THEME: ThemeRegistration = {
  name: "terminal",
  fg: "#000000",
  bg: "#ffffff",
  settings: Object.entries(PAINT).map(([foreground, { scopes }]) => ({ scope: scopes, settings: { foreground } })),
};

/** Shiki gives up on a line after 500 ms, and its first line takes longer where a machine is slow. */
const WHOLE = { tokenizeTimeLimit: 0 };

/** Whether code behind a fence with this word is coloured: `ts`, `bash`; not `text`. */
export function isColoured(language: string): boolean {
  return GRAMMARS.has(nameOf(language));
}

let highlighter: Promise<HighlighterCore> | null = null;

/** Ready for code in these languages. Other code comes out in one colour. */
export async function codeColours(languages: Iterable<string>): Promise<CodeColours> {
  const names = [...new Set([...languages].filter(isColoured).map(nameOf))];
  if (names.length === 0) return { html: plainHtml, lines: plainLines };
  highlighter ??= createHighlighter();
  const shiki = await highlighter;
  const missing = names.filter((name) => !shiki.getLoadedLanguages().includes(name));
  await shiki.loadLanguage(...missing.map((name) => GRAMMARS.get(name) as Grammar));
  const isKnown = (language: string) => names.includes(nameOf(language));
  return {
    html: (code, language) => (isKnown(language) ? html(shiki, code, language) : plainHtml(code)),
    lines: (code, language, terminal) =>
      isKnown(language) ? lines(shiki, code, language, terminal) : plainLines(code, language, terminal),
  };
}

async function createHighlighter(): Promise<HighlighterCore> {
  const [{ createHighlighterCore }, { createOnigurumaEngine }] = await Promise.all([
    import("shiki/core"),
    import("shiki/engine/oniguruma"),
  ]);
  return createHighlighterCore({
    // Its first lesson with code takes 1.0 s here. With Shiki's other engine, in JavaScript, it takes 2.3 s.
    engine: createOnigurumaEngine(import("shiki/wasm")),
    themes: [
      TERMINAL_THEME,
      import("shiki/themes/github-light-high-contrast.mjs"),
      import("shiki/themes/github-dark-high-contrast.mjs"),
    ],
  });
}

function html(shiki: HighlighterCore, code: string, language: string): string {
  return shiki.codeToHtml(code, {
    lang: nameOf(language),
    themes: THEMES,
    defaultColor: false,
    cssVariablePrefix: "--code-",
    colorReplacements: { [THEMES.light]: DARKER_COMMENTS },
    mergeSameStyleTokens: true,
    ...WHOLE,
    // Whether it can be reached by Tab is decided where it is placed; its ground is the page's.
    transformers: [{ pre: (pre) => ({ ...pre, properties: { class: "shiki" } }) }],
  });
}

function lines(shiki: HighlighterCore, code: string, language: string, terminal: Terminal): string[] {
  const tokens = shiki.codeToTokensBase(code, { lang: nameOf(language), theme: "terminal", ...WHOLE });
  const painted = (text: string, color = "") => PAINT[color]?.paint(terminal, text) ?? text;
  return tokens.map((line) =>
    // Spaces stay outside: whoever wraps a line looks at those that it begins with.
    line.map(({ content, color }) => content.replace(/\S.*/, (text) => painted(text, color))).join(""),
  );
}

function plainHtml(code: string): string {
  return `<pre class="shiki"><code>${escaped(code)}</code></pre>`;
}

function plainLines(code: string, _language: string, terminal: Terminal): string[] {
  return code.split("\n").map((line) => terminal.accent(line));
}

function nameOf(language: string): string {
  return OTHER_NAMES[language] ?? language;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
