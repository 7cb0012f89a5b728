# Kong between the internet, a DMZ and the operators' network. You can plan this without a cloud: `terraform_data` replaces the
# security group, whose id is known only after apply.

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

resource "terraform_data" "kong_group" {
  input = "sg-of-the-kong-nodes"
}

resource "portmatrix_rules" "edge" {
  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  zone "dmz" {
    trust      = "dmz"
    components = ["kong.node"]
    ipv4       = { a = "10.10.1.0/24", b = "10.10.2.0/24" }
    aws { security_group_id = terraform_data.kong_group.id }
  }

  zone "ops" {
    trust      = "restricted"
    components = ["kong.admin"]
    ipv4       = { vpn = "10.99.0.0/16" }
  }

  zone "data" {
    components = ["kong.postgresql"]
    ipv4       = { primary = "10.10.8.0/24" }
  }

  product "kong" {
    version = "3.9"
    ports   = { proxy-http = "80", proxy-https = "443" }
    disable = ["admin-http", "manager-http"] # operate Kong over TLS only
  }
}

resource "terraform_data" "ingress" {
  for_each = portmatrix_rules.edge.aws_ingress
  input    = each.value
}

resource "terraform_data" "egress" {
  for_each = portmatrix_rules.edge.aws_egress
  input    = each.value
}

output "findings" {
  value = portmatrix_rules.edge.findings
}

output "counts" {
  value = portmatrix_rules.edge.counts
}
