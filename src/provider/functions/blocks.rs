//! `merge_cidrs`, `subtract_cidrs` and `overlaps`: sets of addresses.

use super::{Function, each, parameter, texts};
use crate::model::address::{Cidr, Family};
use crate::model::blocks::{aggregated, intersected, subtracted};
use crate::terraform::FunctionError;
use crate::terraform::schema::Signature;
use crate::terraform::value::{Type, Value};

pub(super) const MERGE_CIDRS: Function = Function {
    name: "merge_cidrs",
    signature: || {
        Signature {
        parameters: Vec::new(),
        variadic: Some(parameter(
            "lists",
            texts(),
            "Lists of CIDR blocks, IPv4 and IPv6.",
        )),
        returns: texts(),
        summary: "The fewest CIDR blocks with the same addresses",
        description: "Combines lists of CIDR blocks into the fewest CIDR blocks that have exactly the same addresses. \
            CIDR blocks inside others are left out, and halves are joined. The result is sorted, IPv4 first."
            .to_owned(),
    }
    },
    call: |arguments| {
        let mut all = Vec::new();
        for (at, list) in arguments.iter().enumerate() {
            all.extend(blocks(at, list)?);
        }
        Ok(written(aggregated(all)))
    },
};

pub(super) const SUBTRACT_CIDRS: Function = Function {
    name: "subtract_cidrs",
    signature: || {
        Signature {
        parameters: vec![
            parameter("cidrs", texts(), "CIDR blocks, IPv4 and IPv6."),
            parameter("without", texts(), "The CIDR blocks whose addresses are left out."),
        ],
        variadic: None,
        returns: texts(),
        summary: "The addresses of one list without those of another",
        description: "Returns the addresses of the first list that are not in the second, as the fewest CIDR blocks. The result is sorted, IPv4 first. \
            It is empty if nothing is left: an empty list of sources in a rule may mean every source, so check it."
            .to_owned(),
    }
    },
    call: |arguments| {
        let [from, without] = two(arguments)?;
        Ok(written(subtracted(from, without)))
    },
};

pub(super) const OVERLAPS: Function = Function {
    name: "overlaps",
    signature: || {
        Signature {
        parameters: vec![
            parameter("a", texts(), "CIDR blocks, IPv4 and IPv6."),
            parameter("b", texts(), "CIDR blocks to compare with."),
        ],
        variadic: None,
        returns: Type::Bool,
        summary: "Whether two lists of CIDR blocks share an address",
        description: "Returns true if some address is in both lists of CIDR blocks. An empty list shares no address.".to_owned(),
    }
    },
    call: |arguments| {
        let [a, b] = two(arguments)?;
        let shared = intersected(&aggregated(a), &aggregated(b));
        Ok(Value::Bool(!shared.is_empty()))
    },
};

fn two(arguments: &[Value]) -> Result<[Vec<Cidr>; 2], FunctionError> {
    let of = |at: usize| blocks(at, arguments.get(at).unwrap_or(&Value::Null));
    Ok([of(0)?, of(1)?])
}

fn blocks(argument: usize, list: &Value) -> Result<Vec<Cidr>, FunctionError> {
    each(argument, list, |text| {
        let family = if text.contains(':') {
            Family::V6
        } else {
            Family::V4
        };
        Cidr::parse(text, family).map_err(|it| {
            // Here both families go into one list.
            let remedy = it.remedy.trim_end_matches(" under `ipv4`");
            format!("{}; {remedy}", it.message)
        })
    })
}

fn written(blocks: Vec<Cidr>) -> Value {
    let blocks = blocks.into_iter();
    Value::List(blocks.map(|it| Value::string(it.to_string())).collect())
}
