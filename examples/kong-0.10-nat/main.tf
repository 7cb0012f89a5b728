# Kong 0.10 in two segments of one data centre whose nodes reach each other only through address translation.
#
# This is the example of Kong's page "Network & Firewall", for two segments. A node of the south one has the address
# 192.168.23.45 and is dialled at 192.168.10.5, port 9000:
#
#   cluster_listen    = 192.168.23.45:7946    what the node listens on
#   cluster_advertise = 192.168.10.5:9000     what the other nodes dial
#
# So one flow has two faces, and each firewall sees one of them:
#
#   in the north, egress     192.168.10.5/32, port 9000    what its nodes dial
#   in the south, ingress    192.168.22.45/32, port 7946   who comes in, on what the node listens on
#
# `ports` says what nodes listen on (here the default), `advertised_ports` what peers dial, `advertised_ipv4` where. Only the
# destination is translated: who comes in still has the address that it has at home. Behind a translation a security group is not
# recognised, so `peer_by = "cidr"`. Both transports of the cluster port have to be translated, TCP and UDP.
#
# Kong's page has the node listen on 80, the port that it advises for the proxy: do not copy that, or cluster traffic passes
# under a rule that is open to every client.
#
# No cloud is needed: the group ids are made up.

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

locals {
  segments = {
    north = { node = "192.168.22.45/32", outside = "192.168.10.4/32", group = "sg-0000000000000000a" }
    south = { node = "192.168.23.45/32", outside = "192.168.10.5/32", group = "sg-0000000000000000b" }
  }
}

resource "portmatrix_rules" "segments" {
  name = "kong-segments"

  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
  }

  dynamic "zone" {
    for_each = local.segments
    labels   = [zone.key]
    content {
      trust           = "dmz"
      components      = ["kong.node"]
      ipv4            = { node = zone.value.node }
      advertised_ipv4 = { outside = zone.value.outside }
      aws {
        security_group_id = zone.value.group
        peer_by           = "cidr"
      }
    }
  }

  zone "ops" {
    trust      = "restricted"
    components = ["kong.admin"]
    ipv4       = { vpn = "10.99.0.0/16" }
  }

  product "kong" {
    version          = "0.10"
    profile          = "production" # the proxy on 80 and 443, as the vendor advises
    advertised_ports = { cluster = "9000" }
  }
}

resource "terraform_data" "ingress" {
  for_each = portmatrix_rules.segments.aws_ingress
  input    = each.value
}

resource "terraform_data" "egress" {
  for_each = portmatrix_rules.segments.aws_egress
  input    = each.value
}

# `south/tcp-7946/north:ipv4:node = 192.168.22.45/32:7946` and the like.
output "cluster_ingress" {
  value = { for key, rule in portmatrix_rules.segments.aws_ingress : key => "${rule.cidr_ipv4}:${rule.to_port}" if rule.description == "kong.cluster" }
}

# `north/tcp-9000/south:ipv4:outside = 192.168.10.5/32:9000` and the like.
output "cluster_egress" {
  value = { for key, rule in portmatrix_rules.segments.aws_egress : key => "${rule.cidr_ipv4}:${rule.to_port}" }
}
