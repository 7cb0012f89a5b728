//! The output of `terraform show -json` for a plan or a state, as its resources before and after.
//!
//! One pass checks how deep the text is nested, and one finds the resources that are read. What is in them is read level by level
//! and never becomes a tree: in addition to the text, memory has a few words for each of them.

use super::node::{Node, fields, items};
use super::stream::{self, At, Fields, Module, Reader, Resources, Value};
use super::{CommandError, foreign};
use serde::de::MapAccess;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::Path;

/// Whether a version of the format is read: 1.x, or one of the two that Terraform wrote before 1.1, which differ from 1.0 only by
/// what they do not have: marks on sensitive values in the first of them.
/// Source: Terraform, JSON Output Format, "Format Summary"; changelogs of Terraform 0.15, 1.0 and 1.1.
fn is_read(version: &str) -> bool {
    let is_number = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
    match version.split_once('.') {
        Some(("1", minor)) => is_number(minor),
        _ => ["0.1", "0.2"].contains(&version),
    }
}

/// A resource or a data source.
pub(in crate::commands) struct Resource<'t> {
    pub(in crate::commands) address: String,
    /// Its type.
    pub(in crate::commands) kind: Cow<'t, str>,
    /// Whether it is a data source.
    pub(in crate::commands) is_data: bool,
    /// Whether a replacement left it behind, so that the next apply removes it.
    pub(in crate::commands) is_deposed: bool,
    /// Whether the plan creates it, perhaps in the place of another.
    pub(in crate::commands) is_created: bool,
    /// The resource before the plan is applied; `None` if the plan creates it.
    pub(in crate::commands) before: Option<Node<'t>>,
    /// The resource after the plan is applied; `None` if the plan destroys it. Same as `before` if nothing is planned.
    pub(in crate::commands) after: Option<Node<'t>>,
}

/// A plan or a state.
pub(in crate::commands) struct Document<'t> {
    pub(in crate::commands) resources: Vec<Resource<'t>>,
    /// Whether it is a plan rather than a state.
    pub(in crate::commands) is_plan: bool,
    /// Why it may be incomplete.
    pub(in crate::commands) doubts: Vec<String>,
    /// The configuration that a plan is for.
    pub(in crate::commands) configuration: Option<&'t RawValue>,
}

/// The text of a file, or of standard input if the path is `-`.
pub(in crate::commands) fn text(path: &Path) -> Result<String, CommandError> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(path)
    };
    let name = path.display();
    let bytes = bytes.map_err(|error| CommandError(format!("cannot read `{name}`: {error}")))?;
    if bytes.starts_with(b"PK\x03\x04") {
        let (from, to) = shown(&name.to_string(), "PLANFILE");
        return Err(CommandError(format!(
            "`{name}` is a binary plan; run `terraform show -json {from} > {to}`, and review `{to}`"
        )));
    }
    if let Some(what) = foreign::bytes(&bytes, HOW_TO_WRITE) {
        return Err(CommandError(format!("`{name}` {what}")));
    }
    let mut text = String::from_utf8(bytes)
        .map_err(|_| CommandError(format!("`{name}` is not JSON; {HOW_TO_WRITE}")))?;
    if text.starts_with('\u{feff}') {
        text.remove(0);
    }
    Ok(text)
}

const HOW_TO_WRITE: &str =
    "to get the plan as JSON, run `terraform show -json PLANFILE > plan.json`";

/// The file to give to `terraform show`, `unnamed` for standard input, and the one for what it prints. They differ: the shell
/// would empty the first before Terraform reads it.
fn shown(name: &str, unnamed: &str) -> (String, String) {
    match name {
        "-" => (unnamed.to_owned(), "shown.json".to_owned()),
        _ => (name.to_owned(), format!("{name}.shown.json")),
    }
}

/// Reads a plan or a state with the resources of wanted types.
pub(in crate::commands) fn read<'t>(
    text: &'t str,
    name: &str,
    is_wanted: fn(&str) -> bool,
) -> Result<Document<'t>, CommandError> {
    let refused = |why: String| Err(CommandError(format!("`{name}` {why}")));
    let (depth, entries) = shape(text);
    if depth > DEEPEST {
        return refused(format!(
            "is nested deeper than {DEEPEST} levels, which no plan is; {HOW_TO_WRITE}"
        ));
    }
    let mut parts = Parts::new(is_wanted);
    match stream::read(text, &mut parts) {
        Ok(()) => {}
        Err(_) if text.trim_start().starts_with("{\"@") => {
            return refused(format!(
                "is the log of a `-json` run, not a plan; {HOW_TO_WRITE}"
            ));
        }
        Err(error) if is_cut(text, &error) && !text.trim().is_empty() => {
            let (line, column) = (error.line(), error.column());
            return refused(format!(
                "is truncated in line {line}, column {column}; create it again"
            ));
        }
        // Source: hashicorp/setup-terraform, README, `terraform_wrapper`.
        Err(_) if text.starts_with("[command]") => {
            return refused(
                "has the lines that the wrapper of `setup-terraform` adds; set `terraform_wrapper: false` in that step of the workflow"
                    .to_owned(),
            );
        }
        Err(_) if text.trim().is_empty() => return refused(format!("is empty; {HOW_TO_WRITE}")),
        Err(error) => return refused(format!("is not a JSON object: {error}; {HOW_TO_WRITE}")),
    }
    let top = parts.top;
    if top.contains_key("serial") && top.contains_key("lineage") {
        let (from, to) = shown(name, "STATEFILE");
        return refused(format!(
            "is a raw state file; run `terraform show -json {from} > {to}`, and review `{to}`"
        ));
    }
    if let Some(what) = foreign::object(&top) {
        return refused(format!("{what}; {HOW_TO_WRITE}"));
    }
    if entries != top.len() {
        return refused(format!(
            "has a name twice in its outermost object, which Terraform does not write; {HOW_TO_WRITE}"
        ));
    }
    match top.get("format_version").map(|it| it.get()) {
        Some(_) if text_of(top.get("format_version")).is_some_and(|it| is_read(&it)) => {}
        Some(version) => {
            let version = text_of(top.get("format_version")).unwrap_or_else(|| version.to_owned());
            return refused(format!(
                "has format {version}, but only 0.1, 0.2 and 1.x are supported; create it with Terraform 0.12 or later, or any OpenTofu"
            ));
        }
        None => {
            return refused(format!(
                "is not the output of `terraform show -json`: it has no `format_version`; {HOW_TO_WRITE}"
            ));
        }
    }
    let is_plan = top.contains_key("resource_changes") || top.contains_key("planned_values");
    if !is_plan && !top.contains_key("values") {
        return refused(format!("has neither a plan nor a state; {HOW_TO_WRITE}"));
    }
    let mut resources = parts.changes.made;
    // Data sources, and with `-target` resources that are not targeted, are not among the changes.
    let changed: BTreeSet<&String> = resources.iter().map(|it| &it.address).collect();
    let unchanged = if top.contains_key("prior_state") {
        parts.prior.1.1
    } else {
        parts.values.1
    };
    let mut unchanged = unchanged.finish();
    unchanged.retain(|it| !changed.contains(&it.address));
    resources.append(&mut unchanged);
    resources.shrink_to_fit();
    Ok(Document {
        resources,
        is_plan,
        doubts: doubts(&top),
        configuration: top.get("configuration").copied(),
    })
}

/// Why a plan may not have every change.
fn doubts(top: &BTreeMap<String, &RawValue>) -> Vec<String> {
    let has = |name: &str, word: &str| top.get(name).is_some_and(|it| it.get() == word);
    let deferred = items(top.get("deferred_changes").copied()).len();
    let mut doubts = Vec::new();
    if has("errored", "true") {
        doubts.push("the plan ended with an error, so changes may be missing from it".to_owned());
    }
    if deferred > 0 {
        let plural = if deferred == 1 { "" } else { "s" };
        doubts.push(format!(
            "the plan defers {deferred} change{plural}, which a later plan will show"
        ));
    }
    if doubts.is_empty() && has("complete", "false") {
        doubts.push("the plan is incomplete, like one with `-target`".to_owned());
    }
    doubts
}

/// Whether a text ends too early: also within a number, which the parser calls invalid.
fn is_cut(text: &str, error: &serde_json::Error) -> bool {
    let in_number =
        text.ends_with(['-', '+', '.', 'e', 'E']) && error.line() == text.lines().count();
    error.is_eof() || in_number
}

/// The parts of a document that are read.
struct Parts<'t> {
    /// The outermost object. What was read of it already is `null` here.
    top: BTreeMap<String, &'t RawValue>,
    changes: Resources<'t, Resource<'t>>,
    prior: At<At<Module<'t, Resource<'t>>>>,
    values: At<Module<'t, Resource<'t>>>,
}

impl Parts<'_> {
    fn new(is_wanted: fn(&str) -> bool) -> Self {
        let root = || At("root_module", Module::new(is_wanted, &PRESENT, present));
        Parts {
            top: BTreeMap::new(),
            changes: Resources::new(is_wanted, &CHANGED, changed),
            prior: At("values", root()),
            values: root(),
        }
    }
}

impl<'t> Reader<'t> for Parts<'t> {
    fn begin(&mut self) {}

    fn field<A: MapAccess<'t>>(&mut self, name: &str, object: &mut A) -> Result<(), A::Error> {
        let mut rest = RawValue::NULL;
        match name {
            "resource_changes" => object.next_value_seed(Value(&mut self.changes))?,
            "prior_state" => object.next_value_seed(Value(&mut self.prior))?,
            "values" => object.next_value_seed(Value(&mut self.values))?,
            _ => rest = object.next_value()?,
        }
        self.top.insert(name.to_owned(), rest);
        Ok(())
    }
}

/// What is read of a resource of the plan.
const CHANGED: [&str; 5] = ["address", "change", "deposed", "mode", "type"];

/// A resource of the plan, even if nothing changes.
fn changed<'t>(kind: Cow<'t, str>, of: &Fields<'t>) -> Option<Resource<'t>> {
    let change = fields(of.get("change").copied());
    let side = |value: &str, unknown: &str, sensitive: &str| {
        let value = change.get(value).copied().filter(|it| it.get() != "null");
        value.map(|it| Node {
            value: Some(it),
            unknown: change.get(unknown).copied(),
            sensitive: change.get(sensitive).copied(),
        })
    };
    let before = side("before", "", "before_sensitive");
    let after = side("after", "after_unknown", "after_sensitive");
    // A forgotten resource leaves the state but continues to exist.
    let actions = items(change.get("actions").copied());
    let has = |action: &str| actions.iter().any(|it| it.get() == action);
    let forgotten = has("\"forget\"");
    let deposed = text_of(of.get("deposed"));
    Some(Resource {
        address: address(of, deposed.as_ref())?,
        kind,
        is_data: is_data(of),
        is_deposed: deposed.is_some(),
        is_created: has("\"create\""),
        after: after.or(before.filter(|_| forgotten)),
        before,
    })
}

/// What is read of a resource of a state.
const PRESENT: [&str; 6] = [
    "address",
    "deposed_key",
    "mode",
    "sensitive_values",
    "type",
    "values",
];

/// A resource of a state.
fn present<'t>(kind: Cow<'t, str>, of: &Fields<'t>) -> Option<Resource<'t>> {
    let deposed = text_of(of.get("deposed_key"));
    let node = Node {
        value: of.get("values").copied(),
        unknown: None,
        sensitive: of.get("sensitive_values").copied(),
    };
    Some(Resource {
        address: address(of, deposed.as_ref())?,
        kind,
        is_data: is_data(of),
        is_deposed: deposed.is_some(),
        is_created: false,
        before: Some(node),
        after: Some(node),
    })
}

/// The address of a resource; a resource that a replacement left behind has the same one, and a key of its own.
fn address(of: &Fields, deposed: Option<&String>) -> Option<String> {
    let address = text_of(of.get("address"))?;
    Some(match deposed {
        Some(key) => format!("{address} (deposed {key})"),
        None => address,
    })
}

fn is_data(of: &Fields) -> bool {
    of.get("mode").is_some_and(|it| it.get() == "\"data\"")
}

/// How deep lists and objects may be nested: far more than any provider's schema or tree of modules.
const DEEPEST: usize = 256;

/// How deep lists and objects are nested in a text, and the number of entries of the outermost object.
fn shape(text: &str) -> (usize, usize) {
    let (mut depth, mut deepest, mut entries) = (0_usize, 0, 0);
    let mut bytes = text.as_bytes().iter();
    while let Some(byte) = bytes.find(|it| matches!(it, b'"' | b'[' | b'{' | b']' | b'}' | b':')) {
        match byte {
            b'"' => {
                while bytes.find(|it| matches!(it, b'"' | b'\\')) == Some(&b'\\') {
                    bytes.next();
                }
            }
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b':' => entries += usize::from(depth == 1),
            _ => depth = depth.saturating_sub(1),
        }
    }
    (deepest, entries)
}

fn text_of(raw: Option<&&RawValue>) -> Option<String> {
    serde_json::from_str(raw?.get()).ok()
}
