//! Pages of the catalogue: every product has one, its flows are in it, and links lead somewhere.

use portmatrix::catalog::FILES;
use portmatrix::commands::run_captured;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn every_product_has_a_page_with_all_of_it_and_links_lead_somewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("site");
    let answer = run_captured(vec!["site".into(), path.clone().into()]);
    assert_eq!(answer.error, None);
    let names: BTreeSet<String> = fs::read_dir(&path)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names.len(), FILES.len() + 1);
    let index = fs::read_to_string(path.join("index.html")).unwrap();
    for name in &names {
        let text = fs::read_to_string(path.join(name)).unwrap();
        assert_eq!(text.matches("<script").count(), 1, "{name}");
        let links = text
            .split("href=\"")
            .skip(1)
            .filter_map(|it| it.split('"').next());
        for link in links.filter(|it| !it.contains("://") && !it.starts_with(['#', 'd'])) {
            assert!(names.contains(link), "{name} links to {link}");
        }
    }
    for file in FILES {
        assert!(
            index.contains(&format!("href=\"{}.html\"", file.name)),
            "{}",
            file.name
        );
    }
}
