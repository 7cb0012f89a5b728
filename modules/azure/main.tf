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

  azure_options {
    priority_first = var.priority_first
    priority_last  = var.priority_last
    priority_step  = var.priority_step
    deny_rest      = var.deny_rest
    allow_probes   = var.allow_probes
    priorities     = var.priorities
  }
}

resource "azurerm_network_security_rule" "this" {
  for_each = portmatrix_rules.this.azure_rules

  name                                       = each.value.name
  resource_group_name                        = each.value.resource_group_name
  network_security_group_name                = each.value.network_security_group_name
  description                                = each.value.description
  protocol                                   = each.value.protocol
  source_port_range                          = each.value.source_port_range
  source_port_ranges                         = each.value.source_port_ranges
  destination_port_range                     = each.value.destination_port_range
  destination_port_ranges                    = each.value.destination_port_ranges
  source_address_prefix                      = each.value.source_address_prefix
  source_address_prefixes                    = each.value.source_address_prefixes
  source_application_security_group_ids      = each.value.source_application_security_group_ids
  destination_address_prefix                 = each.value.destination_address_prefix
  destination_address_prefixes               = each.value.destination_address_prefixes
  destination_application_security_group_ids = each.value.destination_application_security_group_ids
  access                                     = each.value.access
  priority                                   = each.value.priority
  direction                                  = each.value.direction
}
