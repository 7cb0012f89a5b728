zones = {
  internet = { trust = "public", components = ["kong.client"], ipv4 = { any = "0.0.0.0/0" } }
}
