//! The calls of the CLI: each is decoded, answered by the provider and encoded, and nothing else happens here.
//!
//! Whatever a user can cause is answered with a diagnostic; a gRPC status is only for what is not a request.

use super::diagnostic::Diagnostic;
use super::dispatch::{Reply, Server, decode_config, decode_state, unreadable};
use super::functions::FunctionError;
use super::proto::tfplugin5 as pb;
use super::schema::{Schema, fill_blocks};
use super::wire::ValueError;
use super::{Provider, from_proto, functions, json, log, to_proto};
use tonic::{Request, Response, Status};

#[tonic::async_trait]
impl pb::provider_server::Provider for Server {
    async fn get_metadata(
        &self,
        _: Request<pb::get_metadata::Request>,
    ) -> Result<Response<pb::get_metadata::Response>, Status> {
        use pb::get_metadata::{
            DataSourceMetadata, FunctionMetadata, ResourceMetadata, Response as Metadata,
        };
        let metadata = self.call("GetMetadata", "", |provider| {
            let schemas = provider.schemas();
            let name = |(name, _): &(&str, Schema)| (*name).to_owned();
            let resource = |it| ResourceMetadata {
                type_name: name(it),
            };
            let data_source = |it| DataSourceMetadata {
                type_name: name(it),
            };
            Metadata {
                server_capabilities: Some(CAPABILITIES),
                resources: schemas.resources.iter().map(resource).collect(),
                data_sources: schemas.data_sources.iter().map(data_source).collect(),
                functions: (schemas.functions.iter())
                    .map(|(name, _)| FunctionMetadata {
                        name: (*name).to_owned(),
                    })
                    .collect(),
                ..Default::default()
            }
        });
        let refused = |it| Metadata {
            diagnostics: to_proto::diagnostics(vec![it]),
            ..Default::default()
        };
        Ok(Response::new(metadata.await.unwrap_or_else(refused)))
    }

    async fn get_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Result<Response<pb::get_provider_schema::Response>, Status> {
        use pb::get_provider_schema::Response as Answer;
        let schemas = self.call("GetSchema", "", |provider| {
            let schemas = provider.schemas();
            let named =
                |(name, schema): &(&str, Schema)| ((*name).to_owned(), to_proto::schema(schema));
            Answer {
                provider: Some(to_proto::schema(&schemas.provider)),
                resource_schemas: schemas.resources.iter().map(named).collect(),
                data_source_schemas: schemas.data_sources.iter().map(named).collect(),
                functions: functions::signatures(provider),
                server_capabilities: Some(CAPABILITIES),
                ..Default::default()
            }
        });
        let refused = |it| Answer {
            diagnostics: to_proto::diagnostics(vec![it]),
            ..Default::default()
        };
        Ok(Response::new(schemas.await.unwrap_or_else(refused)))
    }

    /// As in the schema. OpenTofu asks for names that are not there.
    async fn get_functions(
        &self,
        _: Request<pb::get_functions::Request>,
    ) -> Result<Response<pb::get_functions::Response>, Status> {
        use pb::get_functions::Response as Answer;
        let answer = self.call("GetFunctions", "", |provider| Answer {
            functions: functions::signatures(provider),
            ..Default::default()
        });
        let refused = |it| Answer {
            diagnostics: to_proto::diagnostics(vec![it]),
            ..Default::default()
        };
        Ok(Response::new(answer.await.unwrap_or_else(refused)))
    }

    /// May come without a configuration of the provider, and with arguments that are unknown somewhere inside.
    async fn call_function(
        &self,
        request: Request<pb::call_function::Request>,
    ) -> Result<Response<pb::call_function::Response>, Status> {
        let pb::call_function::Request { name, arguments } = request.into_inner();
        let subject = name.clone();
        let answer = self.call("CallFunction", &subject, move |provider| {
            functions::call(provider, &name, arguments)
        });
        let as_error = |it: Diagnostic| FunctionError {
            text: format!("{}: {}", it.summary, it.detail),
            argument: None,
        };
        let answer = answer.await.map_err(as_error).and_then(|it| it);
        let (result, error) = match answer {
            Ok(result) => (Some(result), None),
            Err(error) => (None, Some(to_proto::function_error(error))),
        };
        Ok(Response::new(pb::call_function::Response { result, error }))
    }

    async fn prepare_provider_config(
        &self,
        request: Request<pb::prepare_provider_config::Request>,
    ) -> Result<Response<pb::prepare_provider_config::Response>, Status> {
        let pb::prepare_provider_config::Request { config } = request.into_inner();
        let prepared_config = config.clone();
        let answer = self.reply("PrepareProviderConfig", "", move |provider| {
            let config = decode_config(config, &provider.schemas().provider.block.ty())?;
            Ok(Reply::words(provider.prepare(&config)))
        });
        let (_, diagnostics) = answer.await;
        Ok(Response::new(pb::prepare_provider_config::Response {
            prepared_config,
            diagnostics,
        }))
    }

    async fn configure(
        &self,
        request: Request<pb::configure::Request>,
    ) -> Result<Response<pb::configure::Response>, Status> {
        let pb::configure::Request { config, .. } = request.into_inner();
        let answer = self.reply("Configure", "", move |provider| {
            let config = decode_config(config, &provider.schemas().provider.block.ty())?;
            Ok(Reply::words(provider.configure(&config)))
        });
        let (_, diagnostics) = answer.await;
        Ok(Response::new(pb::configure::Response { diagnostics }))
    }

    async fn validate_resource_type_config(
        &self,
        request: Request<pb::validate_resource_type_config::Request>,
    ) -> Result<Response<pb::validate_resource_type_config::Response>, Status> {
        let pb::validate_resource_type_config::Request {
            type_name: kind,
            config,
            ..
        } = request.into_inner();
        let subject = kind.clone();
        let answer = self.reply("ValidateResourceTypeConfig", &subject, move |provider| {
            let config = decode_config(config, &resource(provider, &kind)?.block.ty())?;
            Ok(Reply::words(provider.validate_resource(&kind, &config)))
        });
        let (_, diagnostics) = answer.await;
        Ok(Response::new(pb::validate_resource_type_config::Response {
            diagnostics,
        }))
    }

    /// Called at every refresh, even if the versions are the same.
    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Result<Response<pb::upgrade_resource_state::Response>, Status> {
        let pb::upgrade_resource_state::Request {
            type_name: kind,
            version,
            raw_state,
        } = request.into_inner();
        let subject = kind.clone();
        let answer = self.reply("UpgradeResourceState", &subject, move |provider| {
            let schema = resource(provider, &kind)?;
            let ty = schema.block.ty();
            let mut state = raw_state.unwrap_or_default().json;
            let mut diagnostics = Vec::new();
            if version > schema.version {
                return Err(written_by_newer(&kind, version, schema.version));
            }
            if version < schema.version {
                let old = serde_json::from_slice(&state)
                    .map_err(|it| unreadable(&ValueError::new(it.to_string())))?;
                let (new, words) = provider.upgrade(&kind, version, old);
                state = new.to_string().into();
                diagnostics = words;
            }
            let state = json::decode(&state, &ty).map_err(|it| unreadable(&it))?;
            Reply::new(&fill_blocks(state, &schema.block), &ty, diagnostics)
        });
        let (upgraded_state, diagnostics) = answer.await;
        Ok(Response::new(pb::upgrade_resource_state::Response {
            upgraded_state,
            diagnostics,
        }))
    }

    /// Everything is in the state, so it is returned unchanged. What has changed since is shown by the plan.
    async fn read_resource(
        &self,
        request: Request<pb::read_resource::Request>,
    ) -> Result<Response<pb::read_resource::Response>, Status> {
        let pb::read_resource::Request {
            current_state: new_state,
            private,
            ..
        } = request.into_inner();
        Ok(Response::new(pb::read_resource::Response {
            new_state,
            private,
            ..Default::default()
        }))
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Result<Response<pb::plan_resource_change::Response>, Status> {
        use pb::plan_resource_change::{Request as Plan, Response as Planned};
        let Plan {
            type_name: kind,
            prior_state,
            proposed_new_state,
            config,
            prior_private,
            ..
        } = request.into_inner();
        let subject = kind.clone();
        let prior = prior_state.clone();
        // The proposed state is not read: on a create its computed values are null, on an update they are stale.
        let destroy = from_proto::is_null(proposed_new_state.as_ref());
        drop(proposed_new_state);
        let answer = self.reply("PlanResourceChange", &subject, move |provider| {
            let ty = resource(provider, &kind)?.block.ty();
            if destroy {
                return Ok(Reply::nothing());
            }
            let prior = decode_state(prior, &ty)?;
            let config = decode_config(config, &ty)?;
            let (planned, diagnostics) = provider.plan(&kind, &prior, &config);
            drop((prior, config));
            Reply::new(&planned, &ty, diagnostics)
        });
        let (planned, diagnostics) = answer.await;
        let planned_state = planned.or(prior_state);
        Ok(Response::new(Planned {
            planned_state,
            planned_private: prior_private,
            diagnostics,
            ..Default::default()
        }))
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Result<Response<pb::apply_resource_change::Response>, Status> {
        use pb::apply_resource_change::{Request as Apply, Response as Applied};
        let Apply {
            type_name: kind,
            prior_state,
            planned_state,
            config,
            planned_private,
            ..
        } = request.into_inner();
        let subject = kind.clone();
        let prior = prior_state.clone();
        let answer = self.reply("ApplyResourceChange", &subject, move |provider| {
            let ty = resource(provider, &kind)?.block.ty();
            if from_proto::is_null(planned_state.as_ref()) {
                return Ok(Reply::nothing());
            }
            let prior = decode_state(prior, &ty)?;
            let planned = decode_state(planned_state, &ty)?;
            let config = decode_config(config, &ty)?;
            let (state, diagnostics) = provider.apply(&kind, &prior, &planned, &config);
            drop((prior, planned, config));
            Reply::new(&state, &ty, diagnostics)
        });
        let (state, diagnostics) = answer.await;
        // If the change fails, what was there before stays: nothing on a create, the old state on an update.
        let new_state = state.or(prior_state);
        Ok(Response::new(Applied {
            new_state,
            private: planned_private,
            diagnostics,
            ..Default::default()
        }))
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Result<Response<pb::import_resource_state::Response>, Status> {
        use pb::import_resource_state::{
            ImportedResource, Request as Import, Response as Imported,
        };
        let Import { type_name, id, .. } = request.into_inner();
        let kind = type_name.clone();
        let answer = self.reply("ImportResourceState", &type_name, move |provider| {
            let block = &resource(provider, &kind)?.block;
            let (state, diagnostics) = provider.import(&kind, &id);
            Reply::new(&fill_blocks(state, block), &block.ty(), diagnostics)
        });
        let (state, diagnostics) = answer.await;
        let imported = state.map(|state| ImportedResource {
            type_name,
            state: Some(state),
            ..Default::default()
        });
        let imported_resources = imported.into_iter().collect();
        Ok(Response::new(Imported {
            imported_resources,
            diagnostics,
            ..Default::default()
        }))
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Result<Response<pb::move_resource_state::Response>, Status> {
        let pb::move_resource_state::Request {
            source_type_name: from,
            target_type_name: to,
            ..
        } = request.into_inner();
        let detail = format!(
            "`{to}` cannot take over the state of `{from}`. Remove the `moved` block so that `{to}` is created: nothing outside the state depends on it."
        );
        let diagnostics = to_proto::diagnostics(vec![Diagnostic::error(
            "State cannot be moved between resource types",
            detail,
        )]);
        Ok(Response::new(pb::move_resource_state::Response {
            diagnostics,
            ..Default::default()
        }))
    }

    async fn validate_data_source_config(
        &self,
        request: Request<pb::validate_data_source_config::Request>,
    ) -> Result<Response<pb::validate_data_source_config::Response>, Status> {
        let pb::validate_data_source_config::Request {
            type_name: kind,
            config,
        } = request.into_inner();
        let subject = kind.clone();
        let answer = self.reply("ValidateDataSourceConfig", &subject, move |provider| {
            let config = decode_config(config, &data_source(provider, &kind)?.block.ty())?;
            Ok(Reply::words(provider.validate_data_source(&kind, &config)))
        });
        let (_, diagnostics) = answer.await;
        Ok(Response::new(pb::validate_data_source_config::Response {
            diagnostics,
        }))
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Result<Response<pb::read_data_source::Response>, Status> {
        let pb::read_data_source::Request {
            type_name: kind,
            config,
            ..
        } = request.into_inner();
        let subject = kind.clone();
        let answer = self.reply("ReadDataSource", &subject, move |provider| {
            let ty = data_source(provider, &kind)?.block.ty();
            let config = decode_config(config, &ty)?;
            if !config.is_wholly_known() {
                return Err(unreadable(&ValueError::new(
                    "a data source is read only when its whole configuration is known, but some of it is not",
                )));
            }
            let (state, diagnostics) = provider.read_data_source(&kind, &config);
            Reply::new(&state, &ty, diagnostics)
        });
        let (state, diagnostics) = answer.await;
        Ok(Response::new(pb::read_data_source::Response {
            state,
            diagnostics,
            ..Default::default()
        }))
    }

    /// Gives up the running calls. The process itself runs until it is told to shut down.
    async fn stop(
        &self,
        _: Request<pb::stop::Request>,
    ) -> Result<Response<pb::stop::Response>, Status> {
        log::debug("stopped", &[]);
        self.stopped.send_replace(true);
        Ok(Response::new(pb::stop::Response::default()))
    }
}

const CAPABILITIES: pb::ServerCapabilities = pb::ServerCapabilities {
    plan_destroy: true,
    get_provider_schema_optional: true,
    move_resource_state: false,
    generate_resource_config: false,
};

fn resource<'a>(provider: &'a dyn Provider, kind: &str) -> Result<&'a Schema, Diagnostic> {
    find(&provider.schemas().resources, kind, "resource type")
}

fn data_source<'a>(provider: &'a dyn Provider, kind: &str) -> Result<&'a Schema, Diagnostic> {
    find(&provider.schemas().data_sources, kind, "data source")
}

fn find<'a>(
    schemas: &'a [(&str, Schema)],
    kind: &str,
    what: &str,
) -> Result<&'a Schema, Diagnostic> {
    let found = schemas
        .iter()
        .find(|(name, _)| *name == kind)
        .map(|(_, schema)| schema);
    found.ok_or_else(|| {
        Diagnostic::error(
            format!("Unknown {what}"),
            format!("This provider has no {what} `{kind}`."),
        )
    })
}

fn written_by_newer(kind: &str, stored: i64, known: i64) -> Diagnostic {
    let detail = format!(
        "The state of this `{kind}` was written by a newer version of the provider (state version {stored}; this version knows {known}). Use that version of the provider or a later one."
    );
    Diagnostic::error("The state is newer than the provider", detail)
}
