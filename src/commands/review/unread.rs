//! Resources of a document that are not read although they can change what is allowed at a reviewed point.

use super::document::Resource;
use super::estate::Side;
use super::node::Node;
use crate::model::platform::PlatformId;
use crate::review::gather::Collected;
use crate::review::globs::Globs;
use crate::review::read::PLATFORMS;
use crate::review::read::unread::{Reach, Surroundings, UnreadResource, UnreadType, notes};
use crate::review::rule::EnforcementPoint;
use std::collections::BTreeMap;

/// Whether resources of a type are known, but not read.
pub(super) fn is_unread(kind: &str) -> bool {
    unread_type(kind).is_some()
}

fn unread_type(kind: &str) -> Option<(PlatformId, &'static UnreadType)> {
    PLATFORMS.iter().find_map(|platform| {
        let mut types = platform.unread.iter();
        Some((platform.id, types.find(|it| it.kind == kind)?))
    })
}

/// What was met of them.
#[derive(Default)]
pub(super) struct Met {
    resources: Vec<UnreadResource>,
    around: Surroundings,
}

impl Met {
    /// A resource or data source of whatever type.
    pub(super) fn see(&mut self, resource: &Resource, side: Side) {
        let node = match side {
            Side::Before => resource.before,
            Side::After => resource.after,
        };
        let Some(node) = node else {
            return;
        };
        let kind = &*resource.kind;
        let platforms = PLATFORMS.iter();
        for platform in platforms.filter(|it| it.resources.contains(&kind)) {
            if let Some((point, network)) = (platform.network_of)(kind, &mut node.fields()) {
                self.around.networks.insert(point, network);
            }
        }
        // A data source changes nothing.
        if resource.is_data {
            return;
        }
        if let Some((platform, kind)) = unread_type(kind) {
            self.resources.push(UnreadResource {
                address: resource.address.clone(),
                platform,
                kind,
                influences: (kind.read)(&mut node.fields()),
            });
        }
    }

    /// A block of a zone, whose point may not be known yet.
    pub(super) fn zone(&mut self, platform: PlatformId, block: Node) {
        if block.is_unknown() {
            self.around.open.insert(platform);
        }
    }

    /// Notes on those that apply to what is reviewed. If one of them can do more than block traffic, `collected` is incomplete.
    pub(super) fn notes(
        mut self,
        collected: &mut Collected,
        names: &BTreeMap<String, String>,
    ) -> Vec<String> {
        if self.resources.is_empty() {
            return Vec::new();
        }
        let globs = Globs::new(&collected.ignore);
        let is_left_out = |it: &str, platform| globs.fit(it, Some(platform));
        self.resources
            .retain(|it| !is_left_out(&it.address, it.platform));
        let wanted = collected.wanted.iter().map(|it| &it.point);
        let places = collected.places.iter().map(|it| &it.0.point);
        let points = wanted.chain(places);
        let reviewed = |it: &&EnforcementPoint| !is_left_out(&it.to_string(), it.platform);
        self.around.points = points.filter(reviewed).cloned().collect();
        self.around.everything = !collected.only_enforced;
        let influences = self.resources.iter().flat_map(|it| &it.influences);
        let points = influences.flat_map(|it| match &it.reach {
            Reach::Points(points) => points.as_slice(),
            _ => &[],
        });
        self.around.left_out = points.filter(|it| !reviewed(it)).cloned().collect();
        for rule in &collected.found {
            let of_point = self.around.names.entry(rule.point.clone()).or_default();
            of_point.push(names.get(&rule.id).cloned());
        }
        let notes = notes(&self.resources, &self.around);
        collected.incomplete |= notes.iter().any(|it| !it.only_blocks);
        notes.into_iter().map(|it| it.text).collect()
    }
}
