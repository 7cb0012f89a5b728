# Kong and its database on your own hosts, which filter their traffic with nftables. You can plan this without hosts:
# `terraform_data` replaces the tool that copies a file to them.

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

resource "portmatrix_rules" "on_prem" {
  name = "on-prem"

  zone "clients" {
    trust      = "partner"
    components = ["kong.client"]
    ipv4       = { branches = "10.20.0.0/16", warehouse = "10.30.4.0/24" }
    ipv6       = { branches = "2001:db8:20::/48" }
  }

  zone "gateways" {
    trust      = "dmz"
    components = ["kong.node"]
    ipv4       = { kong-1 = "10.10.1.11/32", kong-2 = "10.10.1.12/32" }
    ipv6       = { kong-1 = "2001:db8:10:1::11/128", kong-2 = "2001:db8:10:1::12/128" }
    host {}
  }

  zone "databases" {
    components = ["kong.postgresql"]
    ipv4       = { primary = "10.10.8.5/32" }
    host {}
  }

  zone "operators" {
    trust      = "restricted"
    components = ["kong.admin"]
    ipv4       = { vpn = "10.99.0.0/16" }
  }

  zone "services" {
    components = []
    ipv4       = { resolver-1 = "10.10.0.53/32", resolver-2 = "10.10.0.54/32" }
  }

  product "kong" {
    version = "3.9"
    ports   = { proxy-http = "80", proxy-https = "443" }
    disable = ["admin-http", "manager-http"] # operate Kong over TLS only
  }

  # No vendor lists these flows, but every host needs them.
  flow "ssh" {
    from     = ["operators"]
    to       = ["gateways", "databases"]
    services = ["tcp/22"]
    plane    = "admin"
  }

  flow "names-and-time" {
    from     = ["gateways", "databases"]
    to       = ["services"]
    services = ["tcp+udp/53", "udp/123"]
    plane    = "infra"
  }
}

# One ruleset for the hosts of each zone. A host loads only the ruleset of its own zone: with two, each would drop what the other
# allows. Copy it to the hosts, and load it in a way that removes it again if you cannot reach them any more:
#
#   nft -c -f gateways.nft                                                             # checks it and changes nothing
#   systemd-run --unit pm-undo --on-active=120 nft delete table inet pm_gateways       # the first time; later, load the last file instead
#   nft -f gateways.nft
#   systemctl stop pm-undo.timer                                                       # after a second login works
#
# Loading is one transaction that replaces only this table, so you can repeat it, and other tables stay as they are: what firewalld or
# ufw reject stays rejected. The first load can stall open connections; the guide on host firewalls says what to do before. To load it
# after a reboot, include the file in `/etc/nftables.conf`.
resource "terraform_data" "ruleset" {
  for_each = portmatrix_rules.on_prem.nftables
  input    = each.value
}

output "rulesets" {
  value = portmatrix_rules.on_prem.nftables
}

output "findings" {
  value = portmatrix_rules.on_prem.findings
}
