terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

# The whole catalogue, your own definitions among it.
data "portmatrix_products" "all" {}

output "names" {
  value = data.portmatrix_products.all.names
}

# Only what a vendor makes.
data "portmatrix_products" "gateways" {
  search = "kong gateway"
}

output "gateways" {
  value = { for it in data.portmatrix_products.gateways.products : it.name => it.versions }
}

# Something listens on 8001: which products do so by default, and what for?
data "portmatrix_products" "on_8001" {
  port      = 8001
  transport = "tcp"
}

output "on_8001" {
  value = [for it in data.portmatrix_products.on_8001.listeners :
    "${it.product} ${it.version}, ${it.component}: ${it.purpose}"
  ]
}
