//! Which characters and words need quotes.

/// Whether `text` would be read as `and`, `or` or `not`.
pub(super) fn is_keyword(text: &str) -> bool {
    ["and", "or", "not"].iter().any(|keyword| text.eq_ignore_ascii_case(keyword))
}

/// Whether a character never needs quotes.
pub(super) fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || "._-@/+%#,[]".contains(c)
}

/// Whether a character is invisible, or changes how its neighbours look.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || c.is_whitespace() && c != ' '
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}
