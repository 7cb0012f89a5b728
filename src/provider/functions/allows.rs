//! `allows`: whether rules let one zone connect to another.

use super::{Function, mistake, parameter, texts};
use crate::model::name::nearest;
use crate::model::services::Services;
use crate::model::traffic::Traffic;
use crate::model::words::Direction;
use crate::policy::parse_services;
use crate::terraform::FunctionError;
use crate::terraform::schema::Signature;
use crate::terraform::value::{Fields, Type, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) const ALLOWS: Function = Function {
    name: "allows",
    signature: || {
        Signature {
        parameters: vec![
            parameter(
                "rules",
                Type::Map(Box::new(rule())),
                "The output `rules` of `portmatrix_rules`.",
            ),
            parameter("from", Type::String, "The zone that opens the connection."),
            parameter("to", Type::String, "The zone that listens, or `<label>.<component>` for a fixed address."),
            parameter("service", Type::String, "One service, e.g. `tcp/443`, `tcp/7000-7999`, `icmp/8`, `esp`."),
        ],
        variadic: None,
        returns: texts(),
        summary: "The rules that let one zone connect to another",
        description: "Returns the keys of the rules that allow the whole service from one zone to another: the egress rule at the source and the ingress rule at the listener. \
            An end counts as filtered if `rules` has a rule at its zone, and a rule in that direction at any zone. If a filtered end has no rule for the service, \
            the list is empty: the connection is refused. The list is also empty if neither end is filtered. Only rules between these two zones count, not those \
            for a zone whose addresses include theirs. If address translation changes the port, each end has its own port."
            .to_owned(),
    }
    },
    call: allows,
};

fn rule() -> Type {
    let texts = ["zone", "direction", "peer_zone", "transport"].map(|it| (it, Type::String));
    let numbers = ["from_port", "to_port"].map(|it| (it, Type::Number));
    Type::Object(Arc::new(Fields::new(texts.into_iter().chain(numbers))))
}

fn allows(arguments: &[Value]) -> Result<Value, FunctionError> {
    let [Value::Map(rules), from, to, service] = arguments else {
        return Err(mistake(0, "expected a map of rules"));
    };
    let text = |at: usize, it: &Value| match it.as_str() {
        Some("") | None => Err(mistake(at, "the value is empty")),
        Some(text) => Ok(text.to_owned()),
    };
    let (from, to) = (text(1, from)?, text(2, to)?);
    let wanted = parse_services(&text(3, service)?).map_err(|it| mistake(3, it))?;
    let mut read = Vec::with_capacity(rules.len());
    for (key, rule) in rules {
        let rule = Rule::read(key, rule).map_err(|it| mistake(0, format!("rule `{key}` {it}")))?;
        read.push(rule);
    }
    known(1, &from, &read)?;
    known(2, &to, &read)?;
    let mut keys = BTreeSet::new();
    for (zone, direction, peer) in [
        (&from, Direction::Egress, &to),
        (&to, Direction::Ingress, &from),
    ] {
        let is_filtered = read.iter().any(|it| it.zone == zone)
            && read.iter().any(|it| it.direction == direction);
        if !is_filtered {
            continue;
        }
        let here = read.iter().filter(|it| {
            it.zone == zone
                && it.direction == direction
                && it.peer == peer
                && it.services.overlaps(&wanted)
        });
        let (found, allowed): (Vec<&str>, Vec<&Services>) =
            here.map(|it| (it.key, &it.services)).unzip();
        let allowed = allowed
            .into_iter()
            .fold(Services::default(), |all, it| all.union(it));
        if !allowed.covers(&wanted) {
            return Ok(Value::List(Vec::new()));
        }
        keys.extend(found);
    }
    Ok(Value::List(keys.into_iter().map(Value::string).collect()))
}

/// One element of `rules`.
struct Rule<'r> {
    key: &'r str,
    zone: &'r str,
    direction: Direction,
    peer: &'r str,
    services: Services,
}

impl<'r> Rule<'r> {
    fn read(key: &'r str, rule: &'r Value) -> Result<Rule<'r>, String> {
        let text = |name: &str| {
            let found = rule.get(name).as_str();
            found.ok_or_else(|| format!("has no `{name}`"))
        };
        let direction = text("direction")?;
        let transport = text("transport")?;
        let number = |name: &str| match rule.get(name) {
            Value::Number(it) => Some(&**it),
            _ => None,
        };
        let word = transport.replace("ip-", "ip/");
        let traffic = match (transport, number("from_port"), number("to_port")) {
            (_, None, _) => word,
            ("icmp" | "icmpv6", Some(kind), None) => format!("{word}/{kind}"),
            ("icmp" | "icmpv6", Some(kind), Some(code)) => format!("{word}/{kind}.{code}"),
            (_, Some(from), Some(to)) if from != to => format!("{word}/{from}-{to}"),
            (_, Some(port), _) => format!("{word}/{port}"),
        };
        let traffic = Traffic::parse(&traffic);
        Ok(Rule {
            key,
            zone: text("zone")?,
            direction: Direction::parse(direction)
                .ok_or_else(|| format!("has `{direction}` as `direction`"))?,
            peer: text("peer_zone")?,
            services: Services::of_rule(
                traffic
                    .ok_or_else(|| format!("has `{transport}` with ports that do not fit it"))?,
            ),
        })
    }
}

/// A zone that no rule names may be one that needs nothing. A near miss is a mistake, or a test of what is refused would pass with any
/// misspelt name.
fn known(argument: usize, name: &str, rules: &[Rule<'_>]) -> Result<(), FunctionError> {
    let names: BTreeSet<&str> = rules.iter().flat_map(|it| [it.zone, it.peer]).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let digits = |it: &str| it.chars().filter(char::is_ascii_digit).collect::<String>();
    let similar = names.iter().filter(|it| digits(it) == digits(name));
    let near = nearest(name, similar.copied());
    match near.filter(|_| !names.contains(&name)) {
        Some(near) => Err(mistake(
            argument,
            format!("no rule names the zone `{name}`; did you mean `{near}`?"),
        )),
        None => Ok(()),
    }
}
