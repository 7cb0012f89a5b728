//! Zones for which `enforce = false` destroys rules that the last apply created.

use super::super::layout_data;
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::render::platform::Shape;
use crate::render::table::PLATFORMS;
use crate::terraform::value::Value;

/// A finding for each zone with `enforce = false` for which the state has rules. It depends on the state, so it is shown, and never
/// listed.
pub(super) fn ended(prior: &Value, config: &Value) -> Vec<Finding> {
    let blocks = layout_data::read(config);
    let Value::Map(zones) = blocks.get("zone") else {
        return Vec::new();
    };
    let peers = zones
        .iter()
        .filter(|(_, it)| matches!(it.get("enforce"), Value::Bool(false)));
    let finding = |zone: &str| {
        let destroyed = destroyed(zone, prior);
        if destroyed.is_empty() {
            return None;
        }
        let message = format!(
            "zone `{zone}` now has `enforce = false`, so the apply destroys its rules: {}",
            destroyed.join("; ")
        );
        let place = ConfigPath::zone(zone).field("enforce");
        Some(Finding::new(Code::EnforcementEnded, zone, message).at(&place))
    };
    peers.filter_map(|(zone, _)| finding(zone)).collect()
}

/// What the state has for a zone, by output, and what happens without it.
fn destroyed(zone: &str, prior: &Value) -> Vec<String> {
    let mut destroyed = Vec::new();
    for about in PLATFORMS.iter().map(|it| it.about()) {
        let mut outputs = Vec::new();
        for output in about.outputs {
            let Value::Map(all) = prior.get(output.name) else {
                continue;
            };
            let is_of_zone = |key: &&std::sync::Arc<str>| match output.shape {
                Shape::Rows { .. } => key.split('/').next() == Some(zone),
                Shape::Texts => ***key == *zone,
            };
            let count = all.keys().filter(is_of_zone).count();
            if count > 0 {
                outputs.push(format!("{count} in `{}`", output.name));
            }
        }
        if !outputs.is_empty() {
            let outputs = outputs.join(", ");
            destroyed.push(format!("{outputs} ({})", about.without_rules));
        }
    }
    destroyed
}
