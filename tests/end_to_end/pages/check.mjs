// Looks at pages in a real browser, and prints what is wrong with them, a line each. `check.mjs MODULES CHROMIUM PAGE...`; a page whose
// name has `report` in it is used like a report, with mouse and keyboard.
import { createRequire } from "node:module";
import { readFileSync, statSync } from "node:fs";

const [modules, executablePath, ...pages] = process.argv.slice(2);
const require = createRequire(`${modules}/node_modules/`);
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const wrong = [];

for (const file of pages) {
  if (statSync(file).size > 20 * 1024 * 1024) wrong.push(`${file} is larger than 20 MiB`);
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
      const say = (what) => wrong.push(`${file} ${colorScheme} ${width}: ${what}`);
      page.on("console", (it) => say(`console: ${it.text()}`));
      page.on("pageerror", (it) => say(`error: ${it.message}`));
      page.on("request", (it) => {
        if (!it.url().startsWith("file:") && !it.url().startsWith("data:")) say(`request: ${it.url()}`);
      });
      await page.goto(`file://${file}`);
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) say("wider than the window");
      // The bars for 300 zones with 20,000 rules.
      const [nodes, paint] = await page.evaluate(() => [document.querySelectorAll("*").length, performance.getEntriesByType("paint")[0]?.startTime]);
      if (nodes > 20000) say(`${nodes} nodes`);
      if (paint > 3000) say(`first painted after ${paint} ms`);
      for (const it of await page.evaluate(overlaps)) say(it);
      // Once is enough for what takes long.
      const isLong = nodes > 5000 && (width !== 1280 || colorScheme !== "light");
      if (!isLong) await page.evaluate(axe);
      const found = isLong ? { violations: [] } : await page.evaluate(() => globalThis.axe.run());
      for (const it of found.violations.filter((it) => ["serious", "critical"].includes(it.impact))) {
        say(`${it.id}: ${it.help}: ${it.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" ; ")}`);
      }
      if (file.includes("report")) await uses(page, say);
      if (file.includes("index")) await searches(page, say);
      if (width === 1280 && colorScheme === "light") {
        const pdf = await page.pdf({ preferCSSPageSize: true });
        if (pdf.length < 10000) say("nothing is printed");
      }
      await page.close();
    }
  }
}
await browser.close();
console.log(wrong.join("\n"));

// Boxes of a diagram that overlap, labels that are in boxes, and text that leaves its box.
function overlaps() {
  const said = [];
  const area = (it) => it.getBoundingClientRect();
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const boxes = [...document.querySelectorAll("svg .box")].map((it) => [it, area(it.querySelector(".outline"))]);
  const labels = [...document.querySelectorAll("svg .label")].map((it) => [it, area(it.querySelector("rect"))]);
  boxes.forEach(([box, at], index) => {
    for (const [other, there] of boxes.slice(index + 1)) if (meet(at, there)) said.push(`${box.dataset.z} overlaps ${other.dataset.z}`);
    for (const [label, there] of labels) if (meet(at, there)) said.push(`the label ${label.textContent} is in ${box.dataset.z}`);
    for (const text of box.querySelectorAll("text")) if (area(text).right > at.right + 1) said.push(`the text of ${box.dataset.z} leaves its box`);
  });
  for (const cell of document.querySelectorAll(".grid .chip")) {
    const own = area(cell), around = area(cell.closest("td"));
    if (own.right > around.right + 1 || own.bottom > around.bottom + 1) said.push(`a port leaves its cell: ${cell.textContent}`);
  }
  return said;
}

// Highlighting by mouse and keyboard, filter, Escape.
async function uses(page, say) {
  const expect = async (what, is) => {
    if (!(await is)) say(what);
  };
  const rows = () => page.locator("#connections tbody tr:visible").count();
  const isHot = () => page.evaluate(() => document.documentElement.classList.contains("hot"));
  const all = await rows();
  await page.fill("#query", "no such words anywhere");
  await expect("the filter hides nothing", (await rows()) === 0);
  await expect("the filter does not say what it found", /^0 of \d+$/.test(await page.textContent("#hits")));
  await page.keyboard.press("Escape");
  await expect("Escape does not show everything", (await rows()) === all);
  const link = page.locator(".grid td a").first();
  if (await link.count()) {
    await link.hover();
    await expect("nothing is highlighted under the pointer", isHot());
    const lit = await page.locator("#connections tbody tr.on").count();
    await expect("no connection is highlighted", lit > 0);
    await link.click();
    await expect("a cell does not lead to its connections", (await rows()) === lit);
    await page.keyboard.press("Escape");
    await page.mouse.move(1, 1);
    await link.focus();
    await expect("nothing is highlighted by the keyboard", isHot());
    const before = await page.evaluate(() => document.activeElement.outerHTML);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowRight");
    const after = await page.evaluate(() => [document.activeElement.tagName, document.activeElement.outerHTML]);
    await expect("arrows leave the matrix", after[0] === "A");
    await expect("arrows go nowhere", after[1] !== before || (await page.locator(".grid td a").count()) === 1);
  }
  const squares = page.locator(".squares");
  if (await squares.count()) {
    await squares.focus();
    await page.keyboard.press("Control+ArrowRight");
    await page.keyboard.press("Control+ArrowDown");
    await page.keyboard.press("ArrowDown");
    await expect("no square is put into words", (await page.textContent("#readout")).includes("→"));
    await expect("rows are not made on demand", (await rows()) > 0);
    const more = page.locator("#more");
    if (await more.isVisible()) {
      await more.click();
      await expect("no more rows are made", (await rows()) > all);
    }
  }
}

async function searches(page, say) {
  const cards = () => page.locator(".cards li:visible").count();
  const all = await cards();
  await page.fill("#query", "5432");
  const found = await cards();
  if (!(found > 0 && found < all)) say("no product is found by a port");
  await page.fill("#query", "kong gateway");
  if (!(await cards())) say("no product is found by its name");
  await page.keyboard.press("Escape");
  if ((await cards()) !== all) say("Escape does not show all products");
}
