// A layout, a product and a review, written with the bindings.
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { DataPortmatrixProduct } from "./bindings/providers/portmatrix/data-portmatrix-product";
import { DataPortmatrixProducts } from "./bindings/providers/portmatrix/data-portmatrix-products";
import { DataPortmatrixReview } from "./bindings/providers/portmatrix/data-portmatrix-review";
import { PortmatrixProvider } from "./bindings/providers/portmatrix/provider";
import { Rules } from "./bindings/providers/portmatrix/rules";

const app = new App({ outdir: "synthesized" });
const stack = new TerraformStack(app, "edge");
new PortmatrixProvider(stack, "portmatrix", {});

const rules = new Rules(stack, "rules", {
  name: "edge",
  directions: ["ingress"],
  zones: {
    internet: { trust: "public", components: ["kong.client"], ipv4: { any: "0.0.0.0/0" } },
    dmz: { trust: "dmz", components: ["kong.node"], aws: { security_group_id: "sg-1" } },
    office: { components: [], ipv4: { a: "10.20.0.0/24" } },
  },
  products: { kong: { version: "3.9", disable: ["database"] } },
  flows: { ssh: { from: ["office"], to: ["dmz"], services: ["tcp/22"] } },
});

const kong = new DataPortmatrixProduct(stack, "kong", { name: "kong", version: "3.9", enable: ["status"] });
const all = new DataPortmatrixProducts(stack, "all", { search: "kong" });

const review = new DataPortmatrixReview(stack, "review", {
  awsIngress: rules.awsIngress as any,
  actualAws: [
    { security_group_rule_id: "sgr-1", security_group_id: "sg-1", is_egress: false, ip_protocol: "tcp", from_port: 8443, to_port: 8443, cidr_ipv4: "0.0.0.0/0" },
    { security_group_rule_id: "sgr-2", security_group_id: "sg-1", is_egress: false, ip_protocol: "tcp", from_port: 8000, to_port: 8000, cidr_ipv4: "0.0.0.0/0" },
  ],
});

new TerraformOutput(stack, "ingress", { value: rules.awsIngress });
new TerraformOutput(stack, "listens", { value: kong.listens });
new TerraformOutput(stack, "names", { value: all.names });
new TerraformOutput(stack, "missing", { value: review.missing });
app.synth();
