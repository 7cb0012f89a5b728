//! Mistakes in releases, choices, numbers and addresses: each with its place, what is wrong and what to do.

use super::mistakes;
use expect_test::expect;
use portmatrix::catalog::load;
use std::fmt::Write;

const GOOD: &str = r#"format = 1
name = "it"
title = "It"
vendor = "Us"
version = "1.70"
covers = ">=1.62, <1.78"

[[source]]
id = "page"
title = "Page"
url = "https://example.com"
retrieved = "2026-11-20"

[component.a]
title = "A"
kind = "own"

[component.b]
title = "B"
kind = "external"
#component

[number.app]
title = "App"
within = "0-97"
digits = 2
default = "00"
#number

[choice.mode]
title = "Mode"
options = { one = "One", two = "Two" }
#choice

[feature.vm]
title = "VM"
#feature

[port.p]
default = "32{app}"
#port

[[flow]]
id = "f"
from = "b"
to = "a"
services = ["tcp/{p}"]
plane = "data"
exposure = "internal"
purpose = { en = "x" }
source = { ref = "page", at = "x" }
when = ["vm", "mode.two"]
#flow
"#;

/// What is said after a field was added at a mark, or what is before `=>` was replaced. Only the lines that say anything.
fn said(changes: &[&str]) -> String {
    let mut said = String::new();
    for change in changes {
        let (from, to) = change.split_once(" => ").unwrap();
        assert!(GOOD.contains(from), "{from}");
        let found = mistakes(&GOOD.replacen(from, to, 1));
        writeln!(said, "{change}").unwrap();
        for it in found {
            writeln!(said, "  {it}").unwrap();
        }
    }
    said
}

#[test]
fn a_file_with_all_of_these_is_good() {
    assert_eq!(mistakes(GOOD), Vec::<String>::new());
}

#[test]
fn releases() {
    expect![[r##"
        #flow => releases = ">=1.62"
          53:12: every release in >=1.62, <1.78 meets `>=1.62`; remove `releases`
        #flow => releases = ">=99, <100"
          53:12: no release in >=1.62, <1.78 meets `>=99, <100`; correct the bounds, or remove what they are about
        #flow => releases = [">=1.63", ">=99"]
          53:12: no release in >=1.62, <1.78 meets `>=99`; correct the bounds, or remove what they are about
        #flow => releases = [">=1.63", "<1.63"]
          53:12: every release in >=1.62, <1.78 meets `>=1.63 or <1.63`; remove `releases`
        #flow => releases = 1.63
          53:12: flow `f`: `releases` is a number with a fraction; expected bounds in quotes, e.g. ">=1.63", or a list of them
        #flow => releases = "1.63"
          53:12: flow `f`: `releases`: `1.63` is not a version bound; write `=1.63` for this release, or e.g. `>=3.4, <4`
        #flow => releases = "~>1.63"
          53:12: flow `f`: `releases`: `~>1.63` is not a version bound; write e.g. `>=3.4, <4`
        #flow => releases = ">=1.63 <1.70"
          53:12: flow `f`: `releases`: `>=1.63 <1.70` is not a version bound; write e.g. `>=3.4, <4`
        #flow => release = ">=1.63"
          53:1: flow `f`: unknown field `release`; did you mean `releases`?
        covers = ">=1.62, <1.78" => covers = ">=1.62, <1.60"
          6:10: the file: no release meets `covers`, >=1.62, <1.60; correct the bounds
        covers = ">=1.62, <1.78" => covers = "1.62"
          6:10: the file: `covers`: `1.62` is not a version bound; write `=1.62` for this release, or e.g. `>=3.4, <4`
        two = "Two" => two = { title = "Two", releases = "<2" }
          32:60: every release in >=1.62, <1.78 meets `<2`; remove `releases`
    "##]].assert_eq(&said(&[
        "#flow => releases = \">=1.62\"",
        "#flow => releases = \">=99, <100\"",
        "#flow => releases = [\">=1.63\", \">=99\"]",
        "#flow => releases = [\">=1.63\", \"<1.63\"]",
        "#flow => releases = 1.63",
        "#flow => releases = \"1.63\"",
        "#flow => releases = \"~>1.63\"",
        "#flow => releases = \">=1.63 <1.70\"",
        "#flow => release = \">=1.63\"",
        "covers = \">=1.62, <1.78\" => covers = \">=1.62, <1.60\"",
        "covers = \">=1.62, <1.78\" => covers = \"1.62\"",
        "two = \"Two\" => two = { title = \"Two\", releases = \"<2\" }",
    ]));
}

#[test]
fn conditions() {
    expect![[r##"
        #flow => unless = "mode"
          53:10: flow `f`: `unless` names the choice `mode` without an option; write e.g. `mode.one`
        #flow => unless = "mode.three"
          53:10: flow `f`: `unless` refers to an unknown option `mode.three`; expected one of `mode.one`, `mode.two`
        #flow => unless = "modes.one"
          53:10: flow `f`: `unless` refers to an unknown option `modes.one`; did you mean `mode.one`?
        #flow => unless = "vm + mode.one"
          53:10: flow `f`: `unless` has names joined by `+` with blanks or nothing between; write e.g. `a+b`
        #flow => unless = "vm+"
          53:10: flow `f`: `unless` has names joined by `+` with blanks or nothing between; write e.g. `a+b`
        #flow => unless = "mode.one+vm+mode.two"
          53:10: flow `f`: `mode.one+vm+mode.two` in `unless` never holds, because at most one option of `mode` is on; list the options instead
        #flow => unless = "vms"
          53:10: flow `f`: `unless` refers to an unknown feature `vms`; did you mean `vm`?
        #flow => unless = "app"
          53:10: flow `f`: `unless` refers to an unknown feature `app`; expected one of `vm`
        #flow => unless = true
          53:10: flow `f`: `unless` is true or false; expected the name of a feature, or an option as `choice.option`, in quotes, or a list of them; join with `+` what must be on together
        #flow => need = "optional"
          53:8: flow `f`: `need = "optional"` excludes `when`, because the features would not switch the flow on; remove `need`, or add a feature and write `when = "a+b"`
        #flow => assumed = ["choise"]
          53:12: flow `f`: `assumed` is `choise`; expected one of `transport`, `from`, `to`, `direction`, `ports`, `exposure`, `when`, `need`, `choice`, `alternatives`, `tls`, `releases`, or a list of them
    "##]].assert_eq(&said(&[
        "#flow => unless = \"mode\"",
        "#flow => unless = \"mode.three\"",
        "#flow => unless = \"modes.one\"",
        "#flow => unless = \"vm + mode.one\"",
        "#flow => unless = \"vm+\"",
        "#flow => unless = \"mode.one+vm+mode.two\"",
        "#flow => unless = \"vms\"",
        "#flow => unless = \"app\"",
        "#flow => unless = true",
        "#flow => need = \"optional\"",
        "#flow => assumed = [\"choise\"]",
    ]));
}

#[test]
fn choices_and_features() {
    expect![[r##"
        #choice => default = "three"
          33:11: choice `mode`: `default` refers to an unknown option `three`; expected one of `one`, `two`
        #choice => default = true
          33:11: choice `mode`: `default` is true or false; expected a name in quotes, e.g. "my-name"
        #choice => defaults = [{ when = "vm", default = "one" }]
          33:22: choice `mode`: `defaults` depends on the feature `vm`, but choices are decided before features; name an option
        #choice => defaults = [{ when = "mode.one", default = "two" }]
          33:22: choice `mode`: `defaults` depends on what it decides; name something else
        #choice => defaults = [{ releases = ">=1.70" }]
          33:13: `defaults` of choice `mode`: `default` is missing (the option); write a name in quotes, e.g. "my-name"
        #choice => defaults = [{ releases = ">=1.70", default = "three" }]
          33:46: choice `mode`: `default` refers to an unknown option `three`; expected one of `one`, `two`
        two = "Two" => Two_x = "Two"
          32:26: `Two_x` is not a valid name for `options`: use lower-case letters, digits and single dashes, at most 32 characters; write `two-x`
          52:15: flow `f`: `when` refers to an unknown option `mode.two`; did you mean `mode.Two_x`?
        two = "Two" => two = 2
          32:32: option `two` is a number; expected a title in quotes, or a table
        two = "Two" => two = { releases = ">=1.63" }
          32:26: option `two`: `title` is missing (what it is); write a text in quotes
        , two = "Two" => 
          32:11: choice `mode`: a choice needs at least two options
          52:15: flow `f`: `when` refers to an unknown option `mode.two`; expected one of `mode.one`
        { one = "One", two = "Two" } => {}
          32:11: choice `mode`: `options` is empty (the options, by name; conditions write `choice.option`); write titles by name, e.g. { one = "…", other = "…" }
          52:15: flow `f`: `when` refers to an unknown option `mode.two`; none are available
        #feature => default = "on"
          37:11: feature `vm`: `default` is a text; expected true or false, without quotes
        #feature => defaults = [{ when = "vm", default = true }]
          37:22: feature `vm`: `defaults` depends on what it decides; name something else
    "##]].assert_eq(&said(&[
        "#choice => default = \"three\"",
        "#choice => default = true",
        "#choice => defaults = [{ when = \"vm\", default = \"one\" }]",
        "#choice => defaults = [{ when = \"mode.one\", default = \"two\" }]",
        "#choice => defaults = [{ releases = \">=1.70\" }]",
        "#choice => defaults = [{ releases = \">=1.70\", default = \"three\" }]",
        "two = \"Two\" => Two_x = \"Two\"",
        "two = \"Two\" => two = 2",
        "two = \"Two\" => two = { releases = \">=1.63\" }",
        ", two = \"Two\" => ",
        "{ one = \"One\", two = \"Two\" } => {}",
        "#feature => default = \"on\"",
        "#feature => defaults = [{ when = \"vm\", default = true }]",
    ]));
}

#[test]
fn numbers() {
    expect![[r#"
        within = "0-97" => within = 97
          25:10: number `app`: `within` is a number; expected numbers in quotes, e.g. "0-97"
        within = "0-97" => within = "97-0"
          25:10: number `app`: `within`: `97-0` ends before it begins
        within = "0-97" => within = "0-2000"
          25:10: number `app`: `within` has more than 1024 numbers
          40:11: port `p`: `32{app}` is `321000`: `321000` is not a port; ports are whole numbers from 1 to 65535
        within = "0-97" => #
          23:9: number `app`: `within` is missing; write the numbers that it may be, e.g. `0-97`
        digits = 2 => digits = 6
          26:10: number `app`: `digits` is 6; expected a whole number from 1 to 5, without quotes
          40:11: port `p`: `32{app}` is `32000000`: `32000000` is not a port; ports are whole numbers from 1 to 65535
        default = "00" => default = "98"
          27:11: number `app`: 98 is outside its bounds, 0-97
        default = "00" => default = "00-"
          27:11: number `app`: `default`: `` is not a whole number from 0 to 65535; write e.g. `00, 02-03`
        #number => defaults = [{ when = "vm", default = "90-99" }]
          28:38: number `app`: 90-99 is outside its bounds, 0-97
        #number => offset = { of = "app", by = 1 }
          25:10: number `app`: `within` and `offset` cannot both be set
        #flow => [number.next]
        title = "N"
        offset = { of = "next", by = 1 }
          55:10: number `next`: its `offset` refers back to itself
        #flow => [number.next]
        title = "N"
        offset = { of = "apps", by = 1 }
          55:17: `offset` of number `next`: `of` refers to an unknown number `apps`; did you mean `app`?
        #flow => [number.next]
        title = "N"
        offset = { of = "app", by = -1 }
          55:10: number `next`: `app` may be 0, and -1 from it is below 0
        default = "32{app}" => default = "32{ap}"
          40:11: port `p`: `{ap}` refers to an unknown number `ap`; did you mean `app`?
        default = "32{app}" => default = "32{app"
          40:11: port `p`: `default`: `32{app` has a brace without its counterpart; write e.g. `32{app}`
        default = "32{app}" => default = "32{ app }"
          40:11: port `p`: `default`: `{ app }` in `32{ app }` must be a number's name alone; write e.g. `32{app}`
        default = "32{app}" => default = "32{}"
          40:11: port `p`: `default`: `{}` in `32{}` must be a number's name alone; write e.g. `32{app}`
        default = "32{app}" => default = "699{app}"
          40:11: port `p`: `699{app}` is `69900`: `69900` is not a port; ports are whole numbers from 1 to 65535
        default = "32{app}" => default = "{app}"
          40:11: port `p`: `{app}` is `00`: `00` is not a port; ports are whole numbers from 1 to 65535
        #port => within = "3200-3290"
          40:11: port `p`: `32{app}` is 3297, which is outside its bounds, 3200-3290
        #port => recommended = { production = "33{apps}" }
          41:30: port `p`: `{apps}` refers to an unknown number `apps`; did you mean `app`?
        #port => defaults = [{ when = "vm" }]
          41:13: `defaults` of port `p`: `default` is missing (the default); write ports in quotes, e.g. "80, 8000-8099"
        #port => [port.q]
        offset = { of = "p", by = 62240 }
          42:17: port `q`: 3297 with offset 62240 is 65537, which is not a port
    "#]].assert_eq(&said(&[
        "within = \"0-97\" => within = 97",
        "within = \"0-97\" => within = \"97-0\"",
        "within = \"0-97\" => within = \"0-2000\"",
        "within = \"0-97\" => #",
        "digits = 2 => digits = 6",
        "default = \"00\" => default = \"98\"",
        "default = \"00\" => default = \"00-\"",
        "#number => defaults = [{ when = \"vm\", default = \"90-99\" }]",
        "#number => offset = { of = \"app\", by = 1 }",
        "#flow => [number.next]\ntitle = \"N\"\noffset = { of = \"next\", by = 1 }",
        "#flow => [number.next]\ntitle = \"N\"\noffset = { of = \"apps\", by = 1 }",
        "#flow => [number.next]\ntitle = \"N\"\noffset = { of = \"app\", by = -1 }",
        "default = \"32{app}\" => default = \"32{ap}\"",
        "default = \"32{app}\" => default = \"32{app\"",
        "default = \"32{app}\" => default = \"32{ app }\"",
        "default = \"32{app}\" => default = \"32{}\"",
        "default = \"32{app}\" => default = \"699{app}\"",
        "default = \"32{app}\" => default = \"{app}\"",
        "#port => within = \"3200-3290\"",
        "#port => recommended = { production = \"33{apps}\" }",
        "#port => defaults = [{ when = \"vm\" }]",
        "#port => [port.q]\noffset = { of = \"p\", by = 62240 }",
    ]));
}

#[test]
fn addresses() {
    expect![[r##"
        #component => address = { eu = "192.0.2.1/32", us = "0.0.0.0/0" }
          21:39: component `b`: `address` covers all addresses; remove it, so that the user places the component
        #component => address = { EU_1 = "192.0.2.1/32" }
          21:13: `EU_1` is not a valid name for `address`: use lower-case letters, digits and single dashes, at most 32 characters; write `eu-1`
        #component => address = ["192.0.2.1/32"]
          21:11: component `b`: `address` is a list; expected an address or a block in quotes, e.g. "169.254.169.254/32", or a table of these by name
        #component => address = "192.0.2.1"
          21:11: component `b`: `192.0.2.1` has no prefix length; write `192.0.2.1/32` for this one address
        #component => fqdn = ["a.example.com", "a.example.com"]
          21:26: component `b`: `a.example.com` is in `fqdn` twice
        #component => role = "yes"
          21:8: component `b`: `role` is a text; expected true or false, without quotes
    "##]].assert_eq(&said(&[
        "#component => address = { eu = \"192.0.2.1/32\", us = \"0.0.0.0/0\" }",
        "#component => address = { EU_1 = \"192.0.2.1/32\" }",
        "#component => address = [\"192.0.2.1/32\"]",
        "#component => address = \"192.0.2.1\"",
        "#component => fqdn = [\"a.example.com\", \"a.example.com\"]",
        "#component => role = \"yes\"",
    ]));
}

/// What is right, but most likely a slip.
#[test]
fn defaults_that_are_never_used() {
    let remarks = |change: &str| {
        let (from, to) = change.split_once(" => ").unwrap();
        load(&GOOD.replacen(from, to, 1)).unwrap().remarks()
    };
    for (change, called) in [
        (
            "#port => defaults = [{ default = \"33{app}\" }]",
            "port `p`",
        ),
        (
            "#choice => defaults = [{ default = \"one\" }, { releases = \"<1.70\", default = \"two\" }]",
            "choice `mode`",
        ),
        (
            "#number => defaults = [{ default = \"1\" }]",
            "number `app`",
        ),
        (
            "#feature => default = true\ndefaults = [{ default = false }]",
            "feature `vm`",
        ),
    ] {
        let wanted = format!(
            "{called} has a default without conditions in `defaults`, so that no default after it is used"
        );
        assert_eq!(remarks(change), [wanted], "{change}");
    }
    for change in [
        "#port => defaults = [{ when = \"vm\", default = \"33{app}\" }]",
        "#choice => defaults = [{ releases = \"<1.70\", default = \"two\" }, { default = \"one\" }]",
    ] {
        assert_eq!(remarks(change), Vec::<String>::new(), "{change}");
    }
}
