output "rules" { value = portmatrix_rules.this.rules }             # The rules between zones, without addresses, by key.
output "aws_ingress" { value = portmatrix_rules.this.aws_ingress } # The ingress rules that are created, by key.
output "aws_egress" { value = portmatrix_rules.this.aws_egress }   # The egress rules that are created, by key.
output "findings" { value = portmatrix_rules.this.findings }       # What was found about the layout: errors and warnings under stable codes.
output "counts" { value = portmatrix_rules.this.counts }           # How full each group is with the rules of this layout.
