# Are the rules of examples/kong-aws the ones that are in place? A review has a folder of its own: it reads what AWS has, and the
# ids of that are known only once the groups exist.

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

variable "state" {
  description = "The state of the folder with the rules."
  type        = string
  default     = "../kong-aws/terraform.tfstate"
}

provider "aws" {
  region = var.region
}

data "terraform_remote_state" "kong" {
  backend = "local"
  config  = { path = var.state }
}

locals {
  wanted = data.terraform_remote_state.kong.outputs.wanted
  rows   = concat(values(local.wanted.aws_ingress), values(local.wanted.aws_egress))
}

# Every rule of the groups that the layout speaks of, whoever made it.
data "aws_vpc_security_group_rules" "all" {
  filter {
    name   = "group-id"
    values = distinct(local.rows[*].security_group_id)
  }
}

data "aws_vpc_security_group_rule" "all" {
  for_each               = toset(data.aws_vpc_security_group_rules.all.ids)
  security_group_rule_id = each.value
}

data "portmatrix_review" "kong" {
  rules       = local.wanted.rules
  aws_ingress = local.wanted.aws_ingress
  aws_egress  = local.wanted.aws_egress
  actual_aws  = values(data.aws_vpc_security_group_rule.all)

  import_to = {
    aws_ingress = "aws_vpc_security_group_ingress_rule.kong"
    aws_egress  = "aws_vpc_security_group_egress_rule.kong"
  }
}

# Says so in every plan. With `fail_on = "extra"` above, a plan fails on what is permitted and not wanted.
check "firewall" {
  assert {
    condition     = data.portmatrix_review.kong.in_sync
    error_message = data.portmatrix_review.kong.summary
  }
}

output "in_sync" {
  value = data.portmatrix_review.kong.in_sync
}

output "findings" {
  value = data.portmatrix_review.kong.findings
}

output "import_blocks" {
  value = data.portmatrix_review.kong.import_blocks
}

output "markdown" {
  value = data.portmatrix_review.kong.markdown
}
