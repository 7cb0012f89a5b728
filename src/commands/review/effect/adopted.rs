//! Groups that a platform creates with a network, and that resources take over.

use super::super::document::Resource;
use super::{owner_of, owners, takes_over};
use crate::review::read::platform::Adopts;
use std::collections::BTreeMap;

/// What takes over the group of a network of this type.
fn adopts_from(kind: &str) -> Option<&'static Adopts> {
    let mut adopting = owners().filter_map(|it| it.adopts.as_ref());
    adopting.find(|it| it.networks.contains(&kind))
}

/// Whether resources of a type have such groups, and so decide what happens to rules, although they have none.
pub(in super::super) fn is_network(kind: &str) -> bool {
    adopts_from(kind).is_some()
}

/// The ids of groups that a plan takes over, by the addresses of the resources that do it. The plan shows such an id only at the
/// network.
pub(in super::super) fn adopted_groups(resources: &[Resource]) -> BTreeMap<String, String> {
    let mut defaults: BTreeMap<String, String> = BTreeMap::new();
    for resource in resources {
        if let Some(adopts) = adopts_from(&resource.kind) {
            let node = resource.before.or(resource.after);
            let text = |name| node.and_then(|it| it.fields().at(name).text());
            defaults.extend(text("id").zip(text(adopts.group)));
        }
    }
    let adopted = resources.iter().filter(|it| takes_over(it));
    let adopted = adopted.filter_map(|it| {
        let adopts = owner_of(it)?.adopts.as_ref()?;
        let network = it.after?.fields().at(adopts.network).text()?;
        Some((it.address.clone(), defaults.get(&network)?.clone()))
    });
    adopted.collect()
}
