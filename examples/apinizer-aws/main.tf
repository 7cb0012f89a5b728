# Apinizer on its own hosts on AWS, in the vendor's zones: load balancer and Workers in the DMZ, Manager and Cache in the LAN, and the
# databases in a separate LAN segment. TLS ends at the load balancer.

terraform {
  required_providers {
    aws        = { source = "hashicorp/aws", version = ">= 5.0" }
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

variable "region" {
  type    = string
  default = "eu-central-1"
}

variable "administrators" {
  description = "The networks of the administrators: a VPN, never the internet."
  type        = map(string)
  default     = { vpn = "10.99.0.0/16" }
}

variable "backends" {
  description = "The networks of the APIs behind the gateway."
  type        = map(string)
  default     = { services = "10.30.0.0/16" }
}

variable "name_servers" {
  type    = map(string)
  default = { first = "10.97.0.53/32", second = "10.97.1.53/32" }
}

variable "mail_servers" {
  type    = map(string)
  default = { relay = "10.97.0.25/32" }
}

provider "aws" {
  region = var.region
}

resource "aws_vpc" "this" {
  cidr_block = "10.20.0.0/16"
  tags       = { Name = "apinizer" }
}

resource "aws_security_group" "dmz" {
  name        = "apinizer-dmz"
  description = "Load balancer and Workers of Apinizer"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "lan" {
  name        = "apinizer-lan"
  description = "Manager and Cache of Apinizer"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "database" {
  name        = "apinizer-database"
  description = "MongoDB and Elasticsearch of Apinizer"
  vpc_id      = aws_vpc.this.id
}

resource "portmatrix_rules" "apinizer" {
  zone "internet" {
    trust      = "public"
    components = ["apinizer.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  zone "dmz" {
    trust      = "dmz"
    components = ["apinizer.load-balancer", "apinizer.worker"]
    aws { security_group_id = aws_security_group.dmz.id }
  }

  zone "lan" {
    components = ["apinizer.manager", "apinizer.cache"]
    aws { security_group_id = aws_security_group.lan.id }
  }

  zone "database" {
    trust      = "restricted"
    components = ["apinizer.mongodb", "apinizer.elasticsearch"]
    aws { security_group_id = aws_security_group.database.id }
  }

  zone "vpn" {
    trust      = "restricted"
    components = ["apinizer.admin"]
    ipv4       = var.administrators
  }

  zone "backends" {
    components = ["apinizer.backend-api"]
    ipv4       = var.backends
  }

  zone "name-servers" {
    components = ["apinizer.dns-server"]
    ipv4       = var.name_servers
  }

  zone "mail" {
    components = ["apinizer.smtp-server"]
    ipv4       = var.mail_servers
  }

  product "apinizer" {
    version = "2026.04"
    enable  = ["smtp"]
    ports = {
      smtp              = "587"  # the one of the two ports that the mail server uses
      worker-http       = "8091" # the vendor's matrix has 80 and 8080, the installation pages have 8091
      worker-management = "8091" # the vendor's matrix has 8080; in the installation pages it is the same listener
      cache-rest        = "8090" # two pages have 8092, but another module listens there
    }
  }

  # The vendor lists DNS only for the LAN, but Workers also call backends by name.
  flow "worker-dns" {
    from     = ["dmz"]
    to       = ["name-servers"]
    services = ["tcp+udp/53"]
    plane    = "infra"
    purpose  = "Workers resolve names"
  }
}

resource "aws_vpc_security_group_ingress_rule" "apinizer" {
  for_each = portmatrix_rules.apinizer.aws_ingress

  security_group_id            = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_ipv4
  cidr_ipv6                    = each.value.cidr_ipv6
  referenced_security_group_id = each.value.referenced_security_group_id
  prefix_list_id               = each.value.prefix_list_id
  ip_protocol                  = each.value.ip_protocol
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
  description                  = each.value.description
}

resource "aws_vpc_security_group_egress_rule" "apinizer" {
  for_each = portmatrix_rules.apinizer.aws_egress

  security_group_id            = each.value.security_group_id
  cidr_ipv4                    = each.value.cidr_ipv4
  cidr_ipv6                    = each.value.cidr_ipv6
  referenced_security_group_id = each.value.referenced_security_group_id
  prefix_list_id               = each.value.prefix_list_id
  ip_protocol                  = each.value.ip_protocol
  from_port                    = each.value.from_port
  to_port                      = each.value.to_port
  description                  = each.value.description
}

output "counts" {
  value = portmatrix_rules.apinizer.counts
}
