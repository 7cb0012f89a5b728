resource "portmatrix_rules" "edge" {
  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
  }

  zone "control" {
    components = ["kong.node"]
    ipv4       = { a = "10.10.4.0/24" }
    aws { security_group_id = "sg-0c0c0c0c0c0c0c0c0" }
  }

  zone "data" {
    trust      = "restricted"
    components = ["kong.postgresql"]
    ipv4       = { primary = "10.10.12.0/24" }
  }

  product "kong" {
    version = "3.9"
    disable = ["admin-http", "admin-https", "manager-http", "manager-https"]
  }
}
