terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

variable "kong_security_group_id" {
  description = "The security group of the Kong nodes."
  type        = string
  default     = "sg-0123456789abcdef0"
}

resource "portmatrix_rules" "edge" {
  # Everyone who calls the APIs.
  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  # The only zone with a security group, so the only one that gets rules. Kong is the gateway to the service behind it.
  zone "dmz" {
    trust      = "dmz"
    components = ["kong.node", "orders.gateway"]
    aws { security_group_id = var.kong_security_group_id }
  }

  zone "ops" {
    trust      = "restricted"
    components = ["kong.admin", "kong.monitoring"]
    ipv4       = { vpn = "10.99.0.0/16" }
  }

  zone "data" {
    components = ["kong.postgresql"]
    ipv4       = { primary = "10.10.8.0/24", standby = "10.10.9.0/24" }
  }

  zone "backends" {
    components = ["orders.api"]
    ipv4       = { orders = "10.20.0.0/16" }
  }

  # Settings that differ from the defaults of Kong.
  product "kong" {
    version = "3.9"
    ports   = { proxy-http = "80", proxy-https = "443" }
    enable  = ["status"]
    disable = ["admin-http", "manager-http"]
  }

  # Your own product. In a real configuration, use `definition = file("products/orders.toml")`.
  product "orders" {
    definition = <<-TOML
      format  = 1
      name    = "orders"
      title   = "Orders"
      vendor  = "Example Corp."
      version = "1"

      [[source]]
      id        = "wiki"
      title     = "Orders, how it runs"
      url       = "https://wiki.example.com/orders"
      language  = "en"
      retrieved = "2026-11-21"

      [component.gateway]
      title = "Gateway"
      kind  = "external"

      [component.api]
      title = "Orders API"
      kind  = "own"

      [[flow]]
      id       = "api"
      from     = "gateway"
      to       = "api"
      services = ["tcp/8443"]
      plane    = "data"
      exposure = "internal"
      need     = "required"
      purpose  = { en = "Requests from the gateway" }
      source   = { ref = "wiki", at = "Ports" }
    TOML
  }

  # A flow that no product file describes.
  flow "time" {
    from     = ["dmz"]
    to       = ["ops"]
    services = ["udp/123"]
    plane    = "infra"
    purpose  = "The time servers are in the operators' network"
  }
}

# On AWS, use `aws_vpc_security_group_ingress_rule` and `aws_vpc_security_group_egress_rule` instead. Their arguments have the same
# names as the fields of each rule; the guide "First steps on AWS" shows them.
resource "terraform_data" "ingress" {
  for_each = portmatrix_rules.edge.aws_ingress
  input    = each.value
}

resource "terraform_data" "egress" {
  for_each = portmatrix_rules.edge.aws_egress
  input    = each.value
}
