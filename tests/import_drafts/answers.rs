//! Files of answers: what is written is read, and mistakes have their place.

use crate::import_drafts::read;
use portmatrix::import::answers::Answers;
use portmatrix::import::questions::{Place, answer, questions};
use portmatrix::import::{draft, settle};

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
    let text = answers.to_toml(&questions(&facts, &answers));
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
