resource "portmatrix_rules" "edge" {
  zone "internet" {
    trust      = "public"
    components = ["kong.client", "kong.admin"]
    ipv4       = { any = "0.0.0.0/0" }
  }

  zone "dmz" {
    trust      = "dmz"
    components = ["kong.node"]
    aws { security_group_id = "sg-1" }
  }

  product "kong" {
    disable = ["admin-http", "manager-http", "manager-https"]
  }
}
