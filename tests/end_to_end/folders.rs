//! Folders of the repository, copied to where a test may change them.

use std::fs;
use std::path::Path;

/// Copies what is in a folder into another one.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("an example").flatten() {
        let target = to.join(entry.file_name());
        // What a user left behind who tried the example is none of its files.
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(".terraform") || name.contains(".tfstate") {
            continue;
        }
        if entry.file_type().expect("a kind").is_dir() {
            fs::create_dir_all(&target).expect("a folder");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a file");
        }
    }
}
