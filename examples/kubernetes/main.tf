# Kong in a cluster: its nodes are pods, PostgreSQL and the backends are pods in other namespaces, and clients and operators connect
# from outside. You can plan this without a cluster: `terraform_data` replaces the policies.

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
  name = "edge" # the names of the policies start with it

  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  # With a namespace, the zone gets a policy.
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

  # Without one, the block only says how policies match the zone: here, all pods in the namespaces of a team.
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

  # Kong connects to port 80 of the service in front of the backends, and their pods listen on 8080. Policies contain the port of the pods.
  product "kong" {
    version          = "3.9"
    ports            = { upstream = "8080" }
    advertised_ports = { upstream = "80" }
    enable           = ["upstream"]
    disable          = ["admin-http", "manager-http"] # operate Kong over TLS only
  }

  # An egress policy also denies DNS, unless a flow allows it.
  flow "names" {
    from     = ["gateway", "data"]
    to       = ["resolver"]
    services = ["tcp+udp/53"]
    plane    = "infra"
  }
}

# With the Kubernetes provider, the policies are
#
# resource "kubernetes_manifest" "policies" {
#   for_each = portmatrix_rules.edge.kubernetes_policies
#   manifest = yamldecode(each.value)
# }
#
# Without it, pass each text to `kubectl apply -f`.
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
