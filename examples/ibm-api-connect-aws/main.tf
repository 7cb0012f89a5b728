# IBM API Connect 5.0 on AWS, in the zones of the vendor's picture. The gateways and the Developer Portal each have a DMZ, with the
# Management servers behind them. The collective with the applications is inside the protected network, where operators, business
# users and developers are too. The vendor's page contradicts itself about some ports; the `product` block settles these.

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
  description = "The networks of the people who operate the servers."
  type        = map(string)
  default     = { vpn = "10.99.0.0/24" }
}

variable "business_users" {
  description = "The networks of the people who define and monitor APIs."
  type        = map(string)
  default     = { office = "10.96.0.0/20" }
}

variable "developers" {
  description = "The networks of internal developers and their build servers."
  type        = map(string)
  default     = { office = "10.96.32.0/20", build = "10.95.0.0/24" }
}

variable "infrastructure" {
  description = "The servers of common services, such as DNS and mail."
  type        = map(string)
  default     = { dns = "10.97.0.53/32", ntp = "10.97.0.123/32", smtp = "10.97.0.25/32", ldap = "10.97.1.0/28", snmp = "10.97.2.0/28" }
}

provider "aws" {
  region = var.region
}

resource "aws_vpc" "this" {
  cidr_block = "10.10.0.0/16"
  tags       = { Name = "api-connect" }
}

resource "aws_security_group" "gateway" {
  name        = "api-connect-gateway"
  description = "API Connect gateways (DataPower)"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "management" {
  name        = "api-connect-management"
  description = "API Connect Management servers"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "developer_portal" {
  name        = "api-connect-developer-portal"
  description = "API Connect Developer Portal servers"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "controller" {
  name        = "api-connect-controller"
  description = "Collective Controller"
  vpc_id      = aws_vpc.this.id
}

resource "aws_security_group" "members" {
  name        = "api-connect-members"
  description = "Member servers of the collective"
  vpc_id      = aws_vpc.this.id
}

resource "portmatrix_rules" "api_connect" {
  zone "public" {
    trust      = "public"
    components = ["ibm-api-connect.api-user", "ibm-api-connect.external-developer"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  zone "gateway" {
    trust      = "dmz"
    components = ["ibm-api-connect.gateway"]
    aws { security_group_id = aws_security_group.gateway.id }
  }

  zone "developer-portal" {
    trust      = "dmz"
    components = ["ibm-api-connect.portal"]
    aws { security_group_id = aws_security_group.developer_portal.id }
  }

  zone "management" {
    components = ["ibm-api-connect.management"]
    aws { security_group_id = aws_security_group.management.id }
  }

  # The Applications subzone of the Protected zone. Each kind of server in it has its own group.
  zone "applications-controller" {
    components = ["ibm-api-connect.collective-controller"]
    aws { security_group_id = aws_security_group.controller.id }
  }

  zone "applications-members" {
    components = ["ibm-api-connect.collective-member"]
    aws { security_group_id = aws_security_group.members.id }
  }

  # The people in the Protected zone, with one zone for each role: SSH and 9090 are for operators, the controller is for developers.
  zone "operators" {
    trust      = "restricted"
    components = ["ibm-api-connect.operator"]
    ipv4       = var.operators
  }

  zone "business-users" {
    components = ["ibm-api-connect.business-user"]
    ipv4       = var.business_users
  }

  zone "developers" {
    components = ["ibm-api-connect.developer"]
    ipv4       = var.developers
  }

  zone "dns" {
    components = ["ibm-api-connect.dns-server"]
    ipv4       = { dns = var.infrastructure.dns }
  }

  zone "ntp" {
    components = ["ibm-api-connect.ntp-server"]
    ipv4       = { ntp = var.infrastructure.ntp }
  }

  zone "smtp" {
    components = ["ibm-api-connect.smtp-server"]
    ipv4       = { smtp = var.infrastructure.smtp }
  }

  zone "ldap" {
    components = ["ibm-api-connect.ldap-server"]
    ipv4       = { ldap = var.infrastructure.ldap }
  }

  zone "snmp" {
    components = ["ibm-api-connect.snmp-manager"]
    ipv4       = { snmp = var.infrastructure.snmp }
  }

  product "ibm-api-connect" {
    version = "5.0"

    ports = {
      # The vendor gives only ranges. These are the ports that the member servers use.
      member-admin = "9444-9445"
      member-app   = "9081-9084"
    }

    enable = [
      # The page contradicts itself about these. The installation showed:
      "gateway-uplink",  # 2443 and 9443 as in Table 1, not 443 as in the picture
      "gateway-push",    # 443 in addition to 5550, as in Table 1
      "gateway-cluster", # 5550 among the gateways as well
      "portal-sync",     # the portal also connects to 2443 of the Management servers
      "portal-http",     # 80 in addition to 443, as the section on the portal zone requires
      # Common outbound ports. The vendor leaves it to you which of them you need.
      "dns", "ntp", "smtp", "ldap", "snmp-traps", "icmp-to-portal", "icmp-to-management",
    ]
  }
}

resource "aws_vpc_security_group_ingress_rule" "api_connect" {
  for_each = portmatrix_rules.api_connect.aws_ingress

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

resource "aws_vpc_security_group_egress_rule" "api_connect" {
  for_each = portmatrix_rules.api_connect.aws_egress

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
  value = portmatrix_rules.api_connect.counts
}
