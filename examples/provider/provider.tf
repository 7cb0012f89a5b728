terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

provider "portmatrix" {
  # Your own products, in addition to the built-in catalogue. The provider reads no files, so pass their contents.
  definitions = [for file in fileset(path.root, "products/*.toml") : file("${path.root}/${file}")]

  # The language of purposes and of the vendors' advice, if a product file has it. The default is English.
  language = "en"
}

# Your own products are used like any other.
data "portmatrix_product" "parrot" {
  name = "parrot"
}

output "parrot" {
  value = data.portmatrix_product.parrot.matrix
}
