//! The zones that the keys of wanted rules name.

use crate::model::words::Direction;
use crate::review::rule::{Rule, Zones};

impl Rule {
    /// The rule as a wanted one, whose id is the key of a row: with the zones that the key names.
    #[must_use]
    pub fn into_wanted(self) -> Rule {
        let zones = zones(&self.id);
        Rule { zones, ..self }
    }
}

/// `<zone>/<direction>/<traffic>/<peer zone>:<kind>…`, on AWS without the direction. Names of zones hold neither `/` nor `:`, and
/// what follows the kind may hold both. Of a rule that denies the rest the peer is `*`.
fn zones(key: &str) -> Option<Zones> {
    let (own, rest) = key.split_once('/')?;
    let (first, rest) = rest.split_once('/')?;
    let rest = match Direction::parse(first) {
        Some(_) => rest.split_once('/')?.1,
        None => rest,
    };
    let (peer, _) = rest.split_once(':')?;
    (!peer.contains('/')).then(|| Zones {
        own: own.to_owned(),
        peer: peer.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_name_their_zones() {
        for (key, found) in [
            ("dmz/tcp-8443/internet:ipv4:any", Some(("dmz", "internet"))),
            (
                "dmz/tcp-8443/internet:ipv4:a/b:c",
                Some(("dmz", "internet")),
            ),
            ("dmz/icmp-3.4/dmz:group", Some(("dmz", "dmz"))),
            ("dmz/any/db:prefix-list:s3", Some(("dmz", "db"))),
            (
                "nodes/udp-123/aiven.metadata:ipv4:address",
                Some(("nodes", "aiven.metadata")),
            ),
            ("dmz/ingress/tcp-443/web:ipv4", Some(("dmz", "web"))),
            (
                "dmz/egress/tcp-7000-7999/web:tag:ipv6",
                Some(("dmz", "web")),
            ),
            ("dmz/egress/any/*:deny-ipv6", Some(("dmz", "*"))),
            ("ingress/tcp-443/egress:group", Some(("ingress", "egress"))),
            (
                "ingress/egress/tcp-443/egress:tag",
                Some(("ingress", "egress")),
            ),
            ("sgr-0123", None),
            ("dmz/tcp-443", None),
            ("dmz/ingress/tcp-443:ipv4", None),
            ("a/b/c/d:e", None),
        ] {
            let found = found.map(|(own, peer)| Zones {
                own: own.to_owned(),
                peer: peer.to_owned(),
            });
            assert_eq!(zones(key), found, "{key}");
        }
    }
}
