//! The matrix as CSV.

use super::Page;
use crate::catalog::product::in_language;
use crate::model::words::Need;
use std::fmt::Write;

impl Page<'_> {
    /// RFC 4180, with the columns of the data source's `matrix`.
    pub(super) fn csv(&self, out: &mut String) {
        let columns = [
            "flow",
            "source",
            "destination",
            "transport",
            "from_port",
            "to_port",
            "port",
            "application",
            "purpose",
            "required",
            "exposure",
            "plane",
        ];
        let _ = write!(out, "{}\r\n", columns.join(","));
        for row in self.rows() {
            let port = |it: Option<u16>| it.map(|it| it.to_string()).unwrap_or_default();
            let cells = [
                row.id.to_owned(),
                row.from.to_owned(),
                row.to.to_owned(),
                row.transport(),
                port(row.ports().map(|it| it.from)),
                port(row.ports().map(|it| it.to)),
                row.port(),
                row.flow.application.join(", "),
                in_language(&row.flow.purpose, self.language).to_owned(),
                (row.flow.need == Need::Required).to_string(),
                row.flow
                    .exposure
                    .map(|it| it.to_string())
                    .unwrap_or_default(),
                row.flow.plane.to_string(),
            ];
            let backticked = |it: &String| {
                if it.contains([',', '"', '\n', '\r']) {
                    format!("\"{}\"", it.replace('"', "\"\""))
                } else {
                    it.clone()
                }
            };
            let _ = write!(
                out,
                "{}\r\n",
                cells.iter().map(backticked).collect::<Vec<_>>().join(",")
            );
        }
    }
}
