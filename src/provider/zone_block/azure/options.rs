//! The block `azure_options`: what applies to all rules of a resource on Azure.

use super::super::super::fields::Reader;
use super::super::super::schema::{map, optional};
use super::super::single_block;
use crate::model::finding::ConfigPath;
use crate::render::azure::{Options, PRIORITIES};
use crate::terraform::schema::Block;
use crate::terraform::value::{Type, Value};

/// Reads the block.
pub(super) fn read(reader: &mut Reader, config: &Value, top: &ConfigPath) -> Options {
    let mut options = Options::default();
    let Some((block, place)) = single_block(reader, config, "azure_options", top) else {
        return options;
    };
    let priority = |reader: &mut Reader, name: &'static str| {
        let place = place.field(name);
        let number = reader.count(block.get(name), &place)?;
        in_band(reader, number, &place)
    };
    let (first, last) = (
        priority(reader, "priority_first"),
        priority(reader, "priority_last"),
    );
    options.priority_first = first.unwrap_or(options.priority_first);
    options.priority_last = last.unwrap_or(options.priority_last);
    if options.priority_first > options.priority_last {
        let message = format!(
            "`priority_first` is {} and `priority_last` is {}, so the range is empty",
            options.priority_first, options.priority_last
        );
        reader.mistake(
            &place.field("priority_last"),
            &message,
            "raise `priority_last` or lower `priority_first`",
        );
    }
    let step_place = place.field("priority_step");
    if let Some(step) = reader.count(block.get("priority_step"), &step_place) {
        let most = PRIORITIES.end() - PRIORITIES.start();
        match u16::try_from(step).ok().filter(|it| *it <= most) {
            Some(step) => options.priority_step = step,
            None => reader.mistake(
                &step_place,
                &format!("{step} exceeds the distance from the first to the last priority"),
                &format!("write a number from 1 to {most}"),
            ),
        }
    }
    let mut flag = |name: &'static str| reader.flag(block.get(name), &place.field(name));
    let (deny_rest, allow_probes) = (flag("deny_rest"), flag("allow_probes"));
    options.deny_rest = deny_rest.unwrap_or(options.deny_rest);
    options.allow_probes = allow_probes.unwrap_or(options.allow_probes);
    if options.deny_rest && last.is_some_and(|it| it > Options::default().priority_last) {
        let message = "4095 and 4096 are reserved for the final rules of `deny_rest`";
        reader.mistake(
            &place.field("priority_last"),
            message,
            "set at most 4094, or `deny_rest = false`",
        );
    }
    let place = place.field("priorities");
    for (key, number) in reader.count_map(block.get("priorities"), &place) {
        if let Some(number) = in_band(reader, number, &place.key(&key)) {
            options.priorities.insert(key, number);
        }
    }
    options
}

fn in_band(reader: &mut Reader, number: u32, place: &ConfigPath) -> Option<u16> {
    let priority = u16::try_from(number).ok();
    let priority = priority.filter(|it| PRIORITIES.contains(it));
    if priority.is_none() {
        let message = format!("{number} is not an Azure priority");
        reader.mistake(place, &message, "write a number from 100 to 4096");
    }
    priority
}

/// The schema of the block.
pub(super) fn schema() -> Block {
    let defaults = Options::default();
    Block {
        description: "Settings for all of this resource's rules on Azure.".to_owned(),
        attributes: vec![
            optional(
                "priority_first",
                Type::Number,
                &format!(
                    "The lowest priority for rules, 100 to 4096. Default {}.",
                    defaults.priority_first
                ),
            ),
            optional(
                "priority_last",
                Type::Number,
                &format!(
                    "The highest priority for rules. Default {}; with `deny_rest`, 4095 and 4096 are reserved. \
                        If another resource creates rules for the same network security group, give each its own range.",
                    defaults.priority_last
                ),
            ),
            optional(
                "priority_step",
                Type::Number,
                &format!(
                    "The distance between priorities, 1 to 3996; numbers in between are used once the steps run out. Default {}.",
                    defaults.priority_step
                ),
            ),
            optional(
                "deny_rest",
                Type::Bool,
                "Whether a rule at 4096 denies what no other rule allows, in each direction and for each zone. \
                    Default `true`: without it, Azure's default rules allow the whole virtual network and all egress. \
                    If zones share a network security group, or a rule in the state has that number, the next lower one is used.",
            ),
            optional(
                "allow_probes",
                Type::Bool,
                "With `deny_rest`: whether a rule at 4095 allows the health probes of Azure's load balancers. Default `true`.",
            ),
            optional(
                "priorities",
                map(Type::Number),
                "Priorities by key: when taking over existing rules, after the state was lost, for final rules if another resource has rules in the same network \
                    security group, or to give a rule another number. The numbers of all other rules stay as they are. \
                    A number that another rule has until the apply is refused (`priority-taken`).",
            ),
        ],
        blocks: Vec::new(),
    }
}
