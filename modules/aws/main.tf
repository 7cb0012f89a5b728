resource "portmatrix_rules" "this" {
  name       = var.name
  directions = var.directions
  merge      = var.merge
  fail_on    = var.fail_on

  zones    = var.zones
  products = var.products
  flows    = var.flows

  dynamic "accept" {
    for_each = var.accept
    content {
      code    = accept.value.code
      subject = accept.value.subject
      reason  = accept.value.reason
      ticket  = try(accept.value.ticket, null)
      owner   = try(accept.value.owner, null)
    }
  }
}

resource "aws_vpc_security_group_ingress_rule" "this" {
  for_each = portmatrix_rules.this.aws_ingress

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

resource "aws_vpc_security_group_egress_rule" "this" {
  for_each = portmatrix_rules.this.aws_egress

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
