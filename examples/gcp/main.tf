# Kong on Google Cloud: its nodes and their PostgreSQL are in one network and have network tags. You can plan this without a cloud:
# `terraform_data` replaces the network and its firewall rules, and the comments show the real resources.

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

variable "project" {
  type    = string
  default = "edge-production"
}

# resource "google_compute_network" "this" {
#   name                    = "edge"
#   auto_create_subnetworks = false
# }
#
# A name is known during the plan; an id is not. With `google_compute_network.this.name`, the first plan knows that both zones are
# in one network, so their rules can refer to each other by tags.
locals {
  network = "edge"
}

# resource "google_compute_subnetwork" "data" { … }. Its range may be known only after apply.
resource "terraform_data" "data_subnet" {
  input = "10.10.8.0/24"
}

resource "portmatrix_rules" "edge" {
  name = "edge" # the names of the firewall rules start with it

  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  zone "dmz" {
    trust      = "dmz"
    components = ["kong.node"]
    ipv4       = { a = "10.10.1.0/24", b = "10.10.2.0/24" }
    gcp {
      network     = local.network
      project     = var.project
      target_tags = ["kong"]
    }
  }

  # Egress rules match peers only by address, so the zone needs its subnet in addition to its tag.
  zone "data" {
    components = ["kong.postgresql"]
    ipv4       = { subnet = terraform_data.data_subnet.output }
    gcp {
      network     = local.network
      project     = var.project
      target_tags = ["postgresql"]
    }
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

# With the Google provider, the rules are
#
# resource "google_compute_firewall" "edge" {
#   for_each = portmatrix_rules.edge.gcp_rules
#
#   name                    = each.value.name
#   network                 = each.value.network
#   project                 = each.value.project
#   description             = each.value.description
#   direction               = each.value.direction
#   priority                = each.value.priority
#   source_ranges           = each.value.source_ranges
#   destination_ranges      = each.value.destination_ranges
#   source_tags             = each.value.source_tags
#   source_service_accounts = each.value.source_service_accounts
#   target_tags             = each.value.target_tags
#   target_service_accounts = each.value.target_service_accounts
#
#   dynamic "allow" {
#     for_each = each.value.allow
#     content {
#       protocol = allow.value.protocol
#       ports    = allow.value.ports
#     }
#   }
#
#   dynamic "deny" {
#     for_each = each.value.deny
#     content {
#       protocol = deny.value.protocol
#       ports    = deny.value.ports
#     }
#   }
# }
resource "terraform_data" "firewall" {
  for_each = portmatrix_rules.edge.gcp_rules
  input    = each.value
}

output "rules" {
  value = {
    for key, it in portmatrix_rules.edge.gcp_rules :
    key => join(" ", concat([for block in it.allow : block.protocol], [for block in it.deny : "not ${block.protocol}"]))
  }
}

output "findings" {
  value = portmatrix_rules.edge.findings
}

output "counts" {
  value = portmatrix_rules.edge.counts
}
