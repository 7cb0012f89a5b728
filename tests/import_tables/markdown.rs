//! Markdown, MDX, and what generators of sites add to them.

use super::check;
use expect_test::expect;

#[test]
fn pipes_with_escapes_code_and_missing_ends() {
    check(
        r#"---
title: "Ports of Portal"
---
# Portal

Open these ports:

| Port | `Protocol` | Purpose
|-----:|:--|---
| 443  | TCP | a \| b
| 80, 8080 | TCP | code `x|y` here
| <b>53</b> | TCP<br/>UDP | [DNS](https://a.example/(x))
| 22 | | **SSH**, if `enabled`

Not | a table
"#,
        "a.md",
        expect![[r#"
            8: Portal lead Open these ports:
               = Port | Protocol | Purpose
              10 443 | TCP | a | b
              11 80, 8080 | TCP | code x|y here
              12 53 | TCP / UDP | DNS
              13 22 |  | SSH, if enabled
        "#]],
    );
}

#[test]
fn headings_of_all_kinds() {
    check(
        r#"Portal
======

Server
------

<h3 id="x">Inbound <code>web</code></h3>

#### Tab-less {#anchor}

|a|b|
|-|-|
|443|x|

## Other ##

|a|b|
|-|-|
|80|y|
"#,
        "a.md",
        expect![[r#"
            11: Portal > Server > Inbound web > Tab-less
               = a | b
              13 443 | x
            17: Portal > Other
               = a | b
              19 80 | y
        "#]],
    );
}

#[test]
fn tabs_and_folds() {
    check(
        r#"import X from 'x';

<Tabs groupId="a">
<TabItem
  value="linux"
  label="Linux">

|a|b|
|-|-|
|1|x|

</TabItem>
<TabItem value="Windows">

<details>
<summary>More <b>ports</b></summary>

|a|b|
|-|-|
|2|y|

</details>
</TabItem>
</Tabs>

{{< tabs >}}
{{% tab name="Helm" %}}
|a|b|
|-|-|
|3|z|
{{% /tab %}}
{{< /tabs >}}

{% navtabs %}
{% navtab Docker %}
|a|b|
|-|-|
|4|z|
{% endnavtab %}
{% endnavtabs %}

=== "Indented"

    |a|b|
    |-|-|
    |5|z|

::: details Colons
|a|b|
|-|-|
|6|z|
:::

# [Learn](#tab/learn)

|a|b|
|-|-|
|7|z|

---

|a|b|
|-|-|
|8|outside|
"#,
        "a.mdx",
        expect![[r#"
            8:  tabs Linux
               = a | b
              10 1 | x
            18:  tabs Windows > More ports
               = a | b
              20 2 | y
            28:  tabs Helm
               = a | b
              30 3 | z
            36:  tabs Docker
               = a | b
              38 4 | z
            44:  tabs Indented
               = a | b
              46 5 | z
            49:  tabs Colons
               = a | b
              51 6 | z
            56:  tabs Learn
               = a | b
              58 7 | z
            62: 
               = a | b
              64 8 | outside
        "#]],
    );
}

#[test]
fn rows_without_dashes() {
    check(
        r"A page that was pasted
with ports below.
From master to nodes
| Port | Protocol | Purpose | 
| 4200–4300 | TCP | replication | 
| ICMP | echo | |

| 22 | TCP | SSH |
To the master
| Port | Protocol | Purpose | 
| 6443 | TCP | API |

Port | Protocol | Use
443 | TCP | web
80 | TCP | redirect
",
        "a.txt",
        expect![[r#"
            4:  lead From master to nodes
               = Port | Protocol | Purpose
               5 4200–4300 | TCP | replication
               6 ICMP | echo | 
               8 22 | TCP | SSH
            10:  lead To the master
               = Port | Protocol | Purpose
              11 6443 | TCP | API
            13: 
               = Port | Protocol | Use
              14 443 | TCP | web
              15 80 | TCP | redirect
        "#]],
    );
}

#[test]
fn footnotes_and_headings_within_tables() {
    check(
        r"| Port | To | Use |
|--|--|--|
| **Inbound** | | |
| 443* | a [^tls] | web |
| 80<sup>1</sup> | b | web |
| *Outbound to others* | | |
| 50000** | c | x |
| ICMP | | |

[^tls]: Only with **TLS**.

<sup>1</sup> redirects

\* can be changed
",
        "a.md",
        expect![[r#"
            1: 
               = Port | To | Use
               4 <Inbound> 443 [can be changed] | a [Only with TLS.] | web
               5 <Inbound> 80 [redirects] | b | web
               7 <Outbound to others> 50000 [**] | c | x
               8 <Outbound to others> ICMP |  | 
        "#]],
    );
}

#[test]
fn code_comments_and_shortcodes_are_not_tables() {
    check(
        r#"```
| Port | To |
|--|--|
| 1 | x |
```
<!--
| Port | To |
|--|--|
| 2 | x |
-->
{/* | Port |
|--|
| 3 | */}
{{< highlight bash >}}
# a comment
| 4 | x |
| 5 | x |
{{< /highlight >}}
> | Port | To |
> |--|--|
> | 6 | {{< icon "yes" >}} quoted |
"#,
        "a.md",
        expect![[r#"
            19: 
               = Port | To
              21 6 | quoted
        "#]],
    );
}

#[test]
fn liquid_tables() {
    check(
        r#"{% table %}
columns:
  - title: Port
    key: port
  - title: "Used by"
    key: by
rows:
  - port: "`8000`"
    by: |
      clients

      and others
  - by: >
      one
      line
    port: 8443 # secure
{% endtable %}

{% table %}
* Port
* Purpose
---
* 80
* web

  * redirect
---
* 22
* SSH
{% /table %}
"#,
        "a.md",
        expect![[r#"
            1: 
               = Port | Used by
               8 8000 | clients / and others
              13 8443 | one line
            19: 
               = Port | Purpose
              23 80 | web / redirect
              28 22 | SSH
        "#]],
    );
}

#[test]
fn tables_in_tags_with_markdown_in_cells() {
    check(
        r#"## Ports

<table className="x">
  <tr><th>Port</th><th>From</th></tr>
  <If condition={a > b && c}>
  <tr><td rowSpan={2}>`443`</td><td>**clients**</td></tr>
  <tr><td>

  - nodes
  - agents

  </td></tr>
  </If>
</table>

After.

<table><tr><td>unclosed 80

# Next

|a|b|
|-|-|
|22|kept|
"#,
        "a.mdx",
        expect![[r#"
            3: Ports
               = Port | From
               6 443 | clients
               7 ^443 | nodes / agents
            18: Ports lead After.
              18 unclosed 80
            22: Next
               = a | b
              24 22 | kept
        "#]],
    );
}

#[test]
fn lists_and_prose() {
    check(
        r"## Nodes

All nodes to Manager:

- TCP/443 - web
- no port
- TCP/22 - SSH

Version 1.26.5 of 10.0.0.1 needs nothing.

Also open 8080.
",
        "a.md",
        expect![[r#"
            - 5: Nodes > All nodes to Manager: TCP/443 - web
            - 7: Nodes > All nodes to Manager: TCP/22 - SSH
            - 11: Nodes: Also open 8080.
        "#]],
    );
}

#[test]
fn drawn_tables() {
    check(
        r"+------+------+
| Port | To   |
+======+======+
| 443  | a    |
+------+------+
",
        "a.md",
        expect![[r#"
            1: 
               = Port | To
               4 443 | a
        "#]],
    );
}

/// Conditions of templates between rows are not rows, and do not end the table.
#[test]
fn conditions_of_templates_are_around_rows() {
    check(
        r#"# Parrot

| From | Port |
|------|------|
| a    | 443  |
<% if env == "x" || env == "y" %>
| b    | 80   |
<% else %>
<% end %>
{{#if cage}}
| c    | 81   |
{{/if}}
<% if other %>

<p>A note.</p>
<% end %>
"#,
        "a.md",
        expect![[r#"
            3: Parrot
               = From | Port
               5 a | 443
               7 b | 80
              11 c | 81
        "#]],
    );
}
