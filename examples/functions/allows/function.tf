terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

resource "portmatrix_rules" "shop" {
  zone "app" {
    components = ["postgresql.client"]
    ipv4       = { a = "10.0.1.0/24" }
    host {}
  }

  zone "db" {
    components = ["postgresql.server"]
    ipv4       = { a = "10.0.2.0/24" }
    host {}
  }

  zone "ops" {
    trust      = "restricted"
    components = []
    ipv4       = { vpn = "10.99.0.0/16" }
  }

  product "postgresql" { version = "18" }

  flow "ssh" {
    from     = ["ops"]
    to       = ["app", "db"]
    services = ["tcp/22"]
    plane    = "admin"
  }
}

# The keys of the two rules.
output "database" {
  value = provider::portmatrix::allows(portmatrix_rules.shop.rules, "app", "db", "tcp/5432")
}

# A test of what must not be possible.
check "ssh" {
  assert {
    condition     = length(provider::portmatrix::allows(portmatrix_rules.shop.rules, "app", "db", "tcp/22")) == 0
    error_message = "Applications must not reach the databases by SSH."
  }
}
