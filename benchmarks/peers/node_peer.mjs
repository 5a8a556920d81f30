// docxtemplater or easy-template-x as their documentation shows them, some documents a line.
//   node node_peer.mjs NAME FOLDER TEMPLATE VALUES NUMBER     FOLDER holds node_modules
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const [name, folder, templatePath, valuesPath, number] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const template = readFileSync(templatePath);
const values = JSON.parse(readFileSync(valuesPath, "utf8"));

const engines = {
  docxtemplater() {
    const PizZip = require("pizzip");
    const Docxtemplater = require("docxtemplater");
    return async () => {
      const document = new Docxtemplater(new PizZip(template), { paragraphLoop: true, linebreaks: true });
      document.render(values);
      return document.toBuffer({ compression: "DEFLATE" });
    };
  },
  "easy-template-x"() {
    const { TemplateHandler } = require("easy-template-x");
    const handler = new TemplateHandler();
    return () => handler.process(template, values);
  },
};

const once = engines[name]();
for await (const _ of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  for (let each = 0; each < Number(number); each += 1) await once();
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1000 / Number(number));
}
