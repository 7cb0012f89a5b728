//! The edge: protocol 5 of Terraform and OpenTofu. It knows nothing about ports, zones or products.

mod connect;
pub mod diagnostic;
mod dispatch;
mod from_proto;
mod functions;
mod handshake;
pub mod json;
mod listen;
pub mod log;
pub mod msgpack;
mod proto;
mod run;
pub mod schema;
mod server;
mod services;
mod shutdown;
pub mod strings;
mod tls;
mod to_proto;
mod type_json;
pub mod value;
mod wire;

pub use functions::FunctionError;
pub use handshake::started_by_cli;
pub use run::serve;
pub use schema::Schemas;
pub use wire::ValueError;

use diagnostic::Diagnostic;
use value::Value;

/// What the server serves: the only connection between the protocol and the objects.
///
/// Every method is pure apart from what [`Provider::prepare`] and [`Provider::configure`] remember. Values arrive decoded
/// against the schema, so every attribute and block of an object is present, `Null` if it is absent.
pub trait Provider: Send + Sync + 'static {
    /// Every schema, in the order of the table that lists them.
    fn schemas(&self) -> &Schemas;
    /// Checks the provider block; unknown values may be anywhere in it.
    fn prepare(&self, config: &Value) -> Vec<Diagnostic>;
    /// Uses the provider block; at plan, unknown values may be anywhere in it.
    fn configure(&self, config: &Value) -> Vec<Diagnostic>;
    /// Checks a resource block.
    fn validate_resource(&self, kind: &str, config: &Value) -> Vec<Diagnostic>;
    /// Checks a data block.
    fn validate_data_source(&self, kind: &str, config: &Value) -> Vec<Diagnostic>;
    /// The planned state for a create (`prior` is `Null`) or an update. Never called for a destroy.
    fn plan(&self, kind: &str, prior: &Value, config: &Value) -> (Value, Vec<Diagnostic>);
    /// The new state. Never called for a destroy.
    fn apply(
        &self,
        kind: &str,
        prior: &Value,
        planned: &Value,
        config: &Value,
    ) -> (Value, Vec<Diagnostic>);
    /// The state of an object that exists already, from its id.
    fn import(&self, kind: &str, id: &str) -> (Value, Vec<Diagnostic>);
    /// Stored state of an older schema version, converted to the present one.
    fn upgrade(
        &self,
        kind: &str,
        version: i64,
        state: serde_json::Value,
    ) -> (serde_json::Value, Vec<Diagnostic>);
    /// The result of a data source whose configuration is fully known.
    fn read_data_source(&self, kind: &str, config: &Value) -> (Value, Vec<Diagnostic>);
    /// The result of a function whose arguments are fully known and of the types of its signature. The provider may not be
    /// configured.
    fn call_function(&self, name: &str, arguments: &[Value]) -> Result<Value, FunctionError>;
}
