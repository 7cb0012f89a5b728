//! An answer for people, and for programs.

use super::answer::{Answer, AtEnd, Shown, Verdict};
use crate::model::words::Direction;
use serde_json::{Value, json};

/// The most rows that are shown of a rule.
const ROWS: usize = 2;

/// At most twelve lines.
pub(super) fn text(answer: &Answer) -> String {
    let mut lines: Vec<(String, String)> = Vec::new();
    for side in &answer.sides {
        let way = match side.direction {
            Direction::Egress => "out",
            Direction::Ingress => "in ",
        };
        let mut said = at_end(&side.state).into_iter();
        let first = said.next().unwrap_or_default();
        lines.push((side.zone.clone(), format!("{way}  {first}")));
        lines.extend(said.map(|it| (String::new(), format!("     {it}"))));
    }
    let mut labelled = |label: &str, said: &[String]| {
        for (at, it) in said.iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            lines.push((label.to_owned(), it.clone()));
        }
    };
    for (at, reason) in answer.because.iter().enumerate() {
        labelled(if at == 0 { "because" } else { "and" }, reason);
    }
    for (at, it) in answer.change.iter().enumerate() {
        labelled(
            if at == 0 { "change" } else { "and" },
            std::slice::from_ref(it),
        );
    }
    for it in &answer.notes {
        labelled("note", std::slice::from_ref(it));
    }
    let width = lines
        .iter()
        .map(|(label, _)| label.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = format!("{}\n", answer.line);
    for (label, it) in lines {
        let line = format!("  {label:<width$}  {it}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn at_end(state: &AtEnd) -> Vec<String> {
    match state {
        AtEnd::Unfiltered(why) => vec![format!("not filtered here: {why}")],
        AtEnd::Existing(rule) => vec![rule.clone(), "not a rule of the layout".to_owned()],
        AtEnd::Nothing => vec!["no rule permits it".to_owned()],
        AtEnd::Part(part, rules) => {
            let part = std::iter::once(format!("only {part}"));
            part.chain(of_rules(rules)).collect()
        }
        AtEnd::Rules(rules) => of_rules(rules),
    }
}

/// The first rules, each with its first rows.
fn of_rules(rules: &[Shown]) -> Vec<String> {
    let of_rule = |(key, rows): &Shown| {
        let shown = rows
            .iter()
            .take(ROWS)
            .map(|(platform, row)| format!("{platform}: {row}"));
        let mut shown: Vec<String> = shown.collect();
        if rows.len() > ROWS {
            shown.push(format!("and {} more", rows.len() - ROWS));
        }
        let line = format!("{key}   {}", shown.join(", "));
        line.trim_end().to_owned()
    };
    rules.iter().take(ROWS).map(of_rule).collect()
}

pub(super) fn json(answer: &Answer) -> Value {
    let verdict = match answer.verdict {
        Verdict::Permitted => "permitted",
        Verdict::Refused => "refused",
        Verdict::InPart => "refused-in-part",
        Verdict::Unfiltered => "unfiltered",
        Verdict::Undecided => "undecided",
    };
    let sides = answer.sides.iter().map(|it| {
        let (state, rules, detail) = match &it.state {
            AtEnd::Unfiltered(why) => ("unfiltered", Vec::new(), Some(why.clone())),
            AtEnd::Existing(rule) => ("existing", Vec::new(), Some(rule.clone())),
            AtEnd::Nothing => ("missing", Vec::new(), None),
            AtEnd::Rules(rules) => ("rule", rules.iter().collect(), None),
            AtEnd::Part(part, rules) => ("part", rules.iter().collect(), Some(part.to_string())),
        };
        let rules = rules.into_iter().map(|(key, rows)| {
            let rows = rows.iter().map(|(platform, row)| json!({ "platform": platform, "row": row }));
            json!({ "key": key, "rows": rows.collect::<Vec<_>>() })
        });
        json!({
            "zone": it.zone, "direction": it.direction.as_str(), "state": state, "rules": rules.collect::<Vec<_>>(),
            "detail": detail, "open": it.open,
        })
    });
    let [from, to, service] = &answer.question;
    json!({
        "verdict": verdict, "from": from, "to": to, "service": service, "answer": answer.line,
        "ends": sides.collect::<Vec<_>>(), "because": answer.because, "change": answer.change, "notes": answer.notes,
    })
}
