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

  gcp_options {
    deny_rest = var.deny_rest
  }
}

resource "google_compute_firewall" "this" {
  for_each = portmatrix_rules.this.gcp_rules

  name                    = each.value.name
  network                 = each.value.network
  project                 = each.value.project
  description             = each.value.description
  direction               = each.value.direction
  priority                = each.value.priority
  source_ranges           = each.value.source_ranges
  destination_ranges      = each.value.destination_ranges
  source_tags             = each.value.source_tags
  source_service_accounts = each.value.source_service_accounts
  target_tags             = each.value.target_tags
  target_service_accounts = each.value.target_service_accounts

  dynamic "allow" {
    for_each = each.value.allow
    content {
      protocol = allow.value.protocol
      ports    = allow.value.ports
    }
  }

  dynamic "deny" {
    for_each = each.value.deny
    content {
      protocol = deny.value.protocol
      ports    = deny.value.ports
    }
  }
}
