# The company's matrix of zones, exported from Tufin, judges every layout of this configuration.

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

locals {
  access = {
    "Allow all"  = "allow"
    "Block all"  = "block"
    "Allow only" = "allow-only"
    "Block only" = "block-only"
  }
  severity = { critical = "error", high = "error", medium = "warning", low = "info" }
}

provider "portmatrix" {
  as_of = formatdate("YYYY-MM-DD", plantimestamp()) # the day on which exceptions are judged

  policies = [for it in csvdecode(file("${path.module}/matrix.csv")) : {
    from     = it["From zone"]
    to       = it["To zone"]
    access   = local.access[it["Access Type"]]
    services = it["Services"]
    severity = local.severity[it["Severity"]]
    reason   = "company matrix"
  }]

  exceptions = yamldecode(file("${path.module}/exceptions.yaml"))
}

resource "portmatrix_rules" "edge" {
  zone "internet" {
    segment    = "Internet"
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
  }

  zone "dmz" {
    segment    = "DMZ"
    trust      = "dmz"
    components = ["kong.node"]
    ipv4       = { a = "10.10.1.0/24" }
    aws { security_group_id = "sg-0123456789abcdef0" }
  }

  zone "ops" {
    segment    = "Operators"
    trust      = "restricted"
    components = ["kong.admin"]
    ipv4       = { vpn = "10.99.0.0/16" }
  }

  zone "data" {
    segment    = "Databases"
    components = ["kong.postgresql"]
    ipv4       = { primary = "10.20.0.0/24" }
  }

  product "kong" {
    version = "3.9"
    disable = ["proxy-http", "manager-http"] # the matrix lets in HTTPS only
  }
}

output "rules" {
  value = keys(portmatrix_rules.edge.rules)
}
