//! Exceptions to judgements, each with its reason.

use crate::model::code::{Class, Code};
use crate::model::finding::{ConfigPath, Finding};
use crate::model::name::{backticked, suggest};
use crate::model::words::Severity;
use wildmatch::WildMatch;

/// An exception to a judgement.
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
    /// Its block.
    pub place: ConfigPath,
}

/// Turns accepted findings into infos that carry the reason, and reports acceptances that fit nothing.
pub fn accept(findings: &mut Vec<Finding>, accepts: &[Accept]) {
    let mut remarks = Vec::new();
    for it in accepts {
        let Some(code) = judgement(it, &mut remarks) else {
            continue;
        };
        let glob = WildMatch::new(&it.subject);
        let of_code = || findings.iter().filter(|finding| finding.code == code);
        if of_code().any(|finding| glob.matches(&finding.subject)) {
            for finding in findings
                .iter_mut()
                .filter(|finding| finding.code == code && glob.matches(&finding.subject))
            {
                finding.severity = Severity::Info;
                finding.message = format!("{} (accepted: {})", finding.message, reason(it));
            }
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
            place,
        }
    }

    fn after(accepts: &[Accept]) -> Vec<(Code, Severity)> {
        let mut findings = vec![Finding::new(
            Code::Exposed,
            "dmz/kong.admin/internet",
            "open",
        )];
        accept(&mut findings, accepts);
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
            accept(&mut findings, &[acceptance(code, "*")]);
            assert_eq!(findings[0].code, Code::BadValue, "{code}");
        }
    }
}
