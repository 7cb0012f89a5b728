terraform {
  required_version = ">= 1.0"

  required_providers {
    openstack  = { source = "terraform-provider-openstack/openstack", version = ">= 1.50" }
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}
