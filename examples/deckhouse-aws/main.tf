# Deckhouse Kubernetes Platform on AWS: frontends in a DMZ, masters and workers behind them, and in front a network load balancer that
# preserves the addresses of the clients. All nodes have one group with the rules that every node needs. Masters and frontends have a
# second group for their additional rules. A single group for each kind of node would exceed the quota of AWS.
#
# The cluster: Deckhouse 1.77 with CNI Cilium on static nodes, here virtual machines that the platform did not create; local storage
# with sds-local-volume; no virtualization, no metallb, no VPN. A platform that creates its nodes in the cloud also has to reach the
# API of the cloud. The vendor's list omits this: add a `flow` block for it.

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

variable "operators" {
  description = "The networks of the people who operate the platform."
  type        = map(string)
  default     = { vpn = "10.99.0.0/16" }
}

variable "registry" {
  description = "The mirror of the registry of the platform."
  type        = map(string)
  default     = { mirror = "10.20.0.10/32" }
}

variable "name_servers" {
  description = "The name servers of the nodes."
  type        = map(string)
  default     = { a = "10.20.0.53/32", b = "10.20.1.53/32" }
}

variable "time_servers" {
  description = "The time servers of the cluster."
  type        = map(string)
  default     = { a = "10.20.0.123/32", b = "10.20.1.123/32" }
}

provider "aws" {
  region = var.region
}

resource "aws_vpc" "this" {
  cidr_block = "10.10.0.0/16"
  tags       = { Name = "deckhouse" }
}

resource "aws_subnet" "balancers" {
  for_each   = { a = "10.10.0.0/24", b = "10.10.1.0/24" }
  vpc_id     = aws_vpc.this.id
  cidr_block = each.value
  tags       = { Name = "balancers-${each.key}" }
}

resource "aws_security_group" "nodes" {
  name        = "deckhouse-nodes"
  description = "All nodes of the Deckhouse cluster"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "masters" {
  name        = "deckhouse-masters"
  description = "Masters of the Deckhouse cluster, in addition to deckhouse-nodes"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "frontends" {
  name        = "deckhouse-frontends"
  description = "Frontends of the Deckhouse cluster, in addition to deckhouse-nodes"
  vpc_id      = aws_vpc.this.id
}

resource "portmatrix_rules" "deckhouse" {
  zone "internet" {
    trust      = "public"
    components = ["deckhouse.user"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  zone "balancers" {
    trust      = "dmz"
    components = ["deckhouse.balancer"]
    ipv4       = { for name, subnet in aws_subnet.balancers : name => subnet.cidr_block }
  }

  # Only the rules that a frontend needs in addition to those of a node.
  zone "frontends" {
    trust      = "dmz"
    components = ["deckhouse.frontend"]
    exact      = true
    aws { security_group_id = aws_security_group.frontends.id }
  }

  # Only the rules that a master needs in addition to those of a node.
  zone "masters" {
    trust      = "restricted"
    components = ["deckhouse.master"]
    exact      = true
    aws { security_group_id = aws_security_group.masters.id }
  }

  # All nodes, including masters and frontends.
  zone "nodes" {
    components = ["deckhouse.node"]
    aws { security_group_id = aws_security_group.nodes.id }
  }

  zone "ops" {
    trust      = "restricted"
    components = ["deckhouse.operator"]
    ipv4       = var.operators
  }

  zone "registry" {
    components = ["deckhouse.container-registry"]
    ipv4       = var.registry
  }

  zone "name-servers" {
    components = ["deckhouse.dns-server"]
    ipv4       = var.name_servers
  }

  zone "time-servers" {
    components = ["deckhouse.ntp-server"]
    ipv4       = var.time_servers
  }

  product "deckhouse" {
    version = "1.77"
    choices = { first-release = "since-1-71" } # decides the VXLAN port

    enable = ["cilium-hubble", "runtime-audit-engine", "sds-node-configurator", "sds-local-volume"]

    disable = [
      # The nodes are static; the platform does not create them.
      "machine-controller-manager",
      # CNI Cilium replaces it.
      "kube-proxy",
      # Applications are published only through Ingress, so node ports stay closed.
      "nodeport",
    ]
  }
}

resource "aws_vpc_security_group_ingress_rule" "deckhouse" {
  for_each = portmatrix_rules.deckhouse.aws_ingress

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

resource "aws_vpc_security_group_egress_rule" "deckhouse" {
  for_each = portmatrix_rules.deckhouse.aws_egress

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
  value = portmatrix_rules.deckhouse.counts
}
