//! What a column of directions says of the ends, in the many ways in which pages write it.

use crate::import_drafts::shown;

/// The flows of a table with a row for each direction.
fn flows(header: &str, rows: &[&str]) -> Vec<String> {
    let columns = header.matches('|').count() - 1;
    let dashes = "|---".repeat(columns);
    let rows = rows.join("\n");
    let page = format!("# Parrot\n\n## Firewall\n\n{header}\n{dashes}|\n{rows}\n");
    shown(&page, "parrot.md").0
}

#[test]
fn a_direction_names_the_other_end() {
    let header = "| Port | Protocol | Direction | Purpose |";
    let rows = [
        "| 1 | UDP | Inbound (from perches) | a |",
        "| 2 | UDP | Outbound (Internet) | b |",
        "| 3 | UDP | Inbound (SSH) | c |",
        "| 4 | UDP | Inbound from cages | d |",
        "| 5 | UDP | オウムからのインバウンド | e |",
        "| 6 | UDP | オウムへのアウトバウンド | f |",
    ];
    let expected = [
        "perches > unstated: udp/1",
        "unstated > internet: udp/2",
        "unstated > unstated: udp/3",
        "cages > unstated: udp/4",
    ];
    let found = flows(header, &rows);
    assert_eq!(found[..4], expected);
    assert!(!found[4].starts_with("unstated >") && found[4].contains("> unstated"));
    assert!(found[5].starts_with("unstated >") && !found[5].contains("> unstated"));
}

#[test]
fn an_arrow_may_have_one_end() {
    let header = "| Port | Protokoll | Richtung | Funktion |";
    let rows = [
        "| 9001 | UDP | Perch → | a |",
        "| 9003 | UDP | → Perch | b |",
        "| 22 | TCP | rein | c |",
        "| 443 | TCP | raus | d |",
        "| 3306 | TCP | gar nicht | e |",
    ];
    let expected = [
        "perch > unstated: udp/9001",
        "unstated > perch: udp/9003",
        "unstated > unstated: tcp/22",
        "unstated > unstated: tcp/443",
    ];
    assert_eq!(flows(header, &rows), expected);
}

/// `Source/destination` next to a direction is the other end.
#[test]
fn a_column_of_sources_or_destinations_is_the_other_end() {
    let header = "| Направление | Порт | Протокол | Источник/Назначение |";
    let rows = [
        "| Входящий | 22 | TCP | Perch |",
        "| Исходящий | 443 | TCP | Seed store |",
    ];
    let expected = ["perch > unstated: tcp/22", "unstated > seed-store: tcp/443"];
    assert_eq!(flows(header, &rows), expected);
}

#[test]
fn chinese_names_ends_without_a_word_before_the_first() {
    let header = "| 端口 | 协议 | 方向／用途 |";
    let rows = [
        "| 6443 | TCP | Perch 至 Cage；API |",
        "| 9345 | TCP | Perch 至 Cage；注册 |",
    ];
    let expected = ["perch > cage: tcp/6443", "perch > cage: tcp/9345"];
    assert_eq!(flows(header, &rows), expected);
}

/// The Russian word for a destination means a purpose where nothing says that it is an end.
#[test]
fn a_destination_may_be_a_purpose() {
    for (header, row, expected) in [
        (
            "| Порт | Протокол | Источник | Назначение |",
            "| 22 | TCP | Perch | Parrot talk |",
            "perch > unstated: tcp/22",
        ),
        (
            "| Источник | Назначение | Порт |",
            "| Perch | Cage | 22/tcp |",
            "perch > cage: tcp/22",
        ),
        (
            "| Порт | Источник | Назначение | Описание |",
            "| 22/tcp | Perch | Cage | Parrot talk |",
            "perch > cage: tcp/22",
        ),
    ] {
        assert_eq!(flows(header, &[row]), [expected], "{header}");
    }
}
