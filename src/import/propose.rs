//! Completes a file of answers: proposals for names and kinds, and empty answers where the page leaves something open.

use super::answers::{Answers, Component, Group, Table};
use super::claim::Party;
use super::facts::Facts;
use super::names::{Taken, slug, unused};
use super::questions::{means_this, open};
use super::settle::{UNSTATED, group_name, settle};
use super::text::{has_any, stems, words};
use crate::model::words::Kind;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a page in addition to its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The name of the product, if a person gave one.
    pub product: String,
    /// The file's name without its extension.
    pub stem: String,
    /// The sha256 of the text, in hex.
    pub sha256: String,
    /// The day on which it was saved, `YYYY-MM-DD`.
    pub retrieved: String,
}

/// Fills in what the answers lack. What a person wrote stays.
pub fn complete(mut answers: Answers, facts: &Facts, page: &Page, text: &str) -> Answers {
    let document = &mut answers.document;
    if !document.sha256.is_empty() && document.sha256 != page.sha256 {
        document.retrieved.clear();
    }
    page.sha256.clone_into(&mut document.sha256);
    let fill = |value: &mut String, proposal: &str| {
        if value.is_empty() {
            proposal.clone_into(value);
        }
    };
    let prints = |it: &&str| it.chars().any(|it| !it.is_control() && !it.is_whitespace());
    let title = facts.title.as_deref().filter(prints);
    fill(&mut document.title, title.unwrap_or(&page.stem));
    fill(&mut document.language, language(text));
    fill(&mut document.retrieved, &page.retrieved);
    let product = &mut answers.product;
    let stem = slug(&page.stem).unwrap_or_else(|| "product".to_owned());
    if !page.product.is_empty() {
        page.product.clone_into(&mut product.name);
    }
    fill(&mut product.name, &stem);
    let title = product.name.clone();
    fill(&mut product.title, &title);
    if answers.this.is_none() && facts.claims.iter().any(means_this) {
        answers.this = Some(String::new());
    }
    names(&mut answers, facts);
    groups(&mut answers, facts);
    tables(&mut answers, facts);
    components(&mut answers, facts);
    answers
}

/// A component for every printed name. Spellings that differ only in case, punctuation or the endings of words mean one component.
fn names(answers: &mut Answers, facts: &Facts) {
    let known = answers
        .names
        .values()
        .flatten()
        .chain(answers.components.keys());
    let mut taken: Taken = known.cloned().chain([UNSTATED.to_owned()]).collect();
    let mut known: BTreeMap<Vec<String>, Vec<String>> = answers
        .names
        .iter()
        .map(|(printed, it)| (stems(printed), it.clone()))
        .collect();
    for printed in printed(facts) {
        let folded = stems(&printed);
        if answers.names.contains_key(&printed) {
            continue;
        }
        if let Some(names) = known.get(&folded) {
            answers.names.insert(printed, names.clone());
            continue;
        }
        let base = slug(&printed).unwrap_or_else(|| format!("component-{}", known.len() + 1));
        let name = unused(&base, &mut taken);
        known.insert(folded, vec![name.clone()]);
        answers.names.insert(printed, vec![name]);
    }
}

/// The names that claims print, each once, in the order of the page.
fn printed(facts: &Facts) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut names = Vec::new();
    for party in facts
        .claims
        .iter()
        .flat_map(|it| it.from.iter().chain(&it.to))
    {
        if let Party::Named(name) = party
            && seen.insert(name.clone())
        {
            names.push(name.clone());
        }
    }
    names
}

fn groups(answers: &mut Answers, facts: &Facts) {
    let mut taken: Taken = answers.groups.iter().map(|it| it.name.clone()).collect();
    for (at, group) in facts.groups.iter().enumerate() {
        if answers.group(&group.at).is_none() {
            let name = unused(&group_name(facts, answers, at), &mut taken);
            answers.groups.push(Group {
                at: group.at.clone(),
                members: group.members.clone(),
                kind: None,
                name,
            });
        }
    }
}

/// An empty answer for every end that the rows of a table leave open, and a place for the roles of tables that are not used.
fn tables(answers: &mut Answers, facts: &Facts) {
    for it in &facts.unused {
        if answers.table(&it.at, &it.headers).is_none() {
            answers.tables.push(Table {
                at: it.at.clone(),
                columns: it.headers.clone(),
                ..Table::default()
            });
        }
    }
    for (index, it) in facts.tables.iter().enumerate() {
        let open = open(facts, answers, index);
        if open.inbound + open.outbound + open.from + open.to == 0 {
            continue;
        }
        let same = |table: &Table| {
            table.at == it.at && (table.columns.is_empty() || table.columns == it.headers)
        };
        let known = answers.tables.iter().position(same);
        let known = known.unwrap_or_else(|| {
            answers.tables.push(Table {
                at: it.at.clone(),
                ..Table::default()
            });
            answers.tables.len() - 1
        });
        let table = &mut answers.tables[known];
        table.columns.clone_from(&it.headers);
        if table.roles.is_empty() {
            table.roles.clone_from(&it.roles);
        }
        for (count, answer) in [
            (open.inbound, &mut table.inbound),
            (open.outbound, &mut table.outbound),
            (open.from, &mut table.from),
            (open.to, &mut table.to),
        ] {
            if count > 0 && answer.is_none() {
                *answer = Some(Vec::new());
            }
        }
    }
}

fn components(answers: &mut Answers, facts: &Facts) {
    let flows = settle(facts, answers);
    let mut titles: BTreeMap<&str, &str> = BTreeMap::new();
    for (printed, names) in &answers.names {
        if let [one] = names.as_slice() {
            titles.entry(one).or_insert(printed);
        }
    }
    let connecting: BTreeSet<&String> = flows.iter().flat_map(|it| &it.from).collect();
    let listening: BTreeSet<&String> = flows.iter().flat_map(|it| &it.to).collect();
    let mut found: Vec<(String, Component)> = Vec::new();
    for name in connecting
        .union(&listening)
        .copied()
        .filter(|it| *it != UNSTATED)
    {
        let title = titles
            .get(name.as_str())
            .map_or_else(|| name.clone(), |it| (*it).to_owned());
        // Next to the component that the page is about, who only connects or only listens is not a part of it.
        let one_sided = listening.contains(name) != connecting.contains(name);
        let is_this = answers.this.as_deref() == Some(name);
        let kind = kind(&title, is_this, answers.this.is_some() && one_sided);
        let component = Component {
            title,
            kind: Some(kind),
            is: Vec::new(),
        };
        found.push((name.clone(), component));
    }
    for (name, proposed) in found {
        let known = answers.components.entry(name).or_default();
        if known.title.is_empty() {
            known.title = proposed.title;
        }
        known.kind = known.kind.or(proposed.kind);
    }
}

#[rustfmt::skip]
const STORES: &[&str] = &[
    "database", "databases", "db", "sql", "postgres", "postgresql", "mysql", "mariadb", "mongodb", "redis", "valkey",
    "kafka", "elasticsearch", "opensearch", "etcd", "rabbitmq", "storage", "store", "file server", "nfs", "cache",
    "queue", "cassandra", "memcached", "minio", "бд", "数据库", "データベース", "veritabanı", "datenbank",
];
#[rustfmt::skip]
const OUTSIDE: &[&str] = &[
    "internet", "client", "clients", "user", "users", "browser", "browsers", "workstation", "workstations",
    "administrator", "administrators", "admin workstation", "external", "dns", "ntp", "smtp", "ldap",
    "active directory", "domain controller", "syslog", "snmp", "mail", "email", "laptop", "aws", "azure", "microsoft",
    "google", "monitoring", "vpn", "any", "anywhere", "world", "public", "operator", "notification", "kms", "dhcp",
    "intranet", "console", "клиент", "клиенты", "пользователь", "интернет", "客户端", "用户", "互联网", "クライアント", "ユーザー",
    "インターネット", "istemci", "kullanıcı", "benutzer", "dmz",
];
#[rustfmt::skip]
const PLATFORM: &[&str] = &[
    "kubelet", "kube proxy", "kube apiserver", "esxi", "vcenter", "hypervisor", "kubernetes",
];

/// What a component probably is. A person corrects it; it is never asked.
fn kind(title: &str, is_this: bool, is_one_sided: bool) -> Kind {
    let title = words(title);
    if is_this {
        Kind::Own
    } else if has_any(&title, PLATFORM) {
        Kind::Platform
    } else if has_any(&title, STORES) {
        Kind::Dependency
    } else if has_any(&title, OUTSIDE) || is_one_sided {
        Kind::External
    } else {
        Kind::Own
    }
}

/// The language of a text, by its letters. Two letters.
fn language(text: &str) -> &'static str {
    let mut counts = [0_usize; 5];
    for it in text.chars().take(200_000) {
        match it {
            '\u{3040}'..='\u{30ff}' => counts[0] += 1,
            '\u{4e00}'..='\u{9fff}' => counts[1] += 1,
            '\u{0400}'..='\u{04ff}' => counts[2] += 1,
            'ğ' | 'ş' | 'ı' | 'İ' | 'Ğ' | 'Ş' => counts[3] += 1,
            'ß' | 'ä' | 'Ä' => counts[4] += 1,
            _ => {}
        }
    }
    let all = text.chars().take(200_000).count().max(1);
    let many = |count: usize, per_mille: usize| count * 1000 > all * per_mille;
    match counts {
        [ja, _, ..] if many(ja, 10) => "ja",
        [_, zh, ..] if many(zh, 30) => "zh",
        [_, _, ru, ..] if many(ru, 50) => "ru",
        [_, _, _, tr, _] if many(tr, 8) => "tr",
        [.., de] if many(de, 4) => "de",
        _ => "en",
    }
}
