//! `AsciiDoc`, as vendors write it.

use super::check;
use expect_test::expect;

#[test]
fn one_cell_a_line() {
    check(
        r#"---
summary: x
---
= Ports
:product: Portal
// a comment
== Ports of {product}

.Needed by {product}
[cols="1a,1a,2a" options="header"]
|===
| Port| From| Details

| 443
| Clients
| Web of {product}.

*Note*: optional.
* a
* b

// | 1 | 2 | 3
include::x.adoc[]
| 11104/tcp +
11105/tcp
| link:a.html[Nodes^]
| See xref:b.adoc#c[the list], <<d,or this>> and `{unknown}`.
|===
"#,
        "a.adoc",
        expect![[r#"
            11: Ports > Ports of Portal caption Needed by Portal
               = Port | From | Details
              14 443 | Clients | Web of Portal. / Note: optional. / a / b
              24 11104/tcp / 11105/tcp | Nodes | See the list, or this and {unknown}.
        "#]],
    );
}

#[test]
fn specs_of_cells() {
    check(
        r"|===
|Port |From |To

.2+|443 |a |b
2+^.^s|both
h|22 2*|c
3+|Outbound
a|80
l|d
|e \| f
|===
",
        "a.adoc",
        expect![[r#"
            1: 
               = Port | From | To
               4 443 | a | b
               5 ^443 | both | ^both
               6 22 | c | c
               8 <Outbound> 80 | d | e | f
        "#]],
    );
}

#[test]
fn columns_from_cols() {
    check(
        r#"[%header,cols=3*]
|===
|Port
|From
|To
|443 |a
|b |80
|c
|d
|===

[options="header",format=csv]
|===
Port,To
443,"a, b"
|===

,===
Port,To
80,c
,===
"#,
        "a.adoc",
        expect![[r#"
            2: 
               = Port | From | To
               6 443 | a | b
               7 80 | c | d
            13: 
               = Port | To
              15 443 | a, b
            18: 
               = Port | To
              20 80 | c
        "#]],
    );
}

#[test]
fn blocks_around_tables() {
    check(
        r#"= Ports

[role="tabbed-block"]
====
.Linux
--
|===
|1 |a
|===
--
.Windows
--
|===
|2 |b
|===
--
====

[tabs]
======
Helm::
+
--
|===
|3 |c
|===
--
======

.More
[%collapsible]
====
|===
|4 |d
|===
====

----
|===
|5 |code
|===
----

++++
<table><tr><td>6</td><td>html</td></tr></table>
++++

**Strong title**
[options="header"]
|===
|Port |To
|7 |\https://a.example
|===
"#,
        "a.adoc",
        expect![[r#"
            7: Ports tabs Linux
               8 1 | a
            13: Ports tabs Windows
              14 2 | b
            24: Ports tabs Helm
              25 3 | c
            33: Ports tabs More
              34 4 | d
            45: Ports
              45 6 | html
            50: Ports lead Strong title
               = Port | To
              52 7 | https://a.example
        "#]],
    );
}

#[test]
fn footnotes_and_lines() {
    check(
        r"= Ports
:hardbreaks:

|===
|Port |To |Use
|443footnote:[Only with TLS.] |<site>.a.example
<site>.b.example |x
|80^1^ |c |y
|===

* Open 8080 for metrics
",
        "a.adoc",
        expect![[r#"
            4: Ports
               = Port | To | Use
               6 443 [Only with TLS.] | <site>.a.example / <site>.b.example | x
               8 80 [1] | c | y
            - 11: Ports: Open 8080 for metrics
        "#]],
    );
}
