//! A saved plan, as the CLI shows it in JSON.

use crate::end_to_end::kept;
use serde_json::Value;
use std::collections::BTreeMap;

/// A plan.
pub(crate) struct Plan {
    json: Value,
    /// What the command said, as running text.
    pub(crate) said: String,
}

impl Plan {
    pub(crate) fn read(json: &str, said: String) -> Plan {
        Plan {
            json: serde_json::from_str(json).expect("JSON"),
            said,
        }
    }

    /// What happens to each resource, by address: `create`, `update`, `no-op`, `delete+create` and so on.
    pub(crate) fn actions(&self) -> BTreeMap<String, String> {
        let changes = self.json["resource_changes"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        changes
            .iter()
            .map(|it| {
                let words: Vec<&str> = it["change"]["actions"]
                    .as_array()
                    .expect("actions")
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                let address = it["address"].as_str().expect("an address");
                (address.to_owned(), words.join("+"))
            })
            .collect()
    }

    /// The addresses to which this happens.
    pub(crate) fn with_action(&self, action: &str) -> Vec<String> {
        let actions = self.actions();
        let with = actions.into_iter().filter(|(_, it)| it == action);
        with.map(|(address, _)| address).collect()
    }

    /// Nothing goes, neither for good nor to come again.
    pub(crate) fn destroys_nothing(&self) {
        for (address, action) in self.actions() {
            assert!(
                !action.contains("delete"),
                "{address}: {action}\n{}",
                self.said
            );
        }
    }

    fn change(&self, address: &str) -> &Value {
        let changes = self.json["resource_changes"].as_array().expect("changes");
        let Some(it) = changes.iter().find(|it| it["address"] == address) else {
            panic!("the plan does not speak of {address}")
        };
        &it["change"]
    }

    /// What is known of a resource after the plan.
    pub(crate) fn after(&self, address: &str) -> &Value {
        &self.change(address)["after"]
    }

    /// Resources that come into the state without being made.
    pub(crate) fn imported(&self) -> usize {
        let changes = self.json["resource_changes"].as_array().expect("changes");
        let imported = changes
            .iter()
            .filter(|it| !it["change"]["importing"].is_null());
        imported.count()
    }

    /// The same of the one resource of a type.
    pub(crate) fn only(&self, kind: &str) -> &Value {
        let changes = self.json["resource_changes"].as_array().expect("changes");
        let mut found = changes.iter().filter(|it| it["type"] == kind);
        match (found.next(), found.next()) {
            (Some(it), None) => &it["change"]["after"],
            _ => panic!("the plan has not exactly one {kind}"),
        }
    }

    /// What is not known of it: `true` in the place of every value.
    pub(crate) fn unknown(&self, address: &str) -> &Value {
        &self.change(address)["after_unknown"]
    }

    /// The resources of a type as they are planned, with marks in the places that are unknown, by address.
    pub(crate) fn every(&self, kind: &str) -> Vec<(String, Value)> {
        let changes = self.json["resource_changes"].as_array().expect("changes");
        let wanted = changes.iter().filter(|it| it["type"] == kind);
        wanted
            .map(|it| {
                let address = it["address"].as_str().expect("an address");
                let change = &it["change"];
                let values = kept::planned(&change["after"], &change["after_unknown"]);
                (address.to_owned(), values)
            })
            .collect()
    }

    /// What changes of a resource in place, by attribute.
    pub(crate) fn changed(&self, address: &str) -> Vec<String> {
        let change = self.change(address);
        let (before, after) = (&change["before"], &change["after"]);
        let after = after.as_object().expect("an object");
        let changed = after.iter().filter(|(name, it)| before[*name] != **it);
        changed.map(|(name, _)| name.clone()).collect()
    }
}

/// The paths of all that is `true` in the JSON of what is unknown.
pub(crate) fn unknown_paths(unknown: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    collect(unknown, String::new(), &mut paths);
    paths
}

fn collect(value: &Value, path: String, paths: &mut Vec<String>) {
    match value {
        Value::Bool(true) => paths.push(path),
        Value::Object(fields) => {
            for (name, it) in fields {
                collect(it, format!("{path}.{name}"), paths);
            }
        }
        Value::Array(items) => {
            for (index, it) in items.iter().enumerate() {
                collect(it, format!("{path}[{index}]"), paths);
            }
        }
        _ => {}
    }
}
