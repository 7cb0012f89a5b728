//! Files that are not what `terraform show -json` prints: what they are, and what to do.

use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What bytes are if they are not UTF-8 text or not a plan: the end of a sentence about the file.
pub(super) fn bytes(bytes: &[u8], how_to_write: &str) -> Option<String> {
    let starts = |with: &[u8]| bytes.starts_with(with);
    if starts(b"\x1f\x8b") || starts(b"\x28\xb5\x2f\xfd") || starts(b"BZh") || starts(b"\xfd7zXZ") {
        return Some("is compressed; decompress it first".to_owned());
    }
    // Without a mark at the start: one half of each character of `{ "` is zero.
    let is_wide = matches!(bytes, [b'{' | b'[', 0, ..] | [0, b'{' | b'[', ..]);
    if starts(b"\xff\xfe") || starts(b"\xfe\xff") || is_wide {
        return Some(
            "is in UTF-16, the default of older Windows shells; run `terraform show -json PLANFILE | Out-File -Encoding utf8 plan.json`"
                .to_owned(),
        );
    }
    let error = std::str::from_utf8(bytes).err()?;
    if !starts(b"{") {
        return Some(format!("is not JSON; {how_to_write}"));
    }
    let before = &bytes[..error.valid_up_to()];
    let line = before.split(|it| *it == b'\n').count();
    Some(match error.error_len() {
        Some(_) => format!(
            "is not in UTF-8: byte {} in line {line} belongs to another encoding, such as Latin-1; {how_to_write}",
            error.valid_up_to() + 1
        ),
        None => {
            format!("is truncated in line {line}, in the middle of a character; create it again")
        }
    })
}

/// What another program's JSON object is.
pub(super) fn object(top: &BTreeMap<String, &RawValue>) -> Option<&'static str> {
    let has = |names: &[&str]| names.iter().all(|it| top.contains_key(*it));
    [
        (&["@level"][..], "is the log of a `-json` run, not a plan"),
        (&["encrypted_data"], "is encrypted by OpenTofu"),
        (
            &["AWSTemplateFormatVersion"],
            "is a CloudFormation template",
        ),
        (&["apiVersion", "kind"], "is a Kubernetes manifest"),
        (&["$schema", "runs"], "is a SARIF report"),
        (
            &["$schema", "resources"],
            "is a template of Azure Resource Manager",
        ),
        (
            &["provider_schemas"],
            "is the output of `terraform providers schema`",
        ),
        (
            &["format_version", "in_sync"],
            "is the output of this command",
        ),
    ]
    .into_iter()
    .find(|(names, _)| has(names))
    .map(|it| it.1)
}

#[cfg(test)]
mod tests {
    use crate::commands::review::document::read;

    const PLAN: &str = r#"{"format_version":"1.2","planned_values":{"root_module":{}},"resource_changes":[
        {"address":"a.b","mode":"managed","type":"a","name":"b","change":{"actions":["create"],"before":null,
        "after":{"x":[1.5e3,true,"\u00fc\"{["]},"after_unknown":{"id":true}}}],"prior_state":{"values":{}}}"#;

    fn refusal(text: &str) -> String {
        match read(text, "p", |_| true) {
            Ok(_) => String::new(),
            Err(error) => error.0,
        }
    }

    #[test]
    fn a_plan_that_is_cut_anywhere_is_truncated() {
        assert_eq!(refusal(PLAN), "");
        assert!(refusal("").contains("is empty"));
        for end in 1..PLAN.len() {
            let text = refusal(&PLAN[..end]);
            assert!(text.contains("is truncated in line"), "{end}: {text}");
        }
    }

    /// Whatever one character becomes, the text is read or refused.
    #[test]
    fn a_damaged_plan_is_survived() {
        for at in 0..PLAN.len() {
            for other in ["", "\"", "{", "]", "0", ",", "\\", "\u{0}"] {
                let text = format!("{}{other}{}", &PLAN[..at], &PLAN[at + 1..]);
                let _ = refusal(&text);
            }
        }
    }
}
