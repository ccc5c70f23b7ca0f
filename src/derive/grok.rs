//! Grok: patterns built from named patterns. `%{IP:source.ip}` stands for the pattern `IP`; its value goes to
//! `source.ip`.
//!
//! The set of names is our own: each pattern was written anew from the known meaning of its name. The text between
//! names is a regular expression, in which a single `%` stands for itself.

use std::collections::HashMap;
use std::ops::Range;

use super::options::wrong;
use crate::base::text::quoted;
use crate::base::{Error, limits};

/// Names, their patterns (which may contain other names), and their meanings.
pub const PATTERNS: &[(&str, &str, &str)] = &[
    ("WORD", r"\b\w+\b", "letters, digits and `_`"),
    ("NOTSPACE", r"\S+", "anything without white space"),
    ("SPACE", r"\s*", "white space, or nothing"),
    ("DATA", r".*?", "as little as possible of anything"),
    ("GREEDYDATA", r".*", "as much as possible of anything"),
    ("QS", r#"(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"#, "a text in quotes, with them"),
    ("QUOTEDSTRING", r"%{QS}", "as QS"),
    ("INT", r"[+-]?\d+", "a whole number"),
    ("POSINT", r"\b[1-9]\d*\b", "a whole number above 0"),
    ("NONNEGINT", r"\b\d+\b", "a whole number, 0 among them"),
    ("NUMBER", r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?", "a decimal number"),
    ("BASE10NUM", r"%{NUMBER}", "as NUMBER"),
    ("BASE16NUM", r"[+-]?(?:0[xX])?[0-9A-Fa-f]+", "a hexadecimal number"),
    ("USER", r"[A-Za-z0-9._@$-]+", "the name of a user"),
    ("USERNAME", r"%{USER}", "as USER"),
    ("EMAILADDRESS", r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@%{HOSTNAME}", "an e-mail address"),
    ("UUID", r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", "a UUID"),
    ("HASH", r"\b(?:[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32})\b", "an MD5, SHA-1 or SHA-256"),
    ("MAC", r"[0-9A-Fa-f]{2}(?:[:-][0-9A-Fa-f]{2}){5}", "a hardware address"),
    ("IPV4", r"\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b", "an IPv4 address"),
    (
        "IPV6",
        r"(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}|(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?::(?:(?:[0-9A-Fa-f]{1,4}:)*(?:[0-9A-Fa-f]{1,4}|%{IPV4}))?",
        "an IPv6 address",
    ),
    ("IP", r"(?:%{IPV6}|%{IPV4})", "an address"),
    (
        "HOSTNAME",
        r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?",
        "a host's name",
    ),
    ("HOST", r"%{HOSTNAME}", "as HOSTNAME"),
    ("IPORHOST", r"(?:%{IP}|%{HOSTNAME})", "an address or a host's name"),
    ("HOSTPORT", r"%{IPORHOST}:%{POSINT}", "a host and a port"),
    ("PORT", r"\b\d{1,5}\b", "a port"),
    ("CLIENTIP", r"%{IPORHOST}", "as IPORHOST"),
    ("UNIXPATH", r"/[^\s\x00]*", "a path with slashes"),
    ("WINPATH", r"(?:[A-Za-z]:|\\)(?:\\[^\\?*\s]*)+", "a path with backslashes"),
    ("PATH", r"(?:%{UNIXPATH}|%{WINPATH})", "a path"),
    ("URIPROTO", r"[A-Za-z][A-Za-z0-9+.-]*", "http, s3 …"),
    ("URIHOST", r"%{IPORHOST}(?::%{POSINT})?", "a URL's host"),
    ("URIPATH", r"(?:/[^\s?#]*)+", "a URL's path"),
    ("URIPARAM", r"\?[^\s#]*", "a query string"),
    ("URIPATHPARAM", r"%{URIPATH}(?:%{URIPARAM})?", "a path and a query string"),
    ("URI", r"%{URIPROTO}://(?:[^\s@/]+@)?%{URIHOST}?(?:%{URIPATHPARAM})?(?:#\S*)?", "a URL"),
    (
        "MONTH",
        r"\b(?:[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|[Mm]ar(?:ch)?|[Aa]pr(?:il)?|[Mm]ay|[Jj]une?|[Jj]uly?|[Aa]ug(?:ust)?|[Ss]ep(?:t|tember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?)\b",
        "a month's English name",
    ),
    ("MONTHNUM", r"(?:0?[1-9]|1[0-2])", "a month's number"),
    ("MONTHDAY", r"(?:0[1-9]|[12]\d|3[01]|[1-9])", "a day of a month"),
    ("DAY", r"\b(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b", "a day's English name"),
    ("YEAR", r"\d{4}|\d{2}", "a year"),
    ("HOUR", r"(?:2[0-3]|[01]?\d)", "an hour"),
    ("MINUTE", r"[0-5]\d", "a minute"),
    ("SECOND", r"(?:[0-5]\d|60)(?:[.,]\d+)?", "a second"),
    ("TIME", r"%{HOUR}:%{MINUTE}:%{SECOND}", "a time of day"),
    ("DATE_US", r"%{MONTHNUM}[/-]%{MONTHDAY}[/-](?:%{YEAR})", "month/day/year"),
    ("DATE_EU", r"%{MONTHDAY}[./-]%{MONTHNUM}[./-](?:%{YEAR})", "day.month.year"),
    ("ISO8601_TIMEZONE", r"(?:Z|[+-]%{HOUR}:?(?:%{MINUTE})?)", "an offset"),
    (
        "TIMESTAMP_ISO8601",
        r"\d{4}-%{MONTHNUM}-%{MONTHDAY}[Tt ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?(?:\s?%{ISO8601_TIMEZONE})?",
        "2022-03-22T15:48:02Z and its relatives",
    ),
    ("SYSLOGTIMESTAMP", r"%{MONTH} +%{MONTHDAY} %{TIME}", "Mar 22 15:48:02"),
    ("HTTPDATE", r"%{MONTHDAY}/%{MONTH}/\d{4}:%{TIME} [+-]\d{4}", "22/Mar/2022:15:48:02 +0000"),
    ("DATESTAMP", r"(?:%{DATE_US}|%{DATE_EU})[- ]%{TIME}", "a date and a time of day"),
    ("PROG", r"[\x21-\x5a\x5c\x5e-\x7e]+", "a program's name: anything without white space, `[` and `]`"),
    ("SYSLOGPROG", r"%{PROG:process.name}(?:\[%{POSINT:process.pid}\])?", "a program and its process"),
    ("SYSLOGHOST", r"%{IPORHOST}", "as IPORHOST"),
    (
        "SYSLOGBASE",
        r"%{SYSLOGTIMESTAMP:timestamp} %{SYSLOGHOST:host.name} %{SYSLOGPROG}:",
        "what a line of syslog begins with",
    ),
    (
        "LOGLEVEL",
        r"\b(?:[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo(?:rmation)?|INFO(?:RMATION)?|[Ww]arn(?:ing)?|WARN(?:ING)?|[Ee]rr(?:or)?|ERR(?:OR)?|[Cc]rit(?:ical)?|CRIT(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|[Ee]merg(?:ency)?|EMERG(?:ENCY)?|[Aa]lert|ALERT)\b",
        "how bad it is",
    ),
    (
        "COMMONAPACHELOG",
        r#"%{IPORHOST:source.address} %{NOTSPACE:ident} %{NOTSPACE:user.name} \[%{HTTPDATE:timestamp}\] "(?:%{WORD:http.request.method} %{NOTSPACE:url.original}(?: HTTP/%{NUMBER:http.version})?|%{DATA:request})" %{NUMBER:http.response.status_code} (?:%{NUMBER:http.response.bytes}|-)"#,
        "a web server's line",
    ),
    (
        "COMBINEDAPACHELOG",
        r#"%{COMMONAPACHELOG} "%{DATA:http.request.referrer}" "%{DATA:user_agent.original}""#,
        "a web server's line, with who sent the user and with what",
    ),
];

/// How deep names may contain names: the set needs five levels.
const DEPTH: usize = 10;

/// A grok pattern converted to a regular expression.
pub(super) struct Expanded {
    pub pattern: String,
    /// The field of each group. Group names allow only a few characters, so they are made up.
    pub names: HashMap<String, String>,
    /// For each piece: where it begins in `pattern`, which range of the typed text it comes from, and whether it is
    /// the same text.
    pieces: Vec<(usize, Range<usize>, bool)>,
}

impl Expanded {
    /// The range of the typed text that a range of the pattern comes from.
    pub fn place(&self, at: Range<usize>) -> Range<usize> {
        let place = |offset: usize| {
            let piece = self.pieces.partition_point(|(first, ..)| *first <= offset).saturating_sub(1);
            let (first, typed, is_same) = &self.pieces[piece];
            match is_same {
                true => {
                    (typed.start + offset - first).min(typed.end)
                        ..(typed.start + offset - first).min(typed.end)
                }
                false => typed.clone(),
            }
        };
        place(at.start).start..place(at.end).end.max(place(at.start).end)
    }
}

/// # Errors
/// If a name is not in the set, or a brace does not close.
pub(super) fn expand(typed: &str) -> Result<Expanded, Error> {
    let mut expanded = Expanded { pattern: String::new(), names: HashMap::new(), pieces: Vec::new() };
    let mut at = 0;
    while at < typed.len() {
        let next = typed[at..].find("%{").map_or(typed.len(), |next| at + next);
        if next > at {
            expanded.pieces.push((expanded.pattern.len(), at..next, true));
            expanded.pattern.push_str(&typed[at..next]);
        }
        if next == typed.len() {
            break;
        }
        let marked = |message: String, at: Range<usize>, what: &str| {
            wrong(message).at(at).within(typed).expecting(what)
        };
        let end = typed[next..].find('}').map(|end| next + end + 1);
        let end = end.ok_or_else(|| {
            marked("\"%{\" is never closed".to_owned(), next..typed.len(), "\"}\" further on")
        })?;
        expanded.pieces.push((expanded.pattern.len(), next..end, false));
        add(&mut expanded, &typed[next + 2..end - 1], 0).map_err(|error| {
            error.at(next..end).within(typed).expecting("a name of the set, as in %{IP:source.ip}")
        })?;
        if expanded.pattern.len() > limits::GROK_BYTES {
            let message = format!("pattern stands for more than {} bytes", limits::GROK_BYTES);
            return Err(marked(message, next..end, "a simpler pattern"));
        }
        at = end;
    }
    if expanded.pieces.is_empty() {
        expanded.pieces.push((0, 0..0, true));
    }
    Ok(expanded)
}

/// Appends the pattern of `NAME`, `NAME:field` or `NAME:field:type`. The type is ignored here, because the column of
/// the step gives it.
fn add(expanded: &mut Expanded, reference: &str, depth: usize) -> Result<(), Error> {
    let (name, field) =
        reference.split_once(':').map_or((reference, None), |(name, field)| (name, Some(field)));
    let found = PATTERNS.iter().find(|(known, ..)| *known == name);
    let (_, pattern, _) = found.ok_or_else(|| wrong(format!("unknown pattern {}", quoted(name))))?;
    assert!(depth < DEPTH, "the patterns of the set end");
    match field.map(|field| field.split(':').next().unwrap_or(field)).filter(|field| !field.is_empty()) {
        Some(field) => {
            let group = format!("g{}_", expanded.names.len());
            expanded.pattern.push_str(&format!("(?P<{group}>"));
            expanded.names.insert(group, field.to_owned());
        }
        None => expanded.pattern.push_str("(?:"),
    }
    let mut at = 0;
    while let Some(next) = pattern[at..].find("%{") {
        let end = pattern[at + next..].find('}').expect("the patterns of the set are whole") + at + next;
        expanded.pattern.push_str(&pattern[at..at + next]);
        add(expanded, &pattern[at + next + 2..end], depth + 1)?;
        at = end + 1;
    }
    expanded.pattern.push_str(&pattern[at..]);
    expanded.pattern.push(')');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_the_set_is_one() {
        for (name, ..) in PATTERNS {
            let typed = format!("%{{{name}:it}}");
            let expanded = expand(&typed).expect("it is of the set");
            let compiled = super::super::pattern::compile(&expanded.pattern, &typed, false, |at| at);
            assert!(compiled.is_ok(), "{name}: {compiled:?}");
        }
    }

    #[test]
    fn a_place_leads_back_to_what_was_typed() {
        let expanded = expand("a%{INT:n}b(").expect("the names are right");
        let last = expanded.pattern.len() - 1;
        assert_eq!(expanded.place(last..last + 1), 10..11);
        assert_eq!(expanded.place(2..4), 1..9);
    }
}
