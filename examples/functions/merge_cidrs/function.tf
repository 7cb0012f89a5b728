terraform {
  required_providers {
    portmatrix = { source = "portmatrix/portmatrix" }
  }
}

# 10.0.0.0/24 and 10.0.1.0/24 are the halves of 10.0.0.0/23; 10.0.1.64/26 is inside.
output "merged" {
  value = provider::portmatrix::merge_cidrs(
    ["10.0.1.0/24", "10.0.0.0/24", "2001:db8::/32"],
    ["10.0.1.64/26"],
  )
}
