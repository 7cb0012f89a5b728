locals {
  wanted = portmatrix_rules.kong
  rows   = concat(values(portmatrix_rules.kong.aws_ingress), values(portmatrix_rules.kong.aws_egress))
}

resource "portmatrix_rules" "kong" {
  zone "users" {
    components = ["kong.client"]
    ipv4       = { office = "10.20.0.0/16" }
  }

  zone "dmz" {
    components = ["kong.node"]
    ipv4       = { a = "10.10.1.0/24" }
    aws { security_group_id = "sg-0123456789abcdef0" }
    azure {
      network_security_group_name = "gateways"
      resource_group_name         = "kong"
    }
    gcp {
      network     = "kong"
      target_tags = ["kong"]
    }
    openstack { security_group_id = "6a1e2b5c-0000-4000-8000-000000000000" }
  }
}
