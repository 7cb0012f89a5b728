//! Pages, and what browsers forgive.

use super::check;
use expect_test::expect;

#[test]
fn spans_are_filled() {
    check(
        r#"<!DOCTYPE html><html><head><title>Ports &amp; more</title><script>if (1<2) "<table><tr><td>no"</script></head>
<body><h1>Portal</h1><p>These <i>ports</i>:</p>
<table><caption>Needed</caption>
<thead><tr><th rowspan="2">Port</th><th colspan=2>From</th></tr><tr><th>Name</th><th>Zone</th></tr></thead>
<tbody><tr><td rowspan=2>443</td><td>a</td><td>x</td></tr>
<tr><td>b</td><td>y</td></tr>
<tr><td colspan=3>Only with TLS</td></tr>
<tr><td>8443</td><td colspan="2">all</td></tr></tbody></table></body></html>
"#,
        "a.html",
        expect![[r#"
            3: Portal caption Needed lead These ports:
               = Port | From Name | From Zone
               5 443 | a | x
               6 ^443 | b | y
               8 <Only with TLS> 8443 | all | ^all
        "#]],
    );
}

#[test]
fn ends_may_be_missing() {
    check(
        r"<TABLE><TR><TH>Port<TH>To<TR><TD>443<TD>a<BR>b<TR><TD>80<TD><UL><LI>c<LI>d</UL></TABLE><p>Then 22 &ndash; SSH",
        "a.html",
        expect![[r#"
            1: 
               = Port | To
               1 443 | a / b
               1 80 | c / d
            - 1: : Then 22 – SSH
        "#]],
    );
}

#[test]
fn tables_in_tables() {
    check(
        r"<table><tr><td>Inbound</td><td><table><tr><th>Port</th><th>From</th></tr><tr><td>443</td><td>clients</td></tr></table></td></tr></table>",
        "a.html",
        expect![[r#"
            1:  lead Inbound
               = Port | From
               1 443 | clients
            1: 
               1 Inbound
        "#]],
    );
}

#[test]
fn a_second_header_begins_a_second_table() {
    check(
        r"<table><tr><th colspan=2>Server</th></tr><tr><th>Port</th><th>To</th></tr><tr><td>443</td><td>a</td></tr>
<tr><th>To</th><th>Port</th></tr><tr><td>b</td><td>80</td></tr></table>",
        "a.html",
        expect![[r#"
            1:  caption Server
               = Port | To
               1 <Server> 443 | a
            2: 
               = To | Port
               2 <Server> b | 80
        "#]],
    );
}

#[test]
fn a_row_of_strong_texts_is_a_header() {
    check(
        r"<table><tr><td><b>Port</b></td><td><strong>To</strong></td></tr><tr><td>443</td><td>a</td></tr></table>
<table><tr><td>Порт</td><td>Куда</td></tr><tr><td>443</td><td>a</td></tr></table>
<table><tr><td>443</td><td>a</td></tr><tr><td>80</td><td>b</td></tr></table>",
        "a.html",
        expect![[r#"
            1: 
               = Port | To
               1 443 | a
            2: 
               = Порт | Куда
               2 443 | a
            3: 
               3 443 | a
               3 80 | b
        "#]],
    );
}

#[test]
fn folds_and_tabs() {
    check(
        r#"<div role="tablist"><button role="tab" id="t1">Linux</button></div>
<div role="tabpanel" aria-labelledby="t1"><div><table><tr><td>1</td><td>a</td></tr></table></div></div>
<details><summary>More</summary><table><tr><td>2</td><td>b</td></tr></table></details>
<table><tr><td>3</td><td>c</td></tr></table>"#,
        "a.html",
        expect![[r#"
            2:  tabs Linux lead Linux
               2 1 | a
            3:  tabs More
               3 2 | b
            4: 
               4 3 | c
        "#]],
    );
}
