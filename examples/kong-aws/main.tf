# Kong in hybrid mode on AWS: data planes in a DMZ, control planes and their PostgreSQL behind it. One apply creates both the groups
# and the rules, although the ids of the groups are unknown when the rules are planned.

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

resource "aws_subnet" "backends" {
  for_each   = { a = "10.10.8.0/24", b = "10.10.9.0/24" }
  vpc_id     = aws_vpc.this.id
  cidr_block = each.value
  tags       = { Name = "backends-${each.key}" }
}

resource "aws_ec2_managed_prefix_list" "monitoring" {
  name           = "monitoring"
  address_family = "IPv4"
  max_entries    = 4

  entry {
    cidr        = "10.98.0.0/24"
    description = "metrics collectors"
  }
}

resource "aws_security_group" "data_plane" {
  name        = "kong-data-plane"
  description = "Kong data planes"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "control_plane" {
  name        = "kong-control-plane"
  description = "Kong control planes"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "postgresql" {
  name        = "kong-postgresql"
  description = "PostgreSQL of the Kong control planes"
  vpc_id      = aws_vpc.this.id
}

resource "portmatrix_rules" "kong" {
  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  zone "dmz" {
    trust      = "dmz"
    components = ["kong.data-plane"]
    aws { security_group_id = aws_security_group.data_plane.id }
  }

  zone "control" {
    components = ["kong.control-plane"]
    aws { security_group_id = aws_security_group.control_plane.id }
  }

  zone "data" {
    trust      = "restricted"
    components = ["kong.postgresql"]
    aws { security_group_id = aws_security_group.postgresql.id }
  }

  zone "backends" {
    components = ["kong.upstream"]
    ipv4       = { for name, subnet in aws_subnet.backends : name => subnet.cidr_block }
  }

  zone "monitoring" {
    components = ["kong.monitoring"]
    aws {
      prefix_list_ids   = { collectors = aws_ec2_managed_prefix_list.monitoring.id }
      prefix_list_sizes = { collectors = aws_ec2_managed_prefix_list.monitoring.max_entries }
    }
  }

  zone "ops" {
    trust      = "restricted"
    components = ["kong.admin"]
    ipv4       = var.operators
  }

  product "kong" {
    version = "3.9"
    ports   = { proxy-http = "80", proxy-https = "443", upstream = "8443" }
    enable  = ["status", "upstream"]
    disable = ["admin-http", "manager-http"] # operate Kong over TLS only
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

# A review in another directory compares this with the existing rules; see examples/aws-review.
output "wanted" {
  value = {
    rules       = portmatrix_rules.kong.rules
    aws_ingress = portmatrix_rules.kong.aws_ingress
    aws_egress  = portmatrix_rules.kong.aws_egress
  }
}
