//! Reads the messages of well-known programs, whichever log carries them: syslog, the journal, the log of a container.
//!
//! Each family of programs has a file: [`ssh`], [`accounts`] (PAM, sudo, su, login, useradd, cron, logind, polkit),
//! [`services`] (mail, FTP, name servers, web pages), [`pairs`] (the `KEY=value` pairs of sudo and the firewall). A
//! file holds a table of templates, whose notation [`template`] explains, with the meaning of their messages:
//!
//! | `event.action` | meaning |
//! |---|---|
//! | `ssh_login`, `login`, `su`, `sudo_command`, `authentication` | an attempt to log in or to act as another user; `event.outcome` is its result |
//! | `ssh_invalid_user`, `unknown_user` | no user of the machine has this name; the failed login is another event |
//! | `ssh_not_allowed`, `ssh_max_attempts`, `rejected`, `account_locked` | a peer was turned away |
//! | `ssh_protocol_error`, `ssh_timeout` | a peer that did not use the SSH protocol, or sent nothing: a scan |
//! | `ssh_connect`, `ssh_disconnect`, `connect`, `disconnect` | neither failure nor success |
//! | `session_opened`, `session_new`, `session_started`, `ssh_session`, … | a session of PAM, logind, systemd, sshd |
//! | `user_added`, `group_member_added`, `password_changed`, … | accounts changed |
//! | `cron_command`, `crontab_replaced`, … | commands that cron ran, and changes of its tables |
//! | `firewall_blocked`, `firewall_allowed`, `firewall_logged` | a packet; the prefix of the rule determines the action |
//!
//! A host name in place of an address becomes `source.domain`.

mod accounts;
mod families;
mod fields;
mod pairs;
mod services;
mod spec;
mod ssh;
mod template;

use std::cell::{OnceCell, RefCell};
use std::ops::Range;

use families::{FAMILIES, Family, Names, Rights};
pub use fields::MessageFields;
use pairs::{Firewall, Sudo};
use spec::Outcome::{self, Failure, Success, Unsaid};
use spec::Spec;
use template::{Found, Template};

use crate::base::{Event, FieldId, Fields, Kind};

struct Rule {
    template: Template,
    action: &'static str,
    outcome: Outcome,
    /// Whether the message reports that the user does not exist.
    is_invalid_user: bool,
}

/// The rules of a family, and for each first byte of a message the rules that may fit: nearly all templates begin with
/// a word.
struct Rules {
    all: Vec<Rule>,
    /// Indexes into `all`. Each comes with the number of first pieces that its template shares with the one before it.
    lists: Vec<Vec<(u16, u8)>>,
    list_of: [u8; 256],
}

/// Reads messages of known programs: sshd, sudo, su, PAM, useradd and similar programs, cron, systemd-logind, the
/// kernel's firewall, and services that people log in to.
pub struct Programs {
    /// The rules of each family, made when the first message of the family comes.
    families: [OnceCell<Rules>; FAMILIES.len()],
    names: Names,
    ids: MessageFields,
    /// The numbers of the fields, in the order of [`MessageFields::SPECS`], for the templates, which name their fields.
    fields: Vec<FieldId>,
    /// The values that the last template found; kept here to reuse the memory.
    found: RefCell<Found>,
    sudo: Sudo,
    firewall: Firewall,
}

impl Programs {
    /// A reader whose fields are interned in `fields`.
    pub fn new(fields: &mut Fields) -> Programs {
        let ids = MessageFields::new(fields);
        Programs {
            ids,
            families: Default::default(),
            names: Names::new(),
            fields: MessageFields::SPECS.iter().map(|spec| fields.intern(spec.name)).collect(),
            found: RefCell::default(),
            sudo: Sudo::new(ids),
            firewall: Firewall::new(ids),
        }
    }

    /// Adds the fields of the message `record[message]`, which `program` wrote and which must be UTF-8. Returns
    /// whether the message is about somebody's access or rights.
    pub fn read(&self, program: &str, record: &[u8], message: Range<usize>, event: &mut Event) -> bool {
        self.read_of(program.as_bytes(), record, message, event)
    }

    /// As `read`, for a program whose name is given as bytes.
    pub fn read_of(&self, program: &[u8], record: &[u8], message: Range<usize>, event: &mut Event) -> bool {
        let message = bare(record, message);
        if message.is_empty() {
            return false;
        }
        let family = self.names.family_of(program);
        let text = &record[message.clone()];
        if matches!(text[0], b'p' | b'(' | b'a' | b's') && self.pam(family, record, message.clone(), event) {
            return true;
        }
        let message = match family {
            Family::Kernel if self.firewall.read(record, message.clone(), event) => return false,
            Family::Sudo => match self.sudo.read(record, message.clone(), event) {
                Some(is_run) => {
                    self.say("sudo_command", if is_run { Success } else { Failure }, event);
                    return true;
                }
                None => message,
            },
            Family::Sshd => without_prefixes(record, message),
            _ => message,
        };
        let known = family.known();
        let found = self.first_of(known.tried, record, message, event);
        match known.tells_rights {
            Rights::Always => true,
            Rights::Never => false,
            Rights::Login => found.is_some_and(|rule| rule.action == "login"),
        }
    }

    fn first_of(
        &self,
        families: &[Family],
        record: &[u8],
        message: Range<usize>,
        event: &mut Event,
    ) -> Option<&Rule> {
        families.iter().find_map(|&family| self.table(family, record, message.clone(), event))
    }

    /// Finds the first rule of a family whose template fits, adds its values and returns the rule.
    fn table(
        &self,
        family: Family,
        record: &[u8],
        message: Range<usize>,
        event: &mut Event,
    ) -> Option<&Rule> {
        let text = &record[message.clone()];
        let first = *text.first()?;
        let mut found = self.found.borrow_mut();
        let rules = self.families[family as usize].get_or_init(|| rules(family.known().specs, &self.fields));
        let rule = rules.first_of(first, text, &mut found)?;
        found.tell(record, message.start, event);
        if rule.is_invalid_user {
            event.push_text(self.ids.is_invalid_user, Kind::Boolean, "true");
        }
        self.say(rule.action, rule.outcome, event);
        Some(rule)
    }

    fn say(&self, action: &str, outcome: Outcome, event: &mut Event) {
        if !action.is_empty() {
            event.push_text(self.ids.action, Kind::Text, action);
        }
        match outcome {
            Success => event.push_text(self.ids.outcome, Kind::Text, "success"),
            Failure => event.push_text(self.ids.outcome, Kind::Text, "failure"),
            Unsaid => {}
        }
    }

    /// Reads `pam_unix(sshd:auth): message`, `(pam_unix) message`, or a bare message of a module whose name was the
    /// syslog tag.
    fn pam(&self, family: Family, record: &[u8], message: Range<usize>, event: &mut Event) -> bool {
        let text = &record[message.clone()];
        let Some((module, service, kind, at)) = pam_head(text) else {
            let is_bare = text.starts_with(b"authentication failure; ")
                || family != Family::Others
                    && (text.starts_with(b"session opened for user ")
                        || text.starts_with(b"session closed for user "));
            return is_bare
                && !text.starts_with(b"session opened for local")
                && self.table(Family::Pam, record, message, event).is_some();
        };
        for (field, part) in
            [(self.ids.pam_module, module), (self.ids.pam_service, service), (self.ids.pam_type, kind)]
        {
            if !part.is_empty() {
                event.push_slice(field, Kind::Text, message.start + part.start, message.start + part.end);
            }
        }
        self.table(Family::Pam, record, message.start + at..message.end, event);
        true
    }
}

impl Rules {
    /// The first rule whose template fits `text`, which begins with `byte`.
    fn first_of(&self, byte: u8, text: &[u8], found: &mut Found) -> Option<&Rule> {
        let mut failed = None;
        for &(index, n_shared) in &self.lists[self.list_of[byte as usize] as usize] {
            // A template fails at a piece if it shares the piece with a template that failed there.
            if failed.is_some_and(|piece| n_shared as usize > piece) {
                continue;
            }
            let rule = &self.all[index as usize];
            if rule.template.matches(text, found) {
                return Some(rule);
            }
            failed = found.failed();
        }
        None
    }
}

fn rules(specs: &[Spec], fields: &[FieldId]) -> Rules {
    let field_of = |name: &str| {
        let index = MessageFields::SPECS.iter().position(|spec| spec.name == name);
        fields[index.unwrap_or_else(|| panic!("{name} is a field of messages"))]
    };
    let mut rules = Rules { all: Vec::new(), lists: Vec::new(), list_of: [0; 256] };
    for &(text, action, outcome) in specs {
        for template in template::expand(text, &field_of) {
            let words: [&[u8]; 4] = [b"invalid user ", b"illegal user ", b"Invalid user ", b"Illegal user "];
            let is_invalid_user = words.iter().any(|words| template.says(words));
            rules.all.push(Rule { template, action, outcome, is_invalid_user });
        }
    }
    let firsts: Vec<Option<u8>> = rules.all.iter().map(|rule| rule.template.first_byte()).collect();
    let list_of = |byte: Option<u8>| {
        let fits = |index: &usize| firsts[*index].is_none_or(|first| Some(first) == byte);
        let mut list: Vec<(u16, u8)> = Vec::new();
        for index in (0..firsts.len()).filter(fits) {
            let template = |index: usize| &rules.all[index].template;
            let n_shared =
                list.last().map_or(0, |&(last, _)| template(last as usize).n_shared(template(index)));
            list.push((index as u16, n_shared as u8));
        }
        list
    };
    let none = list_of(None);
    let mut lists = vec![none];
    let mut numbers = [0; 256];
    for byte in firsts.iter().flatten().copied() {
        if numbers[byte as usize] == 0 {
            numbers[byte as usize] = lists.len() as u8;
            lists.push(list_of(Some(byte)));
        }
    }
    (rules.lists, rules.list_of) = (lists, numbers);
    rules
}

/// The ranges of module, service and type, and the index at which the message begins.
type PamHead = (Range<usize>, Range<usize>, Range<usize>, usize);

/// Splits `pam_unix(sshd:auth): message` into module, service, type and message.
fn pam_head(text: &[u8]) -> Option<PamHead> {
    if text.starts_with(b"(pam_") {
        let end = text.iter().take(32).position(|&byte| byte == b')')?;
        let at = end + 1 + usize::from(text.get(end + 1) == Some(&b' '));
        return Some((1..end, 0..0, 0..0, at));
    }
    let name = text.strip_prefix(b"pam_")?;
    let n_name =
        4 + name.iter().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    if text.get(n_name) == Some(&b':') {
        return Some((0..n_name, 0..0, 0..0, (n_name + 2).min(text.len())));
    }
    if text.get(n_name) != Some(&b'(') {
        return None;
    }
    let inner = &text[n_name + 1..];
    let n_inner = inner.iter().take(64).position(|&byte| byte == b')')?;
    let colon = inner[..n_inner].iter().position(|&byte| byte == b':').unwrap_or(n_inner);
    let (first, end) = (n_name + 1, n_name + 1 + n_inner);
    let service = first..first + colon;
    let kind = (first + colon + 1).min(end)..end;
    let after = &text[end + 1..];
    let at = end + 1 + after.iter().take(2).take_while(|byte| matches!(byte, b':' | b' ')).count();
    Some((0..n_name, service, kind, at))
}

/// The message without white space at its ends, without the prefix `[ID 800047 auth.info] ` of Solaris and without the
/// suffix ` [preauth]` of sshd.
fn bare(record: &[u8], message: Range<usize>) -> Range<usize> {
    let text = &record[message.clone()];
    let mut first = text.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    if text[first..].starts_with(b"[ID ")
        && let Some(n) = text[first..].iter().take(64).position(|&byte| byte == b']')
    {
        first += n + 1;
        first += text[first..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }
    let mut end = text.trim_ascii_end().len().max(first);
    for words in [" [preauth]", " [postauth]"] {
        if text[..end].last() == Some(&b']') && text[first..end].ends_with(words.as_bytes()) {
            end -= words.len();
        }
    }
    message.start + first..message.start + end
}

fn without_prefixes(record: &[u8], mut message: Range<usize>) -> Range<usize> {
    // sshd puts a severity before a message, once or twice.
    for _ in 0..2 {
        let text = &record[message.clone()];
        let prefix = ssh::PREFIXES.iter().find(|prefix| text.starts_with(prefix));
        message.start += prefix.map_or(0, |prefix| prefix.len());
    }
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_names_fields_that_have_a_meaning() {
        let mut fields = Fields::new();
        let programs = Programs::new(&mut fields);
        for family in FAMILIES {
            assert!(rules(family.specs, &programs.fields).all.len() >= family.specs.len());
        }
    }
}
