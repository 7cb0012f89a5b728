variable "with_group" {
  type    = bool
  default = true
}

resource "aws_vpc" "this" {
  cidr_block = "10.10.0.0/16"
}

resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.10.1.0/24"
}

resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.10.2.0/24"
}

resource "aws_subnet" "all" {
  for_each   = { x = "10.10.8.0/24", y = "10.10.9.0/24" }
  vpc_id     = aws_vpc.this.id
  cidr_block = each.value
}

resource "aws_security_group" "kong" {
  vpc_id = aws_vpc.this.id
}

resource "portmatrix_rules" "edge" {
  zone "dmz" {
    components = ["kong.node"]
    aws { security_group_id = aws_security_group.kong.id }
  }

  zone "users" {
    components = ["kong.client"]
    ipv4       = { office = "10.20.0.0/16" }
  }

  product "kong" {
    ports  = { upstream = "8443" }
    enable = ["upstream"]
  }
}

resource "aws_vpc_security_group_ingress_rule" "edge" {
  for_each = portmatrix_rules.edge.aws_ingress

  security_group_id = each.value.security_group_id
  cidr_ipv4         = each.value.cidr_ipv4
  ip_protocol       = each.value.ip_protocol
  from_port         = each.value.from_port
  to_port           = each.value.to_port
}

resource "portmatrix_rules" "web" {
  zone "web" {
    components = ["kong.node"]
    azure {
      network_security_group_name = "nsg"
      resource_group_name         = "rg"
    }
  }

  zone "people" {
    components = ["kong.client"]
    ipv4       = { office = "10.20.0.0/16" }
  }
}

resource "portmatrix_rules" "db" {
  zone "db" {
    components = ["postgresql.server"]
    azure {
      network_security_group_name = "nsg"
      resource_group_name         = "rg"
    }
  }

  zone "apps" {
    components = ["postgresql.client"]
    ipv4       = { cluster = "10.30.0.0/16" }
  }
}
