//! Short names for what the modules and their scripts call each other. wasm-bindgen ends
//! each name with a digest, so that none compresses: 6 KB of a first load.

use std::collections::HashMap;
use std::convert::Infallible;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{ExportSection, ImportSection, Module};
use wasmparser::{Export, ImportSectionReader, Parser};

/// What the names begin with that wasm-bindgen makes for the two alone: of functions that
/// a module imports, and of those for closures, that it exports.
const MADE_UP: [&str; 2] = ["__wbg_", "wasm_bindgen__"];

/// Gives a module, and the script that loads it, short names for each other's functions.
///
/// # Errors
/// If the module is none.
pub fn shorten(module: &Path, script: &Path) -> Result<()> {
    let mut names = Names::default();
    let mut shortened = Module::new();
    let bytes = fs::read(module)?;
    names
        .parse_core_module(&mut shortened, Parser::new(0), &bytes)
        .with_context(|| module.display().to_string())?;
    fs::write(module, shortened.finish())?;
    fs::write(script, names.in_script(&fs::read_to_string(script)?))?;
    Ok(())
}

/// The short name of each long one that was met.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    fn short(&mut self, name: &str) -> String {
        if !MADE_UP.iter().any(|prefix| name.starts_with(prefix)) {
            return name.to_owned();
        }
        let next = format!("_{}", self.0.len());
        self.0.entry(name.to_owned()).or_insert(next).clone()
    }

    /// The script with its words replaced that are such names.
    fn in_script(&self, script: &str) -> String {
        let is_of_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        let mut out = String::with_capacity(script.len());
        let mut rest = script;
        while !rest.is_empty() {
            let word = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(word);
            out += self.0.get(word).map_or(word, String::as_str);
            let between = after.find(is_of_word).unwrap_or(after.len());
            let (between, after) = after.split_at(between);
            out += between;
            rest = after;
        }
        out
    }
}

impl Reencode for Names {
    type Error = Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error<Infallible>> {
        for import in section.into_imports() {
            let import = import?;
            let name = self.short(import.name);
            imports.import(import.module, &name, self.entity_type(import.ty)?);
        }
        Ok(())
    }

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> Result<(), Error<Infallible>> {
        let name = self.short(export.name);
        let kind = self.export_kind(export.kind)?;
        let index = self.external_index(export.kind, export.index)?;
        exports.export(&name, kind, index);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{EntityType, ExportKind, TypeSection};
    use wasmparser::Payload;

    use super::*;

    #[test]
    fn a_module_and_its_script_call_the_same_by_short_names() {
        let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());
        types.ty().function([], []);
        for name in ["__wbg_now_12ab", "__wbg_now_12abc", "kept"] {
            imports.import("./a.js", name, EntityType::Function(0));
        }
        let mut exports = ExportSection::new();
        exports.export("main", ExportKind::Func, 0);
        exports.export("wasm_bindgen__convert_h1", ExportKind::Func, 1);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&exports);

        let folder = std::env::temp_dir().join(format!("lockstep-names-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let [wasm, js] = ["a.wasm", "a.js"].map(|name| folder.join(name));
        fs::write(&wasm, module.finish()).expect("a file");
        let script = "{__wbg_now_12ab(), __wbg_now_12abc:1, kept, é:wasm.wasm_bindgen__convert_h1}";
        fs::write(&js, script).expect("a file");
        shorten(&wasm, &js).expect("a module");

        let mut names = Vec::new();
        let bytes = fs::read(&wasm).expect("it was written");
        for payload in Parser::new(0).parse_all(&bytes) {
            match payload.expect("a module") {
                Payload::ImportSection(section) => {
                    let all = section.into_imports();
                    names.extend(all.map(|import| import.expect("one").name.to_owned()));
                }
                Payload::ExportSection(section) => {
                    names.extend(
                        section
                            .into_iter()
                            .map(|one| one.expect("one").name.to_owned()),
                    );
                }
                _ => {}
            }
        }
        assert_eq!(names, ["_0", "_1", "kept", "main", "_2"]);
        let script = fs::read_to_string(&js).expect("it was written");
        assert_eq!(script, "{_0(), _1:1, kept, é:wasm._2}");
        fs::write(&wasm, "no module").expect("a file");
        assert!(shorten(&wasm, &js).is_err());
        fs::remove_dir_all(&folder).expect("it is ours");
    }
}
