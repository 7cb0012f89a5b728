//! The flows: source, destination, ports and reasons.

use super::fields::Fields;
use super::mistakes::Mistakes;
use super::notes::source_refs;
use crate::catalog::product::{Component, Feature, Flow};
use crate::model::name::backticked;
use crate::model::traffic::Service;
use crate::model::words::{Assumption, Exposure, Kind, Need, Plane};
use std::collections::BTreeMap;

pub(super) fn flows(
    top: Fields<'_>,
    components: &BTreeMap<String, Component>,
    features: &BTreeMap<String, Feature>,
    m: &mut Mistakes<'_>,
) -> BTreeMap<String, Flow> {
    let mut flows = BTreeMap::new();
    for (order, it) in top.tables("flow").enumerate() {
        let id = it.string("id");
        if features.contains_key(&id) {
            let at = it.text("id").map_or(it.at, |it| it.at);
            m.add(at, format!("{} has the name of a feature; `enable` and `disable` could not tell them apart", it.called));
        }
        let flow = flow(order, it);
        if flow.need == Need::Optional && !flow.when.is_empty() {
            let at = it.text("need").map_or(it.at, |it| it.at);
            m.add(at, format!("{}: `need = \"optional\"` excludes `when`, because the features would not switch the flow on; remove `need`, or add a feature and write `when = \"a+b\"`", it.called));
        }
        check_exposure(it, &flow, components, m);
        flows.insert(id, flow);
    }
    flows
}

fn flow(order: usize, it: Fields<'_>) -> Flow {
    Flow {
        order,
        from: it.strings("from"),
        to: it.strings("to"),
        services: it
            .texts("services")
            .filter_map(|it| Service::parse(it.text).ok())
            .collect(),
        service_texts: it.strings("services"),
        application: it.strings("application"),
        plane: it.word("plane", Plane::parse).unwrap_or(Plane::Data),
        exposure: it.word("exposure", Exposure::parse),
        need: it.word("need", Need::parse).unwrap_or(Need::Unstated),
        when: it.strings("when"),
        unless: it.strings("unless"),
        tls: it.flag("tls"),
        long_lived: it.flag("long_lived").unwrap_or(false),
        purpose: it.languages("purpose"),
        sources: source_refs(it),
        assumed: it
            .texts("assumed")
            .filter_map(|it| Assumption::parse(it.text))
            .collect(),
        note: it.string("note"),
        releases: it.releases(),
    }
}

fn check_exposure(
    it: Fields<'_>,
    flow: &Flow,
    components: &BTreeMap<String, Component>,
    m: &mut Mistakes<'_>,
) {
    let outside = |name: &String| {
        components
            .get(name)
            .is_some_and(|it| it.kind == Kind::External)
    };
    let fault = match flow.exposure {
        None if !it.has("exposure") && !flow.to.iter().all(outside) => format!(
            "`exposure` is missing; expected one of {}",
            backticked(Exposure::WORDS.iter().copied())
        ),
        Some(_) if flow.to.iter().any(outside) => {
            "`exposure` is only for your own listeners, but `to` is external; remove it".to_owned()
        }
        Some(Exposure::Group) if flow.from.len() != 1 || flow.from != flow.to => {
            "exposure `group` is for traffic among members of one component, so `from` and `to` must be the same".to_owned()
        }
        _ => return,
    };
    m.add(it.at, format!("{}: {fault}", it.called));
}
