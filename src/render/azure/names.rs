//! Names of security rules: the key in Azure's alphabet.

use super::super::hash;
use crate::model::rules::RuleKey;
use crate::model::words::Direction;
use std::fmt::{self, Write};
use std::sync::Arc;

/// Characters of a rule's name. It begins with a letter or digit, ends with one or with `_`, and contains only these, `.` and `-`.
/// Source: Microsoft Learn, "Naming rules and restrictions for Azure resources", `Microsoft.Network`, `securityRules`.
const MAX_NAME: usize = 80;

/// `<zone>.<in|out>.<transport>-<ports>.<peer>.<kind>`. Neither zones nor kinds contain a dot, so names are injective: the
/// peer, which may contain one (`<label>.<component>`), is the part between them.
pub(super) fn of_rule(key: &RuleKey, kind: &str, which: Option<&str>) -> Arc<str> {
    let middle = format_args!("{}.{}", key.traffic.key(), key.peer);
    match which {
        None => name(&key.zone, key.direction, middle, format_args!("{kind}")),
        Some(which) => {
            let kind = format_args!("{kind}-{which}");
            name(&key.zone, key.direction, middle, kind)
        }
    }
}

/// The name of a final rule, whose kind no other rule has.
pub(super) fn of_final(zone: &str, direction: Direction, peer: &str, kind: &str) -> Arc<str> {
    let middle = format_args!("any.{peer}");
    name(zone, direction, middle, format_args!("{kind}"))
}

fn name(
    zone: &str,
    direction: Direction,
    middle: fmt::Arguments<'_>,
    kind: fmt::Arguments<'_>,
) -> Arc<str> {
    let direction = match direction {
        Direction::Ingress => "in",
        Direction::Egress => "out",
    };
    let mut full = String::with_capacity(MAX_NAME);
    // Writing to a string does not fail.
    let _ = write!(full, "{zone}.{direction}.{middle}.{kind}");
    fit(&full)
}

/// The same where Azure takes it, else cut or altered, with a hash of the whole. No name ends like that by itself, since no
/// kind does.
fn fit(full: &str) -> Arc<str> {
    let allowed = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-');
    if full.len() <= MAX_NAME && full.bytes().all(|it| allowed(it.into())) {
        return full.into();
    }
    let altered = full.chars().map(|it| if allowed(it) { it } else { '-' });
    let mut name: String = altered.take(MAX_NAME - hash::DIGITS - 1).collect();
    name.push('-');
    name.push_str(&hash::short(full));
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ports::PortRange;
    use crate::model::traffic::{Traffic, Transport};

    fn named(zone: &str, peer: &str, ports: (u16, u16), tail: &str) -> Arc<str> {
        let (kind, which) = match tail.split_once(':') {
            Some((kind, which)) => (kind, Some(which)),
            None => (tail, None),
        };
        let range = PortRange {
            from: ports.0,
            to: ports.1,
        };
        let key = RuleKey {
            zone: zone.into(),
            direction: Direction::Ingress,
            traffic: Traffic::Ports(Transport::Tcp, range),
            peer: peer.into(),
        };
        of_rule(&key, kind, which)
    }

    #[test]
    fn names_read_like_keys() {
        assert_eq!(
            &*named("dmz", "internet", (8443, 8443), "ipv4"),
            "dmz.in.tcp-8443.internet.ipv4"
        );
        assert_eq!(
            &*named("dmz", "lab.time", (1, 9), "group:ipv6"),
            "dmz.in.tcp-1-9.lab.time.group-ipv6"
        );
        assert_eq!(
            &*of_final("dmz", Direction::Egress, "rest", "deny"),
            "dmz.out.any.rest.deny"
        );
    }

    #[test]
    fn long_names_are_cut_and_stay_apart() {
        let (zone, peer) = ("z".repeat(32), format!("{}a", "p".repeat(31)));
        let long = |peer: &str| named(&zone, peer, (10000, 20000), "ipv6");
        let (a, b) = (long(&peer), long(&format!("{}b", "p".repeat(31))));
        assert_eq!((a.len(), b.len()), (80, 80));
        assert_ne!(a, b);
        assert_eq!(a, long(&peer));
        assert!(a.starts_with(&zone) && a.ends_with(|it: char| it.is_ascii_hexdigit()));
    }

    #[test]
    fn the_dot_of_a_fixed_peer_confuses_no_name() {
        // The component `group` of the product `x`, and the zone `x` by its group.
        assert_ne!(
            named("a", "x.group", (1, 1), "ipv6"),
            named("a", "x", (1, 1), "group:ipv6")
        );
    }
}
