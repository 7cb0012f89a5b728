//! The same rules three ways: by this provider, held by `terraform_data`, computed in HCL; and one layout as blocks and as data.

use serde_json::{Map, Value, json};
use std::fmt::Write;

/// Addresses of a configuration, at most as many as `range` gives; the ports make up the rest.
const fn addresses(rules: usize) -> usize {
    if rules < 10_000 { rules / 10 } else { 1000 }
}

const HEAD: &str = "terraform {\n  required_providers {\n    portmatrix = { source = \"portmatrix/portmatrix\" }\n  }\n}\n";

/// A small layout with Kong.
pub(crate) fn small() -> String {
    format!(
        "{HEAD}
resource \"portmatrix_rules\" \"it\" {{
  zone \"internet\" {{
    trust      = \"public\"
    components = [\"kong.client\"]
    ipv4       = {{ any = \"0.0.0.0/0\" }}
  }}
  zone \"dmz\" {{
    components = [\"kong.node\"]
    ipv4       = {{ a = \"10.0.1.0/24\" }}
    aws {{ security_group_id = \"sg-1\" }}
  }}
}}
"
    )
}

/// One gateway and clients in all other zones, each with a group and two addresses.
pub(crate) fn zones(count: usize, as_data: bool) -> String {
    let mut zones = String::new();
    for at in 0..count {
        let component = if at == 0 { "kong.node" } else { "kong.client" };
        let (high, low) = (at / 256, at % 256);
        let (head, group) = if as_data {
            (format!("z{at} = {{"), "aws =")
        } else {
            (format!("zone \"z{at}\" {{"), "aws")
        };
        writeln!(
            zones,
            "  {head}
    components = [\"{component}\"]
    ipv4       = {{ a = \"10.{high}.{low}.0/24\", b = \"10.{}.{low}.0/24\" }}
    {group} {{ security_group_id = \"sg-{at}\" }}
  }}",
            high + 100
        )
        .unwrap();
    }
    let zones = if as_data {
        format!("zones = {{\n{zones}}}\n")
    } else {
        zones
    };
    format!(
        "{HEAD}\nresource \"portmatrix_rules\" \"it\" {{\n{zones}  product \"kong\" {{ disable = [\"database\"] }}\n}}\n"
    )
}

/// Nothing but a `terraform_data`.
pub(crate) fn nothing() -> String {
    "resource \"terraform_data\" \"it\" {\n  input = \"nothing\"\n}\n".to_owned()
}

/// `rules` rows by this provider.
pub(crate) fn by_provider(rules: usize) -> String {
    let ports: Vec<String> = (0..rules / addresses(rules))
        .map(|it| format!("\"tcp/{}\"", 8000 + it))
        .collect();
    format!(
        "{HEAD}
resource \"portmatrix_rules\" \"it\" {{
  directions = [\"ingress\"]
  zone \"clients\" {{
    components = []
    ipv4       = {{ for i in range({}) : \"a${{i}}\" => cidrsubnet(\"10.0.0.0/8\", 16, i) }}
  }}
  zone \"servers\" {{
    components = []
    aws {{ security_group_id = \"sg-1\" }}
  }}
  flow \"load\" {{
    from     = [\"clients\"]
    to       = [\"servers\"]
    services = [{}]
  }}
}}
",
        addresses(rules),
        ports.join(", ")
    )
}

/// The same rows computed in HCL.
pub(crate) fn in_hcl(rules: usize) -> String {
    format!(
        "locals {{
  ports     = range(8000, {})
  addresses = {{ for i in range({}) : \"a${{i}}\" => cidrsubnet(\"10.0.0.0/8\", 16, i) }}
  rows = {{ for pair in setproduct(local.ports, keys(local.addresses)) : \"servers/tcp-${{pair[0]}}/clients:ipv4:${{pair[1]}}\" => {{
    security_group_id            = \"sg-1\"
    cidr_ipv4                    = local.addresses[pair[1]]
    cidr_ipv6                    = null
    referenced_security_group_id = null
    prefix_list_id               = null
    ip_protocol                  = \"tcp\"
    from_port                    = tonumber(pair[0])
    to_port                      = tonumber(pair[0])
    description                  = \"load\"
  }} }}
}}
resource \"terraform_data\" \"it\" {{
  input = local.rows
}}
",
        8000 + rules / addresses(rules),
        addresses(rules)
    )
}

/// The same rows held by `terraform_data`, from a typed variable: the configuration, and the values as JSON.
pub(crate) fn held() -> String {
    let mut fields = String::new();
    for name in [
        "security_group_id",
        "cidr_ipv4",
        "cidr_ipv6",
        "referenced_security_group_id",
        "prefix_list_id",
        "ip_protocol",
        "description",
    ] {
        writeln!(fields, "    {name} = string").unwrap();
    }
    format!(
        "variable \"rows\" {{
  type = map(object({{
{fields}    from_port = number
    to_port   = number
  }}))
}}
resource \"terraform_data\" \"it\" {{
  input = var.rows
}}
"
    )
}

/// The values of [`held`].
pub(crate) fn values(rules: usize) -> String {
    let mut rows = Map::new();
    for address in 0..addresses(rules) {
        for port in 8000..8000 + rules / addresses(rules) {
            let row = json!({
                "security_group_id": "sg-1",
                "cidr_ipv4": format!("10.{}.{}.0/24", address / 256, address % 256),
                "cidr_ipv6": null,
                "referenced_security_group_id": null,
                "prefix_list_id": null,
                "ip_protocol": "tcp",
                "from_port": port,
                "to_port": port,
                "description": "load",
            });
            rows.insert(format!("servers/tcp-{port}/clients:ipv4:a{address}"), row);
        }
    }
    json!({ "rows": Value::Object(rows) }).to_string()
}
