//! Fences, breaks and blank lines around and within tables of Markdown.

use super::check;
use expect_test::expect;

#[test]
fn directives_between_fences_are_text_and_code_is_not() {
    check(
        r"````{tab} Integrated
:sync: a

```{note} Open these:
| Port | To |
|------|----|
| 22   | a  |
```

```
| Port | To |
|------|----|
| 9999 | x  |
```

````
~~~{tab} Apart
| Port | To |
|------|----|
| 80   | b  |
~~~

```{code-block} text
| Port | To |
|------|----|
| 9998 | x  |
```
```{r}
| Port | To |
|------|----|
| 9997 | x  |
```

| Port | To |
|------|----|
| 443  | c  |
",
        "a.md",
        expect![[r#"
            5:  tabs Integrated lead Open these:
               = Port | To
               7 22 | a
            18:  tabs Apart
               = Port | To
              20 80 | b
            34: 
               = Port | To
              36 443 | c
        "#]],
    );
}

#[test]
fn tables_with_ports_in_code_are_named() {
    let page = "```\n| Port | To |\n|------|----|\n| 9999 | x |\n```\n\n```{code}\n+------+\n| Port |\n+======+\n| 9998 |\n+------+\n```\n{{< highlight bash >}}\n| Port | To |\n|--|--|\n| 9997 | x |\n{{< /highlight >}}\n```\n| id | name |\n|----|------|\n| 1000 | x |\n```\n";
    let remarks = remarks(page);
    let why = "a table with ports within code is not read";
    assert_eq!(remarks, [(2, why), (8, why), (15, why)]);
}

#[test]
fn rows_go_on_after_breaks_and_blank_lines() {
    let page = r"# Parrot

| Port | Source | Destination |
|------|--------|-------------|
| 8140 | Agents | Master |

| 443 | Users |
Console |
| 444 | Users of the
console, and
others | Console
of masters |
| 445 | Users

|Paragraphs

in a cell.

|
| 446 | Users | Console |


| All | Hosts of one net | Master |

| Port | From | To |
| 22 | Admins | Master |

## Other

| Port | Source | Destination |
|------|--------|-------------|
| 80 | Agents | Master |
A line of text
| 81 | Agents | Master |
| 82 | Agents

Text.

| 83 | Agents | Master |

Text.
";
    check(
        page,
        "a.md",
        expect![[r#"
            3: Parrot
               = Port | Source | Destination
               5 8140 | Agents | Master
               7 443 | Users | Console
               9 444 | Users of the console, and others | Console of masters
              13 445 | Users | Paragraphs in a cell.
              20 446 | Users | Console
              23 All | Hosts of one net | Master
            25: Parrot
               = Port | From | To
              26 22 | Admins | Master
            30: Parrot > Other
               = Port | Source | Destination
              32 80 | Agents | Master
              34 81 | Agents | Master
              35 82 | Agents | 
            - 39: Parrot > Other: | 83 | Agents | Master |
        "#]],
    );
    let remarks = remarks(page);
    let lines: Vec<usize> = remarks.iter().map(|it| it.0).collect();
    assert_eq!(lines, [33, 35, 39]);
    let why =
        "a row with ports has no header, and is not read; perhaps it belongs to a table near it";
    assert_eq!(remarks[2], (39, why));
}

/// A cell with a list of paragraphs, as converters from other formats write it.
#[test]
fn a_row_goes_on_over_many_paragraphs() {
    let paragraphs = "\n-   It is used for this, too.\n".repeat(9);
    let page = format!(
        "|Port|Use|\n|----|---|\n|8140|-   Agents.\n{paragraphs}\n\n|\n|443|-   People.\n{paragraphs}|\n\nText.\n"
    );
    let document = portmatrix::import::read::read(&page, "a.md").expect("a document");
    let rows = document.tables.iter().flat_map(|it| &it.rows);
    let ports = rows
        .filter_map(|it| it.cells.first())
        .map(|it| it.text.as_str());
    assert_eq!(ports.collect::<Vec<_>>(), ["8140", "443"]);
}

/// What a reader noticed.
fn remarks(text: &str) -> Vec<(usize, &'static str)> {
    let document = portmatrix::import::read::read(text, "a.md").expect("a document");
    document
        .remarks
        .iter()
        .map(|it| (it.line, it.text))
        .collect()
}
