//! The pages of functions, in the form of HashiCorp's own generator.

use super::filled;
use super::schema::type_name;
use crate::support::read;
use portmatrix::terraform::schema::{Parameter, Signature};

/// The page of a function.
pub(crate) fn page(name: &str, signature: &Signature) -> String {
    let of = |it: &Parameter| format!("{} {}", it.name, type_name(&it.ty).to_lowercase());
    let parameters = signature.parameters.iter().map(of);
    let variadic = signature.variadic.iter().map(|it| format!("{}...", of(it)));
    let parameters: Vec<String> = parameters.chain(variadic).collect();
    let returns = type_name(&signature.returns).to_lowercase();
    let line = format!("{name}({}) {returns}", parameters.join(", "));
    let argument = |it: &Parameter, also: &str| {
        format!(
            "`{}` ({also}{}) {}",
            it.name,
            type_name(&it.ty),
            it.description
        )
    };
    let arguments = signature.parameters.iter().map(|it| argument(it, ""));
    let variadic = signature
        .variadic
        .iter()
        .map(|it| argument(it, "Variadic, "));
    let arguments = arguments.chain(variadic).enumerate();
    let arguments: Vec<String> = arguments
        .map(|(at, it)| format!("{}. {it}", at + 1))
        .collect();
    filled(
        "functions/function.md",
        &[
            ("name", name),
            ("summary", signature.summary),
            ("description", &signature.description),
            (
                "example",
                &read(&format!("examples/functions/{name}/function.tf")),
            ),
            ("signature", &line),
            ("arguments", &arguments.join("\n")),
        ],
    )
}
