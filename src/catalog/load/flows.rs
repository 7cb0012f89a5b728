//! The flows: who dials, who listens, what, and why.

use super::document::Mistakes;
use super::fields::{Fields, Text};
use super::{Known, insert_once};
use crate::catalog::product::Flow;
use crate::model::name::{quoted, suggest};
use crate::model::traffic::Service;
use crate::model::words::{Assumption, Exposure, Kind, Need, Plane};
use std::collections::BTreeMap;

impl Known {
    pub(super) fn flows(
        &self,
        top: &mut Fields<'_>,
        m: &mut Mistakes<'_>,
    ) -> BTreeMap<String, Flow> {
        let mut flows = BTreeMap::new();
        for mut it in top.list("flow", m) {
            let id = it.name("id", m);
            if !id.text.is_empty() {
                it.rename(format!("flow `{}`", id.text));
            }
            let flow = self.flow(&mut it, m);
            it.finish(m);
            if self.features.contains_key(&id.text) {
                m.add(id.at, format!("flow `{}` has the name of a feature; `enable` and `disable` could not tell them apart", id.text));
            }
            insert_once(&mut flows, "flow", id, flow, m);
        }
        if flows.is_empty() {
            m.add(top.at, "no [[flow]]: a matrix without flows opens nothing");
        }
        flows
    }

    fn flow(&self, it: &mut Fields<'_>, m: &mut Mistakes<'_>) -> Flow {
        let from = self.ends(it, "from", m);
        let to = self.ends(it, "to", m);
        let service_texts = it.texts("services", m);
        if service_texts.is_empty() {
            m.add(
                it.at,
                format!(
                    "{}: `services` is missing; write e.g. [\"tcp/443\"]",
                    it.name
                ),
            );
        }
        let services = service_texts
            .iter()
            .filter_map(|text| self.service(&it.name, text, m))
            .collect();
        let plane = it.required_word("plane", Plane::ALL, Plane::as_str, m);
        let exposure = it.word("exposure", Exposure::ALL, Exposure::as_str, m);
        self.check_exposure(it, &from, &to, exposure, m);
        let when = it.texts("when", m);
        for feature in &when {
            if !self.features.contains_key(&feature.text) {
                let help = suggest(&feature.text, self.features.keys().map(String::as_str));
                m.add(
                    feature.at,
                    format!(
                        "{}: `when` names the unknown feature `{}`; {help}",
                        it.name, feature.text
                    ),
                );
            }
        }
        let sources = self.source_refs(it, m);
        if sources.is_empty() {
            m.add(
                it.at,
                format!(
                    "{}: `source` is missing; every flow says where it comes from",
                    it.name
                ),
            );
        }
        Flow {
            from,
            to,
            services,
            service_texts: service_texts.into_iter().map(|it| it.text).collect(),
            application: it
                .texts("application", m)
                .into_iter()
                .map(|it| it.text)
                .collect(),
            plane: plane.unwrap_or(Plane::Data),
            exposure,
            need: it
                .word("need", Need::ALL, Need::as_str, m)
                .unwrap_or(Need::Unstated),
            when: when.into_iter().map(|it| it.text).collect(),
            choice: it.text("choice", m).map(|it| it.text),
            tls: it.flag("tls", m),
            long_lived: it.flag("long_lived", m).unwrap_or(false),
            purpose: it.languages("purpose", true, m),
            sources,
            assumed: it.words("assumed", Assumption::ALL, Assumption::as_str, m),
            note: it.text("note", m).map(|it| it.text).unwrap_or_default(),
        }
    }

    fn ends(&self, it: &mut Fields<'_>, field: &'static str, m: &mut Mistakes<'_>) -> Vec<String> {
        let texts = it.texts(field, m);
        if texts.is_empty() {
            m.add(
                it.at,
                format!("{}: `{field}` is missing; name a component", it.name),
            );
        }
        for text in &texts {
            if !self.components.contains_key(&text.text) {
                let help = suggest(&text.text, self.components.keys().map(String::as_str));
                m.add(
                    text.at,
                    format!(
                        "{}: `{field}` names the unknown component `{}`; {help}",
                        it.name, text.text
                    ),
                );
            }
        }
        texts.into_iter().map(|it| it.text).collect()
    }

    fn service(&self, owner: &str, text: &Text, m: &mut Mistakes<'_>) -> Option<Service> {
        let service = Service::parse(&text.text)
            .map_err(|message| m.add(text.at, format!("{owner}: {message}")))
            .ok()?;
        for parameter in service
            .parameters()
            .filter(|it| !self.ports.contains_key(*it))
        {
            let help = suggest(parameter, self.ports.keys().map(String::as_str));
            m.add(
                text.at,
                format!(
                    "{owner}: `{}` names the unknown port `{parameter}`; {help}",
                    text.text
                ),
            );
        }
        Some(service)
    }

    fn check_exposure(
        &self,
        it: &Fields<'_>,
        from: &[String],
        to: &[String],
        exposure: Option<Exposure>,
        m: &mut Mistakes<'_>,
    ) {
        let outside = |name: &String| {
            self.components
                .get(name)
                .is_some_and(|it| it.kind == Kind::External)
        };
        match exposure {
            None if !to.iter().all(outside) => m.add(
                it.at,
                format!(
                    "{}: `exposure` is missing; write one of {}",
                    it.name,
                    quoted(Exposure::ALL.iter().map(|it| it.as_str()))
                ),
            ),
            Some(_) if to.iter().any(outside) => {
                m.add(it.at, format!("{}: `exposure` is about our own listeners, and `to` is outside; leave it out", it.name));
            }
            Some(Exposure::Group) if from.len() != 1 || from != to => {
                m.add(it.at, format!("{}: exposure `group` is among the members of one component, so `from` and `to` must be the same one", it.name));
            }
            _ => {}
        }
    }

    pub(super) fn check_choices(&self, top: &Fields<'_>, m: &mut Mistakes<'_>) {
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        for choice in self.flows.values().filter_map(|it| it.choice.as_deref()) {
            *groups.entry(choice).or_default() += 1;
        }
        for (choice, _) in groups.into_iter().filter(|(_, count)| *count < 2) {
            m.add(
                top.at,
                format!("choice `{choice}` has one flow only; a choice is among several"),
            );
        }
    }
}
