//! Addresses that AWS and Azure do not filter: rules for them would say nothing.

use crate::model::address::Cidr;
use std::net::{Ipv4Addr, Ipv6Addr};

/// Link-local addresses, and Azure's platform address for DHCP, DNS, health probes and the agent. They are reached whatever the
/// rules of these clouds say.
/// Source: Amazon VPC User Guide, "Control traffic to your AWS resources using security groups", unfiltered services; Microsoft
/// Learn, "Azure network security groups overview", Azure platform considerations; "What is IP address 168.63.129.16?".
const UNFILTERED: [Cidr; 3] = [
    Cidr::V4(Ipv4Addr::new(169, 254, 0, 0), 16),
    Cidr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10),
    Cidr::V4(Ipv4Addr::new(168, 63, 129, 16), 32),
];

/// Whether none of a block is filtered.
pub(super) fn is_unfiltered(block: Cidr) -> bool {
    UNFILTERED.iter().any(|it| it.contains(block))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_unfiltered_as_a_whole_only() {
        for (text, unfiltered) in [
            ("169.254.169.254/32", true),
            ("169.254.0.0/16", true),
            ("169.254.0.0/15", false),
            ("168.63.129.16/32", true),
            ("168.63.129.16/28", false),
            ("fe80::/10", true),
            ("fe80::1/128", true),
            ("fe80::/9", false),
            ("10.0.0.0/8", false),
        ] {
            let block = Cidr::meant_by(text).unwrap();
            assert_eq!(is_unfiltered(block), unfiltered, "{text}");
        }
    }
}
