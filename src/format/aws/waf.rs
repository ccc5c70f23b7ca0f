//! AWS WAF: a web request that a web ACL has looked at, one a record, JSON.
//!
//! Spec: "Log fields for protection pack or web ACL traffic", AWS WAF developer guide.
//! Shape: one a line in S3; one behind the other with nothing between them, as Firehose writes them.
//! Units: `timestamp` is milliseconds since the Unix epoch, UTC.
//! Time: `timestamp`.
//! Rejects: what is no object.

use crate::base::event::{FieldSpec, Framing};
use crate::base::fields::fields;
use crate::base::{Event, Fields, Kind, Why};
use crate::format::read::json::{Flattener, Object};
use crate::format::read::mapped::{Map, Mapper, To, sniff_objects};
use crate::format::{Confidence, Format, Head, Parsed, Parser, Reader};

/// AWS WAF logs: one web request a record, as JSON.
pub struct Waf;

fn is_request(object: &Object<'_>) -> bool {
    object.has("webaclId") && (object.has("httpRequest") || object.has("terminatingRuleId"))
}

fields! {
    struct WafFields {
        "action" "what became of the request: ALLOW, BLOCK, CAPTCHA or CHALLENGE";
        "terminatingRuleId" "the rule that decided";
        webacl: "webaclId" "the ARN of the web ACL";
        "httpRequest.clientIp" "the address that sent the request";
        "httpRequest.country" "the country that the address is in";
        "httpRequest.uri" "the path that was asked for";
        "httpRequest.args" "the query string";
        "httpRequest.httpMethod" "the method of the request";
        names: "httpRequest.headers[].name" "the names of the request's headers";
        values: "httpRequest.headers[].value" "their values, in the same order";
        "httpRequest.requestId" "the number of the request";
        "labels[].name" "what rules have called the request";
        dataset: "event.dataset";
        agent: "user_agent.original";
        account: "cloud.account.id";
        region: "cloud.region";
    }
}

impl Format for Waf {
    fn name(&self) -> &'static str {
        "aws.waf"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        WafFields::SPECS
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"timestamp":1647964082000,"formatVersion":1,"webaclId":"arn:aws:wafv2:us-east-1:111122223333:regional/webacl/web/1","terminatingRuleId":"Default_Action","terminatingRuleType":"REGULAR","action":"ALLOW","httpSourceName":"ALB","ruleGroupList":[],"httpRequest":{"clientIp":"203.0.113.7","country":"US","headers":[{"name":"Host","value":"www.example.com"},{"name":"User-Agent","value":"curl/7.64.1"}],"uri":"/login","args":"a=b","httpVersion":"HTTP/1.1","httpMethod":"GET","requestId":"null"}}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: &[] }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        sniff_objects(head, &[], is_request)
    }

    fn reader(&self, fields: &mut Fields) -> Reader {
        Reader::Events(Box::new(WafParser {
            mapper: Mapper::new(MAP, Flattener::default(), fields),
            ids: WafFields::new(fields),
        }))
    }
}

const MAP: Map = &[
    ("timestamp", To::Time),
    ("action", To::Field("event.action")),
    ("action", To::Outcome(outcome)),
    ("httpRequest.requestId", To::Field("event.id")),
    ("httpRequest.clientIp", To::Address("source.ip")),
];

fn outcome(action: &[u8]) -> &'static str {
    match action {
        b"ALLOW" => "success",
        b"BLOCK" | b"CAPTCHA" | b"CHALLENGE" => "failure",
        _ => "",
    }
}

struct WafParser {
    mapper: Mapper,
    ids: WafFields,
}

impl Parser for WafParser {
    fn parse(&mut self, record: &[u8], fields: &mut Fields, event: &mut Event) -> Result<Parsed, Why> {
        self.mapper.read(record, fields, event)?;
        // A header's value comes next to its name.
        let leaves = event.leaves();
        let is_agent = |pair: &&[crate::base::event::Leaf]| {
            let name = event.bytes(record, &pair[0]);
            pair[0].field == self.ids.names
                && pair[1].field == self.ids.values
                && name.eq_ignore_ascii_case(b"user-agent")
        };
        let agent = leaves.windows(2).find(is_agent).map(|pair| pair[1]);
        if let Some(leaf) = agent {
            event.push_copy(self.ids.agent, leaf);
        }
        let arn = event.leaf(self.ids.webacl).map(|leaf| event.bytes(record, &leaf).to_vec());
        let arn = arn.unwrap_or_default();
        let mut parts = arn.split(|&byte| byte == b':').skip(3);
        for (field, part) in [(self.ids.region, parts.next()), (self.ids.account, parts.next())] {
            if let Some(part) = part.and_then(|part| std::str::from_utf8(part).ok()).filter(|p| !p.is_empty())
            {
                event.push_text(field, Kind::Text, part);
            }
        }
        event.push_text(self.ids.dataset, Kind::Text, Waf.name());
        Ok(Parsed::Event)
    }
}
