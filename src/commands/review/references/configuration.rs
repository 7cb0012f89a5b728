//! The part `configuration` of a plan: the expressions of resources and of calls of modules, without their text.

use super::super::node::{fields, items};
use super::path::{ModulePath, Step, longest, steps};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// An object of the plan.
pub(super) type Object<'t> = BTreeMap<String, &'t RawValue>;

/// A module as it is written once, however often it is called.
#[derive(Default)]
pub(super) struct Module<'t> {
    /// Its resources by type and name.
    pub(super) resources: BTreeMap<String, &'t RawValue>,
    /// The modules that it calls, by the names of the calls.
    pub(super) calls: BTreeMap<String, Call<'t>>,
    pub(super) outputs: Object<'t>,
}

/// A call of a module.
pub(super) struct Call<'t> {
    pub(super) of: Object<'t>,
    pub(super) module: Module<'t>,
}

impl<'t> Module<'t> {
    pub(super) fn new(raw: Option<&'t RawValue>) -> Module<'t> {
        let of = fields(raw);
        let resources = items(of.get("resources").copied()).into_iter();
        let calls = fields(of.get("module_calls").copied()).into_iter();
        Module {
            resources: resources
                .filter_map(|it| {
                    let address = *fields(Some(it)).get("address")?;
                    Some((serde_json::from_str(address.get()).ok()?, it))
                })
                .collect(),
            calls: calls
                .map(|(name, raw)| {
                    let of = fields(Some(raw));
                    let module = Module::new(of.get("module").copied());
                    (name, Call { of, module })
                })
                .collect(),
            outputs: fields(of.get("outputs").copied()),
        }
    }

    /// The module at the end of a path.
    pub(super) fn at(&self, path: &ModulePath) -> Option<&Module<'t>> {
        path.iter().try_fold(self, |module, (name, _)| {
            Some(&module.calls.get(name)?.module)
        })
    }

    /// A resource.
    pub(super) fn resource(&self, local: &str) -> Object<'t> {
        fields(self.resources.get(local).copied())
    }
}

/// An expression of an object, by its name.
pub(super) fn expression<'t>(of: &Object<'t>, name: &str) -> Option<&'t RawValue> {
    fields(of.get("expressions").copied()).get(name).copied()
}

/// Everything that an expression, or a block with expressions, refers to. The second is whether one of them has an unknown form.
pub(super) fn references(raw: &RawValue) -> (Vec<Vec<Step>>, bool) {
    let mut all = Vec::new();
    collect(raw, &mut all);
    let all = longest(&all).into_iter().map(steps);
    let all: Vec<Option<Vec<Step>>> = all.collect();
    let is_odd = all.iter().any(Option::is_none);
    (all.into_iter().flatten().collect(), is_odd)
}

/// How often an expression refers to something. Terraform prints a reference once for each use.
pub(super) fn uses(raw: &RawValue, reference: &str) -> usize {
    let mut all = Vec::new();
    collect(raw, &mut all);
    all.iter().filter(|it| *it == reference).count()
}

fn collect(raw: &RawValue, all: &mut Vec<String>) {
    for it in items(Some(raw)) {
        collect(it, all);
    }
    for (name, it) in fields(Some(raw)) {
        match name.as_str() {
            "references" => {
                let texts: Vec<String> = serde_json::from_str(it.get()).unwrap_or_default();
                all.extend(texts);
            }
            "constant_value" => {}
            _ => collect(it, all),
        }
    }
}
