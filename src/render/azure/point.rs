//! The network security group at which a zone's rules are enforced.

use super::Azure;
use crate::model::address::Addresses;
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use std::collections::BTreeMap;

/// A network security group, as the arguments of a rule name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its name.
    pub security_group: MaybeKnownText,
    /// Its resource group; if it is missing, reading the zone's block reports it.
    pub resource_group: Option<MaybeKnownText>,
}

/// A network security group in a form that can be compared: Azure does not tell upper from lower case in names.
pub(super) type Known = (String, String);

impl Point {
    /// Where a zone is enforced, if it is.
    pub(super) fn of(zone: &Addresses) -> Option<Point> {
        let azure = zone.enforced_by::<Azure>()?;
        Some(Point {
            security_group: azure.security_group.clone()?,
            resource_group: azure.resource_group.clone(),
        })
    }

    /// The group, if both of its names are known.
    pub(super) fn known(&self) -> Option<Known> {
        let resource_group = self.resource_group.as_ref().and_then(MaybeKnown::known)?;
        Some(known(resource_group, self.security_group.known()?))
    }
}

/// A resource group and the name of a network security group, to be compared.
pub(super) fn known(resource_group: &str, security_group: &str) -> Known {
    (resource_group.to_lowercase(), security_group.to_lowercase())
}

/// The zones that are enforced on Azure, each with its network security group.
pub(super) fn points(
    addresses: &BTreeMap<String, Addresses>,
) -> impl Iterator<Item = (&str, Point)> {
    let points = addresses.iter();
    points.filter_map(|(zone, it)| Some((zone.as_str(), Point::of(it)?)))
}

/// The zones of each network security group, as far as names are known.
pub(super) fn guarded(addresses: &BTreeMap<String, Addresses>) -> Vec<Vec<&str>> {
    let mut zones: BTreeMap<(Option<Known>, &str), Vec<&str>> = BTreeMap::new();
    for (zone, point) in points(addresses) {
        let known = point.known();
        let alone = if known.is_none() { zone } else { "" };
        zones.entry((known, alone)).or_default().push(zone);
    }
    zones.into_values().collect()
}

/// Whether names that are not known yet may turn out to be those of another zone's network security group.
pub(super) fn may_be_shared(addresses: &BTreeMap<String, Addresses>) -> bool {
    points(addresses).count() > 1 && points(addresses).any(|(_, it)| it.known().is_none())
}
