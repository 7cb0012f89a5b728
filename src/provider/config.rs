//! The configuration of `portmatrix_rules` as a layout, with addresses aside.

use super::fields::Reader;
use super::layout_data::{self, Origin};
use super::policy_block;
use super::settings::{Settings, language};
use super::zone_block;
use crate::catalog::load;
use crate::compile::Accept;
use crate::model::address::Addresses;
use crate::model::cell::{MaybeKnown, MaybeKnownText};
use crate::model::code::Code;
use crate::model::day::Dates;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::global;
use crate::model::layout::{CustomFlow, Instance, Layout, Overrides};
use crate::model::name::{good_name, is_name};
use crate::model::traffic::Service;
use crate::model::words::{Direction, Exposure, FailOn, Merge, Plane};
use crate::policy::{Policy, duplicate, duplicates};
use crate::render::platform::Options;
use crate::terraform::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A configuration, read.
pub(super) struct Config {
    pub(super) layout: Layout,
    pub(super) addresses: BTreeMap<String, Addresses>,
    pub(super) accepts: Vec<Accept>,
    /// The policy of the provider block and the resource's own.
    pub(super) policy: Policy,
    /// Whether all names that policies can use are known.
    pub(super) has_all_names: bool,
    /// When exceptions are judged.
    pub(super) dates: Dates,
    pub(super) fail_on: FailOn,
    pub(super) verbose: bool,
    /// The resource's name.
    pub(super) name: MaybeKnownText,
    pub(super) merge: Merge,
    /// What applies to all rules of a platform.
    pub(super) options: Options,
    /// Mistakes in single arguments.
    pub(super) findings: Vec<Finding>,
    /// Arguments that affect which rules exist, and are known only after apply.
    pub(super) unknowns: Vec<ConfigPath>,
    /// Arguments that only judgements depend on, and that are known only after apply.
    pub(super) undecided: Vec<ConfigPath>,
    /// Whether the catalogue is known, and the names that keys are made of are good. Without these nothing can be compiled.
    pub(super) can_compile: bool,
    /// Which blocks were made of data.
    pub(super) origin: Origin,
}

/// Reads the configuration of `portmatrix_rules`.
pub(super) fn read(config: &Value, settings: &Settings) -> Config {
    let mut reader = Reader::default();
    let top = ConfigPath::default();
    let mut layout = Layout {
        language: settings.language.clone(),
        directions: directions(
            &mut reader,
            config.get("directions"),
            &top.field("directions"),
        ),
        ..Layout::default()
    };
    let fail_on_words: Vec<&str> = FailOn::ALL.iter().map(|it| it.as_str()).collect();
    let fail_on = reader.word(
        config.get("fail_on"),
        &top.field("fail_on"),
        &fail_on_words,
        FailOn::parse,
    );
    let verbose = reader.flag(config.get("verbose"), &top.field("verbose"));

    let merge_words: Vec<&str> = Merge::ALL.iter().map(|it| it.as_str()).collect();
    let merge = reader.word(
        config.get("merge"),
        &top.field("merge"),
        &merge_words,
        Merge::parse,
    );
    let name = reader.cell(config.get("name"), &top.field("name"));
    let options = zone_block::read_options(&mut reader, config, &top);

    let blocks = layout_data::read(config);
    let (products, zones) = (blocks.get("product"), blocks.get("zone"));
    let mut held_back = unknown_labels(products);
    for (label, block) in reader.labelled(products, &top.field("product")) {
        let place = top.field("product").key(label);
        check_name(&mut reader, label, "a product label", &place);
        let before = reader.unknowns.len();
        let instance = Instance {
            name: reader.text(block.get("name"), &place.field("name")),
            version: reader.text(block.get("version"), &place.field("version")),
            definition: reader.text(block.get("definition"), &place.field("definition")),
            overrides: Overrides::default(),
            place: place.clone(),
        };
        if reader.unknowns.len() > before {
            held_back.insert(label.to_string());
        }
        let overrides = overrides(&mut reader, block, &place);
        layout.instances.insert(
            label.to_string(),
            Instance {
                overrides,
                ..instance
            },
        );
    }
    let no_product_known = products.is_unknown() || blocks.may_grow("product");
    let more_may_come = no_product_known || !held_back.is_empty() || !settings.unknowns.is_empty();
    let definitions = layout
        .instances
        .values()
        .filter_map(|it| it.definition.as_ref());
    let language = language(
        &mut reader,
        config.get("language"),
        &top.field("language"),
        &settings.catalog,
        |it| {
            more_may_come
                || definitions
                    .flat_map(|it| load(it))
                    .any(|own| own.languages().contains(it))
        },
    );
    if let Some(language) = language {
        layout.language = language;
    }
    let mut addresses = BTreeMap::new();
    for (name, block) in reader.labelled(zones, &top.field("zone")) {
        let place = top.field("zone").key(name);
        check_name(&mut reader, name, "a zone name", &place);
        let (mut zone, found) = zone_block::read(&mut reader, block, &place);
        zone.null_block = blocks.null_block(name).filter(|_| !found.peer_only);
        if found.is_in_cloud() {
            layout.in_cloud.insert(name.to_string());
        }
        if found.has_own_services() {
            layout.own_services.insert(name.to_string());
        }
        layout.zones.insert(name.to_string(), zone);
        addresses.insert(name.to_string(), found);
    }
    let (parts, of_zones) = global::parts(&addresses);
    for (name, parts) in of_zones {
        if let Some(zone) = layout.zones.get_mut(name) {
            zone.parts = parts;
        }
    }
    layout.parts = parts;
    for (name, block) in reader.labelled(blocks.get("flow"), &top.field("flow")) {
        let place = top.field("flow").key(name);
        check_name(&mut reader, name, "a flow name", &place);
        layout
            .flows
            .insert(name.to_string(), flow(&mut reader, block, &place));
    }
    // What only judgements depend on leaves the rules known.
    let mut judged = Reader::default();
    let accepts = accepts(
        &mut reader,
        &mut judged,
        config.get("accept"),
        &top.field("accept"),
    );
    let policy = settings
        .policy
        .with(&policy_block::read(&mut judged, config));
    let is_twice =
        duplicates(&policy.cells).filter(|(_, second)| second.origin.elsewhere.is_none());
    judged
        .findings
        .extend(is_twice.map(|(first, second)| duplicate(first, second)));
    reader.findings.extend(judged.findings);

    let has_dates = policy.exceptions.iter().any(|it| it.expires.is_some())
        || accepts.iter().any(|it| it.expires.is_some());
    let (policies, dates) =
        (settings.undecided.iter()).partition::<Vec<_>, _>(|it| policy_block::is_data(it));
    let dates = dates.into_iter().filter(|_| has_dates);
    let undecided = policies.into_iter().chain(dates).cloned();
    let undecided = undecided.chain(judged.unknowns).collect();

    // What is not decided cannot be judged, nor can what names it: a product and the components under its label, a zone and
    // the flows to it.
    let has_all_zones =
        unknown_labels(zones).is_empty() && !zones.is_unknown() && !blocks.may_grow("zone");
    if !has_all_zones {
        layout.flows.clear();
    }
    layout
        .instances
        .retain(|label, _| !held_back.contains(label));
    for zone in layout.zones.values_mut() {
        zone.components.retain(|it| {
            it.component.is_empty() || !(no_product_known || held_back.contains(&it.label))
        });
    }
    let mut names = layout
        .zones
        .keys()
        .chain(layout.instances.keys())
        .chain(layout.flows.keys());
    let good_names = names.all(|it| is_name(it));
    let has_form = !blocks.has_mistakes();
    let origin = blocks.settle(&mut reader);
    reader.unknowns.extend(settings.unknowns.iter().cloned());
    Config {
        layout,
        addresses,
        accepts,
        policy,
        has_all_names: has_all_zones && held_back.is_empty() && !no_product_known,
        dates: Dates {
            day: settings.day,
            warn_days: settings.warn_days,
        },
        fail_on: fail_on.unwrap_or(FailOn::Error),
        verbose: verbose.unwrap_or(false),
        name: name.unwrap_or_else(|| MaybeKnown::Known("default".into())),
        merge: merge.unwrap_or(Merge::None),
        options,
        findings: reader.findings,
        unknowns: reader.unknowns,
        undecided,
        can_compile: settings.unknowns.is_empty() && good_names && has_form,
        origin,
    }
}

/// The labels of blocks that are unknown as a whole.
fn unknown_labels(blocks: &Value) -> BTreeSet<String> {
    match blocks {
        Value::Map(map) => map
            .iter()
            .filter(|(_, it)| it.is_unknown())
            .map(|(label, _)| label.to_string())
            .collect(),
        _ => BTreeSet::new(),
    }
}

fn check_name(reader: &mut Reader, name: &str, what: &str, place: &ConfigPath) {
    if !is_name(name) {
        let message = format!("`{name}` is not a valid {}", what.trim_start_matches("a "));
        let rule = "use lower-case letters, digits and single dashes, starting with a letter, at most 32 characters";
        let remedy = good_name(name)
            .map_or_else(|| rule.to_owned(), |good| format!("write `{good}`; {rule}"));
        reader
            .findings
            .push(Finding::for_argument(Code::BadName, place, message).remedy(remedy));
    }
}

/// Directions in which there are rules; both if the argument is absent.
pub(super) fn directions(
    reader: &mut Reader,
    value: &Value,
    place: &ConfigPath,
) -> BTreeSet<Direction> {
    if value.is_null() {
        return Direction::ALL.iter().copied().collect();
    }
    let texts = reader.texts(value, place);
    if texts.is_empty() && matches!(value, Value::List(items) if items.is_empty()) {
        reader.mistake(
            place,
            "an empty list requests no rules",
            "write `ingress`, `egress` or both, or omit it for both",
        );
    }
    let mut directions = BTreeSet::new();
    for (text, place) in texts {
        match Direction::parse(&text) {
            Some(it) => {
                directions.insert(it);
            }
            None => reader.mistake(
                &place,
                &format!("`{text}` is not a direction"),
                "expected `ingress` or `egress`",
            ),
        }
    }
    directions
}

/// The arguments that a `product` block and the data source share.
pub(super) fn overrides(reader: &mut Reader, block: &Value, place: &ConfigPath) -> Overrides {
    let mut names = |field: &'static str| {
        reader
            .texts(block.get(field), &place.field(field))
            .into_iter()
            .map(|(text, _)| text)
            .collect()
    };
    let (enable, disable) = (names("enable"), names("disable"));
    Overrides {
        ports: reader.text_map(block.get("ports"), &place.field("ports")),
        advertised_ports: reader.text_map(
            block.get("advertised_ports"),
            &place.field("advertised_ports"),
        ),
        choices: reader.text_map(block.get("choices"), &place.field("choices")),
        numbers: reader.text_map(block.get("numbers"), &place.field("numbers")),
        profile: reader.text(block.get("profile"), &place.field("profile")),
        enable,
        disable,
        place: place.clone(),
    }
}

fn flow(reader: &mut Reader, block: &Value, place: &ConfigPath) -> CustomFlow {
    let mut services = Vec::new();
    for (text, place) in reader.texts(block.get("services"), &place.field("services")) {
        match Service::parse(&text) {
            Ok(service) if service.parameters().next().is_none() => services.push(service),
            Ok(_) => {
                let message =
                    format!("`{text}` names a port parameter, which only product files support");
                reader.findings.push(
                    Finding::for_argument(Code::BadService, &place, message)
                        .remedy("write the port, e.g. `tcp/443`"),
                );
            }
            Err(message) => {
                reader
                    .findings
                    .push(Finding::for_argument(Code::BadService, &place, message));
            }
        }
    }
    let plane_words: Vec<&str> = Plane::ALL.iter().map(|it| it.as_str()).collect();
    let exposure_words: Vec<&str> = Exposure::ALL.iter().map(|it| it.as_str()).collect();
    for field in ["from", "to", "services"] {
        if matches!(block.get(field), Value::List(items) if items.is_empty()) {
            reader.mistake(
                &place.field(field),
                "an empty list makes a flow without rules",
                "list at least one, or remove the block",
            );
        }
    }
    CustomFlow {
        from: reader.texts(block.get("from"), &place.field("from")),
        to: reader.texts(block.get("to"), &place.field("to")),
        services,
        plane: reader
            .word(
                block.get("plane"),
                &place.field("plane"),
                &plane_words,
                Plane::parse,
            )
            .unwrap_or(Plane::Data),
        exposure: reader
            .word(
                block.get("exposure"),
                &place.field("exposure"),
                &exposure_words,
                Exposure::parse,
            )
            .unwrap_or(Exposure::Internal),
        place: place.clone(),
    }
}

fn accepts(
    reader: &mut Reader,
    judged: &mut Reader,
    value: &Value,
    place: &ConfigPath,
) -> Vec<Accept> {
    let blocks = match value {
        Value::List(blocks) => blocks.as_slice(),
        Value::Unknown => {
            reader.unknowns.push(place.clone());
            &[]
        }
        _ => &[],
    };
    let mut accepts = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        let place = place.index(index);
        let mut text = |name: &'static str| reader.text(block.get(name), &place.field(name));
        let (code, subject, reason, ticket, owner) = (
            text("code"),
            text("subject"),
            text("reason"),
            text("ticket"),
            text("owner"),
        );
        if let (Some(code), Some(subject), Some(reason)) = (code, subject, reason) {
            accepts.push(Accept {
                code,
                subject,
                reason,
                ticket,
                owner,
                expires: policy_block::expires(judged, block, &place),
                place,
            });
        }
    }
    accepts
}
