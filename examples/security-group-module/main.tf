# The groups come from the module terraform-aws-modules/security-group, version 6, and their rules from a layout. The module's inputs
# have the names of the cells in `aws_ingress` and `aws_egress`.

terraform {
  required_providers {
    aws        = { source = "hashicorp/aws" } # the module requires 6.29 or later
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

provider "aws" {
  region = var.region
}

resource "aws_vpc" "this" {
  cidr_block = "10.10.0.0/16"
  tags       = { Name = "kong" }
}

# Each group gets the rows of its zone: those whose key begins with the zone's name. The module revokes every other rule of its group,
# so no one else may add rules to it, unless `enable_exclusive_rules` is false.
module "kong" {
  source  = "terraform-aws-modules/security-group/aws"
  version = "~> 6.0"

  name            = "kong"
  use_name_prefix = false
  description     = "Kong nodes"
  vpc_id          = aws_vpc.this.id
  ingress_rules   = { for key, rule in portmatrix_rules.kong.aws_ingress : key => rule if startswith(key, "dmz/") }
  egress_rules    = { for key, rule in portmatrix_rules.kong.aws_egress : key => rule if startswith(key, "dmz/") }
}

module "data" {
  source  = "terraform-aws-modules/security-group/aws"
  version = "~> 6.0"

  name            = "kong-data"
  use_name_prefix = false
  description     = "PostgreSQL of the Kong nodes"
  vpc_id          = aws_vpc.this.id
  ingress_rules   = { for key, rule in portmatrix_rules.kong.aws_ingress : key => rule if startswith(key, "data/") }
  egress_rules    = { for key, rule in portmatrix_rules.kong.aws_egress : key => rule if startswith(key, "data/") }
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
    components = ["kong.node"]
    aws { security_group_id = module.kong.id }
  }

  zone "data" {
    trust      = "restricted"
    components = ["kong.postgresql"]
    aws { security_group_id = module.data.id }
  }

  zone "ops" {
    trust      = "restricted"
    components = ["kong.admin"]
    ipv4       = { vpn = "10.99.0.0/16" }
  }

  product "kong" {
    version = "3.9"
    ports   = { proxy-http = "80", proxy-https = "443" }
    disable = ["admin-http", "manager-http"] # operate Kong over TLS only
  }
}

output "findings" {
  value = portmatrix_rules.kong.findings
}

output "counts" {
  value = portmatrix_rules.kong.counts
}
