# Only the ports of a product, for security groups and rules that you write yourself: no zones, no layout. Kong on one group of
# instances and its PostgreSQL on another.

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
  description = "The network of the people who operate Kong."
  type        = string
  default     = "10.99.0.0/16"
}

provider "aws" {
  region = var.region
}

data "portmatrix_product" "kong" {
  name    = "kong"
  version = "3.9"
  ports   = { proxy-http = "80", proxy-https = "443" }
  disable = ["admin-http", "manager-http"] # operate Kong over TLS only
}

# Security groups have rules for protocols without ports too, but this example writes ports, so it uses only what has some.
locals {
  with_ports = ["tcp", "udp"]
  listens    = { for key, it in data.portmatrix_product.kong.listens["node"] : key => it if contains(local.with_ports, it.transport) }
  dials      = { for key, it in data.portmatrix_product.kong.dials["node"] : key => it if contains(local.with_ports, it.transport) }
}

resource "aws_vpc" "this" {
  cidr_block = "10.10.0.0/16"
  tags       = { Name = "kong" }
}

resource "aws_security_group" "kong" {
  name        = "kong"
  description = "Kong nodes"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "postgresql" {
  name        = "kong-postgresql"
  description = "PostgreSQL of Kong"
  vpc_id      = aws_vpc.this.id
}

# What is meant for anyone is open to everyone.
resource "aws_vpc_security_group_ingress_rule" "public" {
  for_each = { for key, it in local.listens : key => it if it.exposure == "public" }

  security_group_id = aws_security_group.kong.id
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = each.value.transport
  from_port         = each.value.from_port
  to_port           = each.value.to_port
  description       = each.value.description
}

# What operators use is open to their network alone.
resource "aws_vpc_security_group_ingress_rule" "operators" {
  for_each = { for key, it in local.listens : key => it if contains(it.peers, "admin") }

  security_group_id = aws_security_group.kong.id
  cidr_ipv4         = var.operators
  ip_protocol       = each.value.transport
  from_port         = each.value.from_port
  to_port           = each.value.to_port
  description       = each.value.description
}

# The database, seen from both of its ends.
resource "aws_vpc_security_group_egress_rule" "database" {
  for_each = { for key, it in local.dials : key => it if contains(it.peers, "postgresql") }

  security_group_id            = aws_security_group.kong.id
  referenced_security_group_id = aws_security_group.postgresql.id
  ip_protocol                  = each.value.transport
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  for_each = data.portmatrix_product.kong.listens["postgresql"]

  security_group_id            = aws_security_group.postgresql.id
  referenced_security_group_id = aws_security_group.kong.id
  ip_protocol                  = each.value.transport
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
}
