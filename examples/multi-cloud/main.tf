# One layout across three platforms: Kong's nodes on AWS, their PostgreSQL on Azure, operators and monitoring in your own data centre.
# Each side of a flow gets its own rule: egress at the source, ingress at the destination.
#
# Group references do not work across clouds, so rules for peers in another cloud use addresses: set `peer_by = "cidr"`, and put the
# addresses that the other side sees in `ipv4`. You can plan this without a cloud: `terraform_data` replaces the resources that create
# the rules; the examples `azure`, `kong-aws` and `on-prem` show these.

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

# Known only after apply, like the ids and names of real groups.
resource "terraform_data" "aws_group" {
  input = "sg-of-the-kong-nodes"
}

resource "terraform_data" "azure_group" {
  input = "nsg-database"
}

resource "portmatrix_rules" "kong" {
  name = "kong"

  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  # On AWS, in a VPC that a VPN connects to the other two.
  zone "gateways" {
    trust      = "dmz"
    components = ["kong.node"]
    ipv4       = { a = "10.10.1.0/24", b = "10.10.2.0/24" }
    aws {
      security_group_id = terraform_data.aws_group.id
      peer_by           = "cidr"
    }
  }

  # On Azure.
  zone "database" {
    trust      = "restricted"
    components = ["kong.postgresql"]
    ipv4       = { subnet = "10.20.8.0/24" }
    azure {
      network_security_group_name = terraform_data.azure_group.output
      resource_group_name         = "kong-data"
    }
  }

  # In your own data centre: hosts that filter their own traffic.
  zone "operations" {
    trust      = "restricted"
    components = ["kong.admin", "kong.monitoring"]
    ipv4       = { hosts = "10.99.0.0/24" }
    host {}
  }

  # Operators also need to log in to their own hosts, and to resolve names.
  zone "desks" {
    components = []
    ipv4       = { floor = "10.98.0.0/20" }
  }

  zone "name-servers" {
    components = []
    ipv4       = { first = "10.99.1.53/32", second = "10.99.2.53/32" }
  }

  flow "ssh" {
    from     = ["desks"]
    to       = ["operations"]
    services = ["tcp/22"]
    plane    = "admin"
  }

  flow "dns" {
    from     = ["operations", "gateways"]
    to       = ["name-servers"]
    services = ["tcp+udp/53"]
    plane    = "infra"
  }

  product "kong" {
    version = "3.9"
    ports   = { proxy-http = "80", proxy-https = "443" }
    enable  = ["status"]
    disable = ["admin-http", "manager-http"] # operate Kong over TLS only
  }
}

resource "terraform_data" "aws" {
  for_each = merge(portmatrix_rules.kong.aws_ingress, { for key, it in portmatrix_rules.kong.aws_egress : "egress of ${key}" => it })
  input    = each.value
}

resource "terraform_data" "azure" {
  for_each = portmatrix_rules.kong.azure_rules
  input    = each.value
}

resource "terraform_data" "hosts" {
  for_each = portmatrix_rules.kong.nftables
  input    = each.value
}

output "rules" {
  value = sort(keys(portmatrix_rules.kong.rules))
}

output "findings" {
  value = portmatrix_rules.kong.findings
}

output "counts" {
  value = portmatrix_rules.kong.counts
}
