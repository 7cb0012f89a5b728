//! What no CLI sends, and what a CLI sends only in unexpected places.

use crate::hostile::tree::{Tree, text};

/// Something that can be done to a place; `None` where it cannot be done there.
pub(crate) type Harm = Box<dyn Fn(&Tree) -> Option<Tree>>;

/// Everything that is done to every place.
pub(crate) fn harms() -> Vec<Harm> {
    let put = |bytes: Vec<u8>| -> Harm { Box::new(move |_| Some(Tree::Raw(bytes.clone()))) };
    values().into_iter().map(put).chain(shapes()).collect()
}

fn values() -> Vec<Vec<u8>> {
    let refined = |refinement: &[u8]| {
        let length = u8::try_from(refinement.len()).expect("a short one");
        [&[0xc7, length, 12], refinement].concat()
    };
    let fixed: [&[u8]; 43] = [
        &[0xc0],                   // null
        &[0xd4, 0, 0],             // unknown
        &[0xc7, 0, 0],             // unknown without a body
        &[0xd4, 0xff, 0],          // other extensions
        &[0xd6, 0xff, 0, 0, 0, 0], // a time
        &[
            0xd8, 77, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
        ],
        &[0xc9, 0xff, 0xff, 0xff, 0xff, 12], // an extension that is not there
        &[0xc3],
        &[0xc2],
        &[0x00],
        &[0xff],
        &[0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        &[0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0],
        &[0xcb, 0x7f, 0xf8, 0, 0, 0, 0, 0, 0], // not a number
        &[0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0], // without end
        &[0xca, 0xff, 0x80, 0, 0],
        &[0xcb, 0x00, 0, 0, 0, 0, 0, 0, 1], // the smallest
        &[0xcb, 0x7f, 0xef, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], // the largest
        &[0xcb, 0x80, 0, 0, 0, 0, 0, 0, 0], // minus zero
        &[0xc1],                            // means nothing
        &[0xc4, 3, 1, 2, 3],                // raw bytes
        &[0xa2, 0xc3, 0x28],                // no UTF-8
        &[0xa3, 0xed, 0xa0, 0x80],          // a lone surrogate
        &[0xdb, 0xff, 0xff, 0xff, 0xff],    // lengths that lie
        &[0xda, 0xff, 0xff, b'x'],
        &[0xdd, 0xff, 0xff, 0xff, 0xff],
        &[0xdc, 0xff, 0xff, 0xc0],
        &[0xdf, 0xff, 0xff, 0xff, 0xff],
        &[0xde, 0xff, 0xff, 0xa0, 0xc0],
        &[0x90],
        &[0x91, 0xc0],
        &[0x92, 0xa1, b'a', 0xd4, 0, 0],
        &[0x80],
        &[0x81, 0xa1, b'a', 0xc0],
        &[0x82, 0xa1, b'a', 0xd4, 0, 0, 0xa1, b'b', 0x01],
        &[0x81, 0xc0, 0xa0], // not a valid key
        // Values with their types: good ones, unreadable types, and values that do not fit.
        b"\x92\xc4\x08\"string\"\xa1x",
        b"\x92\xc4\x08\"string\"\xd4\x00\x00",
        b"\x92\xc4\x0e[\"tuple\",[[]]]\x90",
        b"\x92\xc4\x12[\"tuple\",[\"bool\"]]\x92\xc3\xc3",
        b"\x92\xc4\x09\"dynamic\"\x92\xc4\x09\"dynamic\"\xc0",
        b"\x92\xc4\x17[\"object\",{\"a\":\"bool\"}]\x80",
        b"\x92\xc6\xff\xff\xff\xff\"",
    ];
    let refinements: [&[u8]; 6] = [
        &[0x81, 1, 0xc2],                            // not null
        &[0x82, 1, 0xc2, 2, 0xa3, b's', b'g', b'-'], // a prefix
        &[0x82, 5, 1, 6, 9],                         // a length
        &[0x82, 3, 0x92, 0, 0xc3, 4, 0x92, 9, 0xc2], // bounds
        &[0xdf, 0xff, 0xff, 0xff, 0xff],
        b"no refinement",
    ];
    let texts = [
        "",
        " ",
        "*",
        ".",
        "..",
        "/",
        "a/b/c",
        "-",
        "0",
        "-1",
        "65536",
        "99999999999999999999",
        "1e999999999",
        "NaN",
        "0x1F",
        "1_0",
        "\0",
        "\u{feff}",
        "e\u{301}",
        "\u{202e}abc",
        "ё",
        "`\"'\\\n\r\t",
        "${x}",
        "%{ if x }",
        "{{",
        "[[[[[[",
        "a = 1\n[a]\na = 2",
        "{\"a\":",
        "10.0.0.0/33",
        "10.0.0.1/8",
        "256.0.0.0/8",
        "10.0.0.0",
        "::1/129",
        "fe80::%eth0/64",
        "010.0.0.0/8",
        "tcp/0",
        "tcp/1-",
        "tcp/9-1",
        "any/1",
        "ip-256",
        "tcp/{x}",
        "kong.",
        ".node",
        "kong.*.*",
        "*.*",
        "kong.node",
        "../../../etc",
        "3.9",
        ">=1, <0",
        "public",
        "ingress",
        "null",
        "true",
        "default",
        "error",
        "a\u{0}b",
        "🦍",
    ];
    let long = [
        "x".repeat(70_000),
        "-a".repeat(9_000),
        "9".repeat(5_000),
        "*a".repeat(2_000),
        "[".repeat(20_000),
    ];
    fixed
        .into_iter()
        .map(<[u8]>::to_vec)
        .chain(refinements.map(refined))
        .chain(texts.map(text))
        .chain(long.iter().map(|it| text(it)))
        .collect()
}

/// What can be done to a list or a map as it is.
fn shapes() -> [Harm; 11] {
    let entries = |change: fn(&mut Vec<(Vec<u8>, Tree)>)| -> Harm {
        Box::new(move |tree| {
            let Tree::Map(mut entries) = tree.clone() else {
                return None;
            };
            change(&mut entries);
            Some(Tree::Map(entries))
        })
    };
    let items = |change: fn(&mut Vec<Tree>)| -> Harm {
        Box::new(move |tree| {
            let Tree::List(mut items) = tree.clone() else {
                return None;
            };
            change(&mut items);
            Some(Tree::List(items))
        })
    };
    [
        entries(|it| drop(it.pop())),
        entries(|it| it.reverse()),
        entries(|it| it.extend(it.first().cloned())),
        entries(|it| it.push((text("no-such-name"), Tree::Raw(vec![0xc0])))),
        entries(|it| it.push((text("Ünïcode/$ {name}"), Tree::Raw(vec![0xd4, 0, 0])))),
        entries(|it| {
            for (key, _) in it {
                *key = vec![0xa1, 0xff];
            }
        }),
        entries(|it| {
            for (_, it) in it {
                *it = Tree::Raw(vec![0xc0]);
            }
        }),
        entries(|it| {
            for (_, it) in it {
                *it = Tree::Raw(vec![0xd4, 0, 0]);
            }
        }),
        items(|it| it.extend(it.clone())),
        items(|it| it.reverse()),
        items(|it| it.push(Tree::Raw(vec![0xc0]))),
    ]
}
