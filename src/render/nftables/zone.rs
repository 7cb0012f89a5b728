//! What a host firewall knows about a zone.

use crate::model::platform::Part;

/// The zone's hosts filter their own traffic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// What the rules also hold for, if the hosts translate addresses for pods or containers.
    pub translated: Option<Translated>,
}

/// Packets whose addresses a host translates, for which its rules hold as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Translated {
    /// Those that arrive for the host, before it translates them.
    Ingress,
    /// Those, and new connections that leave with an address of the host in place of their own.
    Both,
}

impl Translated {
    /// The words of the argument.
    pub const WORDS: [&'static str; 2] = ["ingress", "both"];

    /// The value with this spelling.
    pub fn parse(word: &str) -> Option<Translated> {
        match word {
            "ingress" => Some(Translated::Ingress),
            "both" => Some(Translated::Both),
            _ => None,
        }
    }
}

impl Part for Host {
    fn is_enforced(&self) -> bool {
        true
    }

    fn is_on_hosts(&self) -> bool {
        true
    }
}
