//! The `host` block of a zone.

use super::super::schema::optional;
use super::{PlatformBlock, part, single_block};
use crate::render::nftables::{Host, Translated};
use crate::terraform::schema::Block;
use crate::terraform::value::Type;

/// The block in the table of platforms.
pub(super) const BLOCK: PlatformBlock = PlatformBlock {
    name: "host",
    schema,
    read: |reader, zone, place| {
        let (block, place) = single_block(reader, zone, "host", place)?;
        let translated = reader.word(
            block.get(TRANSLATED),
            &place.field(TRANSLATED),
            &Translated::WORDS,
            Translated::parse,
        );
        Some(part(Host { translated }))
    },
    is_flag: true,
    check: None,
    options: None,
};

const TRANSLATED: &str = "translated";

/// The schema of the block.
fn schema() -> Block {
    Block {
        description:
            "The zone's hosts filter their own traffic; `nftables` has a ruleset for them. \
            Rules refer to peers by `ipv4` and `ipv6`; a host firewall cannot use groups or tags."
                .to_owned(),
        attributes: vec![optional(
            TRANSLATED,
            Type::String,
            "For hosts that run pods or containers: whether the rules also hold for packets that the hosts translate and forward. \
                With `ingress`, packets for the hosts are judged before their addresses and ports are translated, so published ports and node ports are open only to the peers \
                that a rule allows. It includes packets for `advertised_ipv4` and `advertised_ipv6` of the zone. \
                With `both`, the egress rules also hold for new connections that leave with an address of the host, such as those of pods to the outside. \
                Traffic between pods, and routed traffic, is not judged. By default, the ruleset judges only packets from and to processes of the hosts themselves. \
                See the guide on host firewalls.",
        )],
        blocks: Vec::new(),
    }
}
