//! Which file of the core names which other one, read from its text: `use` declarations, and paths in the code.
//!
//! A name that a folder's `mod.rs` re-exports counts as a name of the file that has it. What a folder's `mod.rs` itself
//! declares belongs to all files below it: an arrow from a file up to the `mod.rs` of a folder it is in does not count.

use std::collections::{BTreeMap, BTreeSet};

/// A module, as the names that lead to it from the crate: `["query", "plan"]`.
type Module = Vec<String>;

/// The modules of a source tree.
pub struct Modules {
    files: BTreeMap<Module, String>,
    /// By module, the names that it re-exports, each with its absolute path.
    exports: BTreeMap<Module, BTreeMap<String, Vec<String>>>,
    /// By module, the paths that it names, as absolute ones.
    named: BTreeMap<Module, Vec<Vec<String>>>,
}

impl Modules {
    /// Of files with their paths below `src` and their texts.
    pub fn read(sources: &[(String, String)]) -> Modules {
        let files: BTreeMap<Module, String> =
            sources.iter().map(|(path, _)| (module_of(path), path.clone())).collect();
        let mut modules = Modules { files, exports: BTreeMap::new(), named: BTreeMap::new() };
        for (path, text) in sources {
            let module = module_of(path);
            let code = code_of(text);
            let (mut exports, mut named, mut rest) = (BTreeMap::new(), Vec::new(), String::new());
            for item in code.split_inclusive(';') {
                let Some((is_public, at)) = use_of(item) else {
                    rest.push_str(item);
                    continue;
                };
                rest.push_str(&item[..at]);
                for path in paths_of(item[at..].trim_end_matches(';')) {
                    let Some(path) = modules.absolute(&module, &path) else { continue };
                    match path.last().filter(|_| is_public) {
                        Some(name) => _ = exports.insert(name.clone(), path),
                        None => named.push(path),
                    }
                }
            }
            named.extend(words_of(&rest).filter_map(|path| modules.absolute(&module, &path)));
            modules.exports.insert(module.clone(), exports);
            modules.named.insert(module, named);
        }
        modules
    }

    /// The path from the crate of a path that stands in `module`; `None` where it leads out of the crate, or to an item of
    /// the module itself.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Vec<String>> {
        let n_up = path.iter().take_while(|name| *name == "super").count();
        let (mut base, rest) = match path.first()?.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "super" => (module[..module.len().checked_sub(n_up)?].to_vec(), &path[n_up..]),
            "self" => (module.clone(), &path[1..]),
            name => {
                let child = [module.as_slice(), &[name.to_owned()]].concat();
                self.files.contains_key(&child).then(|| (module.clone(), path))?
            }
        };
        base.extend(rest.iter().filter(|name| *name != "self").cloned());
        Some(base)
    }

    /// The module in which the item at an absolute path is declared, through at most `n_left` re-exports.
    fn resolved(&self, path: &[String], n_left: usize) -> Option<Module> {
        let n = (1..=path.len()).rev().find(|&n| self.files.contains_key(&path[..n]))?;
        let (module, rest) = (path[..n].to_vec(), &path[n..]);
        let exported = rest.first().and_then(|name| self.exports[&module].get(name));
        match exported.filter(|_| n_left > 0) {
            Some(exported) => self.resolved(&[exported, &rest[1..]].concat(), n_left - 1),
            None => Some(module),
        }
    }

    /// Files that reach one another, each group sorted: there are none where no file is in a circle.
    pub fn circles(&self) -> Vec<Vec<&str>> {
        let arrows: BTreeMap<&Module, BTreeSet<Module>> =
            self.named.iter().map(|(module, named)| (module, self.arrows_of(module, named))).collect();
        let reached: BTreeMap<&Module, BTreeSet<&Module>> =
            arrows.keys().map(|&module| (module, reach(module, &arrows))).collect();
        let mut circles = BTreeSet::new();
        for (module, all) in &reached {
            let circle: Vec<&Module> =
                all.iter().copied().filter(|other| reached[other].contains(module)).collect();
            if circle.len() > 1 {
                circles.insert(circle.into_iter().map(|module| self.files[module].as_str()).collect());
            }
        }
        circles.into_iter().collect()
    }

    fn arrows_of(&self, module: &Module, named: &[Vec<String>]) -> BTreeSet<Module> {
        let targets = named.iter().filter_map(|path| self.resolved(path, 8));
        targets.filter(|target| !module.starts_with(target)).collect()
    }
}

/// All modules that arrows lead to from `module`, itself only where one leads back.
fn reach<'a>(module: &Module, arrows: &BTreeMap<&'a Module, BTreeSet<Module>>) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut open = vec![module];
    while let Some(next) = open.pop() {
        for target in &arrows[next] {
            let (&target, _) = arrows.get_key_value(target).expect("an arrow leads to a file");
            if reached.insert(target) {
                open.push(target);
            }
        }
    }
    reached
}

fn module_of(path: &str) -> Module {
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    path.split('/').map(str::to_owned).collect()
}

/// The code of a file without comments, and without the tests at its end.
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or("");
    code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

/// Whether the last declaration of `item`, which ends with `;`, is a `use`: whether it is public, and where its paths begin.
fn use_of(item: &str) -> Option<(bool, usize)> {
    let start = item.rfind("\nuse ").map(|at| at + 1).or(item.starts_with("use ").then_some(0));
    let public = ["\npub use ", "\npub(crate) use ", "\npub(super) use "].into_iter();
    let public = { public }.find_map(|start| item.rfind(start).map(|at| at + start.len()));
    match (start, public) {
        (_, Some(at)) => Some((true, at)),
        (Some(at), None) => Some((false, at + "use ".len())),
        (None, None) => None,
    }
}

/// The paths of a tree of a `use` declaration: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths_of(tree: &str) -> Vec<Vec<String>> {
    let tree = tree.trim();
    let Some((start, inner)) = tree.split_once('{') else {
        let path = tree.split(" as ").next().unwrap_or(tree);
        return vec![path.split("::").map(|name| name.trim().to_owned()).collect()];
    };
    let start: Vec<String> =
        start.split("::").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let inner = inner.trim_end().trim_end_matches('}');
    let (mut depth, mut first, mut paths) = (0, 0, Vec::new());
    for (at, letter) in inner.char_indices().chain([(inner.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = inner[first..at].trim();
                first = at + 1;
                if !part.is_empty() {
                    paths.extend(paths_of(part).into_iter().map(|path| [start.clone(), path].concat()));
                }
            }
            _ => {}
        }
    }
    paths
}

/// The paths in code: names with `::` between them.
fn words_of(code: &str) -> impl Iterator<Item = Vec<String>> {
    let is_of_path = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
    let words = code.split(move |letter: char| !is_of_path(letter)).filter(|word| word.contains("::"));
    words.map(|word| word.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect())
}
