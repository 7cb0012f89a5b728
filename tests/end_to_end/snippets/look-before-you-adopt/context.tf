resource "aws_vpc_security_group_ingress_rule" "api" {
  security_group_id = "sg-0a1b2c3d"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 8443
  to_port           = 8443
}

resource "aws_vpc_security_group_ingress_rule" "admin" {
  security_group_id = "sg-0a1b2c3d"
  cidr_ipv4         = "10.0.0.0/8"
  ip_protocol       = "tcp"
  from_port         = 8444
  to_port           = 8444
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = "sg-0a1b2c3d"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
}
