//! The fenced blocks of a Markdown page.

use std::path::Path;

/// A fenced block.
pub(super) struct Block {
    /// The line of its opening fence, from 1.
    pub(super) line: usize,
    pub(super) language: String,
    /// Without the indentation of the fence.
    pub(super) text: String,
}

impl Block {
    /// The name of the file that the block shows, if its first line says it in a comment.
    pub(super) fn file_name(&self) -> Option<&str> {
        let name = self.text.lines().next()?.strip_prefix("# ")?;
        let is_yaml = Path::new(name).extension().is_some_and(|it| it == "yaml");
        is_yaml.then_some(name)
    }
}

/// Every block, in the order of the page.
pub(super) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<(usize, Block)> = None;
    for (at, line) in page.lines().enumerate() {
        let inside = line.trim_start();
        let fence = inside.strip_prefix("```");
        open = match (open, fence) {
            (None, None) => None,
            (None, Some(language)) => Some((
                line.len() - inside.len(),
                Block {
                    line: at + 1,
                    language: language.trim().to_owned(),
                    text: String::new(),
                },
            )),
            (Some((_, block)), Some(_)) => {
                blocks.push(block);
                None
            }
            (Some((indentation, mut block)), None) => {
                block.text.push_str(line.get(indentation..).unwrap_or(""));
                block.text.push('\n');
                Some((indentation, block))
            }
        };
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}
