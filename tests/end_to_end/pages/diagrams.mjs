// Gives diagrams to the parsers that others will read them with. `diagrams.mjs MODULES CHROMIUM FILE...`, for .mmd and .d2.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [modules, executablePath, ...files] = process.argv.slice(2);
const require = createRequire(`${modules}/node_modules/`);
const { chromium } = require("playwright-core");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const page = await browser.newPage();
await page.addScriptTag({ path: `${modules}/node_modules/mermaid/dist/mermaid.min.js` });
const { D2 } = await import(`${modules}/node_modules/@terrastruct/d2/dist/node-esm/index.js`);
const d2 = new D2();
for (const file of files) {
  const text = readFileSync(file, "utf8");
  try {
    if (file.endsWith(".d2")) await d2.compile(text);
    else await page.evaluate(async (text) => {
      await globalThis.mermaid.parse(text);
      // What is drawn shows the words as they were.
      await globalThis.mermaid.render("m", text);
    }, text);
  } catch (error) {
    console.log(`${file}: ${error.message}`);
  }
}
await browser.close();
process.exit(0);
