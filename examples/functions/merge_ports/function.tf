terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

# 8000 to 8010 is one range, and 443 is there once.
output "merged" {
  value = provider::portmatrix::merge_ports(["443", "8000-8009"], ["8010", "80, 443"])
}
