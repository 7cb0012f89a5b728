# Kong and its database on AWS, through the companion module in `modules/aws`: it computes the rules of the layout and creates them.
# The zones that have only addresses come from a variable, so each environment can have its own.

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

# `type = any`: an object type would discard a misspelt argument without a warning.
variable "peers" {
  description = "Zones without a security group of ours, by name."
  type        = any
  default = {
    internet = {
      trust      = "public"
      components = ["kong.client"]
      ipv4       = { any = "0.0.0.0/0" }
      ipv6       = { any = "::/0" }
    }
    ops = {
      trust      = "restricted"
      components = ["kong.admin"]
      ipv4       = { vpn = "10.99.0.0/16" }
    }
  }
}

provider "aws" {
  region = var.region
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

resource "aws_security_group" "data" {
  name        = "kong-data"
  description = "PostgreSQL of the Kong nodes"
  vpc_id      = aws_vpc.this.id
}

module "rules" {
  source = "../../modules/aws" # elsewhere: github.com/portmatrix/terraform-provider-portmatrix//modules/aws?ref=<release>

  zones = merge(var.peers, {
    dmz = {
      trust      = "dmz"
      components = ["kong.node"]
      aws        = { security_group_id = aws_security_group.kong.id }
    }
    data = {
      trust      = "restricted"
      components = ["kong.postgresql"]
      aws        = { security_group_id = aws_security_group.data.id }
    }
  })

  products = {
    kong = {
      version = "3.9"
      ports   = { proxy-http = "80", proxy-https = "443" }
      disable = ["admin-http", "manager-http"] # operate Kong over TLS only
    }
  }
}

output "findings" {
  value = module.rules.findings
}

output "counts" {
  value = module.rules.counts
}
