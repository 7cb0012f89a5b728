terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

# All products, including your own definitions.
data "portmatrix_products" "all" {}

output "names" {
  value = data.portmatrix_products.all.names
}

# Only the products that match these words.
data "portmatrix_products" "gateways" {
  search = "kong gateway"
}

output "gateways" {
  value = { for it in data.portmatrix_products.gateways.products : it.name => it.versions }
}

# Which products listen on 8001 by default, and why?
data "portmatrix_products" "on_8001" {
  port      = 8001
  transport = "tcp"
}

output "on_8001" {
  value = [for it in data.portmatrix_products.on_8001.listeners :
    "${it.product} ${it.version}, ${it.component}: ${it.purpose}"
  ]
}
