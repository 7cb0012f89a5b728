//! An estate on the endpoint: each change is planned, reviewed and applied, and the endpoint is asked what came of it.

use crate::end_to_end::cli::{Cli, Root};
use crate::end_to_end::cloud::{moto, offer_aws, turned};
use crate::end_to_end::endpoint::{Endpoint, Row};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// An estate whose groups and rules are in `main.tf`.
pub(super) struct Estate<'c> {
    pub(super) root: Root<'c>,
    pub(super) endpoint: Endpoint,
}

/// A plan that was applied.
pub(super) struct Change {
    /// What the review says of the rules after it.
    pub(super) said: Said,
}

/// A review in the words that tests compare.
#[derive(Debug)]
pub(super) struct Said {
    /// `<kind> <wanted keys> <addresses of existing rules>: <message>` of each difference in traffic.
    pub(super) differences: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) in_sync: bool,
}

impl Said {
    /// The rules that the plan removes.
    fn removed(&self) -> BTreeSet<String> {
        removed(&self.differences)
    }

    /// The warnings that the next plan removes rules.
    pub(super) fn contested(&self) -> Vec<String> {
        let notes = self.notes.iter();
        let warnings = notes.filter(|it| it.contains("contested: "));
        warnings.cloned().collect()
    }
}

/// The addresses after `removes` in texts.
fn removed(texts: &[String]) -> BTreeSet<String> {
    let lists = texts.iter().flat_map(|it| it.split(" removes ").skip(1));
    let ends = [", which its", "; the plan after"];
    let lists = lists.map(|it| {
        ends.iter()
            .fold(it, |it, end| it.split(end).next().unwrap_or(it))
    });
    let names = lists.flat_map(|it| it.split('`').skip(1).step_by(2));
    names.map(str::to_owned).collect()
}

const HEAD: &str = r#"
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
"#;

impl<'c> Estate<'c> {
    pub(super) fn new(cli: &'c Cli) -> Estate<'c> {
        let endpoint = Endpoint::start(&moto().expect("the endpoint"));
        offer_aws(cli);
        let root = Root::empty(cli);
        root.write("head.tf", &(HEAD.to_owned() + &turned(&endpoint, "")));
        Estate { root, endpoint }
    }

    /// A plan as JSON, saved as `saved.tfplan`.
    pub(super) fn plan(&self, arguments: &[&str]) -> Value {
        let run = &[&["plan", "-out=saved.tfplan"], arguments].concat();
        self.root.run(run).succeeds();
        let shown = self.root.run(&["show", "-json", "saved.tfplan"]);
        shown.succeeds();
        serde_json::from_str(&shown.stdout).expect("JSON")
    }

    /// Plans and applies. The rules before and after are those that the review of the plan has.
    pub(super) fn change(&self, arguments: &[&str], what: &str) -> Change {
        self.change_with(&[], arguments, what)
    }

    /// The same, with what can only block traffic: exactly these addresses are in notes.
    pub(super) fn change_with(&self, blocking: &[&str], arguments: &[&str], what: &str) -> Change {
        let before = self.endpoint.rows();
        let plan = self.plan(arguments);
        self.root.run(&["apply", "saved.tfplan"]).succeeds();
        let state = serde_json::from_str(&self.root.read("terraform.tfstate"));
        let mut known = groups(&plan);
        let was = self.review(&plan, &at(&before, &known), &["--before"], &known);
        assert!(
            was.differences.is_empty(),
            "{what}, before the plan: {was:#?}"
        );
        known.append(&mut groups_of_state(&state.expect("a state")));
        let text = plan.to_string();
        let mut wanted = at(&self.endpoint.rows(), &known);
        // The plan names a group that it creates by its address.
        let name = |id: &mut String| {
            if let Some(address) = known.get(id)
                && !text.contains(&**id)
            {
                address.clone_into(id);
            }
        };
        for row in &mut wanted {
            name(&mut row.group);
            name(&mut row.peer.1);
        }
        let said = self.review(&plan, &wanted, &[], &known);
        assert!(said.differences.is_empty(), "{what}: {said:#?}");
        let is_partial = |it: &String| it.contains("the plan is incomplete");
        let others = said.notes.iter();
        let others = others.filter(|it| !it.contains("contested: ") && !is_partial(it));
        let others: Vec<&String> = others.collect();
        let quoted = others
            .iter()
            .flat_map(|it| it.split('`').skip(1).step_by(2));
        // Types are quoted as well.
        let named: BTreeSet<&str> = quoted.filter(|it| it.contains('.')).collect();
        let can_only_block = others.iter().all(|it| it.contains("can only block"));
        assert!(can_only_block, "{what}, {said:#?}");
        assert_eq!(
            named,
            blocking.iter().copied().collect(),
            "{what}, {said:#?}"
        );
        let is_whole = said.contested().is_empty() && !said.notes.iter().any(is_partial);
        assert_eq!(said.in_sync, is_whole, "{what}: {said:#?}");
        Change { said }
    }

    /// A group that a replacement left behind, with a rule: the state has it as a deposed object of a resource. Its id.
    pub(super) fn depose(&self, name: &str, group: &str) -> String {
        let endpoint = &self.endpoint;
        endpoint.ask(&format!(
            "CreateSecurityGroup&GroupName={group}&GroupDescription=gone"
        ));
        let id = endpoint.group(group);
        endpoint.ask(&format!(
            "AuthorizeSecurityGroupIngress&GroupId={id}&IpPermissions.1.IpProtocol=tcp&IpPermissions.1.FromPort=23\
             &IpPermissions.1.ToPort=23&IpPermissions.1.IpRanges.1.CidrIp=10.0.0.0%2F8"
        ));
        let mut state: Value =
            serde_json::from_str(&self.root.read("terraform.tfstate")).expect("a state");
        let resources = state["resources"].as_array_mut().expect("resources");
        let is_it = |it: &&mut Value| it["type"] == "aws_security_group" && it["name"] == name;
        let resource = resources.iter_mut().find(is_it).expect("the resource");
        let instances = resource["instances"].as_array_mut().expect("instances");
        let mut old = instances[0].clone();
        old["deposed"] = json!("0badcafe");
        old["attributes"]["id"] = json!(id);
        instances.push(old);
        let serial = state["serial"].as_u64().expect("a number");
        state["serial"] = json!(serial + 1);
        self.root.write("terraform.tfstate", &state.to_string());
        id
    }

    /// The next plan removes exactly what the review of an applied plan calls contested.
    pub(super) fn next_plan_agrees(&self, change: &Change, what: &str) {
        let plan = self.plan(&[]);
        let known = groups(&plan);
        let rows = at(&self.endpoint.rows(), &known);
        let next = self.review(&plan, &rows, &[], &known);
        let contested = removed(&change.said.contested());
        assert!(!contested.is_empty(), "{what}: nothing is contested");
        assert_eq!(
            next.removed(),
            contested,
            "{what}, {:#?}\n{next:#?}",
            change.said
        );
    }

    /// Reviews a plan as if these rules were wanted. Groups that are not `known` are left out.
    pub(super) fn review(
        &self,
        plan: &Value,
        wanted: &[Row],
        arguments: &[&str],
        known: &BTreeMap<String, String>,
    ) -> Said {
        let mut plan = plan.clone();
        let values = rules(wanted);
        let rules = json!({
            "address": "portmatrix_rules.endpoint", "mode": "managed", "type": "portmatrix_rules", "name": "endpoint",
            "change": { "actions": ["no-op"], "before": values, "after": values },
        });
        let changes = plan["resource_changes"].as_array_mut();
        changes.expect("changes").push(rules);
        self.root.write("reviewed.json", &plan.to_string());
        let mut all = vec!["--all", "--format", "json", "--fail-on", "never"];
        all.extend(arguments);
        let others = self.endpoint.everything().into_iter();
        let others = others.filter(|it| it.starts_with("sg-") && !known.contains_key(it));
        let others: Vec<String> = others.collect();
        for it in &others {
            all.extend(["--ignore", it]);
        }
        let ran = self.root.reviewed("reviewed.json", &all);
        let json: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran}"));
        let texts = |it: &Value, name: &str| -> Vec<String> {
            let all = it.as_array().into_iter().flatten();
            let text = |it: &Value| it[name].as_str().expect("a text").to_owned();
            all.map(text).collect()
        };
        let findings = json["findings"].as_array().expect("findings");
        let hygiene = ["duplicate", "shadowed"];
        let findings = findings
            .iter()
            .filter(|it| !hygiene.contains(&it["kind"].as_str().expect("a kind")));
        let differences = findings.map(|it| {
            let keys = texts(&it["wanted"], "key");
            let found = texts(&it["rules"], "address");
            let kind = it["kind"].as_str().expect("a kind");
            let message = it["message"].as_str().expect("a text");
            format!("{kind} {keys:?} {found:?}: {message}")
        });
        let notes = json["notes"].as_array().expect("notes").iter();
        Said {
            differences: differences.collect(),
            notes: notes
                .map(|it| it.as_str().expect("a text").to_owned())
                .collect(),
            in_sync: json["in_sync"] == true,
        }
    }
}

/// The rules of known groups.
fn at(rows: &[Row], known: &BTreeMap<String, String>) -> Vec<Row> {
    let rows = rows.iter().filter(|it| known.contains_key(&it.group));
    rows.cloned().collect()
}

/// The ids of the groups before a plan, with their addresses.
fn groups(plan: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut add = |it: &Value, values: &Value| {
        let kind = it["type"].as_str().expect("a type");
        if it["mode"] == "managed"
            && kind.ends_with("_security_group")
            && let Some(id) = values["id"].as_str()
        {
            let address = it["address"].as_str().expect("an address");
            found.insert(id.to_owned(), address.to_owned());
        }
    };
    let mut modules = vec![&plan["prior_state"]["values"]["root_module"]];
    while let Some(module) = modules.pop() {
        let all = |name: &str| module[name].as_array().into_iter().flatten();
        for it in all("resources") {
            add(it, &it["values"]);
        }
        modules.extend(all("child_modules"));
    }
    for it in plan["resource_changes"].as_array().into_iter().flatten() {
        add(it, &it["change"]["before"]);
    }
    found
}

/// The same after it, from the state file.
fn groups_of_state(state: &Value) -> BTreeMap<String, String> {
    let all = |it: &Value, name: &str| it[name].as_array().cloned().unwrap_or_default();
    let mut found = BTreeMap::new();
    for it in all(state, "resources") {
        let text = |name: &str| it[name].as_str().unwrap_or_default();
        let kind = text("type");
        if text("mode") != "managed" || !kind.ends_with("_security_group") {
            continue;
        }
        let module = Some(text("module")).filter(|it| !it.is_empty());
        let module = module.map_or_else(String::new, |it| format!("{it}."));
        for instance in all(&it, "instances") {
            let key = &instance["index_key"];
            let key = if key.is_null() {
                String::new()
            } else {
                format!("[{key}]")
            };
            let id = instance["attributes"]["id"].as_str().expect("an id");
            let address = format!("{module}{kind}.{}{key}", text("name"));
            found.insert(id.to_owned(), address);
        }
    }
    found
}

/// The values of a `portmatrix_rules` that wants some rules.
fn rules(wanted: &[Row]) -> Value {
    let of = |direction: &str| -> Map<String, Value> {
        let rows = wanted.iter().filter(|it| it.direction == direction);
        rows.map(|it| {
            let (column, peer) = &it.peer;
            let [from, to] = &it.ports;
            let key = format!("{} {direction} {} {from}-{to} {peer}", it.group, it.protocol);
            let [from, to] = it.ports.each_ref().map(|it| it.parse::<i64>().ok());
            let mut row = json!({
                "security_group_id": it.group, "ip_protocol": it.protocol, "from_port": from, "to_port": to,
            });
            row[*column] = json!(peer);
            (key, row)
        })
        .collect()
    };
    json!({ "zone": {}, "rules": {}, "aws_ingress": of("ingress"), "aws_egress": of("egress") })
}
