//! The `host` block of a zone.

use super::{PlatformBlock, part, single_block};
use crate::render::nftables::Host;
use crate::terraform::schema::Block;

/// The block in the table of platforms.
pub(super) const BLOCK: PlatformBlock = PlatformBlock {
    name: "host",
    schema,
    read: |reader, zone, place| single_block(reader, zone, "host", place).map(|_| part(Host)),
    check: None,
    options: None,
};

/// The schema of the block.
fn schema() -> Block {
    Block {
        description: "The zone's hosts filter their own traffic; `nftables` has a ruleset for them. \
            Rules refer to peers by `ipv4` and `ipv6`; a host firewall cannot use groups or tags. The block has no arguments.".to_owned(),
        attributes: Vec::new(),
        blocks: Vec::new(),
    }
}
