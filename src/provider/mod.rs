//! The Terraform objects: they turn values into layouts, and rules and findings into values and diagnostics.

mod config;
mod data_source_product;
mod data_source_products;
mod data_source_report;
mod data_source_review;
mod data_value;
mod diagnostics;
mod fields;
mod flow_block;
mod functions;
mod hcl;
mod layout_data;
mod moved;
mod planned;
mod policy_block;
mod product_block;
mod product_types;
mod product_value;
mod reported;
mod resource_rules;
mod rows;
mod schema;
mod settings;
mod zone_block;

pub use data_source_product::product_json;
pub use planned::{Planned, catalog_with, known_blocks, planned, policy_of};
pub use reported::{Input, report};
pub use zone_block::is_flag;

use crate::model::name::backticked;
use crate::terraform::diagnostic::Diagnostic;
use crate::terraform::schema::Schema;
use crate::terraform::value::Value;
use crate::terraform::{FunctionError, Provider, Schemas};
use settings::Settings;
use std::sync::{Arc, Mutex, PoisonError};

/// The provider's name, which begins the names of its objects.
pub const NAME: &str = "portmatrix";

/// The provider's address in the registries.
pub const ADDRESS: &str = "portmatrix/portmatrix";

/// A value and its diagnostics. If one of them is an error, the value is not used.
type Outcome = (Value, Vec<Diagnostic>);

/// A resource type: its name, and what answers the calls about it.
struct Resource {
    name: &'static str,
    schema: fn() -> Schema,
    validate: fn(config: &Value, settings: &Settings) -> Vec<Diagnostic>,
    plan: fn(prior: &Value, config: &Value, settings: &Settings) -> Outcome,
    apply: fn(&Value, planned: &Value, &Value, settings: &Settings) -> Outcome,
    import: fn(id: &str) -> Outcome,
}

/// A data source: its name, and what answers the calls about it.
struct DataSource {
    name: &'static str,
    schema: fn() -> Schema,
    validate: fn(config: &Value, settings: &Settings) -> Vec<Diagnostic>,
    read: fn(config: &Value, settings: &Settings) -> Outcome,
}

/// The resource types, in the order of the documentation.
const RESOURCES: [&Resource; 1] = [&resource_rules::OBJECT];

/// The data sources, in the order of the documentation.
const DATA_SOURCES: [&DataSource; 4] = [
    &data_source_product::OBJECT,
    &data_source_products::OBJECT,
    &data_source_report::OBJECT,
    &data_source_review::OBJECT,
];

/// The provider. The only thing that it remembers between calls is the provider block, as settings.
pub struct Portmatrix {
    schemas: Schemas,
    settings: Mutex<Arc<Settings>>,
}

impl Default for Portmatrix {
    fn default() -> Self {
        Portmatrix {
            schemas: schemas(),
            settings: Mutex::new(Arc::new(Settings::default())),
        }
    }
}

/// Every schema.
pub fn schemas() -> Schemas {
    Schemas {
        provider: settings::schema(),
        resources: RESOURCES.map(|it| (it.name, (it.schema)())).into(),
        data_sources: DATA_SOURCES.map(|it| (it.name, (it.schema)())).into(),
        functions: functions::signatures(),
    }
}

impl Portmatrix {
    fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn read_settings(&self, config: &Value) -> Vec<Diagnostic> {
        let (settings, findings) = Settings::read(config);
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(settings);
        diagnostics::mistakes(&findings, config)
    }
}

impl Provider for Portmatrix {
    fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    // Validation runs on a provider that was never configured, so the definitions are read here too.
    fn prepare(&self, config: &Value) -> Vec<Diagnostic> {
        self.read_settings(config)
    }

    fn configure(&self, config: &Value) -> Vec<Diagnostic> {
        self.read_settings(config)
    }

    fn validate_resource(&self, kind: &str, config: &Value) -> Vec<Diagnostic> {
        match resource(kind) {
            Some(it) => (it.validate)(config, &self.settings()),
            None => vec![unknown_object(kind)],
        }
    }

    fn validate_data_source(&self, kind: &str, config: &Value) -> Vec<Diagnostic> {
        match data_source(kind) {
            Some(it) => (it.validate)(config, &self.settings()),
            None => vec![unknown_object(kind)],
        }
    }

    fn plan(&self, kind: &str, prior: &Value, config: &Value) -> (Value, Vec<Diagnostic>) {
        match resource(kind) {
            Some(it) => (it.plan)(prior, config, &self.settings()),
            None => (prior.clone(), vec![unknown_object(kind)]),
        }
    }

    fn apply(
        &self,
        kind: &str,
        prior: &Value,
        planned: &Value,
        config: &Value,
    ) -> (Value, Vec<Diagnostic>) {
        match resource(kind) {
            Some(it) => (it.apply)(prior, planned, config, &self.settings()),
            None => (prior.clone(), vec![unknown_object(kind)]),
        }
    }

    fn import(&self, kind: &str, id: &str) -> (Value, Vec<Diagnostic>) {
        match resource(kind) {
            Some(it) => (it.import)(id),
            None => (Value::Null, vec![unknown_object(kind)]),
        }
    }

    fn upgrade(
        &self,
        _kind: &str,
        _version: i64,
        state: serde_json::Value,
    ) -> (serde_json::Value, Vec<Diagnostic>) {
        // Stored state has had one shape so far, version 0, so there is no older one to convert.
        (state, Vec::new())
    }

    fn read_data_source(&self, kind: &str, config: &Value) -> (Value, Vec<Diagnostic>) {
        match data_source(kind) {
            Some(it) => (it.read)(config, &self.settings()),
            None => (Value::Null, vec![unknown_object(kind)]),
        }
    }

    fn call_function(&self, name: &str, arguments: &[Value]) -> Result<Value, FunctionError> {
        functions::call(name, arguments)
    }
}

fn resource(kind: &str) -> Option<&'static Resource> {
    RESOURCES.into_iter().find(|it| it.name == kind)
}

fn data_source(kind: &str) -> Option<&'static DataSource> {
    DATA_SOURCES.into_iter().find(|it| it.name == kind)
}

fn unknown_object(kind: &str) -> Diagnostic {
    let resources = backticked(RESOURCES.map(|it| it.name));
    let data_sources = backticked(DATA_SOURCES.map(|it| it.name));
    Diagnostic::error(
        format!("unknown resource or data source `{kind}`"),
        format!("expected the resource {resources} or one of the data sources {data_sources}"),
    )
}
