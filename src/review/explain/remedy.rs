//! What to do about a difference.

use super::wording::{Explainer, default_egress, named};
use super::words::{extent, list};
use crate::model::ports::PortRange;
use crate::review::rule::{Rule, TrafficSet};
use crate::review::{Difference, Kind};

impl Explainer<'_> {
    /// What to do, and which rule of the other side may be related. `met` is the wanted part of a wider rule.
    pub(super) fn remedy(
        &self,
        it: &Difference,
        primary: &Rule,
        hint: Option<&Rule>,
        met: Vec<TrafficSet>,
    ) -> String {
        let remedy = self.plain(it, primary, met);
        match hint {
            Some(hint) => format!("{remedy}; {}", hinted(it.kind, hint)),
            None => remedy,
        }
    }

    fn plain(&self, it: &Difference, primary: &Rule, met: Vec<TrafficSet>) -> String {
        let found = || named(it.found.iter(), self.found);
        if let Some(default) = default_egress(it, self.found) {
            return match it.kind {
                Kind::Extra => format!("delete {}; {}", found(), default.removal),
                _ => format!("apply the wanted egress rules, then delete {}", found()),
            };
        }
        match it.kind {
            Kind::Extra => {
                let (same, _) = self.others(it, primary);
                let all = named(it.found.iter().chain(same), self.found);
                format!("delete {all}, or declare the flow that needs it")
            }
            Kind::Wider => format!("narrow `{}` to {}", primary.id, narrowed(it, met)),
            Kind::Missing | Kind::Narrower if !it.blocked_by.is_empty() => format!(
                "delete {}, or move it after `{}`",
                named(it.blocked_by.iter(), self.found),
                primary.id
            ),
            Kind::Missing if self.planned => {
                "declare the rule, or keep what the plan removes".to_owned()
            }
            Kind::Missing => "apply the configuration".to_owned(),
            Kind::Narrower => format!(
                "{}widen {} to {}",
                if self.planned {
                    ""
                } else {
                    "apply the configuration, or "
                },
                named(it.found.iter().take(1), self.found),
                extent(&primary.extent, it.direction)
            ),
            Kind::Unproven if primary.order.denies => format!(
                "check whether {} should come before the wanted rules",
                found()
            ),
            Kind::Unproven => "set `peer_by = \"cidr\"` for the zone so that both sides use addresses, or name it as the other side does".to_owned(),
            Kind::Duplicate | Kind::Shadowed => format!("delete `{}`", primary.id),
        }
    }
}

/// What a wider rule should be.
fn narrowed(it: &Difference, met: Vec<TrafficSet>) -> String {
    if met.is_empty() {
        return "what is wanted".to_owned();
    }
    list(met, "; ", |mut met| {
        met.source_ports = vec![PortRange::ALL]; // No wanted rule has some of them only.
        extent(&met, it.direction)
    })
}

/// A rule of the other side for the same service that may be related.
fn hinted(kind: Kind, other: &Rule) -> String {
    if kind == Kind::Missing {
        format!(
            "or check whether `{}`, which allows the same service, was meant for it",
            other.id
        )
    } else {
        format!(
            "`{}` is missing for the same service: check whether this rule was meant for it",
            other.id
        )
    }
}
