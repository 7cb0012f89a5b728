# Kong 0.10 on AWS, as its page "Network & Firewall" describes: clients reach only the proxy ports, nodes reach each other on the
# cluster port, and only trusted sources reach the Admin API.

terraform {
  required_providers {
    aws        = { source = "hashicorp/aws", version = ">= 5.0" }
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "operators" {
  description = "The networks of the people who operate Kong."
  type        = map(string)
  default     = { vpn = "10.99.0.0/16" }
}

provider "aws" {
  region = var.region
}

resource "aws_vpc" "this" {
  cidr_block = "10.10.0.0/16"
  tags       = { Name = "kong" }
}

resource "aws_security_group" "nodes" {
  name        = "kong-nodes"
  description = "Kong nodes"
  vpc_id      = aws_vpc.this.id
}

resource "portmatrix_rules" "kong" {
  zone "clients" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  zone "nodes" {
    trust      = "dmz"
    components = ["kong.node"]
    aws { security_group_id = aws_security_group.nodes.id }
  }

  zone "admins" {
    trust      = "restricted"
    components = ["kong.admin"]
    ipv4       = var.operators
  }

  product "kong" {
    version = "0.10"
    profile = "production" # the proxy on 80 and 443, as the vendor recommends
  }
}

resource "aws_vpc_security_group_ingress_rule" "kong" {
  for_each = portmatrix_rules.kong.aws_ingress

  security_group_id            = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_ipv4
  cidr_ipv6                    = each.value.cidr_ipv6
  referenced_security_group_id = each.value.referenced_security_group_id
  prefix_list_id               = each.value.prefix_list_id
  ip_protocol                  = each.value.ip_protocol
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
  description                  = each.value.description
}

resource "aws_vpc_security_group_egress_rule" "kong" {
  for_each = portmatrix_rules.kong.aws_egress

  security_group_id            = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_ipv4
  cidr_ipv6                    = each.value.cidr_ipv6
  referenced_security_group_id = each.value.referenced_security_group_id
  prefix_list_id               = each.value.prefix_list_id
  ip_protocol                  = each.value.ip_protocol
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
  description                  = each.value.description
}

output "counts" {
  value = portmatrix_rules.kong.counts
}
