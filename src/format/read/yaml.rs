//! The little of YAML that tools print: mappings in a list, a scalar under a key.
//!
//! Spec: YAML 1.2.2, chapters 7 (flow scalars) and 8 (block scalars).
//! Differs from the spec: no anchors, tags, comments or flow collections; a scalar without quotes ends with its line.

use std::ops::Range;

use crate::base::Why;

/// What a line that begins an entry of a list says first: its column, and the key there.
pub fn item(line: &[u8]) -> Option<(usize, &[u8])> {
    let n_before = line.iter().take_while(|&&byte| byte == b' ').count();
    let dash = line[n_before..].strip_prefix(b"- ")?;
    let column = line.len() - dash.trim_ascii_start().len();
    let colon = memchr::memchr(b':', &line[column..])?;
    Some((n_before, &line[column..column + colon]))
}

/// The text that the mapping `item` has under `key`; `item` may begin with the dash of a list. `None` where it has no such
/// key.
///
/// # Errors
/// Where `item` ends inside a quoted text.
pub fn entry(item: &[u8], key: &str) -> Result<Option<String>, Why> {
    let column = item.iter().take_while(|byte| matches!(byte, b' ' | b'-')).count();
    let mut at = Some(column);
    while let Some(first) = at {
        let line_end = line_end(item, first);
        let Some(colon) = memchr::memchr(b':', &item[first..line_end]) else {
            at = next_key(item, line_end, column);
            continue;
        };
        let is_it = item[first..first + colon] == *key.as_bytes();
        let n_spaces = item[first + colon + 1..line_end].iter().take_while(|&&byte| byte == b' ').count();
        let value = first + colon + 1 + n_spaces;
        let (text, end) = match item.get(value) {
            Some(quote @ (b'\'' | b'"')) => quoted(item, value + 1, *quote)?,
            Some(b'|' | b'>') if is_it => block(item, value, column),
            _ => (item[value..line_end].trim_ascii_end().to_vec(), line_end),
        };
        if is_it {
            return Ok(Some(String::from_utf8_lossy(&text).into_owned()));
        }
        at = next_key(item, line_end.max(end), column);
    }
    Ok(None)
}

/// Where the line ends in which `at` stands.
fn line_end(text: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |n| at + n)
}

/// The lines behind the one in which `at` stands.
fn lines_behind(text: &[u8], at: usize) -> impl Iterator<Item = Range<usize>> {
    let mut next = line_end(text, at) + 1;
    std::iter::from_fn(move || {
        let first = (next < text.len()).then_some(next)?;
        next = line_end(text, first) + 1;
        Some(first..next - 1)
    })
}

/// How many spaces a line begins with.
fn indent(line: &[u8]) -> usize {
    line.iter().take_while(|&&byte| byte == b' ').count()
}

/// Where the next key in `column` stands, behind the line of `at`; `None` where the mapping has ended.
fn next_key(item: &[u8], at: usize, column: usize) -> Option<usize> {
    let mut lines = lines_behind(item, at).filter(|line| !item[line.clone()].trim_ascii().is_empty());
    let is_key = |line: &Range<usize>| item[line.start + column] != b'-';
    let line = lines.find(|line| match indent(&item[line.clone()]) {
        n if n == column => is_key(line),
        n => n < column,
    })?;
    (indent(&item[line.clone()]) == column).then_some(line.start + column)
}

/// The text between quotes whose first byte stands at `first`, and what is behind it.
fn quoted(text: &[u8], first: usize, quote: u8) -> Result<(Vec<u8>, usize), Why> {
    let mut out = Vec::new();
    // What is written as an escape is no space that folding takes away.
    let mut n_kept = 0;
    let mut at = first;
    loop {
        let n =
            memchr::memchr3(quote, b'\n', b'\\', text.get(at..).ok_or(Why::CutOff)?).ok_or(Why::CutOff)?;
        out.extend_from_slice(&text[at..at + n]);
        at += n + 1;
        match text[at - 1] {
            b'\n' => {
                while out.len() > n_kept && matches!(out.last(), Some(b' ' | b'\t' | b'\r')) {
                    out.pop();
                }
                at = fold(text, at, &mut out);
            }
            b'\\' if quote == b'"' => {
                at = escape(text, at, &mut out)?;
                n_kept = out.len();
            }
            b'\\' => out.push(b'\\'),
            _ if quote == b'\'' && text.get(at) == Some(&quote) => {
                out.push(quote);
                at += 1;
            }
            _ => return Ok((out, at)),
        }
    }
}

/// Adds what a line end before `at` means: a space, or as many line ends as blank lines follow. Where the text goes on.
fn fold(text: &[u8], mut at: usize, out: &mut Vec<u8>) -> usize {
    let mut n_blank = 0;
    while let Some(byte) = text.get(at).filter(|byte| byte.is_ascii_whitespace()) {
        n_blank += (*byte == b'\n') as usize;
        at += 1;
    }
    match n_blank {
        0 => out.push(b' '),
        n => out.extend(std::iter::repeat_n(b'\n', n)),
    }
    at
}

/// Adds what the escape means whose letter stands at `at`; where the text goes on.
fn escape(text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<usize, Why> {
    let unknown = Why::Damaged { expected: "an escape of YAML" };
    let (c, n_digits) = match *text.get(at).ok_or(Why::CutOff)? {
        b'\n' => {
            // The line end is no part of the text, nor is what the next line is indented by.
            let n = text[at + 1..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            return Ok(at + 1 + n);
        }
        b'0' => ('\0', 0),
        b'a' => ('\u{7}', 0),
        b'b' => ('\u{8}', 0),
        b't' | b'\t' => ('\t', 0),
        b'n' => ('\n', 0),
        b'v' => ('\u{b}', 0),
        b'f' => ('\u{c}', 0),
        b'r' => ('\r', 0),
        b'e' => ('\u{1b}', 0),
        b'N' => ('\u{85}', 0),
        b'_' => ('\u{a0}', 0),
        b'L' => ('\u{2028}', 0),
        b'P' => ('\u{2029}', 0),
        byte @ (b' ' | b'"' | b'/' | b'\\') => (byte as char, 0),
        b'x' => (' ', 2),
        b'u' => (' ', 4),
        b'U' => (' ', 8),
        _ => return Err(unknown),
    };
    let digits = text.get(at + 1..at + 1 + n_digits).ok_or(Why::CutOff)?;
    let c = if n_digits > 0 {
        let code = std::str::from_utf8(digits).ok().and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let code = code.ok_or(unknown)?;
        // Half a surrogate pair is no character.
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    } else {
        c
    };
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(at + 1 + n_digits)
}

/// The text of a block whose `|` or `>` stands at `at`, below a key in `column`, and where it ends.
fn block(item: &[u8], at: usize, column: usize) -> (Vec<u8>, usize) {
    let joint = if item[at] == b'>' { b' ' } else { b'\n' };
    let (mut text, mut end) = (Vec::new(), line_end(item, at));
    for line in lines_behind(item, at) {
        let is_blank = item[line.clone()].trim_ascii().is_empty();
        if !is_blank && indent(&item[line.clone()]) <= column {
            break;
        }
        if !text.is_empty() {
            text.push(joint);
        }
        text.extend_from_slice(item[line.clone()].trim_ascii());
        end = line.end;
    }
    (text, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(item: &str, expected: Option<&str>) {
        assert_eq!(entry(item.as_bytes(), "b").expect("it ends").as_deref(), expected, "{item}");
    }

    #[test]
    fn scalars_in_all_their_forms() {
        check("- a: x\n  b: y \n  c: z", Some("y"));
        check("- a:\n  - b: x\n  c: d", None);
        check("- a: ok\nb: x", None);
        check("  - a: 'it''s\n      b: x'\n    b: \"y\"", Some("y"));
        check("b: 'one\n  two  \n\n  three \\n'", Some("one two\nthree \\n"));
        check("b: \"one \\\n  \\ two\\t\\u00e9\\x41\\\\\"", Some("one  two\té\u{41}\\"));
        check("a: 1\nb: |-\n  {\"x\":\n   1}\nc: 2", Some("{\"x\":\n1}"));
        check("b: >\n  one\n  two", Some("one two"));
        check("", None);
        check("- ", None);
    }

    #[test]
    fn what_is_cut_off_is_an_error() {
        for cut in ["b: 'x", "b: \"x\\", "b: \"x\\u00", "b: '", "a: \"\n b: 'x'"] {
            assert_eq!(entry(cut.as_bytes(), "b"), Err(Why::CutOff), "{cut}");
        }
    }
}
