//! Exceptions to judgements, each with its reason.

use crate::model::code::{Class, Code};
use crate::model::day::{Dates, Day, days_left};
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::{backticked, suggest};
use crate::model::words::Severity;
use std::collections::BTreeSet;
use wildmatch::WildMatch;

/// Judgements that are accepted.
#[derive(Clone, Debug)]
pub struct Accept {
    /// The code of the findings.
    pub code: String,
    /// A glob for their subjects: `*` is any text, `?` any one character.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// Where it was agreed.
    pub ticket: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day on which it is valid. If there is none, it stays valid.
    pub expires: Option<Day>,
    /// Its block.
    pub place: ConfigPath,
}

/// Turns accepted findings into infos that carry the reason, and reports acceptances that fit nothing. One that is over leaves its
/// findings as they are, unless another accepts them.
pub fn accept(findings: &mut Vec<Finding>, accepts: &[Accept], dates: Dates) {
    let mut remarks = Vec::new();
    let mut accepted: BTreeSet<usize> = BTreeSet::new();
    // What is over comes last, when it is known what others accept.
    let mut ordered: Vec<&Accept> = accepts.iter().collect();
    ordered.sort_by_key(|it| dates.is_over(it.expires));
    for it in ordered {
        let Some(code) = judgement(it, &mut remarks) else {
            continue;
        };
        let glob = WildMatch::new(&it.subject);
        let of_code = || findings.iter().filter(|finding| finding.code == code);
        if of_code().any(|finding| glob.matches(&finding.subject)) {
            let is_over = dates.is_over(it.expires);
            for (at, finding) in findings
                .iter_mut()
                .enumerate()
                .filter(|(_, finding)| finding.code == code && glob.matches(&finding.subject))
            {
                let until = it
                    .expires
                    .map_or_else(String::new, |it| format!(" until {it}"));
                if !is_over {
                    accepted.insert(at);
                    finding.severity = Severity::Info;
                    finding.message =
                        format!("{} (accepted{until}: {})", finding.message, reason(it));
                } else if !accepted.contains(&at) {
                    let message = &finding.message;
                    finding.message = format!("{message}; it was accepted{until}: {}", reason(it));
                }
            }
            remarks.extend(expiring(it, dates));
        } else {
            let message = format!(
                "no `{code}` finding has a subject that matches `{}`",
                it.subject
            );
            let subjects: Vec<&str> = of_code().map(|it| it.subject.as_str()).collect();
            let remedy = if subjects.is_empty() {
                "remove it".to_owned()
            } else {
                format!("existing subjects: {}", backticked(subjects))
            };
            remarks.push(
                Finding::for_argument(Code::AcceptanceUnused, &it.place, message).remedy(remedy),
            );
        }
    }
    findings.extend(remarks);
    findings.sort();
    findings.dedup();
}

/// That an acceptance is about to end. The days that are left are in the remedy, which no state has.
fn expiring(it: &Accept, dates: Dates) -> Option<Finding> {
    let (left, end) = (dates.left(it.expires)?, it.expires?);
    let message = format!(
        "the `accept` block for `{}` of `{}` has its last day on {end}",
        it.subject, it.code
    );
    let finding = Finding::new(Code::ExceptionExpiring, it.subject.clone(), message);
    Some(finding.remedy(days_left(left, "acceptance")).at(&it.place))
}

fn judgement(it: &Accept, remarks: &mut Vec<Finding>) -> Option<Code> {
    let place = it.place.field("code");
    let Some(code) = Code::parse(&it.code) else {
        let remedy = suggest(&it.code, judgements());
        remarks.push(
            Finding::for_argument(
                Code::BadValue,
                &place,
                format!("unknown code `{}`", it.code),
            )
            .remedy(remedy),
        );
        return None;
    };
    if code.doc().class != Class::Judgement {
        let message = format!("`{code}` is not a judgement, so it cannot be accepted");
        remarks.push(
            Finding::for_argument(Code::BadValue, &place, message)
                .remedy(format!("accept one of {}", backticked(judgements()))),
        );
        return None;
    }
    Some(code)
}

fn judgements() -> Vec<&'static str> {
    Code::ALL
        .iter()
        .filter(|it| it.doc().class == Class::Judgement)
        .map(|it| it.as_str())
        .collect()
}

fn reason(it: &Accept) -> String {
    [Some(&it.reason), it.ticket.as_ref(), it.owner.as_ref()]
        .into_iter()
        .flatten()
        .cloned()
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acceptance(code: &str, subject: &str) -> Accept {
        let place = ConfigPath::default().field("accept").index(0);
        Accept {
            code: code.to_owned(),
            subject: subject.to_owned(),
            reason: "agreed".to_owned(),
            ticket: None,
            owner: None,
            expires: None,
            place,
        }
    }

    fn after(accepts: &[Accept]) -> Vec<(Code, Severity)> {
        let mut findings = vec![Finding::new(
            Code::Exposed,
            "dmz/kong.admin/internet",
            "open",
        )];
        accept(&mut findings, accepts, Dates::default());
        findings
            .into_iter()
            .map(|it| (it.code, it.severity))
            .collect()
    }

    #[test]
    fn an_accepted_judgement_is_an_info() {
        assert_eq!(
            after(&[acceptance("exposed", "dmz/kong.*")]),
            [(Code::Exposed, Severity::Info)]
        );
    }

    #[test]
    fn an_acceptance_ends() {
        let until = |day: &str| Accept {
            expires: Day::parse(day).ok(),
            ..acceptance("exposed", "dmz/*")
        };
        let on = |day: &str, accepts: &[Accept]| {
            let mut findings = vec![Finding::new(
                Code::Exposed,
                "dmz/kong.admin/internet",
                "open",
            )];
            let dates = Dates {
                day: Day::parse(day).ok(),
                warn_days: 30,
            };
            accept(&mut findings, accepts, dates);
            let all = findings.into_iter();
            all.map(|it| (it.code, it.severity)).collect::<Vec<_>>()
        };
        let expiring = (Code::ExceptionExpiring, Severity::Warning);
        let accepted = (Code::Exposed, Severity::Info);
        let open = (Code::Exposed, Severity::Error);
        assert_eq!(on("2027-01-01", &[until("2027-03-31")]), [accepted]);
        assert_eq!(
            on("2027-03-01", &[until("2027-03-31")]),
            [accepted, expiring]
        );
        assert_eq!(
            on("2027-03-31", &[until("2027-03-31")]),
            [accepted, expiring]
        );
        assert_eq!(on("2027-04-01", &[until("2027-03-31")]), [open]);
        assert_eq!(
            on("2027-04-01", &[until("2027-03-31"), until("2028-01-01")]),
            [accepted]
        );
        assert_eq!(
            on("2027-04-01", &[until("2028-01-01"), until("2027-03-31")]),
            [accepted]
        );
        assert_eq!(on("", &[until("2027-03-31")]), [accepted]);
    }

    #[test]
    fn an_acceptance_that_fits_nothing_is_reported() {
        let expected = [
            (Code::Exposed, Severity::Error),
            (Code::AcceptanceUnused, Severity::Warning),
        ];
        assert_eq!(after(&[acceptance("exposed", "lan/*")]), expected);
    }

    #[test]
    fn only_judgements_can_be_accepted() {
        for code in ["bad-cidr", "exposd", "key-renamed"] {
            let mut findings = Vec::new();
            accept(&mut findings, &[acceptance(code, "*")], Dates::default());
            assert_eq!(findings[0].code, Code::BadValue, "{code}");
        }
    }
}
