//! The rules after all others: the probes of the balancer pass, and the rest is denied.

use super::point::Point;
use super::row::{Access, Endpoint, Row};
use super::{Options, names};
use crate::model::cell::MaybeKnown;
use crate::model::key::RowKey;
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use std::sync::Arc;

/// The tag under which probes come. A rule that denies the rest would cut Azure's own rule for it, number 65001.
/// Source: Microsoft Learn, "Azure network security groups overview", default security rules, `AllowAzureLoadBalancerInBound`.
const PROBES: &str = "AzureLoadBalancer";

/// The peer of a final deny rule: everyone. No zone has this name, or that of [`PROBES`], which has capitals.
const EVERYONE: &str = "*";

/// Whether a key is that of a final rule.
pub(super) fn is_final(key: &str) -> bool {
    RowKey::parse(key).is_some_and(|it| [EVERYONE, PROBES].contains(&it.peer))
}

/// The final rules of a zone. Every zone has its own, also where two share one network security group: which of them do may
/// be known only after apply, and a rule must not come or go with that.
pub(super) fn rows(zone: &str, point: &Point, options: &Options) -> Vec<(String, Row)> {
    let row = |direction, peer, kind, access, source, description: &str| Row {
        name: names::of_final(zone, direction, peer, kind),
        zone: zone.into(),
        point: point.clone(),
        description: description.into(),
        protocol: "*",
        ports: None,
        source,
        destination: Endpoint::Any,
        access,
        is_final: true,
        direction,
        priority: MaybeKnown::Unknown,
    };
    let key = |direction, peer, kind| RowKey {
        zone,
        direction: Some(direction),
        traffic: Traffic::Any.key(),
        peer,
        kind,
        name: None,
    };
    let mut rows = Vec::new();
    for direction in options.directions.iter().filter(|_| options.deny_rest) {
        let what = "everything that no other rule allows";
        let deny = row(
            *direction,
            "rest",
            "deny",
            Access::Deny,
            Endpoint::Any,
            what,
        );
        rows.push((key(*direction, EVERYONE, "deny").text(), deny));
        if *direction == Direction::Ingress && options.allow_probes {
            let source = Endpoint::Tag(MaybeKnown::Known(Arc::from(PROBES)));
            let what = "health probes of Azure's balancers";
            let allow = row(*direction, PROBES, "probes", Access::Allow, source, what);
            rows.push((key(*direction, PROBES, "tag").text(), allow));
        }
    }
    rows
}
