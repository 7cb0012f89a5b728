//! The blocks `azure_options` and `gcp_options`: what holds for all rules of a resource on one platform.

use super::fields::Reader;
use super::zone_block::single_block;
use crate::model::finding::ConfigPath;
use crate::render::azure;
use crate::terraform::value::Value;

pub(super) fn azure(reader: &mut Reader, config: &Value, top: &ConfigPath) -> azure::Options {
    let mut options = azure::Options::default();
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
        let most = azure::PRIORITIES.end() - azure::PRIORITIES.start();
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
    if options.deny_rest && last.is_some_and(|it| it > azure::Options::default().priority_last) {
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
    let priority = priority.filter(|it| azure::PRIORITIES.contains(it));
    if priority.is_none() {
        let message = format!("{number} is not an Azure priority");
        reader.mistake(place, &message, "write a number from 100 to 4096");
    }
    priority
}

pub(super) fn gcp_deny_rest(reader: &mut Reader, config: &Value, top: &ConfigPath) -> bool {
    let block = single_block(reader, config, "gcp_options", top);
    let given = block
        .and_then(|(block, place)| reader.flag(block.get("deny_rest"), &place.field("deny_rest")));
    given.unwrap_or(true)
}
