//! The keys of rows: the only place that knows their grammar.
//!
//! `<zone>/<direction>/<transport>-<ports>/<peer>:<kind>[:<name>]`; a platform that keeps the directions in outputs of their own
//! leaves the direction out. The zone, traffic, peer and kind contain neither `/` nor `:`. The name may contain both.

use super::finding::ConfigPath;
use super::rules::RuleKey;
use super::traffic::Traffic;
use super::words::Direction;
use std::fmt::{self, Write};

/// The key of a row. INVARIANT: different rows of an output have different keys, and keys consist of names and ports only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowKey<'k, T = &'k str> {
    /// The zone where the rule is enforced.
    pub zone: &'k str,
    /// The direction, unless the output has only one.
    pub direction: Option<Direction>,
    /// The traffic, e.g. `tcp-8443`.
    pub traffic: T,
    /// The zone at the other end, `<label>.<component>` for a fixed address, `*` for a final rule.
    pub peer: &'k str,
    /// How the row refers to the peer: `ipv4`, `group`, `tag` and others.
    pub kind: &'k str,
    /// Which of several, e.g. the name of an address.
    pub name: Option<&'k str>,
}

impl<'k> RowKey<'k> {
    /// Reads a key. `None` if the text is not one.
    pub fn parse(key: &'k str) -> Option<Self> {
        let (zone, rest) = key.split_once('/')?;
        let (first, rest) = rest.split_once('/')?;
        let direction = Direction::parse(first);
        let (traffic, rest) = match direction {
            Some(_) => rest.split_once('/')?,
            None => (first, rest),
        };
        let (peer, tail) = rest.split_once(':')?;
        let (kind, name) = match tail.split_once(':') {
            Some((kind, name)) => (kind, Some(name)),
            None => (tail, None),
        };
        (!peer.contains('/')).then_some(RowKey {
            zone,
            direction,
            traffic,
            peer,
            kind,
            name,
        })
    }
}

impl<T> RowKey<'_, T> {
    /// The argument in which the peer zone has what the row names it by, on platforms with a row for each name.
    pub fn argument(&self) -> &'static str {
        match (self.kind, self.name) {
            ("prefix-list", _) => "prefix_list_ids",
            ("ipv4", _) => "ipv4",
            ("ipv6", _) => "ipv6",
            (_, Some(_)) => "peer_security_group_ids",
            (_, None) => "security_group_id",
        }
    }

    /// Where the peer zone has what the row names it by. `block` is the platform's block of a zone.
    pub fn place(&self, block: &'static str) -> ConfigPath {
        let zone = ConfigPath::zone(self.peer);
        let holder = match self.kind {
            "ipv4" | "ipv6" => zone,
            _ => zone.field(block).index(0),
        };
        let place = holder.field(self.argument());
        match self.name {
            Some(name) => place.key(name),
            None => place,
        }
    }
}

impl<T: fmt::Display> RowKey<'_, T> {
    /// The key as text.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(64);
        text.push_str(self.zone);
        text.push('/');
        if let Some(direction) = self.direction {
            text.push_str(direction.as_str());
            text.push('/');
        }
        // Writing to a string does not fail.
        let _ = write!(text, "{}", self.traffic);
        for part in ["/", self.peer, ":", self.kind] {
            text.push_str(part);
        }
        if let Some(name) = self.name {
            text.push(':');
            text.push_str(name);
        }
        text
    }
}

impl<T: fmt::Display> fmt::Display for RowKey<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl RuleKey {
    /// Reads a key. `None` if the text is not one.
    pub fn parse(key: &str) -> Option<Self> {
        let [zone, direction, traffic, peer] =
            key.split('/').collect::<Vec<_>>().try_into().ok()?;
        Some(RuleKey {
            zone: zone.into(),
            direction: Direction::parse(direction)?,
            traffic: Traffic::parse(&traffic.replacen('-', "/", 1))?,
            peer: peer.into(),
        })
    }

    /// `<zone>/<direction>/<transport>-<ports>/<peer zone>`.
    pub fn text(&self) -> String {
        let (zone, traffic) = (&self.zone, self.traffic.key());
        format!("{zone}/{}/{traffic}/{}", self.direction, self.peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_rules_are_read_as_they_are_written() {
        for traffic in [
            "tcp-8443",
            "udp-7000-7999",
            "sctp-0-65535",
            "icmp",
            "icmp-3.4",
            "icmpv6-128",
            "esp",
            "ip-89",
            "any",
        ] {
            for (zone, direction, peer) in [
                ("dmz", "ingress", "data-center"),
                ("ingress", "egress", "aiven.metadata"),
            ] {
                let text = format!("{zone}/{direction}/{traffic}/{peer}");
                let key = RuleKey::parse(&text).unwrap();
                assert_eq!((&*key.zone, &*key.peer), (zone, peer), "{text}");
                assert_eq!(key.direction.as_str(), direction, "{text}");
                assert_eq!(key.text(), text);
            }
        }
        for bad in [
            "",
            "dmz/ingress/tcp-443",
            "dmz/inside/tcp-443/web",
            "dmz/ingress/tcp/web",
            "dmz/ingress/tcp-443/web/x",
        ] {
            assert_eq!(RuleKey::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        for (key, zone, direction, peer, kind, name) in [
            (
                "dmz/tcp-8443/internet:ipv4:any",
                "dmz",
                None,
                "internet",
                "ipv4",
                Some("any"),
            ),
            (
                "dmz/tcp-8443/internet:ipv4:a/b:c",
                "dmz",
                None,
                "internet",
                "ipv4",
                Some("a/b:c"),
            ),
            ("dmz/icmp-3.4/dmz:group", "dmz", None, "dmz", "group", None),
            (
                "dmz/any/db:prefix-list:s3",
                "dmz",
                None,
                "db",
                "prefix-list",
                Some("s3"),
            ),
            (
                "nodes/udp-123/aiven.metadata:ipv4:address",
                "nodes",
                None,
                "aiven.metadata",
                "ipv4",
                Some("address"),
            ),
            (
                "dmz/ingress/tcp-443/web:ipv4",
                "dmz",
                Some(Direction::Ingress),
                "web",
                "ipv4",
                None,
            ),
            (
                "dmz/egress/tcp-7000-7999/web:tag:ipv6",
                "dmz",
                Some(Direction::Egress),
                "web",
                "tag",
                Some("ipv6"),
            ),
            (
                "dmz/egress/any/*:deny-ipv6",
                "dmz",
                Some(Direction::Egress),
                "*",
                "deny-ipv6",
                None,
            ),
            (
                "ingress/tcp-443/egress:group",
                "ingress",
                None,
                "egress",
                "group",
                None,
            ),
            (
                "ingress/egress/tcp-443/egress:tag",
                "ingress",
                Some(Direction::Egress),
                "egress",
                "tag",
                None,
            ),
        ] {
            let read = RowKey::parse(key).unwrap();
            assert_eq!(
                (read.zone, read.direction, read.peer),
                (zone, direction, peer),
                "{key}"
            );
            assert_eq!((read.kind, read.name), (kind, name), "{key}");
            assert_eq!(read.text(), key);
        }
        for bad in [
            "sgr-0123",
            "dmz/tcp-443",
            "dmz/ingress/tcp-443:ipv4",
            "a/b/c/d:e",
        ] {
            assert_eq!(RowKey::parse(bad), None, "{bad}");
        }
    }
}
