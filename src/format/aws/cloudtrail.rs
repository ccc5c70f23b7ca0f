//! AWS CloudTrail: one API call, sign-in or service event a record, JSON.
//!
//! Spec: "CloudTrail record contents", AWS CloudTrail user guide, event versions 1.0 to 1.11.
//! Shape: `{"Records":[…]}` as delivered to S3, a bare array, single records, or any of these one after the other.
//! Fields: every leaf under its path. Common fields beside them, see [`CloudTrail::aliases`] and `finish`.
//! Time: `eventTime`, RFC 3339 in UTC with whole seconds; for aggregated events `timeWindow.windowStart`.
//! Differs from the spec: a record without a readable time is an event without a time, not a reject.
//! Rejects: what is no JSON object, and objects that have none of the fields that every record has.

use crate::base::event::{FieldSpec, Framing, Leaf, hash};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Reading, Timestamp, Why};
use crate::format::read::json::{Flattener, count_keys, record_heads};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader, is_address};

/// CloudTrail records as delivered to S3: one API call, sign-in or service event each, as JSON.
pub struct CloudTrail;

const KEYS: &[&str] = &["Records"];

/// Keys that nearly every record has at its outermost level.
const SPINE: &[&str] = &[
    "eventVersion",
    "eventID",
    "eventName",
    "eventSource",
    "eventTime",
    "eventType",
    "eventCategory",
    "awsRegion",
    "userIdentity",
    "recipientAccountId",
    "sourceIPAddress",
    "insightDetails",
    "insightState",
    "insightEventName",
    "insightEventSource",
];

/// Whether an object has what nearly every event has.
pub fn is_event(object: &[u8]) -> bool {
    count_keys(object, SPINE) >= 3
}

fields! {
    struct CloudTrailFields {
        "eventTime" "when the request was completed, UTC, as written";
        "eventName" "the API action, or the kind of service event";
        "eventSource" "the service the request was made to";
        "awsRegion" "the region the request was made to";
        "sourceIPAddress" "where the request came from: an address, a service's name or `AWS Internal`";
        "userAgent" "the agent through which the request was made";
        "errorCode" "the service's error, where the request failed";
        "errorMessage" "the service's description of the error";
        "userIdentity.type" "the kind of identity: Root, IAMUser, AssumedRole, …";
        "userIdentity.arn" "the ARN of the principal that made the call";
        "userIdentity.accessKeyId" "the access key that signed the request";
        "userIdentity.principalId" "the unique number of the principal";
        "userIdentity.userName" "the friendly name of the identity";
        "eventID" "the unique number of the event";
        "requestID" "the service's number of the request";
        "sharedEventID" "the number that one action has in the trails of several accounts";
        "readOnly" "whether the operation only reads";
        "eventType" "AwsApiCall, AwsServiceEvent, AwsConsoleSignIn, …";
        "eventCategory" "Management, Data, Insight, NetworkActivity or Aggregated";
        "recipientAccountId" "the account that received the event";
        "requestParameters.*" "the parameters of the request";
        "responseElements.*" "what the service answered to a change";
        dataset: "event.dataset";
        outcome: "event.outcome";
        address: "source.ip";
        user_name: "user.name";
        account: "cloud.account.id";
    }
}

impl Format for CloudTrail {
    fn name(&self) -> &'static str {
        "aws.cloudtrail"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        CloudTrailFields::SPECS
    }

    fn aliases(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("event.action", "eventName"),
            ("event.id", "eventID"),
            ("error.code", "errorCode"),
            ("error.message", "errorMessage"),
            ("cloud.region", "awsRegion"),
            ("user.id", "userIdentity.principalId"),
            ("user_agent.original", "userAgent"),
        ]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/alice","accountId":"111122223333","accessKeyId":"AKIAEXAMPLE","userName":"alice"},"eventTime":"2022-03-22T15:48:02Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","userAgent":"aws-cli/2.4.23","errorCode":"Client.UnauthorizedOperation","errorMessage":"You are not authorized to perform this operation.","requestParameters":{"instancesSet":{"items":[{"imageId":"ami-0abcdef1234567890","minCount":1,"maxCount":1}]},"instanceType":"t2.micro"},"responseElements":null,"requestID":"59dbff89-35bd-4eac-99ed-be587EXAMPLE","eventID":"3038ebd2-c98a-4c65-9b6e-e22506292313","readOnly":false,"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}"#,
            br#"{"eventVersion":"1.08","userIdentity":{"type":"AWSService","invokedBy":"autoscaling.amazonaws.com"},"eventTime":"2022-03-22T00:26:19Z","eventSource":"sts.amazonaws.com","eventName":"AssumeRole","awsRegion":"us-west-2","sourceIPAddress":"autoscaling.amazonaws.com","userAgent":"autoscaling.amazonaws.com","eventID":"6daafe8b-64fc-4301-ae1b-5e71601283be","sharedEventID":"d3a0a5b8-8d3c-4f47-a9cf-2fcb4cda0c53","eventType":"AwsApiCall","recipientAccountId":"111122223333"}"#,
            br#"{"eventVersion":"1.11","eventCategory":"Aggregated","eventType":"AwsAggregatedEvent","accountId":"111122223333","eventId":"b0a1e1a2-0000-4000-8000-000000000001","awsRegion":"eu-west-1","eventSource":"s3.amazonaws.com","timeWindow":{"windowStart":"2025-12-01T10:00:00Z","windowEnd":"2025-12-01T10:05:00Z","windowSize":"PT5M"},"summary":{"primaryDimension":"API_ACTIVITY","details":[]}}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: KEYS }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let head = head.bytes;
        let is_empty_list = || {
            let solid: Vec<u8> =
                head.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(13).collect();
            solid == br#"{"Records":[]"#
        };
        let is_event_here = |record: &&[u8]| is_event(record);
        Confidence::certain_if(record_heads(head, KEYS).iter().any(is_event_here) || is_empty_list())
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(CloudTrailParser::new(fields)))
    }
}

/// What a native field is good for beside itself.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Role {
    None,
    /// Every record has one of these.
    Spine,
    Time,
    WindowStart,
    Id,
    Address,
    Error,
    SignIn,
    UserName,
    IssuerName,
    Recipient,
    Account,
}

const ROLES: &[(&str, Role)] = &[
    ("eventVersion", Role::Spine),
    ("eventName", Role::Spine),
    ("eventSource", Role::Spine),
    ("eventType", Role::Spine),
    ("eventTime", Role::Time),
    ("timeWindow.windowStart", Role::WindowStart),
    ("eventID", Role::Id),
    ("eventId", Role::Id),
    ("sourceIPAddress", Role::Address),
    ("errorCode", Role::Error),
    ("errorMessage", Role::Error),
    ("responseElements.ConsoleLogin", Role::SignIn),
    ("userIdentity.userName", Role::UserName),
    ("userIdentity.sessionContext.sessionIssuer.userName", Role::IssuerName),
    ("recipientAccountId", Role::Recipient),
    ("userIdentity.accountId", Role::Account),
    ("accountId", Role::Account),
];

/// Reads events, and what other shapes have of them.
pub(super) struct CloudTrailParser {
    flattener: Flattener,
    /// By field number; shorter than there are fields.
    roles: Vec<Role>,
    ids: CloudTrailFields,
}

impl CloudTrailParser {
    pub fn new(fields: &mut Fields) -> CloudTrailParser {
        let mut roles = Vec::new();
        for &(name, role) in ROLES {
            let field = fields.intern(name).0 as usize;
            if field >= roles.len() {
                roles.resize(field + 1, Role::None);
            }
            roles[field] = role;
        }
        CloudTrailParser { flattener: Flattener::default(), roles, ids: CloudTrailFields::new(fields) }
    }

    /// Adds time, identity and common fields to an event that has its native fields. Where `tells_errors` is not so, having
    /// no error does not make it a success.
    ///
    /// # Errors
    /// Where it has none of the fields that every event has.
    pub fn finish(&self, record: &[u8], tells_errors: bool, event: &mut Event) -> Result<Parsed, Why> {
        let mut is_cloudtrail = false;
        let mut is_failure = false;
        let [mut address, mut user_name, mut issuer, mut recipient, mut account]: [Option<Leaf>; 5] =
            [None; 5];
        for i in 0..event.leaves().len() {
            let leaf = event.leaves()[i];
            let role = self.roles.get(leaf.field.0 as usize).copied().unwrap_or(Role::None);
            match role {
                Role::None => continue,
                Role::Spine | Role::Address => {}
                Role::Time => event.time = moment(event.bytes(record, &leaf)).or(event.time),
                Role::WindowStart => event.time = event.time.or(moment(event.bytes(record, &leaf))),
                Role::Id => event.event_id_hash = Some(hash(event.bytes(record, &leaf)).max(1)),
                Role::Error => is_failure = true,
                Role::SignIn => is_failure |= event.bytes(record, &leaf) == b"Failure",
                Role::UserName => user_name = Some(leaf),
                Role::IssuerName => issuer = Some(leaf),
                Role::Recipient => recipient = Some(leaf),
                Role::Account => account = account.or(Some(leaf)),
            }
            if role == Role::Address && is_address(event.bytes(record, &leaf)) {
                address = Some(leaf);
            }
            is_cloudtrail |= matches!(role, Role::Spine | Role::Time | Role::WindowStart | Role::Id);
        }
        if !is_cloudtrail {
            return Err(Why::NotAnEvent {
                expected: "`eventName`, `eventTime` or another field of every CloudTrail record",
            });
        }
        event.push_text(self.ids.dataset, Kind::Text, CloudTrail.name());
        if is_failure || tells_errors {
            event.push_text(self.ids.outcome, Kind::Text, if is_failure { "failure" } else { "success" });
        }
        let common = [
            (self.ids.address, address),
            (self.ids.user_name, user_name.or(issuer)),
            (self.ids.account, recipient.or(account)),
        ];
        for (field, leaf) in common {
            if let Some(leaf) = leaf {
                event.push_copy(field, leaf);
            }
        }
        Ok(Parsed::Event)
    }
}

impl Parser for CloudTrailParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        self.flattener.flatten(record, fields, event)?;
        if record.first() != Some(&b'{') {
            return Err(Why::NotAnEvent { expected: "an object" });
        }
        self.finish(record, true, event)
    }
}

fn moment(text: &[u8]) -> Option<Reading> {
    Timestamp::parse_rfc3339(text).map(Reading::Utc)
}
