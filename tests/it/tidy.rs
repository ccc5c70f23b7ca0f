//! Who may import whom, and what no file may do. A new arrow is a decision, made here, in a commit of its own.

use std::path::Path;

use crate::case::files_below;
use crate::modules::Modules;

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
    ("messages", &["base"]),
    ("format", &["base", "messages"]),
    ("clock", &["base"]),
    ("store", &["base"]),
    ("query", &["base", "store"]),
    ("derive", &["base", "store"]),
    ("engine", &["base", "container", "frame", "clock", "format", "store", "query", "derive"]),
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

/// Files of one room that may be in a circle, each circle with all that may be in it.
const CIRCLES: &[&[&str]] = &[
    // For good: a container holds containers.
    &["container/layer.rs", "container/tar/mod.rs", "container/zip/file.rs", "container/zip/mod.rs"],
];

/// What is below what inside a room: no file may reach itself by the names of others, but for [`CIRCLES`].
#[test]
fn files_are_in_no_circle() {
    let modules = Modules::read(&sources("src"));
    let circles = modules.circles();
    let is_within = |circle: &[&str], may: &[&str]| circle.iter().all(|file| may.contains(file));
    for circle in &circles {
        assert!(CIRCLES.iter().any(|may| is_within(circle, may)), "a circle of files: {circle:#?}");
    }
    for may in CIRCLES {
        assert!(circles.iter().any(|circle| is_within(circle, may)), "no circle is left among {may:#?}");
    }
}

#[test]
fn circles_are_seen() {
    let check = |files: &[(&str, &str)], expected: &[&[&str]]| {
        let files: Vec<_> = files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
        assert_eq!(Modules::read(&files).circles(), expected);
    };
    check(
        &[("a/b.rs", "use super::c::{C, D};\n"), ("a/c.rs", "fn c() {}\n"), ("a/mod.rs", "mod b;\nmod c;\n")],
        &[],
    );
    check(
        &[
            ("a/b.rs", "use super::c::{\n    C, D,\n};\n"),
            ("a/c.rs", "fn c() { crate::a::b::b() }\n"),
            ("a/mod.rs", ""),
        ],
        &[&["a/b.rs", "a/c.rs"]],
    );
    // Through a re-export, and through three files; comments and tests name whom they like.
    check(
        &[
            ("a/b.rs", "use super::C;\n"),
            ("a/c.rs", "use std::rc::Rc;\n\nuse super::{d::D, e};\n"),
            ("a/d.rs", "struct D;\nimpl D { fn d() { super::b::new() } }\n"),
            ("a/e.rs", "//! use super::b;\n#[cfg(test)]\nmod tests {\n    use super::super::b;\n}\n"),
            ("a/mod.rs", "mod b;\nmod c;\n\npub use c::C;\n"),
        ],
        &[&["a/b.rs", "a/c.rs", "a/d.rs"]],
    );
    // A folder's `mod.rs` and its files are one.
    check(&[("a/b.rs", "use super::A;\n"), ("a/mod.rs", "mod b;\nuse b::B;\nstruct A(B);\n")], &[]);
}

/// Which rooms of formats each of them may name: what their readers share knows no format.
#[test]
fn formats_know_only_what_they_share() {
    let mut wrong = Vec::new();
    let rooms = ["aws", "web", "linux", "database", "generic", "read"];
    for (path, text) in sources("src/format").iter().filter(|(path, _)| path.contains('/')) {
        let room = room_of(path);
        assert!(rooms.contains(&room), "src/format/{path} is in no room that is known here");
        for named in text.split("crate::format::").skip(1) {
            let named = named.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
            if rooms.contains(&named) && named != room && named != "read" {
                wrong.push(format!("src/format/{path}: {room} names {named}"));
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
        let is_reader = ["container", "frame", "format", "messages"].contains(&room_of(&path));
        let code = text.split("#[cfg(test)]").next().unwrap_or("");
        assert!(!is_reader || !code.contains(".unwrap()"), "src/{path} unwraps");
    }
}

/// `elements -> state, lib`; `page -> state, lib`, and of elements and the engine only their types; `state -> lib`; `lib`
/// and `engine` know no other room; `main.js` joins them; only the worker, the client and their parts know the core.
/// Circles, module state and raw colours are refused in `tests/www/house.test.js`.
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
            "page" => &["./", "../state/", "../lib/", "../sample.js"],
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
