# Who may connect to whom, for people who do not read plans: `data.portmatrix_report` writes a page, tables, a diagram or a change
# request. The command `report` makes the same of a plan, and knows what the plan changes:
#
#   terraform plan -out=plan && terraform show -json plan > plan.json
#   terraform-provider-portmatrix report plan.json > report.html

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

provider "portmatrix" {
  as_of = "2026-11-30" # in a real configuration: formatdate("YYYY-MM-DD", plantimestamp())
}

resource "portmatrix_rules" "edge" {
  name = "edge"

  zone "internet" {
    trust       = "public"
    components  = ["kong.client"]
    ipv4        = { any = "0.0.0.0/0" }
    description = "Everyone who calls the APIs"
  }

  zone "dmz" {
    trust      = "dmz"
    components = ["kong.data-plane"]
    ipv4       = { a = "10.10.1.0/24", b = "10.10.2.0/24" }
    aws { security_group_id = "sg-0d0d0d0d0d0d0d0d0" }
  }

  zone "control" {
    components = ["kong.control-plane"]
    ipv4       = { a = "10.10.4.0/24" }
    aws { security_group_id = "sg-0c0c0c0c0c0c0c0c0" }
  }

  zone "backends" {
    components = []
    ipv4       = { services = "10.10.8.0/22" }
  }

  zone "monitoring" {
    components = ["kong.monitoring"]
    ipv4       = { prometheus = "10.10.16.9/32" }
  }

  zone "data" {
    trust      = "restricted"
    components = ["kong.postgresql"]
    ipv4       = { primary = "10.10.12.0/24" }
    aws { security_group_id = "sg-0e0e0e0e0e0e0e0e0" }
  }

  zone "ops" {
    trust      = "restricted"
    components = ["kong.admin"]
    ipv4       = { vpn = "10.99.0.0/16" }
  }

  product "kong" {
    version = "3.9"
    ports   = { proxy-http = "80", proxy-https = "443" }
    enable  = ["status", "hybrid"]
    disable = ["admin-http", "manager-http"]
  }

  flow "backends" {
    from     = ["dmz"]
    to       = ["backends"]
    services = ["tcp/8443"]
    plane    = "data"
    purpose  = "The services behind the APIs"
  }

  flow "metrics-old" {
    from     = ["monitoring"]
    to       = ["data"]
    services = ["tcp/9187"]
    plane    = "metrics"
    purpose  = "The exporter on the database hosts, until it moves"
  }

  policy {
    from     = "trust:internal"
    to       = "trust:restricted"
    access   = "allow-only"
    services = ["tcp/5432"]
    reason   = "Restricted zones are for the database protocol only"
  }

  exception {
    from      = "monitoring"
    to        = "data"
    services  = ["tcp/9187"]
    reason    = "The exporter moves to its own zone"
    ticket    = "NET-512"
    requester = "observability team"
    approver  = "network security"
    expires   = "2027-03-31"
  }
}

# A page to look at. In a real configuration, write it with `local_file`, or to a bucket.
data "portmatrix_report" "page" {
  of = portmatrix_rules.edge
}

# What the firewall team's form wants.
data "portmatrix_report" "request" {
  of      = portmatrix_rules.edge
  format  = "csv"
  columns = "Source IP=source,Destination IP=destination,Protocol=protocol,Port=service,Reason=justification,Ticket=ticket,Until=expiry"
  values  = { ticket = "NET-600" }
}

output "page" {
  value = data.portmatrix_report.page.content
}

output "request" {
  value = csvdecode(data.portmatrix_report.request.content)
}
