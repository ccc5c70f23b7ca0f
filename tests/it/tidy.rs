//! Who may import whom, and what no file may do. A new arrow is a decision, made here, in a commit of its own.

use std::path::Path;

use crate::case::files_below;

fn sources(folder: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = files_below(&root).into_iter();
    files.filter_map(|(path, bytes)| Some((path, String::from_utf8(bytes).ok()?))).collect()
}

fn room_of(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap_or(path)
}

/// Which rooms each room may name; `lib.rs` names all, and nobody names `wasm`.
const ARROWS: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("container", &["base"]),
    ("frame", &["base"]),
    ("format", &["base"]),
    ("store", &["base"]),
    ("query", &["base", "store"]),
    ("derive", &["base", "store"]),
    ("engine", &["base", "container", "frame", "format", "store", "query", "derive"]),
    ("wasm", &["base", "engine"]),
];

#[test]
fn rooms_know_only_whom_they_may() {
    let mut wrong = Vec::new();
    for (path, text) in sources("src") {
        let room = room_of(&path);
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else { continue };
        for (number, line) in text.lines().enumerate() {
            for named in line.split("crate::").skip(1) {
                let named = named.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
                let is_room = ARROWS.iter().any(|(name, _)| *name == named);
                if is_room && named != room && !allowed.contains(&named) {
                    wrong.push(format!("src/{path}:{}: {room} names {named}", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn only_the_door_names_javascript() {
    let names = ["JsValue", "js_sys", "web_sys", "gloo", "serde_wasm_bindgen", "wasm_bindgen"];
    for (path, text) in sources("src").iter().filter(|(path, _)| room_of(path) != "wasm") {
        for name in names {
            assert!(!text.contains(name), "src/{path} names {name}");
        }
    }
}

#[test]
fn data_is_never_unwrapped() {
    for (path, text) in sources("src") {
        let is_reader = ["container", "frame", "format"].contains(&room_of(&path));
        let code = text.split("#[cfg(test)]").next().unwrap_or("");
        assert!(!is_reader || !code.contains(".unwrap()"), "src/{path} unwraps");
    }
}

/// `elements -> state, lib`; `state -> lib`; `lib` and `engine` know no other room; `page` joins them; only the worker,
/// the client and what they are made of know the core.
#[test]
fn the_page_is_as_tidy() {
    let mut wrong = Vec::new();
    for (path, text) in
        sources("www").iter().filter(|(path, _)| path.ends_with(".js") && !path.starts_with("pkg/"))
    {
        let allowed: &[&str] = match room_of(path) {
            "elements" => &["./", "../state/", "../lib/"],
            "state" => &["./", "../lib/"],
            "lib" => &["./"],
            "page" => &["./", "../elements/", "../engine/client.js", "../state/", "../lib/", "../sample.js"],
            "engine" => &["./", "../pkg/", "trailglass:assets"],
            _ => &["./"],
        };
        for line in text.lines().filter(|line| line.starts_with("import ") || line.starts_with("} from ")) {
            // The names of a long import stand on lines of their own.
            if !line.contains('\'') {
                continue;
            }
            let from = line.split('\'').nth(1).unwrap_or("");
            if !allowed.iter().any(|start| from.starts_with(start)) {
                wrong.push(format!("www/{path}: {line}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_runs_that_is_not_ours() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = std::fs::read_to_string(root.join("package.json")).expect("the file is there");
    let package: serde_json::Value = serde_json::from_str(&package).expect("it is JSON");
    assert!(package.get("dependencies").is_none(), "the page has no runtime dependency");
    let versions = package["devDependencies"].as_object().expect("there are tools").values();
    for version in versions.filter_map(serde_json::Value::as_str) {
        assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{version} is no exact version");
    }
}
