# Kong in a cluster: its nodes are pods, their PostgreSQL and the backends are pods of other namespaces, and clients and
# operators come from outside. No cluster is needed: `terraform_data` takes the place of the policies and of what they need.

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

# resource "kubernetes_namespace_v1" "kong" { metadata { name = "kong" } }
locals {
  namespace = "kong"
}

resource "portmatrix_rules" "edge" {
  name = "edge" # the names of the policies begin with it

  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  # With a namespace a policy is made for the zone.
  zone "gateway" {
    trust      = "dmz"
    components = ["kong.node"]
    kubernetes {
      namespace  = local.namespace
      pod_labels = { "app.kubernetes.io/name" = "kong" }
    }
  }

  zone "data" {
    components = ["kong.postgresql"]
    kubernetes {
      namespace  = "data"
      pod_labels = { "app.kubernetes.io/name" = "postgresql" }
    }
  }

  # Without one the block only says how policies name the zone: all pods of the namespaces of a team.
  zone "backends" {
    components = ["kong.upstream"]
    kubernetes {
      namespace_labels = { "example.com/team" = "orders" }
    }
  }

  zone "resolver" {
    components = []
    kubernetes {
      namespace_labels = { "kubernetes.io/metadata.name" = "kube-system" }
      pod_labels       = { "k8s-app" = "kube-dns" }
    }
  }

  zone "ops" {
    trust      = "restricted"
    components = ["kong.admin"]
    ipv4       = { vpn = "10.99.0.0/16" }
  }

  # Behind a service the pods listen on other ports than those that are dialled. A policy sees the pods' own.
  product "kong" {
    version          = "3.9"
    ports            = { upstream = "8080" }
    advertised_ports = { upstream = "80" }
    enable           = ["upstream"]
    disable          = ["admin-http", "manager-http"] # people operate it over TLS only
  }

  # A policy for egress denies the resolution of names too, unless a flow asks for it.
  flow "names" {
    from     = ["gateway", "data"]
    to       = ["resolver"]
    services = ["tcp+udp/53"]
    plane    = "infra"
  }
}

# With the provider of Kubernetes this is
#
# resource "kubernetes_manifest" "policies" {
#   for_each = portmatrix_rules.edge.kubernetes_policies
#   manifest = yamldecode(each.value)
# }
#
# and without it `kubectl apply -f` takes each text as it is.
resource "terraform_data" "policies" {
  for_each = portmatrix_rules.edge.kubernetes_policies
  input    = yamldecode(each.value)
}

output "policies" {
  value = portmatrix_rules.edge.kubernetes_policies
}

output "findings" {
  value = portmatrix_rules.edge.findings
}
