//! A record as it stands in its file, read again.

use gloo::events::EventListener;
use gloo::file::Blob;
use gloo::timers::future::TimeoutFuture;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::message::error_message;
use crate::base::{Error, ErrorKind, Problem, limits};
use crate::engine::{Member, Members, Unwrapper};

/// Bytes read at a time when an original is looked for.
const CHUNK_BYTES: u64 = 1 << 20;

/// The bytes of a record, read again from its file (from a member of it, if it is an archive): at most
/// `limits::ORIGINAL_BYTES`, as text for showing. A wrapped file is unwrapped up to it, with a breath every chunk; `signal` stops that.
#[wasm_bindgen(js_name = readOriginal)]
pub async fn read_original(
    blob: web_sys::Blob,
    is_wrapped: bool,
    member: Option<u32>,
    offset: f64,
    length: f64,
    signal: Option<web_sys::AbortSignal>,
) -> Result<String, JsValue> {
    let blob = Blob::from(blob);
    let (first, end) = (offset as u64, offset as u64 + (length as u64).min(limits::ORIGINAL_BYTES as u64));
    if !is_wrapped {
        let bytes = read_slice(&blob, first, end).await?;
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    let stopped =
        std::rc::Rc::new(std::cell::Cell::new(signal.as_ref().is_some_and(|signal| signal.aborted())));
    let _listener = signal.map(|signal| {
        let stopped = stopped.clone();
        EventListener::once(&signal, "abort", move |_| stopped.set(true))
    });
    let (mut unwrapper, mut part) = (Unwrapper::default(), Part::new(member.unwrap_or(0), first..end));
    let mut at = 0;
    while at < blob.size() && !part.is_found() {
        if stopped.get() {
            return Err(error_message(&Error::new(ErrorKind::Cancelled, "stopped")));
        }
        let chunk = read_slice(&blob, at, at + CHUNK_BYTES).await?;
        unwrapper.push(&chunk, &mut part);
        at += CHUNK_BYTES;
        TimeoutFuture::new(0).await;
    }
    if !part.is_found() {
        unwrapper.finish(&mut part);
    }
    Ok(String::from_utf8_lossy(&part.found).into_owned())
}

/// Some bytes of a member.
struct Part {
    member: u32,
    first: u64,
    end: u64,
    /// Members that have begun, and bytes of the last one that have come.
    n_members: u32,
    at: u64,
    found: Vec<u8>,
}

impl Part {
    fn new(member: u32, range: std::ops::Range<u64>) -> Part {
        Part { member, first: range.start, end: range.end, n_members: 0, at: 0, found: Vec::new() }
    }

    fn is_found(&self) -> bool {
        self.n_members > self.member + 1 || self.n_members == self.member + 1 && self.at >= self.end
    }
}

impl Members for Part {
    fn begin(&mut self, _: Member) {
        self.n_members += 1;
        self.at = 0;
    }

    fn push(&mut self, bytes: &[u8]) {
        let bytes_end = self.at + bytes.len() as u64;
        if self.n_members == self.member + 1 {
            let (from, to) = (self.first.clamp(self.at, bytes_end), self.end.clamp(self.at, bytes_end));
            self.found.extend_from_slice(&bytes[(from - self.at) as usize..(to - self.at) as usize]);
        }
        self.at = bytes_end;
    }

    fn end(&mut self, _: Vec<Problem>) {}
}

async fn read_slice(blob: &Blob, first: u64, end: u64) -> Result<Vec<u8>, JsValue> {
    let slice: web_sys::Blob = blob.slice(first, end.min(blob.size())).into();
    let buffer = JsFuture::from(slice.array_buffer()).await?;
    Ok(js_sys::Uint8Array::new(&buffer).to_vec())
}
