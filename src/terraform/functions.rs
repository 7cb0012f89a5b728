//! Functions on the wire: their signatures, and their calls.

use super::proto::tfplugin5 as pb;
use super::value::Value;
use super::{Provider, from_proto, to_proto};
use std::collections::HashMap;
use std::iter::repeat;

/// Why a function has no result.
#[derive(Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong, and what to do.
    pub text: String,
    /// The argument with the mistake, from 0.
    pub argument: Option<usize>,
}

pub(super) fn signatures(provider: &dyn Provider) -> HashMap<String, pb::Function> {
    let functions = provider.schemas().functions.iter();
    let functions = functions.map(|(name, it)| ((*name).to_owned(), to_proto::function(it)));
    functions.collect()
}

/// Decodes the arguments, calls the function, and encodes its result. What is unknown anywhere in an argument makes the result
/// unknown: Terraform does so itself, but OpenTofu before 1.9 only looks at the argument as a whole.
pub(super) fn call(
    provider: &dyn Provider,
    name: &str,
    arguments: Vec<pb::DynamicValue>,
) -> Result<pb::DynamicValue, FunctionError> {
    let error = |text: String, argument| FunctionError { text, argument };
    let functions = &provider.schemas().functions;
    let found = functions.iter().find(|(it, _)| *it == name);
    let (_, signature) =
        found.ok_or_else(|| error(format!("this provider has no function `{name}`"), None))?;
    let (given, wanted) = (arguments.len(), signature.parameters.len());
    if given < wanted || (given > wanted && signature.variadic.is_none()) {
        let text = format!("`{name}` has {wanted} parameters, but {given} arguments were sent");
        return Err(error(text, None));
    }
    let parameters = signature.parameters.iter();
    let parameters = parameters.chain(repeat(&signature.variadic).flatten());
    let mut values = Vec::with_capacity(given);
    for (at, (argument, parameter)) in arguments.into_iter().zip(parameters).enumerate() {
        let value = from_proto::value(Some(&argument), &parameter.ty);
        values.push(value.map_err(|it| error(it.to_string(), Some(at)))?);
    }
    if let Some(at) = values.iter().position(Value::is_null) {
        return Err(error("the argument must not be null".to_owned(), Some(at)));
    }
    let result = if values.iter().all(Value::is_wholly_known) {
        provider.call_function(name, &values)?
    } else {
        Value::Unknown
    };
    to_proto::value(&result, &signature.returns).map_err(|it| error(it.to_string(), None))
}
