//! The table of codes as a guide.

use crate::docs::markdown::front_matter;
use portmatrix::model::code::{Class, Code, CodeDoc};
use portmatrix::model::words::{FailOn, Severity};
use std::fmt::Write as _;

pub(crate) const TITLE: &str = "Findings";

/// What governs a finding, in a word.
fn governed(class: Class) -> &'static str {
    match class {
        Class::Input | Class::Structure => "mistake",
        Class::Judgement => "judgement",
        Class::Notice => "notice",
    }
}

/// The same in a sentence.
fn rule(about: &CodeDoc) -> &'static str {
    match about.class {
        Class::Input => "It is shown as soon as the argument is known, by `validate` as well.",
        Class::Structure => "It is shown as soon as all that decides about rules is known.",
        Class::Judgement => "`fail_on` and `accept` govern it.",
        Class::Notice => "It never stops a plan.",
    }
}

fn severity(about: &CodeDoc) -> String {
    let word = about.severity.as_str();
    let mut letters = word.chars();
    letters
        .next()
        .map(|it| it.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

pub(crate) fn page() -> String {
    let mut page = front_matter(
        TITLE,
        "Everything that the provider has to say, by code: when it comes and what to do.",
    );
    let _ = write!(page, "# {TITLE}\n\n{INTRO}\n");
    page.push_str("The severities:\n\n");
    for it in Severity::ALL {
        let _ = writeln!(page, "- `{it}` {}.", it.description());
    }
    page.push_str("\nThe values of `fail_on`:\n\n");
    for it in FailOn::ALL {
        let _ = writeln!(page, "- `{it}`: {}.", it.description());
    }
    let _ = write!(
        page,
        "\n{ACCEPT}\n## All codes\n\n| Code | Severity | Governed as | Headline |\n| --- | --- | --- | --- |\n"
    );
    for code in Code::ALL {
        let about = code.doc();
        let _ = writeln!(
            page,
            "| [`{code}`](#{code}) | {} | {} | {} |",
            about.severity,
            governed(about.class),
            about.headline
        );
    }
    for code in Code::ALL {
        let about = code.doc();
        let _ = write!(
            page,
            "\n### {code}\n\n{}, {}: {}. {}\n\n**Cause.** {}\n\n**Remedy.** {}\n",
            severity(&about),
            governed(about.class),
            about.headline,
            rule(&about),
            about.cause,
            about.remedy
        );
    }
    page
}

const INTRO: &str = "\
Everything that the provider has to say has a code that stays the same from release to release. In a plan it is the first word
of a diagnostic, which names every subject of that code at once. Errors and warnings about a layout are also in the output
`findings` of `portmatrix_rules`; with `verbose = true` infos are too.

What governs a finding is one of three:

- A **mistake** is something in the configuration that has no good meaning, such as a name that does not exist or a peer
  without an address. It is an error whatever `fail_on` says, and cannot be accepted. Some are shown by `terraform validate`
  already.
- A **judgement** is about a layout that has a meaning, and perhaps not a good one. From which severity on it stops the plan is
  said by `fail_on`, and an `accept` block takes it out.
- A **notice** is about the plan itself or about where the data comes from. It never stops a plan.
";

const ACCEPT: &str = r#"An `accept` block names the code, a glob for the subjects, and the reason. What it matches becomes an info that carries the
reason. The subjects are in `findings`:

```hcl
resource "portmatrix_rules" "edge" {
  # …
  accept {
    code    = "exposed"
    subject = "dmz/kong.admin-https/internet"
    reason  = "the partner's operators have no fixed addresses until the line is built"
    ticket  = "NET-1234"
    owner   = "network team"
  }
}
```
"#;
