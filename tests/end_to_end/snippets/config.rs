//! A configuration that grows block by block, as the reader of a page writes it.
//!
//! A block with the head of one that is there already takes its place, and `# …` in it stands for what that one holds. So a page
//! can show a part of a block, and say where it belongs. Blocks that have no name of their own are added.

/// What stands for the rest of a block.
const REST: &str = "# …";

/// Heads of what has no name and may occur several times.
const NAMELESS: [&str; 4] = ["accept", "import", "moved", "removed"];

/// What begins a file of a configuration.
const TOP: [&str; 12] = [
    "check",
    "data",
    "import",
    "locals",
    "module",
    "moved",
    "output",
    "provider",
    "removed",
    "resource",
    "terraform",
    "variable",
];

/// A block, or an argument in one, as it is written, with the comments and blank lines before it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    /// `resource "a" "b"`, `zone "dmz"`, `ipv4`.
    head: String,
    text: String,
}

/// The blocks of a configuration, those of the page in `main.tf`.
#[derive(Clone, Default)]
pub(super) struct Config {
    /// What the page takes for granted, and then what it says.
    files: [Vec<Item>; 2],
}

impl Config {
    /// A configuration that a page takes for granted.
    pub(super) fn new(context: &str) -> Config {
        Config {
            files: [items(context), Vec::new()],
        }
    }

    /// Adds the blocks of the page.
    pub(super) fn add(&mut self, text: &str) {
        for it in items(text) {
            let word = it.head.split(' ').next().unwrap_or_default();
            assert!(
                TOP.contains(&word),
                "`{}` stands in no block; write the one around it, with `{REST}` for the rest of that",
                it.head
            );
            let named = !NAMELESS.contains(&word);
            let known = self
                .files
                .iter_mut()
                .flatten()
                .find(|known| named && known.head == it.head);
            if let Some(known) = known {
                known.text = put(&known.text, &it);
            } else {
                assert!(!it.text.contains(REST), "`{}` is not there yet", it.head);
                self.files[1].push(it);
            }
        }
    }

    /// What is taken for granted, and the page's own file.
    pub(super) fn texts(&self) -> [String; 2] {
        let text = |items: &Vec<Item>| items.iter().map(|it| it.text.as_str()).collect();
        [text(&self.files[0]), text(&self.files[1])]
    }

    /// Whether there is a block with this head.
    pub(super) fn has(&self, head: &str) -> bool {
        self.files.iter().flatten().any(|it| it.head == head)
    }
}

/// The text of an item with a new one in its place, or, where that has [`REST`], within it.
fn put(old: &str, new: &Item) -> String {
    if !new.text.contains(REST) {
        return new.text.clone();
    }
    let (_, inner, last) = parts(&new.text);
    let (first, known, _) = parts(old);
    let mut all = items(&known);
    for it in items(&inner) {
        let named = !NAMELESS.contains(&it.head.as_str());
        match all.iter_mut().find(|known| named && known.head == it.head) {
            Some(known) => known.text = put(&known.text, &it),
            None => all.push(it),
        }
    }
    let inner: String = all.into_iter().map(|it| it.text).collect();
    assert!(
        !inner.contains(REST),
        "there is nothing for which `{REST}` could stand:\n{}",
        new.text
    );
    format!("{first}{inner}{last}")
}

/// The first line of a block with what comes before it, what is inside, and its last line.
fn parts(text: &str) -> (String, String, String) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let first = lines
        .iter()
        .position(|it| !is_silent(it))
        .expect("a block has a first line");
    let last = lines.len() - 1;
    assert!(first < last, "this is no block of several lines: {text}");
    (
        lines[..=first].concat(),
        lines[first + 1..last].concat(),
        lines[last].to_owned(),
    )
}

/// The items of a body. [`REST`] and comments at its end are left out.
fn items(text: &str) -> Vec<Item> {
    let (mut now, mut head) = (String::new(), String::new());
    let (mut items, mut depth) = (Vec::new(), 0);
    for line in text.split_inclusive('\n') {
        if depth == 0 && line.trim() == REST {
            continue;
        }
        now.push_str(line);
        if depth == 0 && !is_silent(line) {
            let end = line.find(['{', '=']).unwrap_or(line.len());
            head = line[..end].split_whitespace().collect::<Vec<_>>().join(" ");
        }
        let code = line.split("# ").next().unwrap_or_default();
        for it in code.chars() {
            match it {
                '{' | '[' | '(' => depth += 1,
                '}' | ']' | ')' => depth -= 1,
                _ => {}
            }
        }
        if depth == 0 && !head.is_empty() {
            items.push(Item {
                head: std::mem::take(&mut head),
                text: std::mem::take(&mut now),
            });
        }
    }
    assert!(depth == 0, "brackets do not match:\n{text}");
    items
}

/// Whether a line is blank or a comment.
fn is_silent(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}
