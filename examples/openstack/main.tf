# Kong Gateway in an OpenStack project: the internet, gateways with a security group, a database with a group of its own, and the
# operators' network.
#
# No cloud is needed to try it: the ids below take the place of those of the resources. The real blocks are in comments, with
# every argument.

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
    # openstack = { source = "terraform-provider-openstack/openstack", version = "~> 3.0" }
  }
}

# resource "openstack_networking_secgroup_v2" "gateways" {
#   name                 = "gateways"
#   delete_default_rules = true # otherwise OpenStack allows all egress
# }
# resource "openstack_networking_secgroup_v2" "data" {
#   name                 = "data"
#   delete_default_rules = true
# }
locals {
  gateways = "5c1d3f0e-8a2b-4d7c-9e6f-1b2a3c4d5e6f" # openstack_networking_secgroup_v2.gateways.id
  data     = "a7e94b12-6f3d-4c58-8b0a-d2e1f4c3b5a6" # openstack_networking_secgroup_v2.data.id
}

resource "portmatrix_rules" "gateway" {
  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  # Without addresses, rules between the two groups are created for IPv4 and IPv6. A zone with IPv4 addresses alone would have
  # rules for IPv4 alone.
  zone "gateways" {
    trust      = "dmz"
    components = ["kong.node"]
    openstack {
      security_group_id    = local.gateways
      delete_default_rules = true
    }
  }

  zone "data" {
    trust      = "restricted"
    components = ["kong.postgresql"]
    openstack {
      security_group_id    = local.data
      delete_default_rules = true
    }
  }

  # The operators' hosts have groups of another team.
  zone "ops" {
    trust      = "restricted"
    components = ["kong.admin"]
    openstack {
      peer_security_group_ids = { bastion = "0f9e8d7c-6b5a-4f4e-8d3c-2b1a09f8e7d6" }
    }
  }

  zone "resolvers" {
    trust      = "internal"
    components = []
    ipv4       = { a = "10.20.0.2/32", b = "10.20.0.3/32" }
  }

  flow "dns" {
    from     = ["gateways", "data"]
    to       = ["resolvers"]
    services = ["tcp+udp/53"]
  }

  product "kong" {
    version = "3.9"
    ports   = { proxy-http = "80", proxy-https = "443" }
    disable = ["admin-http", "manager-http"] # people operate it over TLS only
  }
}

# resource "openstack_networking_secgroup_rule_v2" "gateway" {
#   for_each          = portmatrix_rules.gateway.openstack_rules
#   direction         = each.value.direction
#   ethertype         = each.value.ethertype
#   protocol          = each.value.protocol
#   port_range_min    = each.value.port_range_min
#   port_range_max    = each.value.port_range_max
#   remote_ip_prefix  = each.value.remote_ip_prefix
#   remote_group_id   = each.value.remote_group_id
#   security_group_id = each.value.security_group_id
#   description       = each.value.description
# }
resource "terraform_data" "rule" {
  for_each = portmatrix_rules.gateway.openstack_rules
  input    = each.value
}

output "findings" {
  value = portmatrix_rules.gateway.findings
}

output "counts" {
  value = portmatrix_rules.gateway.counts
}
