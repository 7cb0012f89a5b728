//! The group by which the rules of other zones name a zone that has several.

use super::Aws;
use crate::model::address::Addresses;
use crate::model::cell::MaybeKnown;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The zones where one with several groups goes on being named by the group that it had, or `None` where that changes nothing:
/// a group that is added does not touch the rules of peers, whatever its name. `kept` are ids by zone.
pub fn with_peer_group(
    addresses: &BTreeMap<String, Addresses>,
    kept: &BTreeMap<String, Arc<str>>,
) -> Option<BTreeMap<String, Addresses>> {
    let mut others = BTreeMap::new();
    for (zone, it) in addresses {
        let Some(aws) = it.part::<Aws>().filter(|it| it.groups.len() > 1) else {
            continue;
        };
        let Some(id) = kept.get(zone).map(|id| MaybeKnown::Known(Arc::clone(id))) else {
            continue;
        };
        // A group whose id is not known yet may turn out to be it.
        let mut likely = [id, MaybeKnown::Unknown].into_iter();
        let face = likely.find(|it| aws.groups.values().any(|id| id == it));
        if let Some(face) = face.filter(|it| aws.group.as_ref() != Some(it)) {
            others.insert(zone, face);
        }
    }
    if others.is_empty() {
        return None;
    }
    let mut zones = addresses.clone();
    for (zone, face) in others {
        if let Some(here) = zones.get_mut(zone) {
            here.parts.change(|aws: &mut Aws| aws.group = Some(face));
        }
    }
    Some(zones)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::platform::Parts;

    #[test]
    fn a_zone_goes_on_by_the_group_that_it_had() {
        let known = |id: &str| MaybeKnown::Known(Arc::<str>::from(id));
        let face = |groups: [MaybeKnown<Arc<str>>; 2], had: Option<&str>| {
            let groups: BTreeMap<_, _> = ["a".into(), "b".into()].into_iter().zip(groups).collect();
            let aws = Aws {
                group: groups.values().next().cloned(),
                groups,
                ..Aws::default()
            };
            let zone = Addresses {
                parts: Parts::of(aws),
                ..Addresses::default()
            };
            let zones = BTreeMap::from([("z".to_owned(), zone)]);
            let kept = had
                .map(|it| ("z".to_owned(), it.into()))
                .into_iter()
                .collect();
            let zones = with_peer_group(&zones, &kept).unwrap_or(zones);
            zones["z"].part::<Aws>().unwrap().group.clone().unwrap()
        };
        let (one, two) = (|| known("sg-1"), || known("sg-2"));
        assert_eq!(face([two(), one()], None), two());
        assert_eq!(face([two(), one()], Some("sg-1")), one());
        assert_eq!(face([two(), one()], Some("sg-3")), two());
        assert_eq!(
            face([two(), MaybeKnown::Unknown], Some("sg-1")),
            MaybeKnown::Unknown
        );
        assert_eq!(face([MaybeKnown::Unknown, one()], Some("sg-1")), one());
    }
}
