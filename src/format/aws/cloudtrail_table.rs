//! CloudTrail events as rows: what the console's event history, CloudTrail Lake and Athena give to save.
//!
//! Spec: "Viewing recent management events with the console", "Get and save CloudTrail Lake query results", AWS CloudTrail
//! user guide; "Query AWS CloudTrail logs", Amazon Athena user guide. All as read in 2025.
//! Shape: CSV with a header, any columns in any order; or JSON, `{"QueryResultRows":[[{"column":"value"},…],…]}`, or an object
//! a row as data lakes give it, with all names in small letters.
//! Fields: columns under the names that CloudTrail has for them, others under their own. JSON in a cell is read. A struct
//! in Athena's notation, `{type=IAMUser, arn=…}`, is kept as it stands and, where it can be read, its parts beside it.
//! Time: the event's time, UTC. Before 2021 the console wrote it in the browser's zone, which it does not say.
//! Rejects: a row with more cells than there are columns.

use super::cloudtrail::CloudTrailParser;
use crate::base::event::{FieldSpec, Framing, Lines};
use crate::base::fields::fields;
use crate::base::{Event, FieldId, Fields, Kind, Reading, Why};
use crate::format::read::delimited::{Cell, names, plain_name, rows, split};
use crate::format::read::json::{Flattener, Object, elements, entries, text_of};
use crate::format::read::moment;
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader, Start, named};

/// Rows in CSV.
pub struct CloudTrailCsv;

/// Rows in JSON.
pub struct CloudTrailRows;

fields! {
    struct CloudTrailCsvFields {
        "resources[].resourceType" "the kind of a resource that the event is about";
        "resources[].resourceName" "the name of a resource that the event is about";
        "userIdentity" "who made the request, as Athena and Lake write it";
        event_time: "eventTime";
    }
}

impl Format for CloudTrailCsv {
    fn name(&self) -> &'static str {
        "aws.cloudtrail.csv"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        CloudTrailCsvFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            b"User name,AWS access key,Event time,Event source,Event name,AWS region,Source IP address,User agent,Error code,Resources,Request ID,Event ID,Read-only,Event type,Recipient Account Id,Event category\nalice,AKIAEXAMPLE,2022-03-22T15:48:02Z,ec2.amazonaws.com,RunInstances,us-east-1,203.0.113.7,aws-cli/2.4.23,,\"[{\"\"resourceType\"\":\"\"AWS::EC2::Instance\"\",\"\"resourceName\"\":\"\"i-0abc\"\"}]\",59dbff89,3038ebd2,false,AwsApiCall,111122223333,Management\n",
            b"Event ID,Event time,User name,Event name,Resource type,Resources,AWS access key,AWS region,Error code,Source IP address\n3038ebd2,\"2020-05-13, 04:52:01 PM\",alice,RunInstances,EC2 Instance,i-0abc,AKIAEXAMPLE,us-east-1,,203.0.113.7\n",
            b"\"eventtime\",\"eventname\",\"useridentity\"\n\"2022-03-22T15:48:02Z\",\"RunInstances\",\"{type=IAMUser, principalid=AIDAEXAMPLE, arn=arn:aws:iam::111122223333:user/alice, username=alice}\"\n",
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Lines(Lines::Quoted)
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let Some(header) = rows(head.bytes, head.is_whole, 1).first().copied() else {
            return Confidence::NONE;
        };
        if header.len() > 4_096 || memchr::memchr(b',', header).is_none() {
            return Confidence::NONE;
        }
        match names(header, b',').iter().filter(|name| is_telling(name)).count() {
            0 | 1 => Confidence::NONE,
            2 => Confidence(95),
            _ => Confidence::CERTAIN,
        }
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(CsvParser {
            columns: Columns::new(fields),
            header: Vec::new(),
            is_zone_said: true,
            tells_errors: false,
            cells: Vec::new(),
        }))
    }
}

impl Format for CloudTrailRows {
    fn name(&self) -> &'static str {
        "aws.cloudtrail.rows"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        CloudTrailCsvFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"eventtime":"2022-03-22 15:48:02","eventname":"RunInstances","eventsource":"ec2.amazonaws.com","eventversion":"1.08","useridentity":{"type":"IAMUser"}}"#,
            br#"{"QueryStatus":"FINISHED","QueryResultRows":[[{"eventTime":"2022-03-22 15:48:02.000"},{"eventName":"RunInstances"},{"userIdentity":"{type=IAMUser, username=alice}"}]]}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: &["QueryResultRows"] }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        const SMALL: &[&str] = &[
            "eventname",
            "eventsource",
            "eventtime",
            "eventversion",
            "awsregion",
            "useridentity",
            "eventid",
        ];
        let is_row = |object: &Object<'_>| {
            object.under == b"QueryResultRows" || object.under.is_empty() && object.count(SMALL) >= 4
        };
        Confidence::certain_if(head.objects().iter().any(is_row))
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(RowParser { columns: Columns::new(fields) }))
    }
}

/// Names of columns without their spelling that speak for CloudTrail.
fn is_telling(name: &str) -> bool {
    const TELLING: &[&str] = &[
        "eventtime",
        "eventname",
        "eventsource",
        "awsregion",
        "sourceipaddress",
        "useridentity",
        "useridentityarn",
        "eventid",
        "recipientaccountid",
        "requestparameters",
        "responseelements",
        "eventversion",
    ];
    TELLING.contains(&&*plain_name(name))
}

/// Names that CloudTrail has for what a column or a part of a struct holds, by their spelling in small letters.
const NATIVE: &[&str] = &[
    "eventVersion",
    "userIdentity",
    "userIdentity.type",
    "userIdentity.principalId",
    "userIdentity.arn",
    "userIdentity.accountId",
    "userIdentity.accessKeyId",
    "userIdentity.userName",
    "userIdentity.invokedBy",
    "userIdentity.identityProvider",
    "userIdentity.credentialId",
    "userIdentity.onBehalfOf.userId",
    "userIdentity.onBehalfOf.identityStoreArn",
    "userIdentity.sessionContext.attributes.creationDate",
    "userIdentity.sessionContext.attributes.mfaAuthenticated",
    "userIdentity.sessionContext.sessionIssuer.type",
    "userIdentity.sessionContext.sessionIssuer.principalId",
    "userIdentity.sessionContext.sessionIssuer.arn",
    "userIdentity.sessionContext.sessionIssuer.accountId",
    "userIdentity.sessionContext.sessionIssuer.userName",
    "userIdentity.sessionContext.ec2RoleDelivery",
    "userIdentity.sessionContext.sourceIdentity",
    "userIdentity.sessionContext.webIdFederationData.federatedProvider",
    "userIdentity.sessionContext.webIdFederationData.attributes",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "errorMessage",
    "requestParameters",
    "responseElements",
    "additionalEventData",
    "requestID",
    "eventID",
    "resources",
    "eventType",
    "apiVersion",
    "readOnly",
    "recipientAccountId",
    "serviceEventDetails",
    "sharedEventID",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "eventCategory",
    "managementEvent",
    "addendum",
    "sessionCredentialFromConsole",
    "edgeDeviceDetails",
    "insightDetails",
    "eventContext",
    "tlsDetails",
    "tlsDetails.tlsVersion",
    "tlsDetails.cipherSuite",
    "tlsDetails.clientProvidedHostHeader",
];

/// As the console calls them.
const CONSOLE: &[(&str, &str)] = &[
    ("username", "userIdentity.userName"),
    ("awsaccesskey", "userIdentity.accessKeyId"),
    ("accesskeyid", "userIdentity.accessKeyId"),
    ("resourcetype", "resources[].resourceType"),
    ("resourcename", "resources[].resourceName"),
    ("arn", "userIdentity.arn"),
    ("principalid", "userIdentity.principalId"),
];

/// The name that CloudTrail has for a column.
fn native_name(column: &str) -> Option<&'static str> {
    let plain = plain_name(column);
    NATIVE
        .iter()
        .find(|name| plain_name(name) == plain)
        .copied()
        .or_else(|| CONSOLE.iter().find(|(name, _)| *name == plain).map(|&(_, native)| native))
}

/// Whether a column is one of errors.
fn is_error(native: &str) -> bool {
    matches!(native, "errorCode" | "errorMessage")
}

/// Puts cells into an event under the names of CloudTrail.
struct Columns {
    cloudtrail: CloudTrailParser,
    flattener: Flattener,
    ids: CloudTrailCsvFields,
    /// By field number, the field that CloudTrail has for it, once that was asked.
    spellings: Vec<Option<FieldId>>,
}

/// A column: its field, and the name of it.
type Column = (FieldId, String);

impl Columns {
    fn new(fields: &mut Fields) -> Columns {
        Columns {
            cloudtrail: CloudTrailParser::new(fields),
            flattener: Flattener::default(),
            ids: CloudTrailCsvFields::new(fields),
            spellings: Vec::new(),
        }
    }

    fn column(&self, name: &str, fields: &mut Fields) -> Column {
        let native = native_name(name).unwrap_or(name);
        (named(native, fields), native.to_owned())
    }

    /// Adds what a cell says beside its own text; whether that text is to be added, too.
    fn read(&mut self, column: &Column, text: &[u8], fields: &mut Fields, event: &mut Event) -> bool {
        if !matches!(text, [b'{', .., b'}'] | [b'[', .., b']']) {
            return !text.is_empty() && text != b"null";
        }
        let n_before = event.leaves().len();
        if self.flattener.flatten_made(&column.1, text, fields, event).is_ok() {
            self.respell(n_before, fields, event);
            return false;
        }
        for (path, value) in parts_of(text).unwrap_or_default() {
            let name = format!("{}.{path}", column.1);
            let name = native_name(&name).unwrap_or(&name);
            event.push_text(named(name, fields), Kind::Text, &String::from_utf8_lossy(value));
        }
        true
    }

    /// Adds the leaves from the `n`th on again that CloudTrail spells with capitals, under its names.
    fn respell(&mut self, n: usize, fields: &mut Fields, event: &mut Event) {
        for index in n..event.leaves().len() {
            let leaf = event.leaves()[index];
            let number = leaf.field.0 as usize;
            if number >= self.spellings.len() {
                self.spellings.resize(number + 1, None);
            }
            let spelling = match self.spellings[number] {
                Some(known) => known,
                None => {
                    let native = native_name(fields.name(leaf.field));
                    let field = native.map_or(leaf.field, |native| fields.intern(native));
                    *self.spellings[number].insert(field)
                }
            };
            if spelling != leaf.field {
                event.push_copy(spelling, leaf);
            }
        }
    }

    /// Completes an event that has the native fields of a row.
    fn finish(
        &self,
        row: &[u8],
        tells_errors: bool,
        is_zone_said: bool,
        event: &mut Event,
    ) -> Result<Parsed, Why> {
        let time = event.leaf(self.ids.event_time).and_then(|leaf| moment::of(event.bytes(row, &leaf)));
        event.time = match time {
            // Lake and Athena leave the zone away; it is UTC.
            Some(Reading::Local(at)) if is_zone_said => Some(Reading::Utc(at)),
            time => time,
        };
        self.cloudtrail.finish(row, tells_errors, event)
    }
}

/// The parts of a struct in Athena's notation, `{type=IAMUser, sessioncontext={attributes=null}}`, with their paths; `None`
/// where it is none. The notation escapes nothing: a value ends where a name and `=` follow a comma.
fn parts_of(text: &[u8]) -> Option<Vec<(String, &[u8])>> {
    const MAX_DEPTH: usize = 16;
    let mut path: Vec<&str> = Vec::new();
    let mut parts = Vec::new();
    let mut at = text.first().filter(|&&byte| byte == b'{').map(|_| 1)?;
    loop {
        // A name, or the end of an object.
        let rest = text.get(at..)?;
        let n_name = name_bytes(rest);
        if n_name == 0 {
            match rest.first()? {
                b'}' if path.is_empty() => return (at + 1 == text.len()).then_some(parts),
                b'}' => {
                    path.pop();
                    at += 1;
                }
                b',' | b' ' => at += 1,
                _ => return None,
            }
            continue;
        }
        let name = std::str::from_utf8(&rest[..n_name]).ok()?;
        at += n_name + 1;
        if text.get(at) == Some(&b'{') && path.len() < MAX_DEPTH {
            path.push(name);
            at += 1;
            continue;
        }
        let end = part_end(text, at)?;
        let value = &text[at..end];
        if !matches!(value, b"" | b"null") {
            let before = path.iter().flat_map(|name| [name, "."]);
            parts.push((before.chain([name]).collect(), value));
        }
        at = end;
    }
}

/// Bytes of the name that stands before a `=` at the start of `text`; 0 where there is none.
fn name_bytes(text: &[u8]) -> usize {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
    let n = text.iter().take_while(|byte| is_name(byte)).count();
    if text.get(n) == Some(&b'=') { n } else { 0 }
}

/// Where the value ends that begins at `first`.
fn part_end(text: &[u8], first: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (n, &byte) in text[first..].iter().enumerate() {
        let at = first + n;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 0 && name_bytes(text[at + 1..].trim_ascii_start()) > 0 => return Some(at),
            _ => {}
        }
    }
    None
}

struct CsvParser {
    columns: Columns,
    header: Vec<Column>,
    /// Whether times without a zone are in UTC.
    is_zone_said: bool,
    /// Whether there is a column of errors: if not, nothing is known of the outcome.
    tells_errors: bool,
    cells: Vec<Cell>,
}

impl Parser for CsvParser {
    fn start(&mut self, _: Start<'_>) {
        self.header.clear();
    }

    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        split(record, b',', &mut self.cells);
        let telling = |cell: &&Cell| is_telling(&String::from_utf8_lossy(&cell.text(record)));
        if self.cells.iter().filter(telling).count() >= 2 {
            let names = names(record, b',');
            self.header = names.iter().map(|name| self.columns.column(name, fields)).collect();
            // Only the console has names of several words.
            self.is_zone_said = !names.iter().any(|name| name.contains(' '));
            self.tells_errors = self.header.iter().any(|(_, name)| is_error(name));
            return Ok(Parsed::Nothing);
        }
        if self.cells.len() > self.header.len() {
            let (expected, found) = (self.header.len() as u64, self.cells.len() as u64);
            return Err(Why::FieldCount { expected, found });
        }
        for (column, cell) in self.header.iter().zip(&self.cells) {
            if self.columns.read(column, &cell.text(record), fields, event) {
                cell.push(record, column.0, Kind::Text, event);
            }
        }
        self.columns.finish(record, self.tells_errors, self.is_zone_said, event)
    }
}

struct RowParser {
    columns: Columns,
}

impl Parser for RowParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        crate::format::read::json::validate(record)?;
        let mut tells_errors = false;
        let cells = elements(record).chain((record.first() == Some(&b'{')).then_some(0..record.len()));
        for cells in cells {
            for (name, value) in entries(&record[cells.clone()]) {
                let column = self.columns.column(&String::from_utf8_lossy(name), fields);
                tells_errors |= is_error(&column.1);
                let value = &record[cells.start + value.start..cells.start + value.end];
                let text = text_of(value).unwrap_or_else(|| String::from_utf8_lossy(value));
                if self.columns.read(&column, text.as_bytes(), fields, event) {
                    event.push_text(column.0, Kind::Text, &text);
                }
            }
        }
        self.columns.finish(record, tells_errors, true, event)
    }
}
