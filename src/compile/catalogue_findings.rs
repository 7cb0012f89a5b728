//! What the catalogue has to say about the flows that a layout uses: doubts, alternatives, advice.

use super::connect::{Connection, Flow, Peer};
use super::instances::{Instances, Resolved};
use super::mentions::mentions;
use crate::catalog::overrides_builtin;
use crate::catalog::product::{self, in_language};
use crate::catalog::resolve::{Matrix, resolve};
use crate::model::code::Code;
use crate::model::finding::{Finding, as_note};
use crate::model::layout::Layout;
use crate::model::name::backticked;
use crate::model::ports::port_list;
use crate::model::traffic::Service;
use crate::model::words::{Assumption, Direction, Kind, Need, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that the catalogue says of the flows in use, and of how the user chose among them.
pub(super) fn remark(
    layout: &Layout,
    instances: &Instances<'_>,
    flows: &[Flow<'_>],
    connections: &[Connection<'_, '_>],
    findings: &mut Vec<Finding>,
) {
    let mut used: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let ruled = connections.iter().filter(|it| has_rule(layout, it));
    for (label, id) in ruled.filter_map(|it| it.flow.origin) {
        used.entry(label).or_default().insert(id);
    }
    for (label, resolved) in instances {
        let used = used.remove(label.as_str()).unwrap_or_default();
        let remarks = Remarks {
            label,
            resolved,
            used,
            language: &layout.language,
        };
        remarks.choices(findings);
        remarks.doubts(findings);
        remarks.advice(findings);
    }
    firewalls(layout, instances, flows, findings);
}

struct Remarks<'r> {
    label: &'r str,
    resolved: &'r Resolved<'r>,
    /// The ids of the flows for which there is a rule.
    used: BTreeSet<&'r str>,
    language: &'r str,
}

impl Remarks<'_> {
    fn push(&self, findings: &mut Vec<Finding>, finding: Finding) {
        findings.push(finding.at(&self.resolved.instance.place));
    }

    /// The flows among `ids` that are in use, and none where the user has settled the matter by name or port.
    fn open<'i>(&self, ids: &'i [String]) -> Vec<&'i str> {
        let settled = |id: &str| {
            self.resolved.matrix.flows[id].settled
                || self
                    .resolved
                    .instance
                    .overrides
                    .disable
                    .iter()
                    .any(|it| it == id)
        };
        if ids.iter().any(|it| settled(it)) {
            return Vec::new();
        }
        ids.iter()
            .map(String::as_str)
            .filter(|it| self.used.contains(it))
            .collect()
    }

    fn subject(&self, id: &str) -> String {
        format!("{}.{id}", self.label)
    }

    fn choices(&self, findings: &mut Vec<Finding>) {
        let (label, matrix, instance) =
            (self.label, &self.resolved.matrix, &self.resolved.instance);
        if instance.version.is_none() && instance.definition.is_none() {
            let message = format!(
                "no version is set for `{label}`; using `{}`",
                matrix.product.version
            );
            self.push(
                findings,
                Finding::new(Code::VersionUnpinned, label, message),
            );
        }
        if matrix.product.draft {
            let message = format!(
                "the product file of `{label}` is a draft: some of it may be missing or wrong"
            );
            self.push(findings, Finding::new(Code::ProductDraft, label, message));
        }
        if overrides_builtin(&matrix.product) {
            let message = format!(
                "your definition of `{}` {} replaces the built-in one",
                matrix.product.name, matrix.product.version
            );
            self.push(
                findings,
                Finding::new(Code::DefinitionOverrides, label, message),
            );
        }
        for id in &instance.overrides.disable {
            let flow = matrix.product.flows.get(id);
            // What belongs to an option that is not chosen is not missed.
            let is_wanted = |it: &&product::Flow| matrix.switches.hold(&it.when, &it.unless);
            let flow = flow
                .filter(|it| it.need == Need::Required)
                .filter(is_wanted);
            if flow.is_some_and(|it| !has_tls_twin(it, matrix)) {
                let message = format!("`{label}.{id}` is required, but disabled");
                self.push(
                    findings,
                    Finding::new(Code::RequiredDisabled, self.subject(id), message),
                );
            }
        }
        for (id, flow) in &matrix.product.flows {
            let alternatives = flow
                .services
                .iter()
                .flat_map(Service::parameters)
                .filter(|name| {
                    matrix.product.ports[*name].alternatives
                        && !matrix.ports[*name].overridden
                        && matrix.ports[*name].ranges.len() > 1
                });
            for name in alternatives.filter(|_| self.used.contains(id.as_str())) {
                let ports = port_list(&matrix.ports[name].ranges);
                let message = format!(
                    "`{label}.{id}` uses one of the ports {ports}, but all of them are open"
                );
                let remedy = format!(
                    "set the port in use with `ports = {{ {name} = \"…\" }}` in the block `product \"{label}\"`"
                );
                self.push(
                    findings,
                    Finding::new(Code::PortAlternatives, self.subject(id), message).remedy(remedy),
                );
            }
        }
        self.undecided(findings);
    }

    /// Choices that are not made, and whose flows of several options are open: no option has all that is open now.
    fn undecided(&self, findings: &mut Vec<Finding>) {
        let (label, matrix) = (self.label, &self.resolved.matrix);
        let open = matrix
            .switches
            .choices
            .iter()
            .filter(|(_, it)| it.is_none());
        for (name, choice) in open.map(|(name, _)| (name, &matrix.product.choices[name])) {
            let mut differ = BTreeSet::new();
            let is_one = choice.options.keys().any(|option| {
                let mut overrides = self.resolved.instance.overrides.clone();
                overrides.choices.insert(name.clone(), option.clone());
                let (chosen, _) = resolve(&matrix.product, &overrides);
                let same = |id: &&str| {
                    let (now, then) = (&matrix.flows[*id], &chosen.flows[*id]);
                    then.enabled && (&now.listens, &now.dials) == (&then.listens, &then.dials)
                };
                let others: Vec<&str> = self.used.iter().copied().filter(|it| !same(it)).collect();
                differ.extend(others.iter().copied());
                others.is_empty()
            });
            if is_one {
                continue;
            }
            let options = backticked(choice.options.keys());
            let message = format!(
                "`{name}` of `{label}` ({}) is not chosen, so what its options need is open at once: {}",
                choice.title,
                backticked(differ)
            );
            let remedy = format!(
                "set `choices = {{ {name} = \"…\" }}` in the block `product \"{label}\"` to one of {options}"
            );
            let finding = Finding::new(Code::PortAlternatives, self.subject(name), message);
            self.push(findings, finding.remedy(remedy));
        }
    }

    fn doubts(&self, findings: &mut Vec<Finding>) {
        let product = &self.resolved.matrix.product;
        for conflict in &product.conflicts {
            let mut open = self.open(&conflict.flows);
            if open.is_empty() && self.is_about_release(conflict) {
                open = vec![self.label];
            }
            if !open.is_empty() {
                let mut said: Vec<String> = Vec::new();
                for (says, _) in &conflict.statements {
                    let says = format!("“{}”", says.trim_end_matches('.'));
                    if !said.contains(&says) {
                        said.push(says);
                    }
                }
                let message = format!(
                    "the sources disagree on {}: {}; the matrix follows: {} ({})",
                    backticked(open),
                    said.join(" and "),
                    conflict.taken,
                    as_note(in_language(&conflict.why, self.language)),
                );
                self.push(
                    findings,
                    Finding::new(Code::SourceConflict, self.subject(&conflict.id), message),
                );
            }
        }
        for suspect in &product.suspects {
            let open = self.open(&suspect.flows);
            if !open.is_empty() {
                let message = format!(
                    "the source for {} prints `{}`, but probably means `{}`: {}",
                    backticked(open),
                    suspect.printed,
                    suspect.suggested,
                    as_note(in_language(&suspect.why, self.language)),
                );
                self.push(
                    findings,
                    Finding::new(Code::SourceSuspect, self.subject(&suspect.id), message),
                );
            }
        }
        let assumed: Vec<&str> = product
            .flows
            .iter()
            .filter(|(id, flow)| {
                self.used.contains(id.as_str())
                    && flow.assumed.contains(&Assumption::Transport)
                    && flow.application.is_empty()
            })
            .map(|(id, _)| id.as_str())
            .collect();
        if !assumed.is_empty() {
            let message = format!(
                "the source does not state the transport of {}",
                backticked(assumed)
            );
            self.push(
                findings,
                Finding::new(Code::TransportAssumed, self.label, message),
            );
        }
    }

    /// Whether a conflict without flows or bounds mentions the release of the product, some flow of which is in use.
    fn is_about_release(&self, conflict: &product::Conflict) -> bool {
        let says = conflict.statements.iter().map(|(says, _)| says.as_str());
        let texts = says.chain([&*conflict.taken, &*conflict.why["en"]]);
        let is_about_all = conflict.flows.is_empty() && conflict.releases.is_empty();
        is_about_all && !self.used.is_empty() && mentions(texts, self.resolved.release())
    }

    fn advice(&self, findings: &mut Vec<Finding>) {
        let matrix = &self.resolved.matrix;
        for advisory in &matrix.product.advisories {
            let is_conditional = !advisory.when.is_empty() || !advisory.unless.is_empty();
            let holds = matrix.hold(&advisory.when, &advisory.unless);
            let mut flows = advisory.flows.iter();
            let is_about_all = is_conditional && advisory.flows.is_empty();
            if !holds || !(is_about_all || flows.any(|it| self.used.contains(it.as_str()))) {
                continue;
            }
            let severity = if is_conditional && advisory.warns {
                Severity::Warning
            } else {
                Severity::Info
            };
            let text = in_language(&advisory.text, self.language)
                .trim_end_matches('.')
                .to_owned();
            self.push(
                findings,
                Finding::new(Code::Advisory, self.subject(&advisory.id), text).severity(severity),
            );
        }
    }
}

/// Whether a rule is made for a connection at one of its ends.
fn has_rule(layout: &Layout, connection: &Connection<'_, '_>) -> bool {
    let ends = [
        (connection.from, Direction::Egress),
        (connection.to, Direction::Ingress),
    ];
    ends.iter().any(|(peer, direction)| match peer {
        Peer::Zone(zone) => layout.zones[&**zone].enforced && layout.directions.contains(direction),
        Peer::Fixed(..) => false,
    })
}

/// What a vendor says about the firewall of its components, in zones for which rules are created.
fn firewalls(
    layout: &Layout,
    instances: &Instances<'_>,
    flows: &[Flow<'_>],
    findings: &mut Vec<Finding>,
) {
    for flow in flows {
        let Some((label, _)) = flow.origin else {
            continue;
        };
        let product = &instances[label].matrix.product;
        for end in flow.from.iter().chain(&flow.to) {
            let component = &product.components[end.component];
            let enforced = end.peers.iter().map(Peer::name);
            for zone in enforced.filter(|it| layout.zones.get(&***it).is_some_and(|it| it.enforced))
            {
                let mut say = |code, subject, message| {
                    let finding = Finding::new(code, subject, message);
                    findings.push(finding.at(&layout.zones[&**zone].place));
                };
                if let Some(manager) = &component.managed_by {
                    let subject = format!("{zone}/{label}.{}", end.component);
                    let message = format!(
                        "{manager} manages the firewall of `{label}.{}`; the rules of zone `{zone}` are a layer around it",
                        end.component
                    );
                    say(Code::ManagedElsewhere, subject, message);
                }
                if product.rejects
                    && component.kind == Kind::Own
                    && layout.in_cloud.contains(&**zone)
                {
                    let message = format!(
                        "{} wants traffic to other ports of `{label}` rejected, but the rules of zone `{zone}` drop it",
                        product.vendor
                    );
                    say(Code::RejectWanted, format!("{zone}/{label}"), message);
                }
            }
        }
    }
}

/// Whether the same listener goes on serving the same clients, over TLS instead of plain text.
fn has_tls_twin(flow: &product::Flow, matrix: &Matrix) -> bool {
    let mut others = matrix.product.flows.iter();
    flow.tls == Some(false)
        && others.any(|(id, it)| {
            let is_twin = it.from == flow.from && it.to == flow.to && it.plane == flow.plane;
            is_twin && it.tls == Some(true) && it.need == flow.need && matrix.flows[id].enabled
        })
}
