//! `portmatrix_rules`: from zones and products to rules. Plan and apply make the same pure computation.

mod catalogue_change;
mod compute;
mod enforcement;
mod schema;

use super::moved::{Output, renamed, swapped};
use super::settings::Settings;
use super::{Resource, config, diagnostics, layout_data};
use crate::model::code::Class;
use crate::model::words::FailOn;
use crate::render::platform::Shape;
use crate::render::table::PLATFORMS;
use crate::terraform::diagnostic::{Diagnostic, Level};
use crate::terraform::value::{Object, Type, Value};
use catalogue_change::drift;
use compute::{PriorState, compute, judge};
use schema::schema;
use std::sync::LazyLock;

pub(super) const OBJECT: Resource = Resource {
    name: "portmatrix_rules",
    schema,
    validate,
    plan,
    apply,
    import,
};

/// Mistakes in what is known.
fn validate(config: &Value, settings: &Settings) -> Vec<Diagnostic> {
    let read = config::read(config, settings);
    let (_, findings) = judge(
        &read,
        settings,
        PriorState {
            state: &Value::Null,
            planned: &Value::Null,
        },
    );
    let decided = read.unknowns.is_empty();
    // Whether a peer has an address, or a port is set, is seen only when everything that affects it is known.
    let shown = findings
        .iter()
        .filter(|it| decided || it.code.doc().class == Class::Input)
        .filter(|it| !it.code.needs_state());
    diagnostics::mistakes(shown, config)
}

/// The planned state; if there is an error, the prior one.
fn plan(prior: &Value, config: &Value, settings: &Settings) -> (Value, Vec<Diagnostic>) {
    let (state, mut shown) = compute(
        config,
        settings,
        PriorState {
            state: prior,
            planned: prior,
        },
    );
    let has_failed = shown.iter().any(|it| it.severity == Level::Error);
    // A newer matrix may be what the errors come from.
    let drifted = drift(prior, &state, config, settings);
    shown.extend(diagnostics::all(&drifted, FailOn::Error, config));
    if has_failed {
        return (prior.clone(), shown);
    }
    let outputs = PLATFORMS.iter().map(|it| it.about());
    let outputs = outputs.flat_map(|about| about.outputs.iter().map(|it| (about.block, it)));
    let movable: Vec<Output<'_>> = outputs
        .filter_map(|(block, it)| match it.shape {
            Shape::Rows { movable, .. } => Some(Output {
                prior: prior.get(it.name),
                planned: state.get(it.name),
                resource: movable?,
                block,
            }),
            Shape::Texts => None,
        })
        .collect();
    let mut changes = swapped(&movable);
    changes.extend(renamed(&movable));
    changes.extend(enforcement::ended(prior, config));
    let blocks = layout_data::read(config);
    for finding in &mut changes {
        finding.place = blocks.place(&finding.place);
    }
    shown.extend(diagnostics::all(&changes, FailOn::Error, config));
    (state, shown)
}

/// The new state; if there is an error, the prior one. Numbers that the plan assigned are kept.
fn apply(
    prior: &Value,
    planned: &Value,
    config: &Value,
    settings: &Settings,
) -> (Value, Vec<Diagnostic>) {
    let (state, shown) = compute(
        config,
        settings,
        PriorState {
            state: prior,
            planned,
        },
    );
    // What is only worth a warning was shown in the plan.
    let errors: Vec<Diagnostic> = shown
        .into_iter()
        .filter(|it| it.severity == Level::Error)
        .collect();
    if errors.is_empty() {
        (state, errors)
    } else {
        (prior.clone(), errors)
    }
}

/// A state with the name alone. Maps are empty, not null, so that `for_each` over them works; the next plan fills them.
fn import(id: &str) -> (Value, Vec<Diagnostic>) {
    let Type::Object(fields) = &*TYPE else {
        unreachable!("a block is an object")
    };
    let empty = |ty: &Type| match ty {
        Type::Map(_) => Value::Map(std::collections::BTreeMap::new()),
        Type::List(_) => Value::List(Vec::new()),
        _ => Value::Null,
    };
    let state = Object::build(fields, |name| match name {
        "id" | "name" => Value::string(id),
        _ if !is_output(name) => Value::Null,
        _ => fields
            .iter()
            .find(|(it, _)| *it == name)
            .map_or(Value::Null, |(_, ty)| empty(ty)),
    });
    (Value::Object(state), Vec::new())
}

static TYPE: LazyLock<Type> = LazyLock::new(|| schema().block.ty());

/// Whether an attribute is computed from the layout, which `id` is not.
fn is_output(name: &str) -> bool {
    let mut outputs = PLATFORMS.iter().flat_map(|it| it.about().outputs);
    ["rules", "findings", "counts", "digests"].contains(&name) || outputs.any(|it| it.name == name)
}
