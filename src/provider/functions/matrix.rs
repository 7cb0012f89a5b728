//! `matrix`: a product's port matrix as rows.

use super::super::product_types::TYPES;
use super::super::product_value::matrix_rows;
use super::super::schema::{list, object};
use super::{Function, mistake, parameter};
use crate::catalog::resolve::resolve;
use crate::catalog::{Catalog, ProductQuery};
use crate::model::code::Code;
use crate::model::finding::{ConfigPath, Finding};
use crate::model::layout::Overrides;
use crate::terraform::schema::Signature;
use crate::terraform::value::{Type, Value};

pub(super) const MATRIX: Function = Function {
    name: "matrix",
    signature: || {
        Signature {
        parameters: vec![parameter("product", Type::String, "The product's name in the built-in catalogue.")],
        variadic: Some(parameter(
            "version",
            Type::String,
            "A release, or a release line. At most one; the newest line without it.",
        )),
        returns: list(object(&TYPES.row)),
        summary: "A product's port matrix as rows",
        description: "Returns the port matrix of a product with its default ports: one row for each pair of components and each port or range, \
            as the attribute `matrix` of the data source `portmatrix_product`. A function knows only the built-in catalogue. \
            For your own product files, other ports, features or languages, use the data source."
            .to_owned(),
    }
    },
    call: |arguments| {
        let text = |at: usize| arguments.get(at).and_then(Value::as_str);
        if arguments.len() > 2 {
            return Err(mistake(2, "at most one version can be given"));
        }
        let (name, version) = (text(0).unwrap_or_default(), text(1));
        let top = ConfigPath::default();
        let catalog = Catalog::default();
        let found = catalog.find(ProductQuery {
            name,
            name_place: &top.field("name"),
            version,
            version_place: &top.field("version"),
        });
        let failed = |it: &Finding| {
            let argument = usize::from(!matches!(it.code, Code::UnknownProduct));
            let text = format!("{}. {}", it.message, it.remedy);
            mistake(argument, text.trim_end_matches('.'))
        };
        let (product, newer) = found.map_err(|it| failed(&it))?;
        if newer.is_some() {
            let text = format!(
                "`{}` is newer than every release line of `{name}`; the newest is `{}`",
                version.unwrap_or_default(),
                product.version
            );
            return Err(mistake(1, text));
        }
        let (matrix, _) = resolve(&product, &Overrides::default());
        Ok(matrix_rows(&matrix, "en"))
    },
};
