//! Errors in rows that cannot be read as rules.

/// Why a row is not a rule, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The field of the row that is wrong, as the platform's resource calls it.
    pub field: &'static str,
    /// What is wrong: lower case, no full stop, the user's own words in backticks.
    pub message: String,
    /// What to do.
    pub remedy: String,
}

impl Mistake {
    /// What is wrong about the rule `id`, as the end of a sentence that begins with it.
    pub(super) fn new(id: &str, field: &'static str, what: &str, remedy: &str) -> Mistake {
        let rule = match id {
            "" => "a rule without an id".to_owned(),
            id => format!("rule `{id}`"),
        };
        Mistake {
            field,
            message: format!("{rule} {what}"),
            remedy: remedy.to_owned(),
        }
    }
}
