//! Access and error logs of web servers. A container's output has requests among the errors: each record is read as what
//! it is, whichever of the three formats its member is of.
//!
//! The readers: [`apache_access`], [`apache_error`], [`nginx_error`].

use super::apache_access::{self, AccessFields, AccessParser, is_access, is_proxy_manager};
use super::apache_error::{self, ApacheFields, ApacheParser, is_apache_error, is_apache_start};
use super::nginx_error::{self, NginxFields, NginxParser, is_nginx_start, nginx_start};
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::joined;
use crate::base::{Event, Fields, Why};
use crate::format::read::http::HttpFields;
use crate::format::read::values::begins;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// Requests in the common log format and its relatives.
pub struct ApacheAccess;
/// Apache's error log.
pub struct ApacheError;
/// nginx's error log.
pub struct NginxError;

/// What [`ApacheAccess`] can produce: its own fields, and those of all requests.
const ACCESS_SPECS: &[FieldSpec] = &joined::<{ AccessFields::SPECS.len() + HttpFields::SPECS.len() }>(&[
    AccessFields::SPECS,
    HttpFields::SPECS,
]);

impl Format for ApacheAccess {
    fn name(&self) -> &'static str {
        apache_access::NAME
    }

    fn fields(&self) -> &'static [FieldSpec] {
        ACCESS_SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[("event.action", "http.request.method")]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"192.0.2.7 - frank [22/Mar/2022:15:48:02 +0000] \"GET /index.html HTTP/1.0\" 200 2326\n",
            b"www.example.com:443 2001:db8::7 - - [22/Mar/2022:15:48:02 +0100] \"\\x16\\x03\\x01\" 400 226 \"-\" \"-\"\n",
            b"192.0.2.7 - - [22/Mar/2022:15:48:02 +0000] \"POST /products HTTP/1.1\" 200 59 \"-\" \"curl/7.54.0\" 89 0.001 [default-web-8080] [] 198.51.100.5:8080 59 0.000 200 529a007902362a5f51385a5fa7049884\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Each)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let start = &head.bytes[..head.bytes.len().min(4 << 10)];
        let has = |sign: &[u8]| memchr::memmem::find(start, sign).is_some();
        if matches!(start.first(), None | Some(b'{' | b'<' | b'#')) || !has(b"] \"") && !has(b"[Client ") {
            return Confidence::NONE;
        }
        head.share(|line| is_access(line.as_bytes()) || is_proxy_manager(line.as_bytes()))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(Mixed::new(Own::Access, fields)))
    }
}

impl Format for ApacheError {
    fn name(&self) -> &'static str {
        apache_error::NAME
    }

    fn fields(&self) -> &'static [FieldSpec] {
        ApacheFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"[Thu Jun 27 06:58:09.169510 2019] [include:warn] [pid 15934] [client 192.0.2.156:12345] AH01374: mod_include: Options +Includes wasn't set, INCLUDES filter removed: /test.html\n",
            b"[Mon Dec 26 16:22:08 2016] [error] [client 192.0.2.1] File does not exist: /var/www/favicon.ico, referer: http://192.0.2.72/\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(is_start))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !begins(head.bytes, |byte| byte == b'[') {
            return Confidence::NONE;
        }
        let lines = head.lines();
        let n = lines.iter().filter(|line| is_apache_error(line.as_bytes())).count();
        // Programs write into the log as they like.
        if n * 4 >= lines.len().max(1) && !is_of_requests(head, n) {
            Confidence((50 + n * 49 / lines.len()) as u8)
        } else {
            Confidence::NONE
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(Mixed::new(Own::Apache, fields)))
    }
}

impl Format for NginxError {
    fn name(&self) -> &'static str {
        nginx_error::NAME
    }

    fn fields(&self) -> &'static [FieldSpec] {
        NginxFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[("event.action", "http.request.method")]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"2022/03/22 15:48:02 [error] 411#411: *2035 open() \"/usr/share/nginx/html/x\" failed (2: No such file or directory), client: 192.0.2.8, server: example.com, request: \"GET /x HTTP/1.1\", host: \"www.example.com\"\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::From(is_start))
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        if !begins(head.bytes, |byte| byte.is_ascii_digit()) {
            return Confidence::NONE;
        }
        let lines = head.lines();
        let n = lines.iter().filter(|line| nginx_start(line.as_bytes()).is_some()).count();
        // What programs behind it write goes on for many lines.
        if n * 8 >= lines.len().max(1) && !is_of_requests(head, n) {
            Confidence((60 + n * 39 / lines.len()) as u8)
        } else {
            Confidence::NONE
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(Mixed::new(Own::Nginx, fields)))
    }
}

/// Whether a record begins with `line`, of whichever log of a container's output.
fn is_start(line: &[u8]) -> bool {
    is_apache_start(line) || is_nginx_start(line) || is_access(line)
}

/// Whether a head has more requests than errors, of which there are `n_errors`.
fn is_of_requests(head: &Head<'_>, n_errors: usize) -> bool {
    head.lines().iter().filter(|line| is_access(line.as_bytes())).count() > n_errors
}

/// Whose log it is that records of others stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Own {
    Access,
    Apache,
    Nginx,
}

/// Reads requests and errors: a container's output has both, one behind the other. Each is of its own dataset.
struct Mixed {
    own: Own,
    access: AccessParser,
    apache: ApacheParser,
    nginx: NginxParser,
}

impl Mixed {
    fn new(own: Own, fields: &mut Fields) -> Mixed {
        let (access, apache) = (AccessParser::new(fields), ApacheParser::new(fields));
        Mixed { own, access, apache, nginx: NginxParser::new(fields) }
    }
}

impl Parser for Mixed {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        let of = match record {
            [b'[', ..] if self.own != Own::Apache && is_apache_error(record) => Own::Apache,
            [_, _, _, _, b'/', ..] if self.own != Own::Nginx && nginx_start(record).is_some() => Own::Nginx,
            [b'[', ..] if self.own == Own::Apache => Own::Apache,
            _ if self.own != Own::Access && is_access(record) => Own::Access,
            _ => self.own,
        };
        match of {
            Own::Access => self.access.parse(record, fields, event),
            Own::Apache => self.apache.parse(record, fields, event),
            Own::Nginx => self.nginx.parse(record, fields, event),
        }
    }
}
