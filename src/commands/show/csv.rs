//! The matrix as CSV.

use super::Page;
use crate::catalog::product::in_language;
use crate::model::words::Need;
use crate::report::csv::line;

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
        out.push_str(&line(columns));
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
            out.push_str(&line(cells.iter().map(String::as_str)));
        }
    }
}
