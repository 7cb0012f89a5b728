# ELMA365 in a DMZ, as the vendor places it: the application on a cluster of Deckhouse, and its databases in a group of their
# own in the same DMZ. Users come in from given networks only, through a balancer that passes their addresses on. What every
# node does is one group that all nodes carry; masters and frontends carry a second one for what they add. One set of rules for
# each kind of node instead would be more than AWS grants a group.
#
# The installation: Deckhouse 1.67 with CNI Cilium on static nodes; PostgreSQL under Patroni, MongoDB, Valkey with Sentinel,
# RabbitMQ with TLS only, MinIO; no virtualization, no replicated storage, no metallb, no VPN.

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

variable "users" {
  description = "Where ELMA365 is used from: offices, and the network that a VPN gives."
  type        = map(string)
  default     = { office = "10.30.0.0/16", vpn = "10.98.0.0/16" }
}

variable "operators" {
  description = "Where the installation is operated from."
  type        = map(string)
  default     = { vpn = "10.99.0.0/16" }
}

variable "registry" {
  description = "Where hub.elma365.tech, repo.elma365.tech and the platform's registry are reached: a mirror or a proxy of your own."
  type        = map(string)
  default     = { mirror = "10.20.0.10/32" }
}

variable "name_servers" {
  description = "The name servers that the nodes ask."
  type        = map(string)
  default     = { a = "10.20.0.53/32", b = "10.20.1.53/32" }
}

variable "time_servers" {
  description = "The time servers that the cluster follows."
  type        = map(string)
  default     = { a = "10.20.0.123/32", b = "10.20.1.123/32" }
}

provider "aws" {
  region = var.region
}

resource "aws_vpc" "this" {
  cidr_block = "10.10.0.0/16"
  tags       = { Name = "elma365" }
}

resource "aws_subnet" "balancers" {
  for_each   = { a = "10.10.0.0/24", b = "10.10.1.0/24" }
  vpc_id     = aws_vpc.this.id
  cidr_block = each.value
  tags       = { Name = "balancers-${each.key}" }
}

resource "aws_security_group" "nodes" {
  name        = "elma365-nodes"
  description = "All nodes of the ELMA365 cluster"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "masters" {
  name        = "elma365-masters"
  description = "Masters of the ELMA365 cluster, beside elma365-nodes"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "frontends" {
  name        = "elma365-frontends"
  description = "Frontends of the ELMA365 cluster, beside elma365-nodes"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "databases" {
  name        = "elma365-databases"
  description = "Databases, queue and storage of ELMA365"
  vpc_id      = aws_vpc.this.id
}

resource "portmatrix_rules" "elma365" {
  zone "users" {
    components = ["elma365.user"]
    ipv4       = var.users
  }

  zone "balancers" {
    trust      = "dmz"
    components = ["elma365.balancer"]
    ipv4       = { for name, subnet in aws_subnet.balancers : name => subnet.cidr_block }
  }

  # Only what a frontend adds to a node.
  zone "frontends" {
    trust      = "dmz"
    components = ["elma365.frontend"]
    exact      = true
    aws { security_group_id = aws_security_group.frontends.id }
  }

  # Only what a master adds to a node.
  zone "masters" {
    trust      = "dmz"
    components = ["elma365.master"]
    exact      = true
    aws { security_group_id = aws_security_group.masters.id }
  }

  # Every node, masters and frontends too, and with the nodes the application.
  zone "nodes" {
    trust      = "dmz"
    components = ["elma365.node"]
    aws { security_group_id = aws_security_group.nodes.id }
  }

  # What the databases say to each other, such as replication and the way from Patroni's balancer to its members, the vendor's page
  # leaves out: write flow blocks for it.
  zone "databases" {
    trust      = "dmz"
    components = ["elma365.patroni", "elma365.mongodb", "elma365.valkey", "elma365.rabbitmq", "elma365.minio"]
    aws { security_group_id = aws_security_group.databases.id }
  }

  zone "ops" {
    trust      = "restricted"
    components = ["elma365.operator"]
    ipv4       = var.operators
  }

  zone "registry" {
    components = ["elma365.elma365-hub", "elma365.elma365-repo", "elma365.container-registry"]
    ipv4       = var.registry
  }

  zone "name-servers" {
    components = ["elma365.dns-server"]
    ipv4       = var.name_servers
  }

  zone "time-servers" {
    components = ["elma365.ntp-server"]
    ipv4       = var.time_servers
  }

  product "elma365" {
    version = "2025"
    ports = {
      vxlan    = "4299" # what a cluster uses that was first deployed with Deckhouse 1.64 to 1.70
      ssh-init = "22"   # 22322 is not needed, as the vendor of Deckhouse says by now
    }

    disable = [
      # PostgreSQL is dialled through the balancer before Patroni.
      "postgresql",
      # Queue and its management over TLS only.
      "amqp", "rabbitmq-ui",
      # No provider orders nodes.
      "vmware-cloud-director", "machine-controller-manager",
      # CNI Cilium does the work of these.
      "kube-proxy", "kube-router",
      # The inlet is HostPort, and the balancer needs no announcements from inside.
      "host-with-failover", "metallb",
      # Modules that are off.
      "sds-replicated-volume", "sds-node-configurator", "virtualization", "openvpn",
      # ELMA365 is published through Ingress only, and nothing is to be let in to node ports.
      "nodeport",
    ]
  }
}

resource "aws_vpc_security_group_ingress_rule" "elma365" {
  for_each = portmatrix_rules.elma365.aws_ingress

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

resource "aws_vpc_security_group_egress_rule" "elma365" {
  for_each = portmatrix_rules.elma365.aws_egress

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
  value = portmatrix_rules.elma365.counts
}
