# One layout in YAML for two environments: `layout.yaml` has the zones, products and flows that they share, and
# `environments/<name>.yaml` has the groups and addresses of one of them. Choose with `-var environment=production`.
#
# No cloud is needed to try it: the groups exist already, and `terraform_data` represents the rules that AWS's provider would create,
# with every argument as in `examples/kong-aws`.

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

variable "environment" {
  type    = string
  default = "test"
}

locals {
  layout = yamldecode(file("${path.module}/layout.yaml"))
  own    = yamldecode(file("${path.module}/environments/${var.environment}.yaml"))

  # The arguments of both files, zone by zone. A zone that only the second file has would lack `components`, which is an error: its
  # name is probably misspelt.
  zones = merge(local.layout.zones, { for name, zone in local.own : name => merge(try(local.layout.zones[name], {}), zone) })
}

resource "portmatrix_rules" "kong" {
  name     = var.environment
  zones    = local.zones
  products = local.layout.products
  flows    = local.layout.flows
}

resource "terraform_data" "ingress" {
  for_each = portmatrix_rules.kong.aws_ingress
  input    = each.value
}

resource "terraform_data" "egress" {
  for_each = portmatrix_rules.kong.aws_egress
  input    = each.value
}

output "findings" {
  value = portmatrix_rules.kong.findings
}

output "counts" {
  value = portmatrix_rules.kong.counts
}
