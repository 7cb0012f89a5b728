terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

# Everything in the company but the network of the partner.
output "without_partner" {
  value = provider::portmatrix::subtract_cidrs(["10.0.0.0/14"], ["10.2.0.0/16"])
}
