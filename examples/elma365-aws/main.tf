# ELMA365 in a DMZ, as the vendor recommends: the application runs on a Deckhouse cluster, and its databases have their own group in
# the same DMZ. Users connect only from known networks, through a load balancer that preserves their addresses. All nodes have one
# group with the rules that every node needs. Masters and frontends have a second group for their additional rules. A single group
# for each kind of node would exceed the quota of AWS.
#
# The installation: Deckhouse 1.67 with CNI Cilium on static nodes; PostgreSQL with Patroni, MongoDB, Valkey with Sentinel,
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
  description = "The networks of the users: offices, and the network of a VPN."
  type        = map(string)
  default     = { office = "10.30.0.0/16", vpn = "10.98.0.0/16" }
}

variable "operators" {
  description = "The networks of the people who operate the installation."
  type        = map(string)
  default     = { vpn = "10.99.0.0/16" }
}

variable "registry" {
  description = "Your mirror or proxy for hub.elma365.tech, repo.elma365.tech and the registry of the platform."
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
  description = "Masters of the ELMA365 cluster, in addition to elma365-nodes"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "frontends" {
  name        = "elma365-frontends"
  description = "Frontends of the ELMA365 cluster, in addition to elma365-nodes"
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

  # Only the rules that a frontend needs in addition to those of a node.
  zone "frontends" {
    trust      = "dmz"
    components = ["elma365.frontend"]
    exact      = true
    aws { security_group_id = aws_security_group.frontends.id }
  }

  # Only the rules that a master needs in addition to those of a node.
  zone "masters" {
    trust      = "dmz"
    components = ["elma365.master"]
    exact      = true
    aws { security_group_id = aws_security_group.masters.id }
  }

  # All nodes, including masters and frontends. The application runs on them.
  zone "nodes" {
    trust      = "dmz"
    components = ["elma365.node"]
    aws { security_group_id = aws_security_group.nodes.id }
  }

  # The vendor's page omits the traffic among the databases, such as replication, or from Patroni's load balancer to its members.
  # Add `flow` blocks for it.
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
      vxlan    = "4299" # for clusters first deployed with Deckhouse 1.64 to 1.70
      ssh-init = "22"   # the vendor of Deckhouse now says that 22322 is not needed
    }

    enable = ["cilium-hubble", "runtime-audit-engine"]

    disable = [
      # Clients connect to PostgreSQL through the load balancer in front of Patroni.
      "postgresql",
      # The queue and its management use TLS only.
      "amqp", "rabbitmq-ui",
      # The nodes are static; the platform does not create them.
      "machine-controller-manager",
      # CNI Cilium replaces it.
      "kube-proxy",
      # ELMA365 is published only through Ingress, so node ports stay closed.
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
