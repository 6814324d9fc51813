//! What the editor of programs is made of: the part of CodeMirror that `www/editor/` uses, as
//! one script.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command::{found, run};
use crate::tools::ensure_codemirror;

/// Puts the script into the built site. Where there is no npm there is none, and a plain text
/// area takes its place.
pub fn bundle(site: &Path) -> Result<()> {
    let packages = ensure_codemirror()?.filter(|_| found("esbuild"));
    let Some(packages) = packages else {
        println!("• CodeMirror is not here, since npm is not: the editor is a plain text area");
        return Ok(());
    };
    let script = site.join("editor/codemirror.js");
    run(Command::new("esbuild")
        .args([
            "--bundle",
            "--minify",
            "--format=esm",
            "--log-level=warning",
        ])
        .arg(crate::root().join("xtask/codemirror/codemirror.js"))
        .arg(format!("--outfile={}", script.display()))
        // The packages lie in the cache, and not above what imports them.
        .env("NODE_PATH", packages))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::PathBuf;

    /// The names in all braces that follow `begin` and that `end` follows.
    fn names(script: &str, begin: &str, end: &str) -> BTreeSet<String> {
        let lists = script.split(begin).skip(1).filter_map(|rest| {
            let (list, after) = rest.split_once('}')?;
            after.trim_start().starts_with(end).then_some(list)
        });
        let names = lists.flat_map(|list| list.split(','));
        let names = names.map(|name| name.trim().to_owned());
        names.filter(|name| !name.is_empty()).collect()
    }

    #[test]
    fn the_bundle_has_what_the_scripts_import_and_nothing_else() {
        let root = crate::root();
        let entry = root.join("xtask/codemirror/codemirror.js");
        let entry = fs::read_to_string(entry).expect("the entry of the bundle");
        let exported = names(&entry, "export {", "from ");
        let scripts = fs::read_dir(root.join("www/editor")).expect("www/editor/");
        let scripts = scripts.map(|script| script.expect("a file").path());
        let is_script = |path: &PathBuf| path.extension().is_some_and(|e| e == "js");
        let mut imported = BTreeSet::new();
        for script in scripts.filter(is_script) {
            let script = fs::read_to_string(script).expect("a script");
            imported.extend(names(&script, "import {", "from \"./codemirror.js\""));
        }
        assert!(imported.contains("EditorView"), "{imported:?}");
        assert_eq!(exported, imported);
    }
}
