//! What one row of a document claims: who connects to whom, on what. Nothing in it is guessed.

use super::cell::Piece;
use super::words::Way;
use crate::model::words::Need;

/// One end of a claim.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// Named by the document, as printed.
    Named(String),
    /// The machine that the document is about, without a name.
    This,
}

/// What a row of a table, or an item of a list, claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The table, by its place among those with ports. `None` for items of lists.
    pub table: Option<usize>,
    /// The row in the table, from 1.
    pub row: usize,
    /// The line in the document, from 1.
    pub line: usize,
    /// Where it is, as a locator.
    pub at: String,
    /// Who connects; empty if the document does not say.
    pub from: Vec<Party>,
    /// Who listens; empty if the document does not say.
    pub to: Vec<Party>,
    /// Whether the listener follows only from a heading that names a component, or from the name of what runs on the port.
    pub to_is_inferred: bool,
    /// The direction that decided the ends, if one did.
    pub way: Option<Way>,
    /// What it carries.
    pub pieces: Vec<Piece>,
    /// Whether only one of the ports may be in use.
    pub alternatives: bool,
    /// The cell with the ports, as printed.
    pub printed: String,
    /// Whether it is required.
    pub need: Need,
    /// Short names of the traffic, as printed.
    pub labels: Vec<String>,
    /// The document's sentences about it.
    pub note: String,
    /// Application protocols, as printed.
    pub applications: Vec<String>,
    /// The setting that changes the port.
    pub setting: Option<String>,
    /// The group of alternatives and the member that it belongs to.
    pub group: Option<(usize, String)>,
    /// What has to be enabled for it, as printed.
    pub features: Vec<String>,
    /// What a person has to look at.
    pub doubts: Vec<String>,
}

impl Party {
    /// Whether it is the host on which the other end is.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self, Party::Named(it) if it == LOCAL[0])
    }
}

/// Names of the host on which the other end is. All become the first.
const LOCAL: [&str; 5] = ["localhost", "local host", "127.0.0.1", "::1", "loopback"];

/// Whether a cell is the address or the name of the host itself.
pub(crate) fn is_local_address(text: &str) -> bool {
    LOCAL.contains(&text.trim().trim_matches('`').to_lowercase().as_str())
}

/// Printed names as parties.
pub(crate) fn named(names: Vec<String>) -> Vec<Party> {
    let this = [
        "self",
        "itself",
        "this host",
        "this machine",
        "this server",
        "this node",
    ];
    let party = |it: String| {
        let lower = it.to_lowercase();
        if this.contains(&lower.as_str()) {
            Party::This
        } else if LOCAL.contains(&lower.as_str()) {
            Party::Named(LOCAL[0].to_owned())
        } else {
            Party::Named(it)
        }
    };
    names.into_iter().map(party).collect()
}

/// What has to be enabled, by the words of a label or a sentence: `with X enabled`, `if X is used`.
pub(crate) fn feature(text: &str) -> Option<String> {
    let lower = super::text::lower_in_place(text);
    if lower.contains("wireguard") {
        return Some("WireGuard".to_owned());
    }
    for end in [
        " is enabled",
        " are enabled",
        " is used",
        " is configured",
        " is deployed",
        " enabled",
    ] {
        let Some(at) = lower.find(end) else { continue };
        let sentence = lower[..at].rfind(['.', ';', '\n']).map_or(0, |it| it + 1);
        let negated = [
            "not required",
            "not needed",
            "isn't required",
            "isn't needed",
            "not necessary",
            "unnecessary",
        ];
        // `Not required if X is enabled`, `if X is deployed with Y`
        if negated.iter().any(|it| lower[sentence..at].contains(it))
            || lower[at + end.len()..].starts_with(" with ")
        {
            continue;
        }
        let starts = ["with feature ", "with ", "if ", "when ", "where "];
        let start = starts
            .iter()
            .filter_map(|it| lower[..at].rfind(it).map(|from| from + it.len()))
            .max();
        let Some(start) = start else { continue };
        let name = text[start..at].trim();
        let name = name.strip_prefix("the ").unwrap_or(name);
        let fits =
            !name.is_empty() && name.split(' ').count() <= 4 && !name.contains(['.', ',', ';']);
        let not = ["not", "it", "this", "your", "you"]
            .iter()
            .any(|word| super::text::words(name).iter().any(|it| it == word));
        if fits && !not {
            return Some(name.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_are_named() {
        for text in [
            "This isn't required for clusters with the agent enabled.",
            "Not required if SSO is enabled.",
            "the region where your cluster is deployed",
            "if the host is deployed with `--no-tls`",
        ] {
            assert_eq!(feature(text), None, "{text}");
        }
        assert_eq!(
            feature("Calico networking with IP-in-IP enabled (default)").as_deref(),
            Some("IP-in-IP")
        );
        assert_eq!(
            feature("Canal CNI with WireGuard IPv4").as_deref(),
            Some("WireGuard")
        );
        assert_eq!(
            feature("used if single sign-on (SSO) is enabled").as_deref(),
            Some("single sign-on (SSO)")
        );
        assert_eq!(feature("Kubernetes API"), None);
    }
}
