# Aiven services in your own AWS account (BYOC, private model): Aiven's bastion is in one subnet, its service nodes in another, and
# your applications, which connect to the services, in a third. Aiven manages the firewall of each machine. The rules here are for
# the security groups around them.
#
# Aiven's pages do not list the ports of the bastion, or the ports that nodes connect to at Aiven. By default, this example allows
# all TCP ports for both. Set the two variables as soon as you have the ports from the infrastructure template of your custom cloud.

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
  description = "The ports of your services, shown in the Aiven console under Overview, Connection information."
  type        = string
  default     = "12691, 12703"
}

variable "bastion_ports" {
  description = "The ports on which the bastion listens for Aiven, in addition to SSH."
  type        = string
  default     = "1-65535"
}

variable "aiven_ports" {
  description = "The ports that the nodes and the bastion connect to, at Aiven and for packages."
  type        = string
  default     = "1-65535"
}

variable "gateways" {
  description = "The four static addresses from which Aiven connects. Ask Aiven for them."
  type        = map(string)
  default     = { a = "192.0.2.10/32", b = "192.0.2.20/32", c = "198.51.100.10/32", d = "198.51.100.20/32" }
}

variable "staff" {
  description = "The networks from which people use Grafana and the other web interfaces."
  type        = map(string)
  default     = { vpn = "10.99.0.0/16" }
}

variable "name_servers" {
  description = "The name and time servers of the nodes and the bastion."
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

  # The nodes of all services, including those with a web interface. They are one zone because Aiven requires the nodes of this
  # subnet to reach each other.
  zone "workload" {
    components = ["aiven.node", "aiven.kafka-connect", "aiven.flink", "aiven.grafana", "aiven.opensearch-dashboards"]
    aws { security_group_id = aws_security_group.nodes.id }
  }

  # In its own zone, because only the proxy listens on port 80.
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

  # Destinations only: nothing connects from here. The addresses of both change, so the vendor asks for egress to everything.
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

    # The private model of BYOC. The vendor's page has a likely misprint about metadata-dns; listing it here settles the finding.
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
