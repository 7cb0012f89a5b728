//! Addresses that AWS and Azure do not filter: rules for them would say nothing.

use crate::model::address::Cidr;

/// Azure's platform address, for DHCP, DNS, health probes and the agent.
/// Source: Microsoft Learn, "What is IP address 168.63.129.16?".
const AZURE_PLATFORM: [u8; 4] = [168, 63, 129, 16];

/// Link-local addresses and Azure's platform address are reached whatever the rules of these clouds say.
/// Source: Amazon VPC User Guide, "Control traffic to your AWS resources using security groups", unfiltered services; Microsoft
/// Learn, "Azure network security groups overview", Azure platform considerations.
pub(super) fn is_unfiltered(cidr: Cidr) -> bool {
    match cidr {
        Cidr::V4(address, _) => address.is_link_local() || address.octets() == AZURE_PLATFORM,
        Cidr::V6(address, _) => (address.segments()[0] & 0xffc0) == 0xfe80,
    }
}
