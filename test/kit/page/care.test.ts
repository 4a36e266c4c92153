// The page with care: axe finds nothing, the keyboard reaches everything, nothing is wider than its window,
// and the first lesson is light.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { allLessons } from "../../../scripts/lessons/catalog.ts";
import { chromiumFile, ServedWorkbook } from "./served-workbook.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const lessons = allLessons();
const [first] = lessons;
const MOST_TRANSFERRED = 500_000;
const WIDTHS = [2560, 1280, 768, 360];

describe.skipIf(chromiumFile === null)("the page with care", () => {
  const book = new ServedWorkbook();

  // Comparisons differ in nothing but their lines: one stands for all.
  const addresses = ["/", `/${first?.slug}/compare/`, ...lessons.flatMap(({ slug }) => [`/${slug}/`, `/${slug}/lab/`])];
  for (const address of addresses) {
    test(`${address}: axe finds nothing, nothing is wider than the window, and the console is quiet`, async () => {
      const page = await (await book.window({ colorScheme: "light", reducedMotion: "reduce" })).newPage();
      const complaints = complaintsOf(page);
      await page.goto(address);
      await atRest(page);
      if (address.endsWith("/lab/")) expect(await page.locator("[data-lab-pictures] .chip").count()).toBeGreaterThan(0);
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 });
        expect([width, await tooWide(page)]).toEqual([width, 0]);
      }
      // What axe finds in a page's words it has found above: colours and sizes are what is other here.
      expect(await violations(page, ["color-contrast", "target-size", "link-name", "button-name"])).toEqual([]);
      expect(complaints).toEqual([]);
      await page.context().close();
    });
  }

  test("the switch of colours holds on every page, without a flash", async () => {
    const page = await book.page("/", { colorScheme: "light" });
    await page.getByLabel("Colours").selectOption("dark");
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const dark = await paper();
    await page.goto(`/${first?.slug}/`);
    expect(await paper()).toBe(dark);
    expect(await (await page.request.get(`/${first?.slug}/`)).text()).toContain('data-theme="dark"');
    await page.getByLabel("Colours").selectOption("light");
    expect(await paper()).not.toBe(dark);
  });

  test("by keyboard alone: to a hint, through the verdict, into the lab and its player", async () => {
    const page = await book.page(`/${first?.slug}/`);
    await atRest(page);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toContain("Skip to the main part");
    const hint = await tabTo(page, (text) => text.startsWith("Hint 1"));
    expect(hint).toBe(true);
    await page.keyboard.press("Enter");
    await page.locator("details.hint[open]").first().waitFor();
    expect(await tabTo(page, (text) => /See it run in the lab/.test(text))).toBe(true);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/lab\//);
    await atRest(page);
    expect(await tabTo(page, (text) => /^Play/i.test(text))).toBe(true);
    const before = await page.locator("[data-lab]").innerText();
    await page.keyboard.press("Enter");
    await page.waitForFunction((was) => document.querySelector<HTMLElement>("[data-lab]")?.innerText !== was, before);
  });

  test("every focus is seen", async () => {
    const page = await book.page(`/${first?.slug}/`);
    await atRest(page);
    for (let tabs = 0; tabs < 40; tabs++) {
      await page.keyboard.press("Tab");
      const seen = await page.evaluate(() => {
        const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
        return {
          what: document.activeElement?.outerHTML.slice(0, 120),
          is: outlineStyle !== "none" && outlineWidth !== "0px",
        };
      });
      expect(seen).toEqual({ what: seen.what, is: true });
    }
  });

  test("the first lesson transfers less than 500 kB, and nothing from elsewhere", async () => {
    const context = await book.window();
    const page = await context.newPage();
    const sizes = new Map<string, number>();
    page.on("requestfinished", async (request) => {
      const { responseBodySize, responseHeadersSize } = await request.sizes();
      sizes.set(request.url(), responseBodySize + responseHeadersSize);
    });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(`/${first?.slug}/`);
    await atRest(page);
    expect(asked.filter((url) => !url.startsWith(book.url))).toEqual([]);
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(20_000);
    expect(total).toBeLessThan(MOST_TRANSFERRED);
  });
});

/** Until the verdict is there, on a lesson's page, and the first picture, in a lab. */
async function atRest(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const verdict = document.querySelector("#verdict");
    if (verdict && verdict.childElementCount === 0) return false;
    return document.querySelector("[data-lab]:not([data-lab-state=ready])") === null;
  });
}

/** How far the page reaches beyond its window, once those parts that measure their own room have done so. */
async function tooWide(page: Page): Promise<number> {
  return await page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames++) await new Promise((resolve) => requestAnimationFrame(resolve));
    return document.documentElement.scrollWidth - window.innerWidth;
  });
}

/** What the page complains of, as it comes. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return complaints;
}

/** @param rules These alone; all, if nothing is said. */
async function violations(page: Page, rules: string[] = []): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate(async (runOnly) => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } };
    interface Violation {
      id: string;
      help: string;
      nodes: { html: string; failureSummary?: string }[];
    }
    const { violations } = await axe.run(runOnly.length > 0 ? { runOnly } : {});
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`,
    );
  }, rules);
}

async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const element = document.activeElement;
    return (element?.getAttribute("aria-label") ?? element?.textContent ?? "").trim();
  });
}

async function tabTo(page: Page, isIt: (text: string) => boolean): Promise<boolean> {
  for (let tabs = 0; tabs < 150; tabs++) {
    await page.keyboard.press("Tab");
    if (isIt(await focused(page))) return true;
  }
  return false;
}
