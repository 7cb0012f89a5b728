//! Bad input: every mistake ends the command with 1, names the thing and what to do, points at the line of the user's file, and leaves
//! the state as it was.

use crate::end_to_end::Test;
use crate::end_to_end::cli::{Cli, REQUIRED, Root};

pub(crate) const TESTS: &[Test] = &[
    ("addresses", addresses),
    ("names_with_a_typo", names_with_a_typo),
    ("ports", ports),
    ("layouts", layouts),
    ("product_files", product_files),
    ("values_of_the_wrong_type", values_of_the_wrong_type),
    ("data_sources", data_sources),
    ("the_provider_block", the_provider_block),
];

/// A layout without a mistake; every mistake below changes one text of it.
pub(crate) const GOOD: &str = r#"
provider "portmatrix" {
  language = "en"
}

resource "portmatrix_rules" "edge" {
  directions = ["ingress", "egress"]

  zone "internet" {
    trust      = "public"
    components = ["kong.client"]
    ipv4       = { any = "0.0.0.0/0" }
    ipv6       = { any = "::/0" }
  }

  zone "dmz" {
    trust      = "dmz"
    components = ["kong.node"]
    aws {
      security_group_id = "sg-1"
    }
  }

  zone "ops" {
    components = ["kong.admin"]
    ipv4       = { vpn = "10.99.0.0/16" }
  }

  zone "data" {
    components = ["kong.postgresql"]
    ipv4       = { primary = "10.10.8.0/24" }
  }

  product "kong" {
    version = "3.9"
    ports   = { proxy-https = "443" }
    enable  = ["proxy-http"]
    disable = ["admin-http"]
  }

  flow "time" {
    from     = ["dmz"]
    to       = ["ops"]
    services = ["udp/123"]
  }
}

data "portmatrix_product" "kong" {
  name  = "kong"
  ports = { status = "8100" }
}
"#;

/// A mistake: the text that it replaces, the text that it is, and what has to be said. The line is where the replacement begins.
type Mistake = (&'static str, &'static str, &'static [&'static str]);

/// Tries mistakes on a root where the layout without them is in place.
fn each(cli: &Cli, mistakes: &[Mistake]) {
    let root = Root::new(cli, GOOD);
    root.apply();
    let state = root.read("terraform.tfstate");
    for (old, new, words) in mistakes {
        assert_eq!(GOOD.matches(old).count(), 1, "{old}");
        let text = GOOD.replace(old, new);
        root.main(&text);
        let run = root.run(&["apply", "-auto-approve"]);
        run.fails();
        for it in *words {
            run.says(it);
        }
        let before = &GOOD[..GOOD.find(old).expect("the text")];
        let line = REQUIRED.lines().count() + before.matches('\n').count() + 1;
        run.says(&format!("on main.tf line {line}"));
        assert_eq!(
            root.read("terraform.tfstate"),
            state,
            "the state changed: {run}"
        );
    }
    root.main(GOOD);
    root.has_nothing_to_do();
}

fn addresses(cli: &Cli) {
    each(
        cli,
        &[
            (
                "ipv4       = { vpn = \"10.99.0.0/16\" }",
                "ipv4       = { vpn = \"10.99.0.7/16\" }",
                &[
                    "bad-cidr: not a CIDR block",
                    "`10.99.0.7/16` has host bits set",
                    "`10.99.0.0/16`",
                ],
            ),
            (
                "ipv4       = { primary = \"10.10.8.0/24\" }",
                "ipv4       = { primary = \"10.10.8.4\" }",
                &["bad-cidr", "`10.10.8.4`", "`10.10.8.4/32`"],
            ),
            (
                "ipv4       = { primary = \"10.10.8.0/24\" }",
                "ipv4       = { primary = \"2001:db8::/32\" }",
                &["bad-cidr", "`2001:db8::/32`", "ipv6"],
            ),
            (
                "ipv6       = { any = \"::/0\" }",
                "ipv6       = { any = \"::1/0\" }",
                &["bad-cidr", "`::/0`"],
            ),
            (
                "ipv4       = { primary = \"10.10.8.0/24\" }",
                "ipv4       = { primary = \"10.10.8.0/33\" }",
                &["bad-cidr", "`10.10.8.0/33`"],
            ),
            (
                "ipv4       = { primary = \"10.10.8.0/24\" }",
                "ipv4       = { \" primary\" = \"10.10.8.0/24\" }",
                &["bad-name", "starts or ends with a space"],
            ),
            (
                "security_group_id = \"sg-1\"",
                "security_group_id = \"\"",
                &["bad-value", "an id must not be empty"],
            ),
        ],
    );
}

fn names_with_a_typo(cli: &Cli) {
    each(
        cli,
        &[
            (
                "components = [\"kong.client\"]",
                "components = [\"kogn.client\"]",
                &["unknown-product", "`kogn`", "Did you mean `kong`"],
            ),
            (
                "components = [\"kong.postgresql\"]",
                "components = [\"kong.postgres\"]",
                &[
                    "unknown-component",
                    "`postgres`",
                    "Did you mean `postgresql`",
                ],
            ),
            (
                "version = \"3.9\"",
                "version = \"2.8\"",
                &["unknown-version", "`2.8`", "`3`", "`0.10`"],
            ),
            (
                "version = \"3.9\"",
                "version = \"latest\"",
                &["unknown-version", "`latest`"],
            ),
            (
                "ports   = { proxy-https = \"443\" }",
                "ports   = { proxy_https = \"443\" }",
                &[
                    "unknown-port-parameter",
                    "`proxy_https`",
                    "Did you mean `proxy-https`",
                ],
            ),
            (
                "enable  = [\"proxy-http\"]",
                "enable  = [\"proxy-htp\"]",
                &["unknown-flow", "`proxy-htp`", "Did you mean `proxy-http`"],
            ),
            (
                "disable = [\"admin-http\"]",
                "disable = [\"hybrit\"]",
                &["unknown-flow", "`hybrit`", "Did you mean `hybrid`"],
            ),
            (
                "to       = [\"ops\"]",
                "to       = [\"opps\"]",
                &["unknown-zone", "`opps`", "Did you mean `ops`"],
            ),
            (
                "zone \"ops\" {",
                "zone \"Ops A\" {",
                &["bad-name", "`Ops A`", "`ops-a`"],
            ),
            (
                "trust      = \"dmz\"",
                "trust      = \"dnz\"",
                &["bad-value", "`dnz`", "`dmz`"],
            ),
            (
                "directions = [\"ingress\", \"egress\"]",
                "directions = [\"inbound\"]",
                &["bad-value", "`inbound` is not a direction", "`ingress`"],
            ),
            (
                "disable = [\"admin-http\"]",
                "profile = \"produktion\"",
                &["unknown-profile", "`produktion`"],
            ),
        ],
    );
}

fn ports(cli: &Cli) {
    let port = "ports   = { proxy-https = \"443\" }";
    each(
        cli,
        &[
            (
                port,
                "ports   = { proxy-https = \"70000\" }",
                &["bad-port", "`70000`", "65535"],
            ),
            (
                port,
                "ports   = { proxy-https = \"0\" }",
                &["bad-port", "`0`"],
            ),
            (
                port,
                "ports   = { proxy-https = \"https\" }",
                &["bad-port", "`https`"],
            ),
            (
                port,
                "ports   = { proxy-https = \"90-80\" }",
                &["bad-port", "`90-80`", "`80-90`"],
            ),
            (port, "ports   = { proxy-https = \"443,\" }", &["bad-port"]),
            (
                port,
                "ports   = { proxy-https = \"0443\" }",
                &["bad-port", "`0443`", "443"],
            ),
            (
                port,
                "ports   = { proxy-https = \"\" }",
                &["bad-value", "the value is empty"],
            ),
            (
                "services = [\"udp/123\"]",
                "services = [\"ucp/123\"]",
                &["bad-service", "`ucp", "udp"],
            ),
            (
                "services = [\"udp/123\"]",
                "services = [\"udp\"]",
                &["bad-service", "`udp`"],
            ),
            (
                "services = [\"udp/123\"]",
                "services = [\"udp/{ntp}\"]",
                &["bad-service", "port parameter"],
            ),
        ],
    );
}

fn layouts(cli: &Cli) {
    each(
        cli,
        &[
            (
                "zone \"data\" {\n    components = [\"kong.postgresql\"]\n    ipv4       = { primary = \"10.10.8.0/24\" }",
                "zone \"data\" {\n    components = [\"kong.postgresql\"]",
                &["zone-empty", "`data`"],
            ),
            (
                "components = [\"kong.admin\"]",
                "components = [\"kong.admin\", null]",
                &["bad-value", "a list contains `null`"],
            ),
            (
                "components = [\"kong.admin\"]",
                "components = [\"kong\"]",
                &["bad-value", "`kong` is not a component", "`kong.*`"],
            ),
            (
                "aws {\n      security_group_id = \"sg-1\"",
                "aws {",
                &["became-null"],
            ),
            (
                "ipv4       = { vpn = \"10.99.0.0/16\" }",
                "ipv4       = { vpn = \"10.99.0.0/16\", home = \"10.99.0.0/16\" }",
                &["duplicate-address", "`vpn`", "`home`"],
            ),
        ],
    );
}

const BROKEN: &str = r#"format  = 1
name    = "owl"
title   = "Owl"
vendor  = "Example Corp."
version = "1"
colour  = "grey"

[component.server]
title = "Owl"
kind  = "mine"

[[flow]]
id       = "hoot"
from     = "wood"
to       = "server"
services = ["tcp/99999"]
plane    = "data"
exposure = "internal"
need     = "required"
purpose  = { en = "Hooting" }
source   = { ref = "page", at = "row 1" }
"#;

/// All mistakes of a file come at once, each with its place in the file.
fn product_files(cli: &Cli) {
    let root = Root::new(cli, GOOD);
    root.write("owl.toml", BROKEN);
    root.apply();
    let state = root.read("terraform.tfstate");
    let in_block = "version = \"3.9\"";
    let cases = [
        ("language = \"en\"", "definitions = [file(\"owl.toml\")]"),
        (in_block, "definition = file(\"owl.toml\")"),
        ("name  = \"kong\"\n", "definition = file(\"owl.toml\")\n"),
    ];
    for (old, new) in cases {
        root.main(&GOOD.replace(old, new));
        let run = root.run(&["apply", "-auto-approve"]);
        run.fails();
        run.says("bad-definition: an invalid product file");
        for words in [
            "6:1: the file: unknown field `colour`",
            "10:9: component `server`: `kind` is `mine`",
            "14:12: flow `hoot`: `from` refers to an unknown component `wood`",
            "16:13: flow `hoot`: `99999` is not a port",
            "21:20: `source` of flow `hoot`: `ref` refers to an unknown source `page`",
        ] {
            run.says(words);
        }
        let at = GOOD.find(old).expect("the text");
        let line = REQUIRED.lines().count() + GOOD[..at].matches('\n').count() + 1;
        run.says(&format!("on main.tf line {line}"));
        assert_eq!(root.read("terraform.tfstate"), state);
    }
    // The position is shown even if the file is not TOML at all.
    root.write("owl.toml", "format = 1\nname = owl\n");
    let run = root.run(&["plan"]);
    run.fails();
    run.says("2:8: ");
}

/// Most of these are core's own errors; none of them reaches the provider as a surprise.
fn values_of_the_wrong_type(cli: &Cli) {
    each(
        cli,
        &[
            (
                "components = [\"kong.admin\"]",
                "components = \"kong.admin\"",
                &["list of string required"],
            ),
            (
                "ipv4       = { vpn = \"10.99.0.0/16\" }",
                "ipv4       = [\"10.99.0.0/16\"]",
                &["map of string required"],
            ),
            (
                "ports   = { proxy-https = \"443\" }",
                "ports   = { proxy-https = [443] }",
                &["string required"],
            ),
            (
                "security_group_id = \"sg-1\"",
                "security_group_id = [\"sg-1\"]",
                &["string required"],
            ),
            (
                "security_group_id = \"sg-1\"",
                "security_grp_id = \"sg-1\"",
                &["Did you mean \"security_group_id\"?"],
            ),
            (
                "ipv4       = { vpn = \"10.99.0.0/16\" }",
                "ipv4       = { vpn = 10 }",
                &["bad-cidr", "`10`"],
            ),
            (
                "version = \"3.9\"",
                "version = 3.10",
                &["unknown-version", "`3.1`", "`3.10`", "quotes"],
            ),
        ],
    );
    let root = Root::new(
        cli,
        &GOOD.replace(
            "security_group_id = \"sg-1\"",
            "security_group_id = \"sg-1\"\n max_rules = -1",
        ),
    );
    let run = root.run(&["plan"]);
    run.fails();
    run.says("`-1` is not a positive whole number");
}

fn data_sources(cli: &Cli) {
    each(
        cli,
        &[
            (
                "name  = \"kong\"\n",
                "name  = \"kongg\"\n",
                &["unknown-product", "Did you mean `kong`"],
            ),
            (
                "data \"portmatrix_product\" \"kong\" {\n  name  = \"kong\"\n",
                "data \"portmatrix_product\" \"kong\" {\n",
                &["neither `name` nor `definition` is set"],
            ),
            (
                "ports = { status = \"8100\" }",
                "ports = { statsu = \"8100\" }",
                &["unknown-port-parameter", "Did you mean `status`"],
            ),
            (
                "ports = { status = \"8100\" }",
                "ports = { status = \"x\" }",
                &["bad-port", "`x`"],
            ),
        ],
    );
}

fn the_provider_block(cli: &Cli) {
    each(
        cli,
        &[
            (
                "language = \"en\"",
                "language = \"english\"",
                &["bad-value", "`english` is not a language", "`tr`"],
            ),
            ("language = \"en\"", "definitions = [\"\"]", &["empty"]),
            (
                "language = \"en\"",
                "definitions = [null]",
                &["a list contains `null`"],
            ),
        ],
    );
}
