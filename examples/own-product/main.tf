# Two in-house products that the catalogue does not have. `definitions` of the provider block adds product files to the whole
# configuration; `definition` adds one file to one `product` block. Either way, they are used like any other product.
#
# `terraform-provider-portmatrix lint products/*` checks the files, and `show products/shop.toml` prints the matrix.

terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

provider "portmatrix" {
  definitions = [for file in fileset(path.root, "products/*.toml") : file("${path.root}/${file}")]
}

resource "portmatrix_rules" "shop" {
  zone "internet" {
    trust      = "public"
    components = ["shop.customer"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  zone "dmz" {
    trust      = "dmz"
    components = ["shop.web", "watch.agent"]
    aws { security_group_id = "sg-0a1b2c3d4e5f60001" }
  }

  zone "services" {
    components = ["shop.orders", "watch.agent"]
    aws { security_group_id = "sg-0a1b2c3d4e5f60002" }
  }

  zone "data" {
    trust      = "restricted"
    components = ["shop.store"]
    ipv4       = { primary = "10.20.8.0/28", standby = "10.20.9.0/28" }
  }

  zone "office" {
    components = ["shop.staff"]
    ipv4       = { headquarters = "10.40.0.0/20" }
  }

  zone "monitoring" {
    components = ["watch.collector"]
    ipv4       = { collector = "10.30.1.10/32" }
  }

  product "shop" {
    version = "7.2"
    enable  = ["reporting"]
    ports   = { reports = "9010" } # no default: the port is chosen at installation
  }

  product "watch" {
    definition = file("${path.root}/products/watch.json")
  }
}

# Here the rules are only shown. The example `kong-aws` passes such maps to resources of the AWS provider.
output "ingress" {
  value = {
    for key, rule in portmatrix_rules.shop.aws_ingress : key => rule.description
  }
}

output "egress" {
  value = {
    for key, rule in portmatrix_rules.shop.aws_egress : key => rule.description
  }
}

# The product as data, for tables and tickets.
data "portmatrix_product" "shop" {
  name = "shop"
}

output "matrix" {
  value = data.portmatrix_product.shop.matrix
}
