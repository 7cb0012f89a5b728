//! `merge_ports`: sets of ports.

use super::{Function, each, parameter, texts};
use crate::model::ports::PortRange;
use crate::model::ranges::joined;
use crate::terraform::schema::Signature;
use crate::terraform::value::Value;

pub(super) const MERGE_PORTS: Function = Function {
    name: "merge_ports",
    signature: || {
        Signature {
        parameters: Vec::new(),
        variadic: Some(parameter(
            "lists",
            texts(),
            "Lists of ports: `\"443\"`, `\"7000-7999\"`, `\"80, 443\"`.",
        )),
        returns: texts(),
        summary: "The fewest port ranges with the same ports",
        description: "Combines lists of ports and port ranges into the fewest ranges that have exactly the same ports: overlapping and adjacent ones are joined. \
            The result is sorted; a range of one port is written as the port. All ports are `0-65535`, as in rules."
            .to_owned(),
    }
    },
    call: |arguments| {
        let mut all: Vec<(u16, u16)> = Vec::new();
        for (at, list) in arguments.iter().enumerate() {
            let ranges = each(at, list, PortRange::parse_list)?;
            all.extend(ranges.into_iter().flatten().map(|it| (it.from, it.to)));
        }
        all.sort_unstable();
        let ranges = joined(all, |it| it.checked_add(1)).into_iter();
        let ranges = ranges.map(|(from, to)| PortRange { from, to }.to_string());
        Ok(Value::List(ranges.map(Value::string).collect()))
    },
};
