//! Files of answers: what is written is read, and mistakes have their place.

use crate::import_drafts::read;
use portmatrix::import::answers::Answers;
use portmatrix::import::questions::{Place, answer, questions};
use portmatrix::import::{draft, settle};
use portmatrix::model::words::Need;

const PAGE: &str = "\
# Parrot

## Network ports

| Port | Protocol | Direction | Service name |
|------|----------|-----------|--------------|
| 8080 | TCP      | Inbound   | Web          |
| 5432 | TCP      | Outbound  | Database     |
| 123  | UDP      | Outbound  | Time server  |

### Agents only

| Port | Protocol | Source | Destination |
|------|----------|--------|-------------|
| 9100 | TCP      | Server | Agent       |
";

#[test]
fn what_is_written_is_read() {
    let (facts, answers) = read(PAGE, "parrot.md", Answers::default());
    let text = answers.to_toml(&questions(&facts, &answers), &facts.tables);
    let again = Answers::parse(&text).unwrap_or_else(|it| panic!("{text}\n{it:?}"));
    assert_eq!(again, answers, "{text}");
}

#[test]
fn questions_are_few_and_their_answers_settle() {
    let (facts, answers) = read(PAGE, "parrot.md", Answers::default());
    let open = questions(&facts, &answers);
    let places: Vec<&Place> = open.iter().map(|it| &it.place).collect();
    assert_eq!(
        places,
        [&Place::This, &Place::Group(0), &Place::Inbound(0)],
        "{open:?}"
    );
    let mut answers = answers;
    for (place, text) in [
        (Place::This, "server"),
        (Place::Group(0), "features"),
        (Place::Inbound(0), "user"),
    ] {
        answer(&mut answers, &place, text).unwrap();
    }
    assert_eq!(questions(&facts, &answers), []);
    let flows = settle(&facts, &answers);
    let ends: Vec<(&str, &str)> = flows
        .iter()
        .map(|it| (it.from[0].as_str(), it.to[0].as_str()))
        .collect();
    assert_eq!(
        ends,
        [
            ("user", "server"),
            ("server", "database"),
            ("server", "time-server"),
            ("server", "agent")
        ]
    );
    assert!(answer(&mut answers, &Place::This, "No Name").is_err());
    assert!(answer(&mut answers, &Place::Group(0), "perhaps").is_err());
}

#[test]
fn what_is_open_is_marked() {
    let (facts, answers) = read(PAGE, "parrot.md", Answers::default());
    let draft = draft(&facts, &answers, PAGE);
    for words in [
        "[component.unstated]",
        "id     = \"who-connects\"",
        "assumed  = [\"from\", \"to\"",
        "[feature.agents]",
    ] {
        assert!(draft.contains(words), "{words}\n{draft}");
    }
}

#[test]
fn mistakes_have_their_place() {
    let text = "format = 1\n[product]\nnam = \"x\"\n[component]\nServer = { title = \"S\", kind = \"ours\" }\n[[table]]\nat = 3\nrows = { first = { from = \"a\" } }\n";
    let mistakes = Answers::parse(text).unwrap_err();
    let lines: Vec<usize> = mistakes.iter().map(|it| it.line).collect();
    assert_eq!(lines, [3, 5, 5, 7, 8], "{mistakes:?}");
    assert!(
        mistakes[0].message.contains("did you mean `name`?"),
        "{mistakes:?}"
    );
    assert!(Answers::parse("").is_err());
    assert!(Answers::parse("format = 1\n[product\n").is_err());
}

/// The ends of each flow of a page with one table, and whether the page says that it is needed.
fn flows_of(table: &str) -> Vec<(String, String, Need)> {
    let page = format!("# Parrot\n\n## Network ports\n\n{table}");
    let (facts, answers) = read(&page, "parrot.md", Answers::default());
    let flows = settle(&facts, &answers).into_iter();
    flows
        .map(|it| (it.from.join("+"), it.to.join("+"), it.need))
        .collect()
}

#[test]
fn a_column_that_names_an_end_is_right_whatever_the_direction() {
    let rows = flows_of(
        "| Source | Direction | Port | Protocol |\n|---|---|---|---|\n| Web server | Outbound | 443 | TCP |\n",
    );
    assert_eq!(rows[0].0, "web-server", "{rows:?}");
    let rows = flows_of(
        "| Destination | Direction | Port | Protocol |\n|---|---|---|---|\n| Database | Inbound | 5432 | TCP |\n",
    );
    assert_eq!(rows[0].1, "database", "{rows:?}");
}

#[test]
fn yes_to_optional_is_optional() {
    let head = "| Source | Destination | Port | Protocol | Optional |\n|---|---|---|---|---|\n";
    let rows = flows_of(&format!(
        "{head}| A1 | B1 | 443 | TCP | Yes |\n| A2 | B2 | 444 | TCP | No |\n"
    ));
    let needs: Vec<Need> = rows.iter().map(|it| it.2).collect();
    assert_eq!(needs, [Need::Optional, Need::Required]);
}

/// Letters whose lower case is longer or shorter do not move the places at which a text is cut.
#[test]
fn letters_of_any_script_are_read() {
    for text in [
        "## İ from éx to serverẞ\n\n| Port | Protocol |\n|---|---|\n| 443 | TCP |\n",
        "| Port | Protocol | Description |\n|---|---|---|\n| 443 | TCP | İ connections é from A to ẞ |\n",
        "| Port | Protocol | Description |\n|---|---|---|\n| 443 | TCP | İ if éa is used ẞ |\n",
    ] {
        let (facts, _) = read(text, "parrot.md", Answers::default());
        assert_eq!(facts.claims.len(), 1, "{text}");
    }
}

#[test]
fn a_question_stays_in_its_comment() {
    let page = "<table><caption>Ports<br>x = 1</caption><tr><th>Port</th><th>Protocol</th></tr>\
        <tr><td>443</td><td>TCP</td></tr></table>";
    let (facts, answers) = read(page, "parrot.html", Answers::default());
    let open = questions(&facts, &answers);
    assert!(!open.is_empty());
    let text = answers.to_toml(&open, &facts.tables);
    assert_eq!(Answers::parse(&text).as_ref(), Ok(&answers), "{text}");
}

/// A name that is written into the file of answers as a key must be one.
#[test]
fn every_answer_that_is_a_name_is_checked() {
    for answer in [
        "[self]\ncomponent = \"Web users\"\n",
        "[product]\nname = \"Web users\"\n",
        "[component]\na = { is = [\"Web users\"] }\n",
        "[[group]]\nat = \"x\"\nname = \"Web users\"\n",
        "[[table]]\nat = \"x\"\ninbound = \"Web users\"\n",
        "[[table]]\nat = \"x\"\nrows = { \"1\" = { from = \"Web users\" } }\n",
    ] {
        let text = format!("format = 1\n{answer}");
        let mistakes = Answers::parse(&text).unwrap_err();
        assert!(
            format!("{mistakes:?}").contains("`web-users`"),
            "{answer}{mistakes:?}"
        );
    }
}

#[test]
fn both_directions_of_a_list_are_read() {
    let page = "# Parrot\n\n## Ports\n\n- Web ↔ Database: 5432\n";
    let (facts, answers) = read(page, "parrot.md", Answers::default());
    let ends: Vec<(String, String)> = (settle(&facts, &answers).into_iter())
        .map(|it| (it.from.join("+"), it.to.join("+")))
        .collect();
    let one = ("web".to_owned(), "database".to_owned());
    assert_eq!(ends, [one.clone(), (one.1, one.0)]);
}
