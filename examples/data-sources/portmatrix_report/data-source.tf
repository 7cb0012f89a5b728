terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

resource "portmatrix_rules" "edge" {
  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
  }

  zone "dmz" {
    trust      = "dmz"
    components = ["kong.node"]
    ipv4       = { a = "10.10.1.0/24" }
    aws { security_group_id = "sg-0123456789abcdef0" }
  }

  zone "data" {
    components = ["kong.postgresql"]
    ipv4       = { primary = "10.10.8.0/24" }
  }

  product "kong" {
    version = "3.9"
    disable = ["admin-http", "admin-https", "manager-http", "manager-https"]
  }
}

# Tables for a wiki. For a comment on a pull request, use the command `report`: if the layout changes, `content` is known only after apply.
data "portmatrix_report" "comment" {
  of     = portmatrix_rules.edge
  format = "markdown"
}

output "comment" {
  value = data.portmatrix_report.comment.content
}
