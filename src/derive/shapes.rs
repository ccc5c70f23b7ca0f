//! Texts of a known shape: URLs, e-mail addresses, ARNs, addresses with ports, paths, user agents.
//!
//! | kind | parts |
//! |---|---|
//! | `url` | `scheme`, `user`, `host`, `port`, `path`, `query`, `fragment`; a path alone is one, too |
//! | `email` | `name` (before `<…>`), `local`, `domain` |
//! | `arn` | `partition`, `service`, `region`, `account`, `resource`, `type`, `id` (of `type/id` and `type:id`) |
//! | `ipPort` | `address`, `port`; without a port, too |
//! | `path` | `folder`, `name`, `stem`, `extension` |
//! | `userAgent` | `name`, `version`, `system`: of a browser its own, of a tool its first word |

use std::net::{IpAddr, Ipv6Addr};
use std::ops::Range;

use super::operation::{Operation, Parts};
use super::options::wrong;
use crate::base::Error;
use crate::base::text::quoted;

/// Takes the number of a part and its range.
type Visit<'s> = &'s mut dyn FnMut(usize, Range<usize>);

/// A kind of text, and its parts.
struct Kind {
    name: &'static str,
    parts: &'static [&'static str],
    /// Calls `visit` with the number and the range of each part, and returns whether the text is of this kind.
    cut: fn(&str, Visit<'_>) -> bool,
}

const KINDS: &[Kind] = &[
    Kind { name: "url", parts: &["scheme", "user", "host", "port", "path", "query", "fragment"], cut: url },
    Kind { name: "email", parts: &["name", "local", "domain"], cut: email },
    Kind {
        name: "arn",
        parts: &["partition", "service", "region", "account", "resource", "type", "id"],
        cut: arn,
    },
    Kind { name: "ipPort", parts: &["address", "port"], cut: ip_port },
    Kind { name: "path", parts: &["folder", "name", "stem", "extension"], cut: path },
    Kind { name: "userAgent", parts: &["name", "version", "system"], cut: user_agent },
];

/// One kind, and the places of its wanted parts.
pub(super) struct Shape {
    kind: &'static Kind,
    places: Vec<Option<usize>>,
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Shape({:?})", self.kind.name)
    }
}

impl Shape {
    pub fn new(name: &str) -> Option<Shape> {
        let kind = KINDS.iter().find(|kind| kind.name == name)?;
        Some(Shape { kind, places: vec![None; kind.parts.len()] })
    }
}

impl Operation for Shape {
    fn usual_parts(&self) -> Option<Vec<String>> {
        Some(self.kind.parts.iter().map(|&part| part.to_owned()).collect())
    }

    fn want(&mut self, parts: &[&str]) -> Result<(), Error> {
        self.places = vec![None; self.kind.parts.len()];
        for (place, part) in parts.iter().enumerate() {
            let number = self.kind.parts.iter().position(|known| known == part);
            let number = number.ok_or_else(|| {
                let message =
                    format!("part: expected one of {}, found {}", self.kind.parts.join(", "), quoted(part));
                wrong(message)
            })?;
            if self.places[number].replace(place).is_some() {
                return Err(wrong(format!("part {part:?} is there twice")));
            }
        }
        Ok(())
    }

    fn cut(&self, text: &str, parts: &mut Parts) -> bool {
        (self.kind.cut)(text, &mut |number, range| {
            if let Some(place) = self.places[number]
                && !range.is_empty()
            {
                parts.put(place, range);
            }
        })
    }
}

/// Splits a URL by RFC 3986, without checking the content of its parts. A path alone is accepted too, as servers log
/// it.
fn url(text: &str, visit: Visit<'_>) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    };
    let mut at = match text.find("://").filter(|&end| is_scheme(&text[..end])) {
        Some(end) => {
            let first = end + 3;
            let authority_end = text[first..].find(['/', '?', '#']).map_or(text.len(), |end| first + end);
            if authority_end == first && &text[..end] != "file" {
                return false;
            }
            visit(0, 0..end);
            authority(text, first..authority_end, visit);
            authority_end
        }
        None if text.starts_with('/') => 0,
        None => return false,
    };
    for (number, ends) in [(4, &['?', '#'][..]), (5, &['#'][..]), (6, &[][..])] {
        let first = match number {
            4 => at,
            5 if text[at..].starts_with('?') => at + 1,
            6 if text[at..].starts_with('#') => at + 1,
            _ => continue,
        };
        let end = text[first..].find(ends).map_or(text.len(), |end| first + end);
        visit(number, first..end);
        at = end;
    }
    true
}

fn authority(text: &str, all: Range<usize>, visit: Visit<'_>) {
    let mut first = all.start;
    if let Some(at) = text[all.clone()].rfind('@') {
        let user_end = text[first..first + at].find(':').map_or(first + at, |end| first + end);
        visit(1, first..user_end);
        first += at + 1;
    }
    let host = &text[first..all.end];
    let port = match host.rfind(']') {
        Some(end) => host[end..].find(':').map(|colon| end + colon),
        None => host.rfind(':'),
    };
    let host_end = port.map_or(all.end, |port| first + port);
    let is_bracketed = text[first..host_end].starts_with('[') && text[first..host_end].ends_with(']');
    visit(2, first + is_bracketed as usize..host_end - is_bracketed as usize);
    if let Some(port) = port {
        visit(3, first + port + 1..all.end);
    }
}

fn email(text: &str, visit: Visit<'_>) -> bool {
    let (name, first, end) = match (text.find('<'), text.strip_suffix('>')) {
        (Some(open), Some(_)) => (text[..open].trim_end(), open + 1, text.len() - 1),
        _ => ("", 0, text.len()),
    };
    let address = &text[first..end];
    let Some(at) = address.rfind('@') else { return false };
    let is_one = at > 0 && at + 1 < address.len() && !address.contains(char::is_whitespace);
    if is_one {
        let unquoted = name.strip_prefix('"').and_then(|name| name.strip_suffix('"'));
        let offset = unquoted.is_some() as usize;
        visit(0, offset..offset + unquoted.unwrap_or(name).len());
        visit(1, first..first + at);
        visit(2, first + at + 1..end);
    }
    is_one
}

/// `arn:partition:service:region:account:resource`.
fn arn(text: &str, visit: Visit<'_>) -> bool {
    let mut at = match text.strip_prefix("arn:") {
        Some(_) => 4,
        None => return false,
    };
    let mut ranges = Vec::new();
    for _ in 0..4 {
        let Some(end) = text[at..].find(':') else { return false };
        ranges.push(at..at + end);
        at += end + 1;
    }
    if ranges[0].is_empty() || ranges[1].is_empty() || at == text.len() {
        return false;
    }
    ranges.into_iter().enumerate().for_each(|(number, range)| visit(number, range));
    visit(4, at..text.len());
    match text[at..].find(['/', ':']) {
        Some(end) => {
            visit(5, at..at + end);
            visit(6, at + end + 1..text.len());
        }
        None => visit(6, at..text.len()),
    }
    true
}

/// `10.0.0.5:22`, `[2001:db8::5]:22`, `10.0.0.5#53` as BIND writes it, or an address alone.
fn ip_port(text: &str, visit: Visit<'_>) -> bool {
    let trimmed = text.trim_ascii();
    let start = text.len() - text.trim_ascii_start().len();
    let is_port = |port: &str| !port.is_empty() && port.len() <= 5 && port.parse::<u16>().is_ok();
    if trimmed.parse::<IpAddr>().is_ok() {
        visit(0, start..start + trimmed.len());
        return true;
    }
    let bracketed = trimmed.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let (first, address, port) = match bracketed {
        Some((address, "")) => (1, address, None),
        Some((address, rest)) => match rest.strip_prefix(':') {
            Some(port) => (1, address, Some((address.len() + 3, port))),
            None => return false,
        },
        None => match trimmed.rfind([':', '#']) {
            Some(at) => (0, &trimmed[..at], Some((at + 1, &trimmed[at + 1..]))),
            None => return false,
        },
    };
    let is_address = match bracketed {
        Some(_) => address.parse::<Ipv6Addr>().is_ok(),
        None => address.parse::<IpAddr>().is_ok(),
    };
    let fits = is_address && port.is_none_or(|(_, port)| is_port(port));
    if fits {
        visit(0, start + first..start + first + address.len());
        if let Some((at, port)) = port {
            visit(1, start + at..start + at + port.len());
        }
    }
    fits
}

/// A path with slashes or backslashes; a text without them is a name alone.
fn path(text: &str, visit: Visit<'_>) -> bool {
    let name = text.rfind(['/', '\\']).map_or(0, |at| at + 1);
    if text.is_empty() {
        return false;
    }
    // The root is its own folder.
    visit(0, 0..if name > 1 { name - 1 } else { name });
    visit(1, name..text.len());
    match text[name..].rfind('.').filter(|&dot| dot > 0) {
        Some(dot) => {
            visit(2, name..name + dot);
            visit(3, name + dot + 1..text.len());
        }
        None => visit(2, name..text.len()),
    }
    true
}

/// The products by which browsers name themselves. The first in this list that occurs counts: a browser also names
/// others, for the sake of old servers.
const BROWSERS: &[&str] = &[
    "Edg",
    "Edge",
    "OPR",
    "SamsungBrowser",
    "Vivaldi",
    "YaBrowser",
    "Firefox",
    "FxiOS",
    "CriOS",
    "HeadlessChrome",
    "Chrome",
    "Safari",
    "MSIE",
];

/// The names of systems in a comment.
const SYSTEMS: &[&str] = &[
    "Windows NT",
    "Windows",
    "Android",
    "iPhone",
    "iPad",
    "CrOS",
    "Mac OS X",
    "Macintosh",
    "FreeBSD",
    "Linux",
    "X11",
];

fn user_agent(text: &str, visit: Visit<'_>) -> bool {
    let first_word = text.split_ascii_whitespace().next().unwrap_or("");
    if first_word.is_empty() || text.trim_ascii() == "-" {
        return false;
    }
    // A single word may come without a version: `AWS Internal`, `ec2.amazonaws.com`.
    let start = text.len() - text.trim_ascii_start().len();
    let browser = |name: &&str| {
        let at = text.match_indices(*name).map(|(at, _)| at).find(|&at| {
            let is_word = at == 0 || !text.as_bytes()[at - 1].is_ascii_alphanumeric();
            is_word && text[at + name.len()..].starts_with(['/', ' '])
        })?;
        Some((at, name.len()))
    };
    let is_browser = first_word.starts_with("Mozilla/");
    let (at, n) = match BROWSERS.iter().find_map(browser).filter(|_| is_browser) {
        Some(found) => found,
        None => (start, first_word.find('/').unwrap_or(first_word.len())),
    };
    visit(0, at..at + n);
    if text[at + n..].starts_with(['/', ' ']) {
        let version = &text[at + n + 1..];
        let end = version
            .find(|c: char| !c.is_ascii_alphanumeric() && !"._-+".contains(c))
            .unwrap_or(version.len());
        if version.starts_with(|c: char| c.is_ascii_digit()) || text.as_bytes()[at + n] == b'/' {
            visit(1, at + n + 1..at + n + 1 + end);
        }
    }
    let lower = text.to_ascii_lowercase();
    if let Some((at, system)) =
        SYSTEMS.iter().find_map(|system| Some((lower.find(&system.to_ascii_lowercase())?, system)))
    {
        visit(2, at..at + system.len());
    }
    true
}
