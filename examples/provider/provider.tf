terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

provider "portmatrix" {
  # Your own product files, beside the built-in catalogue. The provider itself opens no file, so their texts are given.
  definitions = [for file in fileset(path.root, "products/*.toml") : file("${path.root}/${file}")]

  # Purposes and the vendors' advice come in this language where a product file has it, else in English.
  language = "en"
}

# A product of one's own is named like any other.
data "portmatrix_product" "parrot" {
  name = "parrot"
}

output "parrot" {
  value = data.portmatrix_product.parrot.matrix
}
