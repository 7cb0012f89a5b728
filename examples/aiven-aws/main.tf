# Aiven services in your own AWS account (BYOC, private model): Aiven's bastion in one subnet, its service nodes in another, and
# your applications, which dial the services, in a third. Aiven writes the firewall of each machine; the rules here are those of
# the security groups around them.
#
# Aiven's pages name no ports for the bastion and for what nodes dial at Aiven. Until you have read them from the
# infrastructure template of your custom cloud, all TCP ports stand in for them: set the two variables as soon as you can.

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

variable "service_ports" {
  description = "The ports of your services, as the Aiven console shows them under Overview, Connection information."
  type        = string
  default     = "12691, 12703"
}

variable "bastion_ports" {
  description = "What the bastion listens on for Aiven, besides SSH."
  type        = string
  default     = "1-65535"
}

variable "aiven_ports" {
  description = "What nodes and bastion dial at Aiven and for packages."
  type        = string
  default     = "1-65535"
}

variable "gateways" {
  description = "The four static addresses that Aiven comes from. Ask Aiven for them."
  type        = map(string)
  default     = { a = "192.0.2.10/32", b = "192.0.2.20/32", c = "198.51.100.10/32", d = "198.51.100.20/32" }
}

variable "staff" {
  description = "Where people use Grafana and the other web interfaces from."
  type        = map(string)
  default     = { vpn = "10.99.0.0/16" }
}

variable "name_servers" {
  description = "The name and time servers of nodes and bastion."
  type        = map(string)
  default     = { a = "10.97.0.1/32", b = "10.97.0.2/32" }
}

provider "aws" {
  region = var.region
}

resource "aws_vpc" "this" {
  cidr_block = "10.10.0.0/16"
  tags       = { Name = "aiven" }
}

resource "aws_security_group" "bastion" {
  name        = "aiven-bastion"
  description = "Bastion of Aiven"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "nodes" {
  name        = "aiven-nodes"
  description = "Service nodes of Aiven"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "proxy" {
  name        = "aiven-proxy"
  description = "Proxy that sends browsers to HTTPS"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "applications" {
  name        = "applications"
  description = "Applications that use the services"
  vpc_id      = aws_vpc.this.id
}

resource "portmatrix_rules" "aiven" {
  zone "gateways" {
    trust      = "partner"
    components = ["aiven.management"]
    ipv4       = var.gateways
  }

  zone "bastion" {
    trust      = "dmz"
    components = ["aiven.bastion"]
    aws { security_group_id = aws_security_group.bastion.id }
  }

  # The nodes of all services, those with a web interface among them. They are one zone because Aiven has the nodes of this
  # subnet talk to each other.
  zone "workload" {
    components = ["aiven.node", "aiven.kafka-connect", "aiven.flink", "aiven.grafana", "aiven.opensearch-dashboards"]
    aws { security_group_id = aws_security_group.nodes.id }
  }

  # Not in the zone of the nodes: port 80 is the proxy's alone.
  zone "proxy" {
    components = ["aiven.proxy"]
    aws { security_group_id = aws_security_group.proxy.id }
  }

  zone "applications" {
    components = ["aiven.client"]
    aws { security_group_id = aws_security_group.applications.id }
  }

  zone "staff" {
    trust      = "restricted"
    components = ["aiven.user"]
    ipv4       = var.staff
  }

  zone "names" {
    components = ["aiven.dns-server", "aiven.ntp-server"]
    ipv4       = var.name_servers
  }

  # Only dialled, never let in. Both have changing addresses, for which the vendor asks for egress to everything.
  zone "internet" {
    trust      = "public"
    components = ["aiven.aiven-endpoints", "aiven.package-mirror"]
    ipv4       = { any = "0.0.0.0/0" }
  }

  product "aiven" {
    version = "2026"
    ports = {
      service      = var.service_ports
      bastion      = var.bastion_ports
      aiven-egress = var.aiven_ports
      packages     = var.aiven_ports
    }

    # The private model of BYOC. The page has a likely misprint about metadata-dns: naming it says that it was looked into.
    enable  = ["bastion", "byoc-egress", "metadata-dns"]
    disable = ["direct-management"]
  }
}

resource "aws_vpc_security_group_ingress_rule" "aiven" {
  for_each = portmatrix_rules.aiven.aws_ingress

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

resource "aws_vpc_security_group_egress_rule" "aiven" {
  for_each = portmatrix_rules.aiven.aws_egress

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
  value = portmatrix_rules.aiven.counts
}
