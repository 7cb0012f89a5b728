//! The provider that the wire tests serve: one resource whose `act` says how it behaves, and one data source.

use portmatrix::terraform::diagnostic::{Diagnostic, Level, Path};
use portmatrix::terraform::schema::{
    Attribute, Block, Mode, NestedBlock, Nesting, Parameter, Schema, Signature,
};
use portmatrix::terraform::value::{Fields, Object, Type, Value};
use portmatrix::terraform::{FunctionError, Provider, Schemas, log};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

pub(crate) const TABLE: &str = "portmatrix_table";
pub(crate) const ECHO: &str = "portmatrix_echo";
pub(crate) const ECHO_ALL: &str = "echo_all";

pub(crate) struct TestProvider {
    schemas: Schemas,
    row: Arc<Fields>,
}

impl TestProvider {
    pub(crate) fn new() -> Self {
        let row = row();
        TestProvider {
            schemas: schemas(&row),
            row,
        }
    }

    /// A row for each zone, known by the zone's name whatever its address, and as many more as asked for.
    fn compute(&self, config: &Value) -> Value {
        let Value::Object(config) = config else {
            panic!("a configuration is an object")
        };
        let Some(Value::Map(zones)) = config.get("zone") else {
            panic!("zones are a map")
        };
        let port = Value::number(443);
        let transport = Value::string("tcp");
        let row = |cidr: Value| {
            Value::Object(Object::build(&self.row, |name| match name {
                "cidr" => cidr.clone(),
                "port" => port.clone(),
                _ => transport.clone(),
            }))
        };
        let mut rows: BTreeMap<Arc<str>, Value> = zones
            .iter()
            .map(|(name, zone)| (Arc::clone(name), row(zone.get("cidr").clone())))
            .collect();
        if let Some(Value::Number(more)) = config.get("more") {
            let more: usize = more.parse().expect("a whole number");
            rows.extend((0..more).map(|at| {
                (
                    format!("row-{at:06}").into(),
                    row(Value::string("10.0.0.0/8")),
                )
            }));
        }
        Value::Object(Object::build(config.fields(), |name| match name {
            "rows" => Value::Map(rows.clone()),
            "digest" => Value::string("constant"),
            _ => config.get(name).cloned().unwrap_or(Value::Null),
        }))
    }

    fn act(&self, config: &Value) -> (Value, Vec<Diagnostic>) {
        match config.get("act").as_str() {
            Some("panic") => panic!("the test asked for it"),
            Some("sleep") => {
                log::info("sleeping", &[]);
                sleep(Duration::from_secs(30));
                (Value::Null, Vec::new())
            }
            Some("fail") => {
                let place = Path::ROOT.attribute("zone").key("web").attribute("cidr");
                (
                    self.compute(config),
                    vec![Diagnostic::error("It failed", "As the test asked.").at(place)],
                )
            }
            Some("warn") => {
                let warning = Diagnostic {
                    severity: Level::Warning,
                    ..Diagnostic::error("Careful", "As asked.")
                };
                (self.compute(config), vec![warning])
            }
            Some("misfit") => (Value::string("no object"), Vec::new()),
            Some("print") => {
                #[expect(clippy::print_stdout, reason = "the test is about this mistake")]
                {
                    println!("printed by mistake");
                }
                (self.compute(config), Vec::new())
            }
            _ => (self.compute(config), Vec::new()),
        }
    }
}

impl Provider for TestProvider {
    fn schemas(&self) -> &Schemas {
        &self.schemas
    }

    fn prepare(&self, _: &Value) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn configure(&self, config: &Value) -> Vec<Diagnostic> {
        log::warn(
            "configured",
            &[
                (
                    "language",
                    &config.get("language").as_str().unwrap_or("none"),
                ),
                ("@message", &1),
            ],
        );
        Vec::new()
    }

    fn validate_resource(&self, _: &str, config: &Value) -> Vec<Diagnostic> {
        match config.get("act").as_str() {
            Some("invalid") => {
                vec![Diagnostic::error("Invalid", "As asked.").at(Path::ROOT.attribute("act"))]
            }
            _ => Vec::new(),
        }
    }

    fn validate_data_source(&self, _: &str, _: &Value) -> Vec<Diagnostic> {
        Vec::new()
    }

    fn plan(&self, _: &str, _: &Value, config: &Value) -> (Value, Vec<Diagnostic>) {
        self.act(config)
    }

    fn apply(&self, _: &str, _: &Value, _: &Value, config: &Value) -> (Value, Vec<Diagnostic>) {
        self.act(config)
    }

    fn import(&self, _: &str, id: &str) -> (Value, Vec<Diagnostic>) {
        let Type::Object(fields) = self.schemas.resources[0].1.block.ty() else {
            unreachable!()
        };
        let state = Object::build(&fields, |name| {
            if name == "name" {
                Value::string(id)
            } else {
                Value::Null
            }
        });
        (Value::Object(state), Vec::new())
    }

    fn upgrade(
        &self,
        _: &str,
        version: i64,
        mut state: serde_json::Value,
    ) -> (serde_json::Value, Vec<Diagnostic>) {
        assert_eq!(version, 0);
        let old = state["title"].take();
        state["name"] = old;
        (state, Vec::new())
    }

    fn call_function(&self, _: &str, arguments: &[Value]) -> Result<Value, FunctionError> {
        match arguments[0].plain().as_str() {
            Some("panic") => panic!("the test asked for it"),
            Some("fail") => Err(FunctionError {
                text: "as asked".to_owned(),
                argument: Some(0),
            }),
            _ => Ok(arguments[0].clone()),
        }
    }

    fn read_data_source(&self, _: &str, config: &Value) -> (Value, Vec<Diagnostic>) {
        let Value::Object(config) = config else {
            panic!("a configuration is an object")
        };
        let state = Object::build(config.fields(), |name| match name {
            "out" => config.get("in").cloned().unwrap_or(Value::Null),
            _ => config.get(name).cloned().unwrap_or(Value::Null),
        });
        (Value::Object(state), Vec::new())
    }
}

fn row() -> Arc<Fields> {
    let strings = ["cidr", "a", "b", "c", "d", "e", "f", "g"].map(|name| (name, Type::String));
    Arc::new(Fields::new(
        strings.into_iter().chain([("port", Type::Number)]),
    ))
}

fn schemas(row: &Arc<Fields>) -> Schemas {
    let attribute = |name, ty, mode| Attribute {
        name,
        ty,
        mode,
        description: format!("The `{name}`."),
    };
    let block = |attributes, blocks| Block {
        attributes,
        blocks,
        description: "A *block*.".to_owned(),
    };
    let nested = |name, nesting, block| NestedBlock {
        name,
        nesting,
        block,
    };
    let settings = Fields::new([("note", Type::String), ("port", Type::Number)]);
    let settings = Type::Map(Box::new(Type::Object(Arc::new(settings))));
    let rows = Type::Map(Box::new(Type::Object(Arc::clone(row))));
    let host = block(
        vec![attribute("flush", Type::Bool, Mode::Optional)],
        Vec::new(),
    );
    let zone = block(
        vec![attribute("cidr", Type::String, Mode::Optional)],
        vec![nested("host", Nesting::Single, host)],
    );
    let step = block(
        vec![attribute("text", Type::String, Mode::Required)],
        Vec::new(),
    );
    let table = block(
        vec![
            attribute("name", Type::String, Mode::Required),
            attribute("act", Type::String, Mode::Optional),
            attribute("any", Type::Dynamic, Mode::Optional),
            attribute("more", Type::Number, Mode::Optional),
            attribute("ratio", Type::Number, Mode::Optional),
            attribute("settings", settings, Mode::Optional),
            attribute("text", Type::String, Mode::Optional),
            attribute("rows", rows, Mode::Computed),
            attribute("digest", Type::String, Mode::Computed),
        ],
        vec![
            nested("zone", Nesting::Map, zone),
            nested("step", Nesting::List, step),
        ],
    );
    let echo = block(
        vec![
            attribute("in", Type::List(Box::new(Type::Number)), Mode::Optional),
            attribute("out", Type::List(Box::new(Type::Number)), Mode::Computed),
        ],
        Vec::new(),
    );
    let provider = block(
        vec![attribute("language", Type::String, Mode::Optional)],
        Vec::new(),
    );
    Schemas {
        provider: Schema {
            version: 0,
            block: provider,
        },
        resources: vec![(
            TABLE,
            Schema {
                version: 1,
                block: table,
            },
        )],
        data_sources: vec![(
            ECHO,
            Schema {
                version: 0,
                block: echo,
            },
        )],
        functions: vec![(
            ECHO_ALL,
            Signature {
                parameters: vec![Parameter {
                    name: "value",
                    ty: Type::Dynamic,
                    description: "What comes back.",
                }],
                variadic: Some(Parameter {
                    name: "more",
                    ty: Type::List(Box::new(Type::String)),
                    description: "What does not.",
                }),
                returns: Type::Dynamic,
                summary: "Gives back its first argument",
                description: "It does nothing else.".to_owned(),
            },
        )],
    }
}
