terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

variable "offices" {
  type    = list(string)
  default = ["10.20.0.0/16", "2001:db8:20::/48"]

  validation {
    condition     = !provider::portmatrix::overlaps(var.offices, ["10.0.0.0/16"])
    error_message = "The offices must not have addresses of the data center, 10.0.0.0/16."
  }
}

output "in_the_cloud" {
  value = provider::portmatrix::overlaps(var.offices, ["10.16.0.0/12"])
}
