//! Values with separators.

use super::check;
use expect_test::expect;

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
