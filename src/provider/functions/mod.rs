//! Functions: what the provider computes from arguments alone. They run on a provider that is not configured.

mod allows;
mod blocks;
mod matrix;
mod ports;

use super::schema::list;
use crate::terraform::FunctionError;
use crate::terraform::schema::{Parameter, Signature};
use crate::terraform::value::{Type, Value};

/// A function: its name, its signature, and what it computes of arguments that are known and fit.
struct Function {
    name: &'static str,
    signature: fn() -> Signature,
    call: fn(&[Value]) -> Result<Value, FunctionError>,
}

/// The functions, in the order of the documentation.
const FUNCTIONS: [&Function; 6] = [
    &allows::ALLOWS,
    &matrix::MATRIX,
    &blocks::MERGE_CIDRS,
    &ports::MERGE_PORTS,
    &blocks::OVERLAPS,
    &blocks::SUBTRACT_CIDRS,
];

/// Their signatures by name.
pub(super) fn signatures() -> Vec<(&'static str, Signature)> {
    FUNCTIONS.map(|it| (it.name, (it.signature)())).into()
}

/// Calls the function with a name.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, FunctionError> {
    match FUNCTIONS.iter().find(|it| it.name == name) {
        Some(it) => (it.call)(arguments),
        None => Err(FunctionError {
            text: format!("this provider has no function `{name}`"),
            argument: None,
        }),
    }
}

fn parameter(name: &'static str, ty: Type, description: &'static str) -> Parameter {
    Parameter {
        name,
        ty,
        description,
    }
}

fn texts() -> Type {
    list(Type::String)
}

/// A mistake in an argument.
fn mistake(argument: usize, text: impl Into<String>) -> FunctionError {
    FunctionError {
        text: text.into(),
        argument: Some(argument),
    }
}

/// Each text of an argument that is a list, read.
fn each<T>(
    argument: usize,
    value: &Value,
    read: impl Fn(&str) -> Result<T, String>,
) -> Result<Vec<T>, FunctionError> {
    let Value::List(items) = value.plain() else {
        return Err(mistake(argument, "expected a list"));
    };
    let texts = items.iter().enumerate().map(|(at, it)| match it.as_str() {
        Some(text) => read(text).map_err(|it| mistake(argument, it)),
        None => Err(mistake(argument, format!("element {at} is null"))),
    });
    texts.collect()
}
