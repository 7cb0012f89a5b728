//! Values with separators.

use super::check;
use expect_test::expect;
use portmatrix::import::read::read;

#[test]
fn semicolons_and_quotes() {
    check(
        r#"Port;From;Use
443;"a; b";"over
two lines"
80;c;"""quoted"""

22;d
"#,
        "a.csv",
        expect![[r#"
            1: 
               = Port | From | Use
               2 443 | a; b | over / two lines
               4 80 | c | "quoted"
               6 22 | d | 
        "#]],
    );
}

#[test]
fn tabs() {
    check(
        r"Port	To
443	a, b
",
        "a.tsv",
        expect![[r#"
            1: 
               = Port | To
               2 443 | a, b
        "#]],
    );
}

/// The remarks of a document, and its rows.
fn remarks(text: &str, name: &str) -> (Vec<usize>, usize) {
    let document = read(text, name).expect("a document");
    let lines = document.remarks.iter().map(|it| it.line).collect();
    (lines, document.tables.iter().map(|it| it.rows.len()).sum())
}

#[test]
fn an_open_quote_does_not_swallow_what_follows() {
    let head = "Port,From,Use\n";
    for (rows, expected) in [
        // To the end of the document.
        ("81,\"a,x\n82,b,y\n83,c,z\n", (vec![2], 3)),
        // To the quote of another value.
        ("81,\"a,x\n82,\"b\",y\n83,c,z\n", (vec![2], 3)),
        ("81,\"a,x\n82,b,\"y\"\n83,c,\"z\n", (vec![2, 4], 3)),
        // To a quote that may close it: the rows in between are pointed at.
        ("81,\"a,x\n82,b,y\n83,c\",z\n", (vec![2], 1)),
        // Values over lines are as common as these are rare.
        ("81,\"a\nb, c, d\",x\n82,b,y\n", (vec![], 2)),
        ("81,\"a \"\"b\"\"\nc\" ,x\n82,b,y\n", (vec![], 2)),
        ("81,\"TLS\" only,x\n82,b,y\n", (vec![], 2)),
    ] {
        assert_eq!(
            remarks(&format!("{head}{rows}"), "a.csv"),
            expected,
            "{rows}"
        );
    }
    let table = "Title\n=====\n\n.. csv-table::\n   :header: Port,From,Use\n\n   81,\"a,x\n   82,b,y\n\nText.\n";
    assert_eq!(remarks(table, "a.rst"), (vec![7], 2));
    let table = "= Title\n\n,===\nPort,From,Use\n\n81,\"a,x\n82,b,y\n,===\n";
    assert_eq!(remarks(table, "a.adoc"), (vec![6], 2));
}
