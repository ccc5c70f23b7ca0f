//! Structured data: `[id name="value" …][id2 …]`.
//!
//! Spec: RFC 5424, section 6.3. A value's `"`, `\` and `]` stand behind a `\`.
//! Differs from the spec: spaces may stand around `=`, as its own erratum-ridden examples have it.

/// Where the elements at the start of `text` end, which are one or more; `None` where there are none or they are broken.
pub fn end(text: &[u8]) -> Option<usize> {
    let mut walk = Walk { text, at: 0 };
    while walk.element(&mut |_, _, _, _| {})? {}
    (walk.at > 0).then_some(walk.at)
}

/// Tells every parameter of the elements that `text` is: the element's name, the parameter's, and where its value
/// stands, still escaped.
pub fn each(text: &[u8], mut tell: impl FnMut(&[u8], &[u8], usize, usize)) {
    let mut walk = Walk { text, at: 0 };
    while let Some(true) = walk.element(&mut tell) {}
}

struct Walk<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    /// Reads one element: whether there is one. `None` where it is broken.
    fn element(&mut self, tell: &mut impl FnMut(&[u8], &[u8], usize, usize)) -> Option<bool> {
        if self.text.get(self.at) != Some(&b'[') {
            return Some(false);
        }
        self.at += 1;
        let id = self.name()?;
        loop {
            self.spaces();
            if self.text.get(self.at) == Some(&b']') {
                self.at += 1;
                return Some(true);
            }
            let name = self.name()?;
            self.spaces();
            self.eat(b'=')?;
            self.spaces();
            self.eat(b'"')?;
            let first = self.at;
            loop {
                self.at += memchr::memchr2(b'"', b'\\', self.text.get(self.at..)?)?;
                if self.text[self.at] == b'"' {
                    break;
                }
                self.at += 2;
            }
            tell(id, name, first, self.at);
            self.at += 1;
        }
    }

    fn name(&mut self) -> Option<&'a [u8]> {
        let rest = &self.text[self.at..];
        let n = rest.iter().position(|byte| matches!(byte, b' ' | b'=' | b']' | b'"' | b'\n'))?;
        self.at += n;
        (n > 0).then_some(&rest[..n])
    }

    fn spaces(&mut self) {
        self.at += self.text[self.at..].iter().take_while(|&&byte| byte == b' ').count();
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        let is_there = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(is_there);
        is_there.then_some(())
    }
}
