//! Records inside records: what wrappers share. A message is read by the format that knows it.

use std::ops::Range;

use crate::base::event::Framing;
use crate::base::{Event, Fields, Why, limits};
use crate::format::{FORMATS, Format, Head, Parsed, Parser, Reader, Start, Unfolded, Unfolder, detect};

/// Reads the messages of a wrapper, each by its own format. It learns which that is, and asks again where it fails.
#[derive(Default)]
pub struct Inner {
    /// One a format, made when it is first needed.
    hands: Vec<Option<Hand>>,
    /// The format of the message before.
    last: Option<usize>,
    depth: usize,
}

enum Hand {
    One(Box<dyn Parser>),
    Many(Box<dyn Unfolder>),
}

/// What a wrapper has at hand while it reads a record.
pub struct Desk<'a> {
    /// The names of fields.
    pub fields: &'a mut Fields,
    /// For whoever reads a message.
    pub event: &'a mut Event,
    /// Takes what is found.
    pub out: &'a mut dyn Unfolded,
}

/// What a wrapper adds to the events of its messages: fields, and the time where they have none.
pub type Dress<'a> = dyn FnMut(&mut Event) + 'a;

impl Inner {
    /// See [`Unfolder::nest`].
    pub fn nest(&mut self, depth: usize) {
        self.depth = depth;
    }

    /// Looks at messages that belong together, to know them by more than one.
    pub fn expect<'a>(&mut self, messages: impl Iterator<Item = &'a [u8]>, fields: &mut Fields) {
        const SEEN_BYTES: usize = 16 << 10;
        let mut head = Vec::new();
        for message in messages.take(32).take_while(|message| message.len() < SEEN_BYTES) {
            head.extend_from_slice(message);
            head.push(b'\n');
            if head.len() > SEEN_BYTES {
                break;
            }
        }
        self.last = self.recognise(&head, fields);
    }

    /// The format of a text, if there is one that knows more of it than that it is a text.
    fn recognise(&mut self, text: &[u8], fields: &mut Fields) -> Option<usize> {
        let (format, _) = detect(&Head::new(text, true))?;
        // Any number is JSON, too.
        let is_object = || matches!(text.trim_ascii_start(), [b'{', ..]);
        match FORMATS[format].name() {
            "text" | "csv" => return None,
            "json" if !is_object() => return None,
            _ => {}
        }
        self.hand(format, fields)?.start(Start { head: text, settings: "" });
        Some(format)
    }

    fn hand(&mut self, format: usize, fields: &mut Fields) -> Option<&mut Hand> {
        self.hands.resize_with(FORMATS.len(), || None);
        if self.hands[format].is_none() {
            self.hands[format] = match FORMATS[format].reader(fields) {
                Reader::Events(parser) => Some(Hand::One(parser)),
                Reader::Many(mut unfolder) if self.depth + 1 < limits::WRAPPERS => {
                    unfolder.nest(self.depth + 1);
                    Some(Hand::Many(unfolder))
                }
                Reader::Many(_) | Reader::SetAside(_) => None,
            };
        }
        self.hands[format].as_mut()
    }

    /// Reads `text`, which stands at `at` of the wrapper's record; whether a format knew it. If none did, nothing was
    /// handed on.
    pub fn read(
        &mut self,
        text: &[u8],
        at: Range<usize>,
        desk: &mut Desk<'_>,
        dress: &mut Dress<'_>,
    ) -> bool {
        // Formats in JSON take any object: of another message another one may know more.
        let is_strict = |format: &dyn Format| {
            !matches!(format.framing(), Framing::Json { .. }) || format.name() == "aws.cloudtrail"
        };
        let last = self.last.filter(|&format| is_strict(FORMATS[format]));
        if let Some(format) = last
            && self.read_as(format, text, at.clone(), desk, dress)
        {
            return true;
        }
        let Some(format) = self.recognise(text, desk.fields) else { return false };
        self.last = Some(format);
        self.read_as(format, text, at, desk, dress)
    }

    /// Reads `text` as one of format number `format`; whether it is one.
    pub fn read_as(
        &mut self,
        format: usize,
        text: &[u8],
        at: Range<usize>,
        desk: &mut Desk<'_>,
        dress: &mut Dress<'_>,
    ) -> bool {
        let Desk { fields, event, out } = desk;
        event.clear();
        match self.hand(format, fields) {
            None => false,
            Some(Hand::One(parser)) => match parser.parse(text, fields, event) {
                Ok(Parsed::Event) => {
                    dress(event);
                    out.event(format, fields, event, text, at);
                    true
                }
                Ok(Parsed::Nothing) => true,
                Err(_) => false,
            },
            Some(Hand::Many(unfolder)) => {
                unfolder.unfold(text, fields, event, &mut Dressed { out: *out, dress, at }).is_ok()
            }
        }
    }
}

impl Hand {
    fn start(&mut self, start: Start<'_>) {
        match self {
            Hand::One(parser) => parser.start(start),
            Hand::Many(unfolder) => unfolder.start(start),
        }
    }
}

/// Takes the events of a wrapper inside a wrapper.
struct Dressed<'a, 'b> {
    out: &'a mut dyn Unfolded,
    dress: &'a mut Dress<'b>,
    at: Range<usize>,
}

impl Unfolded for Dressed<'_, '_> {
    fn event(&mut self, format: usize, fields: &Fields, event: &Event, text: &[u8], _: Range<usize>) {
        let mut event = event.clone();
        (self.dress)(&mut event);
        self.out.event(format, fields, &event, text, self.at.clone());
    }

    fn reject(&mut self, _: Range<usize>, why: Why) {
        self.out.reject(self.at.clone(), why);
    }
}
