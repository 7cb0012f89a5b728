terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

data "portmatrix_product" "kong" {
  name    = "kong"
  version = "3.9"
  ports   = { proxy-https = "443" }
}

# The port matrix as a Markdown table with one row per port. A port without a default is null unless you set it.
output "table" {
  value = join("\n", concat(
    ["| from | to | service | purpose |", "| --- | --- | --- | --- |"],
    [for row in data.portmatrix_product.kong.matrix :
      "| ${row.source} | ${row.destination} | ${row.transport}/${row.port} | ${row.purpose} |" if row.port != null
    ],
  ))
}

# What may be public, and what must not be.
output "listeners" {
  value = {
    for exposure in ["public", "internal"] : exposure => [
      for id, flow in data.portmatrix_product.kong.flows : "${id}: ${join(", ", flow.services)}" if flow.exposure == exposure
    ]
  }
}

# What a component listens on, for rules that you write yourself. The keys do not change when the matrix grows.
output "ports" {
  value = { for key, it in data.portmatrix_product.kong.listens["node"] : key => it.exposure }
}

output "advice" {
  value = [for it in data.portmatrix_product.kong.advisories : it.text if it.severity == "warning"]
}
