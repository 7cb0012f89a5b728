resource "aws_vpc" "this" {
  cidr_block = "10.10.0.0/16"
}

resource "aws_subnet" "dmz" {
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.10.1.0/24"
}

resource "aws_security_group" "kong" {
  vpc_id = aws_vpc.this.id
}

data "aws_vpc_security_group_rule" "all" {
  for_each               = toset([])
  security_group_rule_id = each.value
}
