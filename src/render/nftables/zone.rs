//! What a host firewall knows about a zone.

use crate::model::platform::Part;

/// The zone's hosts filter their own traffic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Host;

impl Part for Host {
    fn is_enforced(&self) -> bool {
        true
    }

    fn is_on_hosts(&self) -> bool {
        true
    }
}
