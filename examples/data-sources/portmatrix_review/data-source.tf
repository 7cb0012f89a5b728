terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

resource "portmatrix_rules" "edge" {
  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
  }
  zone "dmz" {
    trust      = "dmz"
    components = ["kong.node"]
    ipv4       = { a = "10.10.1.0/24" }
    aws { security_group_id = "sg-1" }
  }
  zone "data" {
    components = ["kong.postgresql"]
    ipv4       = { primary = "10.10.2.5/32" }
  }
  zone "ops" {
    trust      = "restricted"
    components = ["kong.admin"]
    ipv4       = { vpn = "10.99.0.0/16" }
  }

  directions = ["ingress"]
  product "kong" {
    version = "3.9"
    disable = ["admin-http", "manager-http"]
  }
}

# On AWS, use the data source of the AWS provider instead: `tolist(values(data.aws_vpc_security_group_rule.all))`.
locals {
  existing = [
    { id = "sgr-1", port = 8000, cidr = "0.0.0.0/0" },
    { id = "sgr-2", port = 8443, cidr = "0.0.0.0/1" },
    { id = "sgr-3", port = 8443, cidr = "128.0.0.0/1" },
    { id = "sgr-4", port = 8444, cidr = "10.0.0.0/8" },
    { id = "sgr-5", port = 22, cidr = "0.0.0.0/0" },
  ]
}

data "portmatrix_review" "edge" {
  rules       = portmatrix_rules.edge.rules
  aws_ingress = portmatrix_rules.edge.aws_ingress

  actual_aws = [for it in local.existing : {
    security_group_rule_id = it.id
    security_group_id      = "sg-1"
    is_egress              = false
    ip_protocol            = "tcp"
    from_port              = it.port
    to_port                = it.port
    cidr_ipv4              = it.cidr
  }]
}

# The two halves of 0.0.0.0/0 add up to what you want. The Admin API is open to more than the VPN, no flow needs SSH, and
# Kong Manager (8445) is missing.
output "findings" {
  value = { for it in data.portmatrix_review.edge.findings : it.kind => it.traffic... }
}

output "summary" {
  value = data.portmatrix_review.edge.summary
}
