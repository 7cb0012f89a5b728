// Takes pictures of pages: `pictures.mjs MODULES CHROMIUM [PAGE PICTURE HEIGHT SCHEME]...`; what is called `narrow` is as wide as a phone.
import { createRequire } from "node:module";

const [modules, executablePath, ...jobs] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/node_modules/`)("playwright-core");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
for (let at = 0; at < jobs.length; at += 4) {
  const [file, path, height, colorScheme] = jobs.slice(at, at + 4);
  const width = path.includes("narrow") ? 390 : 1180;
  const page = await browser.newPage({ viewport: { width, height: Number(height) }, colorScheme });
  await page.goto(`file://${file}`);
  await page.screenshot({ path });
  await page.close();
}
await browser.close();
