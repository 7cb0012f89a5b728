resource "portmatrix_rules" "edge" {
  directions = ["ingress"]

  zone "users" {
    components = ["kong.client"]
    ipv4       = { office = "10.20.0.0/16" }
  }

  zone "dmz" {
    components = ["kong.node"]
    aws { security_group_id = "sg-0a1b2c3d" }
  }

  zone "data" {
    components = ["kong.postgresql"]
    aws { security_group_id = "sg-4e5f6a7b" }
  }
}

resource "aws_vpc_security_group_ingress_rule" "edge" {
  for_each = portmatrix_rules.edge.aws_ingress

  security_group_id            = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_ipv4
  referenced_security_group_id = each.value.referenced_security_group_id
  ip_protocol                  = each.value.ip_protocol
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = "sg-0a1b2c3d"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}
