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

resource "openstack_networking_secgroup_rule_v2" "this" {
  for_each = portmatrix_rules.this.openstack_rules

  direction         = each.value.direction
  ethertype         = each.value.ethertype
  protocol          = each.value.protocol
  port_range_min    = each.value.port_range_min
  port_range_max    = each.value.port_range_max
  remote_ip_prefix  = each.value.remote_ip_prefix
  remote_group_id   = each.value.remote_group_id
  security_group_id = each.value.security_group_id
  description       = each.value.description
}
