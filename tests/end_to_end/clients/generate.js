// Makes bindings from what `terraform providers schema -json` prints, with the generator of cdktf.
const fs = require("fs");
const { CodeMaker, TerraformProviderGenerator } = require("@cdktf/provider-generator");

const [schema, folder] = process.argv.slice(2);
const code = new CodeMaker();
code.indentation = 2;
const generator = new TerraformProviderGenerator(code, JSON.parse(fs.readFileSync(schema, "utf8")));
generator.generateAll();
generator.save(folder);
