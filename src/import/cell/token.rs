//! The tokens of a cell with ports: numbers, words and what is between them.

use crate::import::text::{even, is_cjk};

/// A token of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A number that may be a port.
    Number(u32),
    /// A word in lower case.
    Word(String),
    /// A dash or two dots.
    Dash,
    /// A slash.
    Slash,
    /// What separates members of a list: a comma, a semicolon, a plus, a line break.
    Comma,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// A variable in place of a number.
    Variable,
    /// A star alone in place of a number.
    Star,
    /// A sign for everything from the number before or after it: `1024+`, `>= 1024`.
    AndAbove,
    /// The same without the number itself: `> 1023`.
    Above,
}

/// Splits a cell. Addresses and versions, which are numbers with dots, leave nothing.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let text = even(text).to_lowercase();
    let text = ["ip-in-ip", "ip in ip", "ip-ip", "ipip", "ip over ip"]
        .iter()
        .fold(text, |text, it| text.replace(it, " ipip "))
        .replace("icmp - ipv6", "icmpv6");
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&first) = chars.get(at) {
        let rest = &chars[at..];
        let (token, length) = match first {
            '$' | '{' | '<' | '%' => variable(rest),
            it if it.is_ascii_digit() => number(rest, &mut tokens),
            it if it.is_alphabetic() => word(rest, &mut tokens),
            '-' => (Some(Token::Dash), 1),
            '.' if rest.get(1) == Some(&'.') => (Some(Token::Dash), 2),
            // `1024:65535`; other numbers with a colon may be a mapping.
            ':' if joins_highest(&tokens, rest) => (Some(Token::Dash), 1),
            '≥' => (Some(Token::AndAbove), 1),
            '>' if rest.get(1) == Some(&'=') => (Some(Token::AndAbove), 2),
            '>' if !matches!(tokens.last(), Some(Token::Dash)) => (Some(Token::Above), 1),
            '+' if ends_number(&tokens, rest) => (Some(Token::AndAbove), 1),
            '/' | '|' | '\\' => (Some(Token::Slash), 1),
            ',' | ';' | '+' | '&' | '\n' => (Some(Token::Comma), 1),
            '(' | '[' => (Some(Token::Open), 1),
            ')' | ']' => (Some(Token::Close), 1),
            // `443*1` has a footnote.
            '*' if matches!(tokens.last(), Some(Token::Number(_) | Token::Word(_))) => {
                let digits = rest[1..].iter().take_while(|it| it.is_ascii_digit());
                (None, 1 + digits.count())
            }
            '*' => (Some(Token::Star), 1),
            _ => (None, 1),
        };
        tokens.extend(token);
        at += length.max(1);
    }
    tokens
}

/// Whether a colon joins a number with the highest port.
fn joins_highest(tokens: &[Token], rest: &[char]) -> bool {
    let highest = ['6', '5', '5', '3', '5'];
    matches!(tokens.last(), Some(Token::Number(_)))
        && rest[1..].starts_with(&highest)
        && !rest
            .get(1 + highest.len())
            .is_some_and(char::is_ascii_digit)
}

/// Whether a plus means "and above": after a number, and before no other member of a list.
fn ends_number(tokens: &[Token], rest: &[char]) -> bool {
    let next = rest[1..].iter().find(|it| !it.is_whitespace());
    matches!(tokens.last(), Some(Token::Number(_))) && !next.is_some_and(|it| it.is_alphanumeric())
}

/// The length of a number whose thousands are apart, such as `10,000` or `50 000`. A list of ports has no member that begins with
/// 0; of a range both ends are written so.
fn thousands(rest: &[char]) -> Option<usize> {
    let group = |from: usize| -> Option<usize> {
        let head = rest[from..].iter().take_while(|it| it.is_ascii_digit());
        let head = head.count();
        let apart = matches!(
            rest.get(from + head),
            Some(',' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}')
        );
        let tail = rest.get(from + head + 1..)?;
        let digits = tail.iter().take_while(|it| it.is_ascii_digit()).count();
        ((1..=2).contains(&head) && apart && digits == 3).then_some(head + 4)
    };
    let length = group(0)?;
    let has_zero = rest[length - 3] == '0';
    let dash = rest[length..]
        .iter()
        .take_while(|it| matches!(it, ' ' | '-'));
    let dash = dash.count();
    let is_range = rest[length..length + dash].contains(&'-') && group(length + dash).is_some();
    (has_zero || is_range).then_some(length)
}

/// `${PORT}`, `{{ port }}`, `<port>`, `%port%`, `$[port]`: one token, if it closes and has a letter.
fn variable(rest: &[char]) -> (Option<Token>, usize) {
    let close = match (rest.first(), rest.get(1)) {
        (Some('$'), Some('{')) | (Some('{'), _) => '}',
        (Some('$'), Some('[')) => ']',
        (Some('<'), _) => '>',
        (Some('%'), _) => '%',
        _ => return (None, 1),
    };
    let end = rest.iter().take(80).skip(1).position(|it| *it == close);
    match end {
        Some(end) if rest[..=end].iter().any(|it| it.is_alphabetic()) => {
            let mut length = end + 2;
            while rest.get(length) == Some(&close) {
                length += 1;
            }
            (Some(Token::Variable), length)
        }
        _ => (None, 1),
    }
}

/// A number, unless dots, letters or too many digits make something else of it.
fn number(rest: &[char], tokens: &mut Vec<Token>) -> (Option<Token>, usize) {
    let ends_range = matches!(tokens.as_slice(), [.., Token::Number(1_000..), Token::Dash]);
    let apart = thousands(rest).or_else(|| {
        let text: String = rest.iter().take(6).collect();
        let (head, tail) = text.split_once(',')?;
        let is_number = |it: &str| it.len() == 3 && it.bytes().all(|it| it.is_ascii_digit());
        (ends_range && head.len() <= 2 && is_number(tail)).then_some(head.len() + 4)
    });
    if let Some(length) = apart {
        let digits: String = rest[..length]
            .iter()
            .filter(|it| it.is_ascii_digit())
            .collect();
        return (digits.parse().ok().map(Token::Number), length);
    }
    let digits = rest.iter().take_while(|it| it.is_ascii_digit()).count();
    // A version or an address, with the length of its prefix.
    if rest.get(digits) == Some(&'.') && rest.get(digits + 1).is_some_and(char::is_ascii_digit) {
        let dotted = |it: &&char| it.is_ascii_digit() || matches!(it, '.' | '/' | 'x');
        return (None, rest.iter().take_while(dotted).count());
    }
    let text: String = rest[..digits].iter().collect();
    let number = text
        .parse::<u32>()
        .map_or(Token::Number(u32::MAX), Token::Number);
    let letters: String = rest[digits..]
        .iter()
        .take_while(|it| it.is_alphabetic() && !is_cjk(**it))
        .collect();
    if letters.is_empty() {
        return (Some(number), digits);
    }
    let length = digits + letters.chars().count();
    if super::carrier(&letters).is_some() {
        tokens.push(number);
        return (Some(Token::Word(letters)), length);
    }
    // `64k`, `2nd`, `10s`.
    (None, length)
}

/// A word. `tcp443` is two tokens; `ipv4` and `s3` are one.
fn word(rest: &[char], tokens: &mut Vec<Token>) -> (Option<Token>, usize) {
    let cjk = is_cjk(rest[0]);
    let inside = |it: &&char| {
        let it = **it;
        it.is_alphanumeric() && is_cjk(it) == cjk && (!cjk || !it.is_ascii_digit()) || it == '_'
    };
    let length = rest.iter().take_while(inside).count();
    let text: String = rest[..length].iter().collect();
    // A version: `v9.2`.
    if text.ends_with(|it: char| it.is_ascii_digit())
        && rest.get(length) == Some(&'.')
        && rest.get(length + 1).is_some_and(char::is_ascii_digit)
    {
        let dotted = |it: &&char| it.is_alphanumeric() || **it == '.';
        return (None, rest.iter().take_while(dotted).count());
    }
    let letters = text.trim_end_matches(|it: char| it.is_ascii_digit());
    if letters.len() < text.len()
        && super::carrier(&text).is_none()
        && super::carrier(letters).is_some()
        && let Ok(number) = text[letters.len()..].parse()
    {
        tokens.push(Token::Word(letters.to_owned()));
        return (Some(Token::Number(number)), length);
    }
    (Some(Token::Word(text)), length)
}
