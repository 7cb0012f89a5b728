//! A product with a user's overrides: which flows are enabled, what each listens on, and what peers connect to.

use super::product::{Feature, Flow, Port, Product};
use crate::model::code::Code;
use crate::model::finding::Finding;
use crate::model::layout::Overrides;
use crate::model::name::{backticked, suggest};
use crate::model::ports::{PortRange, port_list, shifted};
use crate::model::traffic::{PortSpec, Service, Traffic};
use crate::model::words::Need;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

/// A product as this layout runs it.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// The product.
    pub product: Arc<Product>,
    /// Every port parameter.
    pub ports: BTreeMap<String, ResolvedPort>,
    /// Every flow, whether it is on or not.
    pub flows: BTreeMap<String, ResolvedFlow>,
    /// The features that are on.
    pub features: BTreeSet<String>,
    /// The sha256 of all of the matrix that bears on rules, in hex.
    pub digest: String,
}

/// A port parameter with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedPort {
    /// What the product listens on. Empty where it must be given and is not.
    pub ranges: Vec<PortRange>,
    /// What peers connect to, if an address translation is in between.
    pub advertised: Option<Vec<PortRange>>,
    /// Whether the user set it.
    pub overridden: bool,
}

/// A flow with its traffic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedFlow {
    /// Whether it is on.
    pub enabled: bool,
    /// Whether the user chose it, or one of its ports, by name; doubts of the source are settled by that.
    pub settled: bool,
    /// What the listener listens on. Sorted.
    pub listens: Vec<Traffic>,
    /// What the source connects to. Sorted.
    pub dials: Vec<Traffic>,
    /// Port parameters without a value; their services are missing from what components listen on and connect to.
    pub unset: BTreeSet<String>,
}

impl Matrix {
    /// Whether a flow or a feature is on.
    pub fn is_on(&self, name: &str) -> bool {
        self.features.contains(name) || self.flows.get(name).is_some_and(|it| it.enabled)
    }
}

/// Resolves a product. Mistakes in the overrides are findings; what they would have changed stays at its default.
pub fn resolve(product: &Arc<Product>, overrides: &Overrides) -> (Matrix, Vec<Finding>) {
    let mut findings = Vec::new();
    let ports = resolve_ports(product, overrides, &mut findings);
    let chosen = choices(product, overrides, &mut findings);
    let is_on = |(name, it): &(&String, &Feature)| {
        !chosen.disable.contains(name.as_str())
            && (chosen.enable.contains(name.as_str()) || it.default)
    };
    let features: BTreeSet<String> = product
        .features
        .iter()
        .filter(is_on)
        .map(|(name, _)| name.clone())
        .collect();
    let flows = product
        .flows
        .iter()
        .map(|(id, flow)| {
            (
                id.clone(),
                resolve_flow(id, flow, &ports, &features, &chosen),
            )
        })
        .collect();
    let digest = digest(product, &flows);
    (
        Matrix {
            product: Arc::clone(product),
            ports,
            flows,
            features,
            digest,
        },
        findings,
    )
}

fn resolve_ports(
    product: &Product,
    overrides: &Overrides,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, ResolvedPort> {
    let own = override_ports(product, &overrides.ports, "ports", overrides, findings);
    let advertised = override_ports(
        product,
        &overrides.advertised_ports,
        "advertised_ports",
        overrides,
        findings,
    );
    let profile = overrides.profile.as_deref().filter(|profile| {
        let known: BTreeSet<&str> = product
            .ports
            .values()
            .flat_map(|it| it.recommended.keys())
            .map(String::as_str)
            .collect();
        if !known.contains(profile) {
            let message = format!(
                "`{}` has no recommended ports for the profile `{profile}`",
                product.name
            );
            let remedy = suggest(profile, known.iter().copied());
            findings.push(
                Finding::for_argument(
                    Code::UnknownProfile,
                    &overrides.place.field("profile"),
                    message,
                )
                .remedy(remedy),
            );
        }
        known.contains(profile)
    });
    let mut resolved: BTreeMap<String, ResolvedPort> = BTreeMap::new();
    for (name, port) in &product.ports {
        let ranges = match (
            own.get(name),
            profile.and_then(|it| port.recommended.get(it)),
        ) {
            (Some(ranges), _) | (None, Some(ranges)) => ranges.clone(),
            (None, None) => port.default.clone(),
        };
        let port = ResolvedPort {
            ranges,
            advertised: advertised.get(name).cloned(),
            overridden: own.contains_key(name),
        };
        resolved.insert(name.clone(), port);
    }
    for (name, port) in &product.ports {
        if let Some((of, by)) = port
            .offset
            .as_ref()
            .filter(|_| resolved[name].ranges.is_empty())
        {
            // A port that is followed follows none itself.
            let ranges = shifted(&resolved[of].ranges, *by).unwrap_or_else(|message| {
                let message = format!("`{name}` follows `{of}`: {message}");
                let place = overrides.place.field("ports").key(of);
                let finding = Finding::for_argument(Code::PortOutsideBounds, &place, message);
                findings
                    .push(finding.remedy(format!("choose another `{of}`, or set `{name}` too")));
                Vec::new()
            });
            resolved
                .entry(name.clone())
                .and_modify(|it| it.ranges = ranges);
        }
        check_bounds(product, name, &resolved[name].ranges, overrides, findings);
    }
    resolved
}

fn override_ports(
    product: &Product,
    given: &BTreeMap<String, String>,
    field: &'static str,
    overrides: &Overrides,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, Vec<PortRange>> {
    let mut ranges = BTreeMap::new();
    for (name, text) in given {
        let place = overrides.place.field(field).key(name);
        if !product.ports.contains_key(name) {
            let message = format!(
                "`{}` {} has no port parameter `{name}`",
                product.name, product.version
            );
            let remedy = suggest(name, product.ports.keys().map(String::as_str));
            findings.push(
                Finding::for_argument(Code::UnknownPortParameter, &place, message).remedy(remedy),
            );
            continue;
        }
        match PortRange::parse_list(text) {
            Ok(found) => {
                ranges.insert(name.clone(), found);
            }
            Err(message) => {
                let remedy = "write a port, a range or a comma-separated list, e.g. `443` or `80, 8000-8099`";
                findings.push(Finding::for_argument(Code::BadPort, &place, message).remedy(remedy));
            }
        }
    }
    ranges
}

fn check_bounds(
    product: &Product,
    name: &str,
    ranges: &[PortRange],
    overrides: &Overrides,
    findings: &mut Vec<Finding>,
) {
    let Port { within, .. } = &product.ports[name];
    if within.is_empty() {
        return;
    }
    for range in ranges
        .iter()
        .filter(|it| !within.iter().any(|bound| bound.contains(**it)))
    {
        let message = format!(
            "port {range} of `{name}` is outside what `{}` uses: {}",
            product.name,
            port_list(within)
        );
        let remedy = format!("choose a port within {}", port_list(within));
        let place = overrides.place.field("ports").key(name);
        findings
            .push(Finding::for_argument(Code::PortOutsideBounds, &place, message).remedy(remedy));
    }
}

/// What the user switched on and off by name.
struct Choices<'o> {
    enable: BTreeSet<&'o str>,
    disable: BTreeSet<&'o str>,
}

fn choices<'o>(
    product: &Product,
    overrides: &'o Overrides,
    findings: &mut Vec<Finding>,
) -> Choices<'o> {
    let mut known = |names: &'o [String], field: &'static str| -> BTreeSet<&'o str> {
        let mut found = BTreeSet::new();
        for (index, name) in names.iter().enumerate() {
            if product.flows.contains_key(name) || product.features.contains_key(name) {
                found.insert(name.as_str());
            } else {
                let message = format!(
                    "`{}` {} has no flow or feature `{name}`",
                    product.name, product.version
                );
                let all: Vec<&str> = product
                    .flows
                    .keys()
                    .chain(product.features.keys())
                    .map(String::as_str)
                    .collect();
                let remedy = suggest(name, all);
                findings.push(
                    Finding::for_argument(
                        Code::UnknownFlow,
                        &overrides.place.field(field).index(index),
                        message,
                    )
                    .remedy(remedy),
                );
            }
        }
        found
    };
    let (enable, disable) = (
        known(&overrides.enable, "enable"),
        known(&overrides.disable, "disable"),
    );
    let both: Vec<&str> = enable.intersection(&disable).copied().collect();
    if !both.is_empty() {
        let message = format!("{} in both `enable` and `disable`", backticked(both));
        findings.push(
            Finding::for_argument(Code::BadValue, &overrides.place.field("disable"), message)
                .remedy("remove it from one of them"),
        );
    }
    Choices { enable, disable }
}

fn resolve_flow(
    id: &str,
    flow: &Flow,
    ports: &BTreeMap<String, ResolvedPort>,
    features: &BTreeSet<String>,
    chosen: &Choices<'_>,
) -> ResolvedFlow {
    let features_off = !flow.when.is_empty()
        && flow
            .when
            .iter()
            .all(|it| chosen.disable.contains(it.as_str()));
    let by_default = flow.need != Need::Optional
        && (flow.when.is_empty() || flow.when.iter().any(|it| features.contains(it)));
    let enabled =
        (chosen.enable.contains(id) || by_default) && !chosen.disable.contains(id) && !features_off;

    let mut resolved = ResolvedFlow {
        enabled,
        settled: chosen.enable.contains(id),
        listens: Vec::new(),
        dials: Vec::new(),
        unset: BTreeSet::new(),
    };
    for service in &flow.services {
        let (transports, specs) = match service {
            Service::Fixed(traffic) => {
                resolved.listens.push(*traffic);
                resolved.dials.push(*traffic);
                continue;
            }
            Service::Ports(transports, specs) => (transports, specs),
        };
        for spec in specs {
            let (listens, dials) = match spec {
                PortSpec::Range(range) => {
                    (std::slice::from_ref(range), std::slice::from_ref(range))
                }
                PortSpec::Parameter(name) => {
                    let port = &ports[name];
                    if port.ranges.is_empty() {
                        resolved.unset.insert(name.clone());
                        continue;
                    }
                    resolved.settled |= port.overridden;
                    (
                        port.ranges.as_slice(),
                        port.advertised.as_ref().unwrap_or(&port.ranges).as_slice(),
                    )
                }
            };
            for transport in transports {
                resolved
                    .listens
                    .extend(listens.iter().map(|it| Traffic::Ports(*transport, *it)));
                resolved
                    .dials
                    .extend(dials.iter().map(|it| Traffic::Ports(*transport, *it)));
            }
        }
    }
    for side in [&mut resolved.listens, &mut resolved.dials] {
        side.sort_unstable();
        side.dedup();
    }
    resolved
}

/// What bears on rules and judgements, and no prose.
fn digest(product: &Product, flows: &BTreeMap<String, ResolvedFlow>) -> String {
    let mut text = format!("{} {}\n", product.name, product.version);
    // Writing to a string does not fail.
    for (name, it) in &product.components {
        let _ = writeln!(
            text,
            "component {name} {} {:?} {:?} {:?}",
            it.kind, it.is, it.on, it.address
        );
        if !it.replaces.is_empty() {
            let _ = writeln!(text, "replaces {:?}", it.replaces);
        }
    }
    for (id, resolved) in flows.iter().filter(|(_, it)| it.enabled) {
        let flow = &product.flows[id];
        let list = |traffic: &[Traffic]| {
            traffic
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(",")
        };
        let _ = writeln!(
            text,
            "flow {id} {:?} {:?} {} {} {} {:?} {}",
            flow.from,
            flow.to,
            list(&resolved.listens),
            list(&resolved.dials),
            flow.plane,
            flow.exposure,
            flow.need,
        );
    }
    Sha256::digest(text.as_bytes())
        .iter()
        .fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}
