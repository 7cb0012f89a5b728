# Takes the place of version 6 of terraform-aws-modules/security-group, which needs a newer AWS provider than tests have: the inputs that
# examples use, under their names and with their types, and the resources under their addresses.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "name" { type = string }
variable "description" {
  type    = string
  default = null
}
variable "vpc_id" { type = string }
variable "use_name_prefix" {
  type    = bool
  default = true
}
variable "enable_exclusive_rules" {
  type    = bool
  default = true
}

variable "ingress_rules" {
  type = map(object({
    name                         = optional(string)
    cidr_ipv4                    = optional(string)
    cidr_ipv6                    = optional(string)
    description                  = optional(string)
    from_port                    = optional(number)
    ip_protocol                  = optional(string, "tcp")
    prefix_list_id               = optional(string)
    referenced_security_group_id = optional(string)
    tags                         = optional(map(string), {})
    to_port                      = optional(number)
  }))
  default = {}

  validation {
    condition     = alltrue([for it in var.ingress_rules : length(compact([it.cidr_ipv4, it.cidr_ipv6, it.prefix_list_id, it.referenced_security_group_id])) == 1])
    error_message = "A rule needs exactly one source."
  }
}

variable "egress_rules" {
  type = map(object({
    name                         = optional(string)
    cidr_ipv4                    = optional(string)
    cidr_ipv6                    = optional(string)
    description                  = optional(string)
    from_port                    = optional(number)
    ip_protocol                  = optional(string, "tcp")
    prefix_list_id               = optional(string)
    referenced_security_group_id = optional(string)
    tags                         = optional(map(string), {})
    to_port                      = optional(number)
  }))
  default = {}

  validation {
    condition     = alltrue([for it in var.egress_rules : length(compact([it.cidr_ipv4, it.cidr_ipv6, it.prefix_list_id, it.referenced_security_group_id])) == 1])
    error_message = "A rule needs exactly one destination."
  }
}

resource "aws_security_group" "this" {
  name        = var.use_name_prefix ? null : var.name
  name_prefix = var.use_name_prefix ? "${var.name}-" : null
  description = var.description
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each                     = var.ingress_rules
  security_group_id            = aws_security_group.this.id
  cidr_ipv4                    = each.value.cidr_ipv4
  cidr_ipv6                    = each.value.cidr_ipv6
  referenced_security_group_id = each.value.referenced_security_group_id == "self" ? aws_security_group.this.id : each.value.referenced_security_group_id
  prefix_list_id               = each.value.prefix_list_id
  ip_protocol                  = each.value.ip_protocol
  from_port                    = try(coalesce(each.value.from_port, each.value.to_port), null)
  to_port                      = try(coalesce(each.value.to_port, each.value.from_port), null)
  description                  = each.value.description
  tags                         = merge({ Name = coalesce(each.value.name, each.key) }, each.value.tags)
}

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each                     = var.egress_rules
  security_group_id            = aws_security_group.this.id
  cidr_ipv4                    = each.value.cidr_ipv4
  cidr_ipv6                    = each.value.cidr_ipv6
  referenced_security_group_id = each.value.referenced_security_group_id == "self" ? aws_security_group.this.id : each.value.referenced_security_group_id
  prefix_list_id               = each.value.prefix_list_id
  ip_protocol                  = each.value.ip_protocol
  from_port                    = try(coalesce(each.value.from_port, each.value.to_port), null)
  to_port                      = try(coalesce(each.value.to_port, each.value.from_port), null)
  description                  = each.value.description
  tags                         = merge({ Name = coalesce(each.value.name, each.key) }, each.value.tags)
}

output "id" { value = aws_security_group.this.id }
