# Compare the rules of examples/kong-aws with the rules that exist on AWS. A review needs its own directory: it reads the ids of
# existing rules, which are known only once the groups exist.

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
  description = "The state of the directory that creates the rules."
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

# All rules of the groups in the layout, no matter who created them.
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
  actual_aws  = tolist(values(data.aws_vpc_security_group_rule.all))

  import_to = {
    aws_ingress = "aws_vpc_security_group_ingress_rule.kong"
    aws_egress  = "aws_vpc_security_group_egress_rule.kong"
  }
}

# Warns in every plan if there are differences. With `fail_on = "extra"` above, the plan fails if unwanted traffic is allowed.
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
