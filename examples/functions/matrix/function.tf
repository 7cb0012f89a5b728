terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

# The product's ports as a table, without a data source.
output "kong" {
  value = [for it in provider::portmatrix::matrix("kong", "3.9") :
    "${it.source} -> ${it.destination}: ${it.transport}/${it.port}" if it.port != null
  ]
}

# The newest release line.
output "flows" {
  value = distinct(provider::portmatrix::matrix("etcd")[*].flow)
}
