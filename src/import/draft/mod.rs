//! The draft of a product file: what the page states, what an answer adds, and marks where neither does.

mod flow;
mod judge;

use super::answers::{Answers, GroupKind, Product};
use super::facts::Facts;
use super::names::unused;
use super::settle::{Flow, UNSTATED, features, group_name, settle, switches};
use super::toml_text::{comment, inline, list, quoted};
use crate::model::words::Kind;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A table of TOML whose values are aligned, with a comment behind some of them.
#[derive(Default)]
pub(super) struct Block {
    fields: Vec<(&'static str, String, String)>,
}

impl Block {
    pub(super) fn set(&mut self, key: &'static str, value: String) {
        self.fields.push((key, value, String::new()));
    }

    /// A value with a mark for the person who finishes the draft.
    pub(super) fn set_with(&mut self, key: &'static str, value: String, mark: &str) {
        self.fields.push((key, value, comment(mark)));
    }

    pub(super) fn write(&self, head: &str, out: &mut String) {
        let width = self.fields.iter().map(|it| it.0.len()).max().unwrap_or(0);
        // Writing to a string does not fail.
        if !head.is_empty() {
            let _ = writeln!(out, "\n{head}");
        }
        for (key, value, mark) in &self.fields {
            let line = format!("{key:width$} = {value}");
            let _ = match mark.as_str() {
                "" => writeln!(out, "{line}"),
                mark => writeln!(out, "{line:<44} # {mark}"),
            };
        }
    }
}

/// What the parts of a draft need to know.
pub(super) struct Context<'a> {
    pub(super) answers: &'a Answers,
    pub(super) flows: &'a [Flow],
    /// Whether the page is in English, so that its labels can be purposes.
    pub(super) english: bool,
}

impl Context<'_> {
    pub(super) fn kind(&self, component: &str) -> Kind {
        kind(self.answers, component)
    }

    pub(super) fn title<'t>(&'t self, component: &'t str) -> &'t str {
        let known = self
            .answers
            .components
            .get(component)
            .map(|it| it.title.as_str());
        known.filter(|it| !it.is_empty()).unwrap_or(component)
    }
}

/// What a component is to the product, by the answers.
fn kind(answers: &Answers, component: &str) -> Kind {
    if component == UNSTATED {
        return Kind::External;
    }
    let known = answers.components.get(component);
    known.and_then(|it| it.kind).unwrap_or(Kind::Own)
}

/// Flows with listeners of the product apart from flows with listeners outside it, which have no exposure.
fn apart(flows: Vec<Flow>, facts: &Facts, answers: &Answers) -> Vec<Flow> {
    let mut taken = switches(facts, answers);
    for it in &flows {
        // Their own ids, which are all different.
        unused(&it.id, &mut taken);
    }
    let mut all = Vec::new();
    for flow in flows {
        let is_outside = |it: &String| kind(answers, it) == Kind::External;
        let (outside, own): (Vec<String>, Vec<String>) =
            flow.to.iter().cloned().partition(is_outside);
        if outside.is_empty() || own.is_empty() {
            all.push(flow);
            continue;
        }
        let id = unused(&flow.id, &mut taken);
        let second = Flow {
            id,
            to: outside,
            ..flow.clone()
        };
        all.push(Flow { to: own, ..flow });
        all.push(second);
    }
    all
}

/// The draft. `text` is the page, in which the release is looked for.
pub fn draft(facts: &Facts, answers: &Answers, text: &str) -> String {
    let flows = apart(settle(facts, answers), facts, answers);
    let language = answers.document.language.as_str();
    let context = Context {
        answers,
        flows: &flows,
        english: language.is_empty() || language == "en",
    };
    let mut out = String::from(
        "# Draft by `terraform-provider-portmatrix import`. To finish it: read catalog/README.md, settle what is marked \"?\",\n\
         # write purposes in your own words, then delete `draft` and these comments.\n",
    );
    let has_release = names_release(text, &answers.product);
    top(answers, &mut out);
    components(&context, &mut out);
    conditions(facts, &context, &mut out);
    let ports: Vec<Option<flow::Port>> = flows.iter().map(flow::port).collect();
    for (flow, port) in flows.iter().zip(&ports) {
        if let Some(port) = port {
            port.write(flow, &mut out);
        }
    }
    for (flow, port) in flows.iter().zip(&ports) {
        flow::write(flow, port.as_ref(), &context, &mut out);
    }
    judge::suspects(&context, &mut out);
    gaps(facts, &context, has_release, &mut out);
    out
}

/// Whether the page names the release: `1.34`, `1-34`, `v10`, `version 10`.
fn names_release(text: &str, product: &Product) -> bool {
    let version = product.version.as_str();
    if version.is_empty() {
        return false;
    }
    let lower = text.to_lowercase();
    // Not in `11.34`, `1.34.2`, `TLS 1.3` or `IPv4`.
    let stands_alone = |at: usize, text: &str| {
        let (before, after) = (&lower[..at], &lower[at + text.len()..]);
        let is_part = before.ends_with(|it: char| it.is_alphanumeric() || it == '.')
            && !before.ends_with(['v', '-', '_'])
            || before.ends_with("ip") && text.starts_with('v');
        let is_protocol = ["tls ", "tlsv", "ssl ", "sslv", "http/", "ip", "ipv"];
        !is_part
            && !is_protocol.iter().any(|it| before.ends_with(it))
            && !after.starts_with(|it: char| it.is_ascii_digit())
    };
    if version.contains('.') {
        let dashed = version.replace('.', "-");
        return [version, &dashed].iter().any(|it| {
            let mut found = lower.match_indices(*it);
            found.any(|(at, _)| stands_alone(at, it))
        });
    }
    let title = format!("{} ", product.title.to_lowercase());
    let before = [
        "v",
        "version ",
        "release ",
        "версия ",
        "sürüm ",
        title.as_str(),
    ];
    before.iter().any(|it| {
        let wanted = format!("{it}{version}");
        let mut found = lower.match_indices(&wanted);
        found.any(|(at, _)| stands_alone(at, &wanted))
    })
}

fn top(answers: &Answers, out: &mut String) {
    let product = &answers.product;
    let document = &answers.document;
    let mut block = Block::default();
    block.set("format", "1".to_owned());
    block.set("draft", "true".to_owned());
    block.set("name", quoted(&product.name));
    block.set("title", quoted(&product.title));
    if product.vendor.is_empty() {
        block.set_with("vendor", quoted("?"), "? who makes the product");
    } else {
        block.set("vendor", quoted(&product.vendor));
    }
    if product.version.is_empty() {
        let year: String = document.retrieved.chars().take(4).collect();
        let year = if year.len() == 4 {
            year
        } else {
            "0".to_owned()
        };
        block.set_with(
            "version",
            quoted(&year),
            "? no release was given; this is the year in which the page was read",
        );
    } else {
        block.set("version", quoted(&product.version));
    }
    if !product.covers.is_empty() {
        block.set("covers", quoted(&product.covers));
    }
    block.write("", out);
    let mut block = Block::default();
    block.set("id", quoted("page"));
    block.set("title", quoted(&document.title));
    if document.url.is_empty() {
        block.set_with("url", quoted("?"), "? where the page is");
    } else {
        block.set("url", quoted(&document.url));
    }
    block.set("language", quoted(&document.language));
    block.set("retrieved", quoted(&document.retrieved));
    block.write("[[source]]", out);
}

/// The components that flows name, in the order in which they are named.
fn components(context: &Context<'_>, out: &mut String) {
    let mut order: Vec<&str> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for name in context
        .flows
        .iter()
        .flat_map(|it| it.from.iter().chain(&it.to))
    {
        if seen.insert(name) {
            order.push(name);
        }
    }
    let mut at = 0;
    while let Some(name) = order.get(at).copied() {
        for it in context
            .answers
            .components
            .get(name)
            .map_or(&[][..], |it| &it.is)
        {
            if seen.insert(it) {
                order.push(it);
            }
        }
        at += 1;
    }
    for name in order {
        let mut block = Block::default();
        if name == UNSTATED {
            block.set("title", quoted("Not stated by the page"));
            block.set_with(
                "kind",
                quoted(Kind::External.as_str()),
                "? replace it: every flow of a finished file names both ends",
            );
        } else {
            block.set("title", quoted(context.title(name)));
            block.set("kind", quoted(context.kind(name).as_str()));
            let is = context
                .answers
                .components
                .get(name)
                .map_or(&[][..], |it| &it.is);
            if !is.is_empty() {
                block.set_with("is", list(is), "by your answer");
            }
        }
        block.write(&format!("[component.{name}]"), out);
    }
}

/// Choices and features that flows need.
fn conditions(facts: &Facts, context: &Context<'_>, out: &mut String) {
    let used: BTreeSet<&str> = context
        .flows
        .iter()
        .filter_map(|it| it.when.as_deref())
        .flat_map(|it| it.split('+'))
        .collect();
    // Groups may have members of one name; then one feature switches on both.
    let mut written: BTreeSet<String> = BTreeSet::new();
    for (at, group) in facts.groups.iter().enumerate() {
        let name = group_name(facts, context.answers, at);
        let kind = context.answers.group(&group.at).and_then(|it| it.kind);
        let what = if group.tabs { "tabs" } else { "headings" };
        let members: Vec<(&String, &String)> = group.names.iter().zip(&group.members).collect();
        match kind {
            Some(GroupKind::Always) => {}
            Some(GroupKind::Choice) if !members.is_empty() => {
                let options: Vec<(&str, String)> = members
                    .iter()
                    .map(|(name, title)| match title.trim() {
                        "" => (name.as_str(), quoted(name)),
                        _ => (name.as_str(), quoted(title)),
                    })
                    .collect();
                let mut block = Block::default();
                block.set_with(
                    "title",
                    quoted(&format!("{} ({what})", group.at)),
                    "by your answer: exactly one",
                );
                block.set("options", inline(&options));
                block.write(&format!("[choice.{name}]"), out);
            }
            _ if members.is_empty() => {
                if written.insert(name.clone()) {
                    let title = format!("{} (heading)", group.at);
                    feature(&name, &title, kind.is_none(), out);
                }
            }
            _ => {
                for (name, title) in members.iter().filter(|it| used.contains(it.0.as_str())) {
                    if !written.insert((*name).clone()) {
                        continue;
                    }
                    feature(
                        name,
                        &format!("{title} ({}, {what})", group.at),
                        kind.is_none(),
                        out,
                    );
                }
            }
        }
    }
    for (name, (title, rows)) in features(facts) {
        let one = if rows == 1 {
            "one row".to_owned()
        } else {
            format!("{rows} rows")
        };
        if used.contains(name.as_str()) && written.insert(name.clone()) {
            feature(
                &name,
                &format!("{title} (in the text of {one})"),
                false,
                out,
            );
        }
    }
}

fn feature(name: &str, title: &str, is_open: bool, out: &mut String) {
    let mut block = Block::default();
    block.set("title", quoted(title));
    let mark = if is_open {
        "? the page does not say when it applies"
    } else {
        ""
    };
    block.set_with("default", "false".to_owned(), mark);
    block.write(&format!("[feature.{name}]"), out);
}

/// What the page leaves out, each kind once.
fn gaps(facts: &Facts, context: &Context<'_>, has_release: bool, out: &mut String) {
    let ids = |test: &dyn Fn(&Flow) -> bool| -> Vec<String> {
        context
            .flows
            .iter()
            .filter(|it| test(it))
            .map(|it| it.id.clone())
            .collect()
    };
    if !has_release {
        gap(
            "release",
            "The page does not say which releases it is about.",
            &[],
            out,
        );
    }
    let without =
        |end: fn(&Flow) -> &Vec<String>| move |it: &Flow| end(it).iter().any(|it| it == UNSTATED);
    let sets = [
        (
            "who-connects",
            "The page does not say who connects.",
            ids(&without(|it| &it.from)),
        ),
        (
            "who-listens",
            "The page does not say who listens.",
            ids(&without(|it| &it.to)),
        ),
        (
            "transport",
            "The page does not name the transport.",
            ids(&flow::lacks_transport),
        ),
        (
            "run-time-ports",
            "The page does not say which ports are used.",
            ids(&flow::is_dynamic),
        ),
    ];
    for (id, text, flows) in sets {
        if !flows.is_empty() {
            gap(id, text, &flows, out);
        }
    }
    let mut open: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for flow in context.flows {
        if let Some(group) = flow.open_group {
            open.entry(group).or_default().push(flow.id.clone());
        }
    }
    for (group, flows) in open {
        let at = facts.groups.get(group).map_or("", |it| it.at.as_str());
        let id = format!("group-{}", group + 1);
        gap(
            &id,
            &format!(
                "The page does not say whether the parts of \"{}\" are alternatives.",
                comment(at)
            ),
            &flows,
            out,
        );
    }
}

fn gap(id: &str, text: &str, flows: &[String], out: &mut String) {
    let mut block = Block::default();
    block.set("id", quoted(id));
    block.set("text", inline(&[("en", quoted(text))]));
    if !flows.is_empty() {
        block.set(
            "flows",
            format!(
                "[{}]",
                flows
                    .iter()
                    .map(|it| quoted(it))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        );
    }
    block.set(
        "source",
        inline(&[("ref", quoted("page")), ("at", quoted("whole page"))]),
    );
    block.write("[[gap]]", out);
}
