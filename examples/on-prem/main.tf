# Kong and its database on hosts of one's own, which filter for themselves with nftables. No cloud is needed: `terraform_data`
# takes the place of whatever brings a file to your hosts.

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
    disable = ["admin-http", "manager-http"] # people operate it over TLS only
  }

  # What no vendor lists, and no host does without.
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

# One ruleset for the hosts of each zone. A host loads that of its own zone and no other: two of them would each drop what the
# other permits. Bring it to the hosts, and load it so that it takes itself back unless you can still reach them:
#
#   nft -c -f gateways.nft                                # checks it and changes nothing
#   (sleep 120; nft delete table inet pm_gateways) &      # `kill %1` once you have logged in anew
#   nft -f gateways.nft
#   nft list table inet pm_gateways
#
# Loading is one transaction that replaces this table only, so it may be repeated, and other tables stay as they are. For the
# time after a reboot, include the file from `/etc/nftables.conf`.
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
