# Kong 0.10 in two segments of one data centre. Its nodes reach each other only through address translation (NAT).
#
# This is the example of Kong's page "Network & Firewall", for two segments. A node in the south segment has the address
# 192.168.23.45, and the other nodes connect to it at 192.168.10.5, port 9000:
#
#   cluster_listen    = 192.168.23.45:7946    where the node listens
#   cluster_advertise = 192.168.10.5:9000     where the other nodes connect
#
# So each firewall sees the same flow differently:
#
#   in the north, egress     192.168.10.5/32, port 9000    the destination before translation
#   in the south, ingress    192.168.22.45/32, port 7946   the source, and the destination port after translation
#
# `ports` sets the ports on which nodes listen (here the default). `advertised_ports` and `advertised_ipv4` set where peers connect.
# Only the destination is translated: the source keeps its own address. Behind NAT, a security group is not recognised, hence
# `peer_by = "cidr"`. NAT must translate the cluster port for both transports, TCP and UDP.
#
# On Kong's page the node listens on 80, the port that the page recommends for the proxy. Do not copy that: a rule that is open to
# every client would then also allow cluster traffic.
#
# You can plan this without a cloud: the group ids are invented.

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
    profile          = "production" # the proxy on 80 and 443, as the vendor recommends
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
