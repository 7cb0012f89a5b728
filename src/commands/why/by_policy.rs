//! What policies say of the traffic that is asked about.

use super::ends::End;
use super::world::World;
use crate::model::finding::Finding;
use crate::model::rules::{RuleKey, Rules};
use crate::model::services::Services;
use crate::model::words::Direction;
use crate::policy::{self, Inputs, Named};
use std::collections::BTreeMap;

/// What the resource's own policy says of the traffic.
pub(super) fn by_policy(world: &World, from: &End, to: &End, asked: &Services) -> Vec<String> {
    let planned = &world.planned;
    if planned.policy.is_empty() {
        return Vec::new();
    }
    let all = world.keyed();
    let rules = all.iter().filter(|(key, _)| {
        let (source, listener) = match key.direction {
            Direction::Egress => (&key.zone, &key.peer),
            Direction::Ingress => (&key.peer, &key.zone),
        };
        from.names().contains(source)
            && to.names().contains(listener)
            && Services::of_rule(key.traffic).overlaps(asked)
    });
    // Only what is asked is judged; its keys are those of the whole traffic.
    let mut asked_of = Rules::new();
    let mut keys: BTreeMap<String, String> = BTreeMap::new();
    for (key, rule) in rules {
        for traffic in Services::of_rule(key.traffic).intersection(asked).traffic() {
            let part = RuleKey {
                traffic,
                ..key.clone()
            };
            keys.insert(part.text(), key.text());
            asked_of.insert(part, rule.clone());
        }
    }
    let judged = policy::judge(&Inputs {
        policy: &planned.policy,
        rules: &asked_of,
        beyond: &[],
        zones: &Named::all(&planned.layout.zones),
        dates: planned.dates,
    });
    let is_about_rules = |it: &&Finding| it.subject.matches('/').count() >= 2;
    judged
        .iter()
        .filter(is_about_rules)
        .map(|it| {
            let text = keys.iter().fold(it.message.clone(), |text, (part, whole)| {
                text.replace(&format!("`{part}`"), &format!("`{whole}`"))
            });
            text.replace('`', "")
        })
        .collect()
}
