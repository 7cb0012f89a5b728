//! The zones as a flow chart in Mermaid.

use super::zones::called;
use super::{Report, zones};
use std::fmt::Write;

/// Zones in boxes by trust. What only listens or connects is drawn as in the page: dotted where it is a peer only.
pub(super) fn chart(report: &Report) -> String {
    let graph = zones::graph(report);
    let mut out = "flowchart LR\n".to_owned();
    // Writing to a string does not fail, here and below.
    for (column, it) in graph.columns.iter().enumerate() {
        let _ = writeln!(out, "  subgraph t{column}[{}]", quoted(&it.title));
        for (at, node) in graph
            .boxes
            .iter()
            .enumerate()
            .filter(|(_, it)| it.column == column)
        {
            let _ = writeln!(out, "    z{at}[{}]", quoted(&called(node)));
        }
        let _ = writeln!(out, "  end");
    }
    for it in &graph.edges {
        let _ = writeln!(out, "  z{} -->|{}| z{}", it.from, quoted(&it.label), it.to);
    }
    let peers = graph.boxes.iter().enumerate().filter(|(_, it)| !it.solid);
    let peers: Vec<String> = peers.map(|(at, _)| format!("z{at}")).collect();
    if !peers.is_empty() {
        let _ = writeln!(out, "  classDef peer stroke-dasharray: 4 3");
        let _ = writeln!(out, "  class {} peer", peers.join(","));
    }
    out
}

/// A quoted text for Mermaid, which has no escapes inside quotes except entities, and which reads Markdown and HTML in it.
pub fn quoted(text: &str) -> String {
    let mut safe = String::new();
    for it in text.chars() {
        match it {
            '"' | '<' | '>' | '&' | '#' | '`' | ';' | '\\' => {
                let _ = write!(safe, "#{};", u32::from(it));
            }
            '\n' | '\r' | '\t' => safe.push(' '),
            it => safe.push(it),
        }
    }
    format!("\"{safe}\"")
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn what_mermaid_would_read_is_an_entity() {
        assert_eq!(quoted("a \"b\" <c>"), "\"a #34;b#34; #60;c#62;\"");
    }
}
