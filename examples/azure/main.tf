# Kong Gateway in an Azure virtual network: the internet, a subnet of gateways with a network security group and an application
# security group, a subnet for the database with its own network security group, and the operators' network.
#
# You can plan this without a cloud: `terraform_data` replaces the resources that azurerm would create. The real blocks are in
# comments next to it, with every argument.

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
    # azurerm  = { source = "hashicorp/azurerm", version = "~> 4.0" }
  }
}

locals {
  resource_group = "rg-gateway"
  gateways_nsg   = "nsg-gateways" # azurerm_network_security_group.gateways.name
  data_nsg       = "nsg-data"     # azurerm_network_security_group.data.name
}

# resource "azurerm_application_security_group" "kong" {
#   name                = "asg-kong"
#   location            = "westeurope"
#   resource_group_name = local.resource_group
# }
resource "terraform_data" "kong_asg" {
  input = "asg-kong"
}

# resource "azurerm_subnet" "data" {
#   name                 = "snet-data"
#   resource_group_name  = local.resource_group
#   virtual_network_name = azurerm_virtual_network.main.name
#   address_prefixes     = ["10.20.8.0/24"]
# }
resource "terraform_data" "data_subnet" {
  input = "10.20.8.0/24"
}

resource "portmatrix_rules" "gateway" {
  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  # Rules refer to the gateways by their application security group, here and in the data zone.
  zone "gateways" {
    trust      = "dmz"
    components = ["kong.node"]
    azure {
      network_security_group_name    = local.gateways_nsg
      resource_group_name            = local.resource_group
      application_security_group_ids = { kong = terraform_data.kong_asg.id }
    }
  }

  zone "data" {
    trust      = "restricted"
    components = ["kong.postgresql"]
    ipv4       = { subnet = terraform_data.data_subnet.output }
    azure {
      network_security_group_name = local.data_nsg
      resource_group_name         = local.resource_group
    }
  }

  zone "ops" {
    trust      = "restricted"
    components = ["kong.admin"]
    ipv4       = { vpn = "10.99.0.0/16", bastion = "10.20.255.0/26" }
  }

  product "kong" {
    version = "3.9"
    ports   = { proxy-http = "80", proxy-https = "443" }
    disable = ["admin-http", "manager-http"] # operate Kong over TLS only
  }

  # `deny_rest` and `allow_probes` have their default values: traffic that no rule allows is denied, except for the health probes of
  # Azure's load balancers. Priorities below 1000 stay free for rules that you manage manually in the same network security groups.
  azure_options {
    priority_first = 1000
    priority_last  = 4094
    priority_step  = 10
    deny_rest      = true
    allow_probes   = true
  }
}

# resource "azurerm_network_security_rule" "gateway" {
#   for_each                                   = portmatrix_rules.gateway.azure_rules
#   name                                       = each.value.name
#   resource_group_name                        = each.value.resource_group_name
#   network_security_group_name                = each.value.network_security_group_name
#   description                                = each.value.description
#   protocol                                   = each.value.protocol
#   source_port_range                          = each.value.source_port_range
#   source_port_ranges                         = each.value.source_port_ranges
#   destination_port_range                     = each.value.destination_port_range
#   destination_port_ranges                    = each.value.destination_port_ranges
#   source_address_prefix                      = each.value.source_address_prefix
#   source_address_prefixes                    = each.value.source_address_prefixes
#   source_application_security_group_ids      = each.value.source_application_security_group_ids
#   destination_address_prefix                 = each.value.destination_address_prefix
#   destination_address_prefixes               = each.value.destination_address_prefixes
#   destination_application_security_group_ids = each.value.destination_application_security_group_ids
#   access                                     = each.value.access
#   priority                                   = each.value.priority
#   direction                                  = each.value.direction
# }
resource "terraform_data" "rule" {
  for_each = portmatrix_rules.gateway.azure_rules
  input    = each.value
}

output "priorities" {
  value = { for key, rule in portmatrix_rules.gateway.azure_rules : key => rule.priority }
}

output "findings" {
  value = portmatrix_rules.gateway.findings
}

output "counts" {
  value = portmatrix_rules.gateway.counts
}
