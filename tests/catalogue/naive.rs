//! What a person reads in a product file and a `product` block, rule by rule and without haste: the oracle of `worlds`. It knows releases
//! as a list of all that there may be, and asks each rule anew whenever its answer is needed.

use portmatrix::model::layout::Overrides;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// A release as its parts, each a number with letters behind it.
pub(super) type Release = Vec<(u32, String)>;

pub(super) fn release(text: &str) -> Release {
    let part = |it: &str| {
        let digits = it.trim_end_matches(|it: char| it.is_ascii_alphabetic());
        (digits.parse().unwrap(), it[digits.len()..].to_owned())
    };
    text.trim_start_matches('v').split('.').map(part).collect()
}

/// Every release that there may be: three parts, some with letters behind the second. Bounds have lower numbers and letters.
pub(super) fn all_releases() -> Vec<Release> {
    let mut all = Vec::new();
    for major in 0..4 {
        for minor in 0..7 {
            for letters in ["", "b", "c", "d"] {
                for patch in 0..7 {
                    let bare = |it| (it, String::new());
                    all.push(vec![bare(major), (minor, letters.to_owned()), bare(patch)]);
                }
            }
        }
    }
    all
}

/// Whether a release begins with a shorter one. 19c begins with 19.
pub(super) fn begins(release: &Release, with: &Release) -> bool {
    let same = |(at, (number, letters)): (usize, &(u32, String))| {
        let (own, own_letters) = &release[at];
        let is_last = at + 1 == with.len();
        own == number && (own_letters == letters || (is_last && letters.is_empty()))
    };
    with.iter().enumerate().all(same)
}

/// Whether a release meets one bound, at as many parts as the bound has.
fn meets_one(release: &Release, bound: &str) -> bool {
    let bound = bound.trim();
    let sign = bound.trim_end_matches(|it: char| it.is_alphanumeric() || it == '.');
    let wanted = self::release(bound[sign.len()..].trim());
    let is_equal = begins(release, &wanted);
    let is_more = !is_equal && release[..wanted.len()] > wanted[..];
    match sign.trim() {
        ">=" => is_equal || is_more,
        ">" => is_more,
        "<=" => !is_more,
        "<" => !is_equal && !is_more,
        "=" => is_equal,
        other => panic!("{other}"),
    }
}

pub(super) fn meets(release: &Release, bounds: &str) -> bool {
    bounds.split(',').all(|it| meets_one(release, it))
}

/// What is one thing or a list of things.
fn list(value: &Json) -> Vec<String> {
    match value {
        Json::Null => Vec::new(),
        Json::String(text) => vec![text.clone()],
        Json::Array(items) => items.iter().flat_map(list).collect(),
        other => panic!("{other}"),
    }
}

/// The first and the last port of a range.
fn ends(range: &str) -> (u32, u32) {
    let (from, to) = range.split_once('-').unwrap_or((range, range));
    (from.parse().unwrap(), to.parse().unwrap())
}

/// A product file with a release and a `product` block.
pub(super) struct Reader<'r> {
    pub(super) file: &'r Json,
    pub(super) overrides: &'r Overrides,
    pub(super) release: Release,
}

/// A flow that is on: what it listens on, what is connected to, and the ports that are missing.
pub(super) type Traffic = (BTreeSet<String>, BTreeSet<String>, BTreeSet<String>);

impl Reader<'_> {
    /// Whether the release has it.
    fn is_there(&self, table: &Json) -> bool {
        let bounds = list(&table["releases"]);
        bounds.is_empty() || bounds.iter().any(|it| meets(&self.release, it))
    }

    /// The table of a kind and name, if the release has it.
    fn get(&self, kind: &str, name: &str) -> Option<&Json> {
        self.file[kind].get(name).filter(|it| self.is_there(it))
    }

    fn names(&self, kind: &str) -> impl Iterator<Item = &str> {
        let entries = self.file[kind].as_object().into_iter().flatten();
        entries.map(|(name, _)| name.as_str())
    }

    /// The options that the release has.
    fn options(&self, choice: &Json) -> Vec<String> {
        let options = choice["options"].as_object().unwrap().iter();
        let options = options.filter(|(_, it)| it.is_string() || self.is_there(it));
        options.map(|(name, _)| name.clone()).collect()
    }

    /// The option of a choice.
    fn chosen(&self, choice: &Json, name: &str) -> Option<String> {
        let options = self.options(choice);
        let given = self.overrides.choices.get(name);
        if let Some(given) = given.filter(|it| options.contains(it)) {
            return Some(given.clone());
        }
        if let Some(default) = self.default(choice).and_then(Json::as_str)
            && options.iter().any(|it| it == default)
        {
            return Some(default.to_owned());
        }
        (options.len() == 1).then(|| options[0].clone())
    }

    /// The default: the first of `defaults` that holds, else `default`.
    fn default<'t>(&self, table: &'t Json) -> Option<&'t Json> {
        let defaults = table["defaults"].as_array().into_iter().flatten();
        for it in defaults {
            if self.is_there(it) && self.conditions_hold(it) {
                return it.get("default");
            }
        }
        table.get("default")
    }

    /// Whether a name in a condition is on; of an undecided option, what it counts as.
    fn is_on(&self, name: &str, undecided: bool) -> bool {
        let Some((choice_name, option)) = name.split_once('.') else {
            return self.has_feature(name);
        };
        let Some(choice) = self.get("choice", choice_name) else {
            return false;
        };
        if !self.options(choice).iter().any(|it| it == option) {
            return false;
        }
        match self.chosen(choice, choice_name) {
            Some(chosen) => chosen == option,
            None => undecided,
        }
    }

    fn has_feature(&self, name: &str) -> bool {
        let is_named = |names: &[String]| names.iter().any(|it| it == name);
        match self.get("feature", name) {
            None => false,
            Some(_) if is_named(&self.overrides.disable) => false,
            Some(_) if is_named(&self.overrides.enable) => true,
            Some(feature) => self.default(feature) == Some(&Json::Bool(true)),
        }
    }

    fn conditions_hold(&self, table: &Json) -> bool {
        let all = |term: &String, undecided| term.split('+').all(|it| self.is_on(it, undecided));
        let (when, unless) = (list(&table["when"]), list(&table["unless"]));
        let is_on = when.is_empty() || when.iter().any(|it| all(it, true));
        is_on && !unless.iter().any(|it| all(it, false))
    }

    /// The numbers that a text lists.
    fn listed(text: &str) -> Option<BTreeSet<u32>> {
        let mut numbers = BTreeSet::new();
        for it in text.split(',') {
            let (from, to) = it.split_once('-').unwrap_or((it, it));
            numbers.extend(from.trim().parse::<u32>().ok()?..=to.trim().parse().ok()?);
        }
        Some(numbers)
    }

    /// What the user may set a number to, and does.
    fn given(&self, number: &Json, name: &str) -> Option<BTreeSet<u32>> {
        let within = Self::listed(number["within"].as_str()?)?;
        let given = Self::listed(self.overrides.numbers.get(name)?)?;
        given.is_subset(&within).then_some(given)
    }

    /// The values of a number, as written in ports.
    fn values(&self, name: &str) -> Vec<String> {
        let Some(number) = self.get("number", name) else {
            return Vec::new();
        };
        let offset = &number["offset"];
        let (of, by) = match offset["of"].as_str() {
            Some(of) => (of, offset["by"].as_i64().unwrap()),
            None => (name, 0),
        };
        let Some(followed) = self.get("number", of) else {
            return Vec::new();
        };
        let default = || Self::listed(self.default(followed)?.as_str()?);
        let values = self.given(followed, of).or_else(default);
        let digits = usize::try_from(number["digits"].as_i64().unwrap_or(1)).unwrap();
        let write = |it: u32| format!("{:0digits$}", i64::from(it) + by);
        values.unwrap_or_default().into_iter().map(write).collect()
    }

    /// The ports of a text, once for each value of each number in it; nothing if a number has no value.
    fn expand(&self, text: &str) -> Option<BTreeSet<String>> {
        let Some((_, after)) = text.split_once('{') else {
            return Some(text.split(',').map(|it| it.trim().to_owned()).collect());
        };
        let name = after.split_once('}').unwrap().0;
        let values = self.values(name);
        let mut all = BTreeSet::new();
        for value in &values {
            all.extend(self.expand(&text.replace(&format!("{{{name}}}"), value))?);
        }
        (!values.is_empty()).then_some(all)
    }

    /// The ports of a parameter without those that follow another.
    fn own_ports(&self, name: &str, port: &Json) -> Option<BTreeSet<String>> {
        if let Some(given) = self.overrides.ports.get(name) {
            return self.expand(given);
        }
        let profile = self.overrides.profile.as_ref();
        let recommended = profile.and_then(|it| port["recommended"].get(it));
        self.expand(recommended.or_else(|| self.default(port))?.as_str()?)
    }

    /// The ports of a parameter.
    fn ports(&self, name: &str) -> Option<BTreeSet<String>> {
        let port = self.get("port", name)?;
        let own = self.own_ports(name, port);
        let (of, by) = (port["offset"]["of"].as_str(), &port["offset"]["by"]);
        let followed = || {
            let ports = self.own_ports(of?, self.get("port", of?)?)?;
            let shift = |it: &str| (it.parse::<i64>().unwrap() + by.as_i64().unwrap()).to_string();
            let shifted = ports.iter().map(|it| {
                let ends: Vec<String> = it.split('-').map(shift).collect();
                ends.join("-")
            });
            Some(shifted.collect())
        };
        own.or_else(followed)
    }

    /// The traffic of a flow, if the release has anything of it.
    fn traffic(&self, flow: &Json) -> Option<Traffic> {
        let ends = |field: &str| {
            list(&flow[field])
                .into_iter()
                .filter(|it| self.get("component", it).is_some())
                .count()
        };
        if !self.is_there(flow) || ends("from") == 0 || ends("to") == 0 {
            return None;
        }
        let (mut listens, mut dials, mut unset) = Traffic::default();
        let mut has_service = false;
        for service in list(&flow["services"]) {
            let (transports, ports) = service.split_once('/').unwrap();
            for spec in ports.split(',') {
                let name = spec
                    .trim()
                    .strip_prefix('{')
                    .and_then(|it| it.strip_suffix('}'));
                let listened = match name {
                    None => Some(BTreeSet::from([spec.trim().to_owned()])),
                    Some(name) if self.get("port", name).is_none() => continue,
                    Some(name) => self.ports(name),
                };
                has_service = true;
                let Some(listened) = listened else {
                    unset.extend(name.map(str::to_owned));
                    continue;
                };
                let advertised = name.and_then(|it| self.overrides.advertised_ports.get(it));
                let dialled = advertised.map_or(listened.clone(), |it| self.expand(it).unwrap());
                for transport in transports.split('+') {
                    listens.extend(listened.iter().map(|it| format!("{transport}/{it}")));
                    dials.extend(dialled.iter().map(|it| format!("{transport}/{it}")));
                }
            }
        }
        has_service.then_some((listens, dials, unset))
    }

    /// Whether a flow that the release has is on.
    fn is_enabled(&self, flow: &Json) -> bool {
        let id = flow["id"].as_str().unwrap();
        let is_in = |names: &[String], name: &str| names.iter().any(|it| it == name);
        let is_disabled =
            |it: &str| self.get("feature", it).is_some() && is_in(&self.overrides.disable, it);
        let when = list(&flow["when"]);
        let features_off = !when.is_empty() && when.iter().all(|it| it.split('+').any(is_disabled));
        let by_itself = flow["need"] != "optional" && self.conditions_hold(flow);
        let is_named = is_in(&self.overrides.enable, id);
        (is_named || by_itself) && !is_in(&self.overrides.disable, id) && !features_off
    }

    /// The flows that are on.
    pub(super) fn flows(&self) -> BTreeMap<String, Traffic> {
        let flows = self.file["flow"].as_array().unwrap().iter();
        let on = flows.filter(|it| self.is_enabled(it));
        let on =
            on.filter_map(|it| Some((it["id"].as_str().unwrap().to_owned(), self.traffic(it)?)));
        on.collect()
    }

    /// Whether the file has a flow or feature at all, and whether the release has it.
    fn known(&self, name: &str) -> (bool, bool) {
        let mut flows = self.file["flow"].as_array().unwrap().iter();
        let flow = flows.find(|it| it["id"] == name);
        let is_there = flow.is_some_and(|it| self.traffic(it).is_some());
        let feature = self.file["feature"].get(name);
        (
            flow.is_some() || feature.is_some(),
            is_there || self.get("feature", name).is_some(),
        )
    }

    /// The mistakes in the block: the code of each, and its place.
    pub(super) fn mistakes(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let o = self.overrides;
        for (field, names) in [("enable", &o.enable), ("disable", &o.disable)] {
            for (at, name) in names.iter().enumerate() {
                let (is_known, is_there) = self.known(name);
                let is_silent = field == "disable" && is_known;
                if !is_there && !is_silent {
                    found.insert(format!("unknown-flow {field}[{at}]"));
                }
            }
        }
        if o.enable
            .iter()
            .any(|it| o.disable.contains(it) && self.known(it).1)
        {
            found.insert("bad-value disable".to_owned());
        }
        for (name, option) in &o.choices {
            let options = self.get("choice", name).map(|it| self.options(it));
            if !options.is_some_and(|it| it.contains(option)) {
                found.insert(format!("unknown-choice choices[{name:?}]"));
            }
        }
        for name in o.numbers.keys() {
            let place = format!("numbers[{name:?}]");
            match self.get("number", name) {
                None => found.insert(format!("unknown-number {place}")),
                Some(it) => {
                    self.given(it, name).is_none() && found.insert(format!("bad-value {place}"))
                }
            };
        }
        for (field, ports) in [
            ("ports", &o.ports),
            ("advertised_ports", &o.advertised_ports),
        ] {
            for name in ports.keys().filter(|it| self.get("port", it).is_none()) {
                found.insert(format!("unknown-port-parameter {field}[{name:?}]"));
            }
        }
        for name in self.names("port") {
            let Some(port) = self.get("port", name) else {
                continue;
            };
            let within = port["within"].as_str().and_then(|it| self.expand(it));
            let is_outside = |it: &String| {
                let (from, to) = ends(it);
                let mut bounds = within.iter().flatten().map(|it| ends(it));
                !bounds.any(|(low, high)| low <= from && to <= high)
            };
            let ports = self.ports(name).unwrap_or_default();
            if within.is_some() && ports.iter().any(is_outside) {
                found.insert(format!("port-outside-bounds ports[{name:?}]"));
            }
        }
        if let Some(profile) = &o.profile {
            let mut ports = self.names("port").filter_map(|it| self.get("port", it));
            if !ports.any(|it| it["recommended"].get(profile).is_some()) {
                found.insert("unknown-profile profile".to_owned());
            }
        }
        found
    }
}
