# Only the ports of a product, for a network security group whose rules you write yourself: no zones, no layout. Kong in a subnet, for
# everyone, and for the people who operate it.

terraform {
  required_providers {
    azurerm    = { source = "hashicorp/azurerm", version = ">= 4.0" }
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

variable "operators" {
  description = "The network of the people who operate Kong."
  type        = string
  default     = "10.99.0.0/16"
}

provider "azurerm" {
  features {}
}

data "portmatrix_product" "kong" {
  name    = "kong"
  version = "3.9"
  ports   = { proxy-http = "80", proxy-https = "443" }
  disable = ["admin-http", "manager-http"] # operate Kong over TLS only
}

locals {
  # Rules of other protocols have no ports. What is neither for anyone nor for operators gets no rule here.
  listens = {
    for key, it in data.portmatrix_product.kong.listens["node"] : key => it
    if contains(["tcp", "udp"], it.transport) && (it.exposure == "public" || contains(it.peers, "admin"))
  }

  # Azure wants a number for each rule, and a number that changes may collide with another one in the same apply. So each port keeps
  # its own here; for a port that is new, the plan fails until it has one. `portmatrix_rules` does this by itself.
  priorities = {
    tcp-80   = 1000
    tcp-443  = 1010
    tcp-8444 = 1020
    tcp-8445 = 1030
  }
}

resource "azurerm_resource_group" "kong" {
  name     = "rg-kong"
  location = "westeurope"
}

resource "azurerm_network_security_group" "kong" {
  name                = "nsg-kong"
  location            = azurerm_resource_group.kong.location
  resource_group_name = azurerm_resource_group.kong.name
}

resource "azurerm_network_security_rule" "kong" {
  for_each = local.listens

  name                        = each.key
  resource_group_name         = azurerm_resource_group.kong.name
  network_security_group_name = azurerm_network_security_group.kong.name
  description                 = each.value.description
  priority                    = local.priorities[each.key]
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = title(each.value.transport)
  source_address_prefix       = each.value.exposure == "public" ? "Internet" : var.operators
  source_port_range           = "*"
  destination_address_prefix  = "*"
  destination_port_range      = each.value.port_range
}

# Without it, Azure lets in everything from the virtual network and the networks that are peered with it.
resource "azurerm_network_security_rule" "deny_rest" {
  name                        = "deny-rest"
  resource_group_name         = azurerm_resource_group.kong.name
  network_security_group_name = azurerm_network_security_group.kong.name
  priority                    = 4096
  direction                   = "Inbound"
  access                      = "Deny"
  protocol                    = "*"
  source_address_prefix       = "*"
  source_port_range           = "*"
  destination_address_prefix  = "*"
  destination_port_range      = "*"
}

output "rules" {
  value = { for key, it in azurerm_network_security_rule.kong : key => "${it.priority} ${it.protocol} ${it.source_address_prefix} ${it.destination_port_range}" }
}
