//! The Terraform objects: where values become layouts, and rules and findings become values and diagnostics.

mod config;
mod data_source_product;
mod data_source_products;
mod data_source_review;
mod diagnostics;
mod fields;
mod moved;
mod options;
mod product_types;
mod product_value;
mod resource_rules;
mod rows;
mod schema;
mod settings;
mod zone_block;

pub use data_source_product::product_json;

use crate::terraform::diagnostic::{Diagnostic, Path, Severity};
use crate::terraform::value::Value;
use crate::terraform::{Provider, Schemas};
use settings::Settings;
use std::sync::{Arc, Mutex, PoisonError};

/// The provider's name, which begins the names of its objects.
pub const NAME: &str = "portmatrix";

/// The provider's address in the registries.
pub const ADDRESS: &str = "portmatrix/portmatrix";

const RULES: &str = "portmatrix_rules";
const PRODUCT: &str = "portmatrix_product";
const PRODUCTS: &str = "portmatrix_products";
const REVIEW: &str = "portmatrix_review";

/// The provider. Its settings are the one thing that it remembers, from the provider block.
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
        resources: vec![(RULES, resource_rules::schema())],
        data_sources: vec![
            (PRODUCT, data_source_product::schema()),
            (PRODUCTS, data_source_products::schema()),
            (REVIEW, data_source_review::schema()),
        ],
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

    // Validation runs on a provider that was never configured, so the definitions are taken here too.
    fn prepare(&self, config: &Value) -> Vec<Diagnostic> {
        self.read_settings(config)
    }

    fn configure(&self, config: &Value) -> Vec<Diagnostic> {
        self.read_settings(config)
    }

    fn validate_resource(&self, kind: &str, config: &Value) -> Vec<Diagnostic> {
        match kind {
            RULES => resource_rules::validate(config, &self.settings()),
            _ => vec![unknown_object(kind)],
        }
    }

    fn validate_data_source(&self, kind: &str, config: &Value) -> Vec<Diagnostic> {
        match kind {
            PRODUCT => data_source_product::validate(config, &self.settings()),
            PRODUCTS => data_source_products::validate(config),
            REVIEW => data_source_review::validate(config),
            _ => vec![unknown_object(kind)],
        }
    }

    fn plan(&self, kind: &str, prior: &Value, config: &Value) -> (Value, Vec<Diagnostic>) {
        match kind {
            RULES => resource_rules::plan(prior, config, &self.settings()),
            _ => (prior.clone(), vec![unknown_object(kind)]),
        }
    }

    fn apply(
        &self,
        kind: &str,
        prior: &Value,
        planned: &Value,
        config: &Value,
    ) -> (Value, Vec<Diagnostic>) {
        match kind {
            RULES => resource_rules::apply(prior, planned, config, &self.settings()),
            _ => (prior.clone(), vec![unknown_object(kind)]),
        }
    }

    fn import(&self, kind: &str, id: &str) -> (Value, Vec<Diagnostic>) {
        match kind {
            RULES => resource_rules::import(id),
            _ => (Value::Null, vec![unknown_object(kind)]),
        }
    }

    fn upgrade(
        &self,
        _kind: &str,
        _version: i64,
        state: serde_json::Value,
    ) -> (serde_json::Value, Vec<Diagnostic>) {
        // Version 0 is the first and only shape of stored state so far, so there is no older one to bring up.
        (state, Vec::new())
    }

    fn read_data_source(&self, kind: &str, config: &Value) -> (Value, Vec<Diagnostic>) {
        match kind {
            PRODUCT => data_source_product::read(config, &self.settings()),
            PRODUCTS => data_source_products::read(config, &self.settings()),
            REVIEW => data_source_review::read(config, &self.settings()),
            _ => (Value::Null, vec![unknown_object(kind)]),
        }
    }
}

fn unknown_object(kind: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        summary: format!("unknown resource or data source `{kind}`"),
        detail: format!(
            "this provider has the resource `{RULES}` and the data sources `{PRODUCT}`, `{PRODUCTS}` and `{REVIEW}`"
        ),
        path: Path::ROOT,
    }
}
