//! Other projects' CloudTrail, GuardDuty and other AWS data in JSON: `TRAILGLASS_DATA` names the folder.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use trailglass::base::Timestamp;

use crate::case::{Case, Files, Load, files_below};
use crate::suite::{Suite, more_data};

/// The files below a folder of the data, if there is one.
fn files(folder: &str) -> Option<Files> {
    let root = more_data()?.join(folder);
    Path::new(&root).is_dir().then(|| files_below(&root))
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap_or(Value::Null)
}

/// The values that an event has, by field; a field with several values has the first.
type Row = BTreeMap<String, String>;

/// All events of a file, in the order of their lines, and how many records are no events.
fn read(path: &str, bytes: &[u8]) -> (Vec<Row>, u64) {
    let mut case = Case::load(&vec![(path.to_owned(), bytes.to_vec())], Load::default());
    case.check_sums();
    let totals = case.hub.totals();
    let mut rows: Vec<(u64, Row)> = Vec::new();
    for row in case.rows("", &[]) {
        let event = case.event(row);
        let mut fields: Row = event
            .fields
            .into_iter()
            .map(|(field, values)| (field, values.first().cloned().unwrap_or_default()))
            .collect();
        if let Some(time) = event.time {
            fields.insert("@timestamp".to_owned(), Timestamp(time).to_text());
        }
        // A copy counts as what it is a copy of.
        rows.extend(std::iter::repeat_n((event.at.offset, fields), 1 + event.copies.len()));
    }
    rows.sort_by_key(|(offset, _)| *offset);
    (rows.into_iter().map(|(_, row)| row).collect(), totals.n_rejects)
}

fn dataset(rows: &[Row]) -> String {
    let mut names: Vec<&str> =
        rows.iter().filter_map(|row| row.get("event.dataset")).map(|name| &**name).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}

/// Every record of a delivered or exported file is an event of CloudTrail.
fn check_records(suite: &mut Suite, path: &str, bytes: &[u8]) {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut n_records = 0;
    for value in serde_json::Deserializer::from_slice(text).into_iter::<Value>() {
        let Ok(value) = value else {
            let (rows, n_rejects) = read(path, bytes);
            let found = format!("{} events, {n_rejects} rejects", rows.len());
            suite.check(n_rejects > 0, format!("{path}, which is no JSON"), found);
            return;
        };
        n_records += match &value {
            Value::Array(elements) => elements.len(),
            value => value["Records"].as_array().map_or(1, Vec::len),
        };
    }
    let (rows, n_rejects) = read(path, bytes);
    let is_cloudtrail = rows.iter().all(|row| row["event.dataset"] == "aws.cloudtrail");
    let is_timed = rows.iter().all(|row| row.contains_key("@timestamp"));
    let is_right = rows.len() == n_records && n_rejects == 0 && is_cloudtrail && is_timed;
    let found = format!("{} of {n_records} events, {n_rejects} rejects, {}", rows.len(), dataset(&rows));
    suite.check(is_right, path, found);
}

#[test]
fn cloudtrail_files_open() {
    for (name, folder) in [
        ("cloudtrail/aws-centralized-logging", "cloudtrail/aws-centralized-logging"),
        ("cloudtrail/cloudgrep", "cloudtrail/cloudgrep"),
        ("cloudtrail/crowdsec-hub-tests", "cloudtrail/crowdsec-hub-tests"),
        ("cloudtrail/invictus-aws_dataset", "cloudtrail/invictus-aws_dataset"),
        ("cloudtrail/opensearch-catalog", "cloudtrail/opensearch-catalog"),
        ("cloudtrail/otrf-security-datasets", "cloudtrail/otrf-security-datasets"),
        ("cloudtrail/plaso", "cloudtrail/plaso"),
        ("cloudtrail/s4-logs", "cloudtrail/s4-logs"),
        ("cloudtrail/stratus-red-team-detonations", "cloudtrail/stratus-red-team-detonations"),
        ("cloudtrail/traildiscover", "cloudtrail/traildiscover"),
        ("cloudtrail/trailscraper", "cloudtrail/trailscraper"),
        ("parquet/security-lake-ocsf, CloudTrail", "parquet/security-lake-ocsf/CLOUD_TRAIL"),
    ] {
        let Some(files) = files(folder) else { continue };
        let mut suite = Suite::new(name);
        for (path, bytes) in &files {
            let is_no_log = [
                "labels.json",
                "label.json",
                "mtimes.json",
                ".yaml",
                ".assert",
                ".parquet",
                ".expected.json",
            ];
            if is_no_log.iter().any(|end| path.ends_with(end)) {
                continue;
            }
            let bytes = if bytes.starts_with(b"\x1f\x8b") { gunzipped(bytes) } else { bytes.clone() };
            if path.contains("damaged-head") {
                let (rows, n_rejects) = read(path, &bytes);
                let is_known = rows.len() > 50 && n_rejects > 0;
                suite.check(is_known, path, format!("{} events, {n_rejects} rejects", rows.len()));
                continue;
            }
            check_records(&mut suite, path, &bytes);
        }
        suite.finish(0);
    }
}

fn gunzipped(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read;
    let mut plain = Vec::new();
    match flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain) {
        Ok(_) => plain,
        Err(_) => bytes.to_vec(),
    }
}

/// Envelopes: the event in `detail` is that of CloudTrail, other envelopes are known as such.
#[test]
fn eventbridge_envelopes_are_unwrapped() {
    let Some(files) = files("cloudtrail/cloud-custodian-eventbridge") else { return };
    let mut suite = Suite::new("cloudtrail/cloud-custodian-eventbridge");
    for (path, bytes) in &files {
        let envelope = json(bytes);
        let is_bare = !envelope["eventName"].is_null();
        let detail = if is_bare { &envelope } else { &envelope["detail"] };
        let (rows, n_rejects) = read(path, bytes);
        let dataset = dataset(&rows);
        if !detail.is_object() {
            let found = format!("{} events, {dataset}", rows.len());
            suite.check(rows.len() == 1 && dataset != "aws.cloudtrail", path, found);
            continue;
        }
        let is_cloudtrail = !detail["eventName"].is_null() && !detail["eventSource"].is_null();
        let n_findings = detail["findings"].as_array().map_or(1, Vec::len);
        let expected = match &detail["service"]["serviceName"] {
            _ if is_cloudtrail => "aws.cloudtrail",
            Value::String(name) if name == "guardduty" => "aws.guardduty",
            _ if detail["findings"].is_array() => "aws.securityhub",
            _ => "aws.eventbridge",
        };
        let row = rows.first().cloned().unwrap_or_default();
        let says = |field: &str, value: &Value| {
            value.as_str().is_none_or(|text| row.get(field).is_some_and(|own| own == text))
        };
        let native = says("eventName", &detail["eventName"]) && says("awsRegion", &detail["awsRegion"]);
        let account = detail["recipientAccountId"].as_str().or(detail["userIdentity"]["accountId"].as_str());
        let is_right = dataset == expected
            && rows.len() == n_findings
            && n_rejects == 0
            && (!is_cloudtrail || native)
            && (account.is_some()
                || matches!(expected, "aws.securityhub" | "aws.guardduty")
                || says("cloud.account.id", &envelope["account"]))
            && row.contains_key("@timestamp");
        suite.check(
            is_right,
            path,
            format!("{} of {n_findings} events, {dataset}, expected {expected}: {row:?}", rows.len()),
        );
    }
    suite.finish(0);
}

/// What Elastic's own reader says of the same events.
#[test]
fn common_fields_are_those_of_elastic() {
    for (name, folder) in [
        ("cloudtrail/elastic-integrations-ELv2", "cloudtrail/elastic-integrations-ELv2"),
        ("guardduty/elastic-integrations-ELv2", "guardduty/elastic-integrations-ELv2"),
    ] {
        let Some(files) = files(folder) else { continue };
        let mut suite = Suite::new(name);
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with("-expected.json")) {
            let source = path.trim_end_matches("-expected.json");
            let Some((_, log)) = files.iter().find(|(path, _)| path == source) else { continue };
            let expected = json(bytes)["expected"].as_array().cloned().unwrap_or_default();
            let (rows, _) = read(source, log);
            for (n, document) in expected.iter().enumerate() {
                let case = format!("{source} {n}");
                let Some(row) = rows.get(n) else {
                    if document["event"]["original"]
                        .as_str()
                        .is_some_and(|text| text.contains("digestStartTime"))
                    {
                        suite.differ(case, "a digest is no log and is set aside");
                    } else {
                        suite.fail(case, format!("{} of {} events", rows.len(), expected.len()));
                    }
                    continue;
                };
                compare(&mut suite, case, document, row);
            }
        }
        suite.finish(0);
    }
}

fn compare(suite: &mut Suite, case: String, document: &Value, row: &Row) {
    let mut wrong = Vec::new();
    let mut is_other_outcome = false;
    for (pointer, field) in [
        ("/@timestamp", "@timestamp"),
        ("/event/action", "event.action"),
        ("/event/outcome", "event.outcome"),
        ("/event/id", "event.id"),
        ("/user/name", "user.name"),
        ("/user/id", "user.id"),
        ("/source/ip", "source.ip"),
        ("/source/port", "source.port"),
        ("/destination/ip", "destination.ip"),
        ("/destination/port", "destination.port"),
        ("/cloud/region", "cloud.region"),
        ("/cloud/account/id", "cloud.account.id"),
        ("/error/code", "error.code"),
        ("/user_agent/original", "user_agent.original"),
        ("/host/name", "host.name"),
    ] {
        let expected = match document.pointer(pointer) {
            None | Some(Value::Null) => continue,
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(values)) => values[0].as_str().unwrap_or_default().to_owned(),
            Some(value) => value.to_string(),
        };
        // A moment is the same with and without zeros behind it.
        let plain = |text: &str| match Timestamp::parse_rfc3339(text.as_bytes()) {
            Some(at) if field == "@timestamp" => at.to_text(),
            _ => text.to_owned(),
        };
        let found = row.get(field).map(|text| plain(text)).unwrap_or_default();
        if found != plain(&expected) {
            is_other_outcome |= field == "event.outcome";
            wrong.push(format!("{field} {found:?} is not {expected:?}"));
        }
    }
    if wrong.len() == 1 && is_other_outcome {
        suite.fail(case, wrong.join(", "));
    } else {
        suite.check(wrong.is_empty(), case, wrong.join(", "));
    }
}

/// Labelled records inside files of rules: each is an event of its kind.
#[test]
fn labelled_records_are_events() {
    for (name, folder, key, only, expected) in [
        (
            "cloudtrail/panther-analysis-tests",
            "cloudtrail/panther-analysis-tests",
            "tests",
            "AWS.CloudTrail",
            "aws.cloudtrail",
        ),
        (
            "guardduty/panther-analysis-tests",
            "guardduty/panther-analysis-tests",
            "tests",
            "AWS.GuardDuty",
            "aws.guardduty",
        ),
        (
            "awsother/panther-analysis-tests, WAF",
            "awsother/panther-analysis-tests",
            "tests",
            "AWS.WAFWebACL",
            "aws.waf",
        ),
        (
            "containers/panther-analysis-tests",
            "containers/panther-analysis-tests",
            "tests",
            "Amazon.EKS.Audit",
            "kubernetes.audit",
        ),
        (
            "osquery/panther-analysis-tests",
            "osquery/panther-analysis-tests",
            "tests",
            "Osquery.Differential",
            "osquery.result",
        ),
    ] {
        let Some(files) = files(folder) else { continue };
        let mut suite = Suite::new(name);
        for (path, bytes) in &files {
            let rule = json(bytes);
            let kinds = rule["log_types"].as_array().cloned().unwrap_or_default();
            if !kinds.iter().any(|kind| kind == only) {
                continue;
            }
            for test in rule[key].as_array().into_iter().flatten() {
                let log = &test["log"];
                let case = format!("{path} {}", test["name"]);
                let kind = log["p_log_type"].as_str();
                if kinds.len() > 1 && kind.is_some_and(|kind| kind != only) || !is_of(log, expected) {
                    suite.differ(case, "a record of another product");
                    continue;
                }
                let (rows, n_rejects) = read(path, log.to_string().as_bytes());
                let found = format!("{} events, {n_rejects} rejects, {}", rows.len(), dataset(&rows));
                suite.check(rows.len() == 1 && n_rejects == 0 && dataset(&rows) == expected, case, found);
            }
        }
        suite.finish(0);
    }
}

/// Whether a record has what its kind always has: rules are tested with parts of records.
fn is_of(log: &Value, kind: &str) -> bool {
    let has = |keys: &[&str], least: usize| keys.iter().filter(|key| log.get(key).is_some()).count() >= least;
    match kind {
        "aws.cloudtrail" => has(
            &[
                "eventVersion",
                "eventID",
                "eventName",
                "eventSource",
                "eventTime",
                "eventType",
                "awsRegion",
                "userIdentity",
                "recipientAccountId",
                "sourceIPAddress",
                "eventname",
                "eventsource",
                "eventversion",
            ],
            3,
        ),
        "aws.guardduty" => has(&["type", "service", "severity", "region", "accountId", "schemaVersion"], 5),
        "aws.waf" => has(&["webaclId"], 1),
        "kubernetes.audit" => has(&["sourceIPs", "objectRef", "auditID"], 1),
        _ => has(&["columns"], 1),
    }
}

/// Labelled records of another project, some in envelopes.
#[test]
fn streamalert_records_are_events() {
    for folder in ["cloudtrail/streamalert-tests", "guardduty/streamalert-tests"] {
        let Some(files) = files(folder) else { continue };
        let mut suite = Suite::new(if folder.starts_with("c") {
            "cloudtrail/streamalert-tests"
        } else {
            "guardduty/streamalert-tests"
        });
        for (path, bytes) in &files {
            for (n, test) in json(bytes).as_array().into_iter().flatten().enumerate() {
                let data = if test["data"].is_object() { &test["data"] } else { &test["override_record"] };
                let case = format!("{path} {n} {}", test["log"]);
                if !data.is_object() {
                    suite.differ(case, "no record");
                    continue;
                }
                let (rows, n_rejects) = read(path, data.to_string().as_bytes());
                let name = dataset(&rows);
                let is_right = rows.len() == 1 && n_rejects == 0;
                let is_whole =
                    data.get("eventVersion").is_some() || data["detail"].get("eventVersion").is_some();
                let is_known = name == "aws.cloudtrail" || !is_whole && name.starts_with("aws.");
                suite.check(
                    is_right && is_known,
                    case,
                    format!("{} events, {n_rejects} rejects, {name}", rows.len()),
                );
            }
        }
        suite.finish(0);
    }
}

/// Snippets of the user guides: what is one event or a file of events gives them.
#[test]
fn snippets_of_the_guides_are_events() {
    for folder in ["cloudtrail/aws-docs", "guardduty/aws-docs"] {
        let Some(files) = files(folder) else { continue };
        let mut suite =
            Suite::new(if folder.starts_with("c") { "cloudtrail/aws-docs" } else { "guardduty/aws-docs" });
        for (path, bytes) in &files {
            for (n, block) in json(bytes)["blocks"].as_array().into_iter().flatten().enumerate() {
                let Some(text) = block.as_str() else { continue };
                let case = format!("{path} {n}");
                let is_json = serde_json::from_str::<Value>(text).is_ok();
                let is_digest = text.contains("digestStartTime");
                let (rows, n_rejects) = read(path, text.as_bytes());
                let found = format!("{} events, {n_rejects} rejects, {}", rows.len(), dataset(&rows));
                if is_digest {
                    suite.check(rows.is_empty(), case, found);
                } else if !is_json && rows.is_empty() {
                    suite.differ(case, "a snippet that is no JSON");
                } else if folder.starts_with('g') {
                    suite.check(!rows.is_empty(), case, found);
                } else {
                    suite.check(!rows.is_empty() && dataset(&rows) == "aws.cloudtrail", case, found);
                }
            }
        }
        suite.finish(0);
    }
}

/// Records of other services: how many, of which kind, and whether each has a time.
#[test]
fn other_services_are_known() {
    let Some(_) = more_data() else { return };
    let mut suite = Suite::new("other AWS services in JSON");
    for (folder, name, expected) in [
        ("awsother/aws-centralized-logging", "config-", "aws.config"),
        ("awsother/opensearch-catalog", "networkfirewall", "aws.networkfirewall"),
        ("awsother/opensearch-catalog", "waf", "aws.waf"),
        ("awsother/opensearch-catalog", "amazon_s3", ""),
        ("awsother/opensearch-catalog", "amazon_cloudfront", ""),
        ("awsother/opensearch-catalog", "amazon_rds", ""),
        ("awsother/opensearch-catalog", "amazon_elb", ""),
        ("awsother/plaso", "azure_application_gateway_access.json", ""),
        ("parquet/security-lake-ocsf/ROUTE53", ".json.gz", "aws.route53resolver"),
        ("parquet/security-lake-ocsf/SH_FINDINGS", ".json.gz", "aws.securityhub"),
        ("parquet/aws-centralized-logging", "apigateway1.log", ""),
        ("cloudtrail/elastic-package-firehose-ELv2", ".json", ""),
    ] {
        for (path, bytes) in files(folder).unwrap_or_default() {
            if !path.contains(name) || path.ends_with("expected.json") || path.ends_with(".parquet") {
                continue;
            }
            let bytes = if bytes.starts_with(b"\x1f\x8b") { gunzipped(&bytes) } else { bytes };
            let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
            let values = serde_json::Deserializer::from_slice(text).into_iter::<Value>();
            let count = |value: &Value| match value {
                Value::Array(elements) => elements.len(),
                value => ["configurationItems", "events", "Findings"]
                    .iter()
                    .find_map(|key| value[key].as_array())
                    .map_or(1, Vec::len),
            };
            let n_records: usize = values.map_while(Result::ok).map(|value| count(&value)).sum();
            let (rows, n_rejects) = read(&path, &bytes);
            let n_timed = rows.iter().filter(|row| row.contains_key("@timestamp")).count();
            let name = dataset(&rows);
            let found = format!(
                "{} of {n_records} events, {n_timed} with a time, {n_rejects} rejects, {name}",
                rows.len()
            );
            println!("  {path}: {found}");
            let is_kind = expected.is_empty() || name == expected;
            let is_right = rows.len() == n_records && n_timed == n_records && n_rejects == 0 && is_kind;
            suite.check(is_right, format!("{folder}/{path}"), found);
        }
    }
    suite.finish(0);
}

/// Export task's lines, whose messages are another log.
#[test]
fn exported_lines_have_their_time() {
    let Some(files) = files("awsother/elastic-integrations-ELv2/aws.cloudwatch_logs") else { return };
    let mut suite = Suite::new("awsother/elastic-integrations-ELv2, CloudWatch Logs");
    for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with("-expected.json")) {
        let source = path.trim_end_matches("-expected.json");
        let Some((_, log)) = files.iter().find(|(path, _)| path == source) else { continue };
        let (rows, _) = read(source, log);
        for (n, document) in json(bytes)["expected"].as_array().into_iter().flatten().enumerate() {
            let row = rows.get(n).cloned().unwrap_or_default();
            let message = document["message"].as_str().unwrap_or_default();
            let at = message.get(..24).and_then(|text| Timestamp::parse_rfc3339(text.as_bytes()));
            let is_timed = at.map(Timestamp::to_text) == row.get("@timestamp").cloned();
            let end = row.get("message").cloned().unwrap_or_default();
            suite.check(is_timed && message.ends_with(&end), format!("{source} {n}"), format!("{row:?}"));
        }
    }
    suite.finish(0);
}

/// Subscription messages that another reader's tests have.
#[test]
fn subscription_messages_give_their_events() {
    let Some(files) = files("awsother/vrl-parse-cases") else { return };
    let mut suite = Suite::new("awsother/vrl-parse-cases, CloudWatch Logs");
    for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with("parse_aws_cloudwatch")) {
        for (n, test) in json(bytes).as_array().into_iter().flatten().enumerate() {
            let Some(text) = test["args"]["value"].as_str().or_else(|| snippet(&test["source"])) else {
                continue;
            };
            let case = format!("{path} {n} {}", test["case"]);
            let (rows, n_rejects) = read(path, text.as_bytes());
            let events = json(text.as_bytes())["logEvents"].as_array().cloned().unwrap_or_default();
            let found = format!("{} of {} events, {n_rejects} rejects", rows.len(), events.len());
            if test["ok"] == Value::Bool(false) {
                suite.check(!rows.iter().any(|row| row.contains_key("logGroup")), case, found);
                continue;
            }
            let is_same = |(row, event): (&Row, &Value)| {
                let message = event["message"].as_str().unwrap_or_default();
                message.starts_with('{') || row.get("message").is_some_and(|text| text == message)
            };
            let is_right =
                rows.len() == events.len() && n_rejects == 0 && rows.iter().zip(&events).all(is_same);
            suite.check(is_right, case, found);
        }
    }
    suite.finish(0);
}

/// The text between the quotes of an example of VRL.
fn snippet(source: &Value) -> Option<&str> {
    let (_, text) = source.as_str()?.split_once("s'")?;
    text.rsplit_once('\'').map(|(text, _)| text)
}

/// However an event comes, it is the same event: one row, and a copy for each other way.
#[test]
fn an_event_is_the_same_in_every_wrapper() {
    let event = r#"{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","userName":"al\"ice"},"eventTime":"2022-03-22T15:48:02Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances","awsRegion":"us-east-1","sourceIPAddress":"203.0.113.7","eventID":"id-1","requestParameters":{"n":[1,2]},"recipientAccountId":"111122223333"}"#;
    let text = Value::String(event.to_owned()).to_string();
    let wrapped = [
        ("delivered", format!(r#"{{"Records":[{event}]}}"#)),
        (
            "lookup",
            format!(
                r#"{{"Events":[{{"EventId":"id-1","EventName":"RunInstances","EventTime":1.5,"CloudTrailEvent":{text}}}]}}"#
            ),
        ),
        ("texts", format!("[{text}]")),
        (
            "eventbridge",
            format!(
                r#"{{"version":"0","id":"x","detail-type":"y","source":"aws.ec2","account":"999","time":"2022-03-22T15:49:00Z","region":"z","detail":{event}}}"#
            ),
        ),
        (
            "subscription",
            format!(
                r#"{{"messageType":"DATA_MESSAGE","owner":"999","logGroup":"g","logStream":"s","logEvents":[{{"id":"1","timestamp":1647964082000,"message":{text}}}]}}"#
            ),
        ),
        (
            "printed",
            format!(
                r#"{{"events":[{{"timestamp":1647964082000,"message":{text},"ingestionTime":1647964082000}}]}}"#
            ),
        ),
        ("exported", format!("2022-03-22T15:48:09.000Z {event}\n")),
        (
            "insights",
            format!("@timestamp,@message\n2022-03-22 15:48:09.000,\"{}\"\n", event.replace('"', "\"\"")),
        ),
        (
            "splunk",
            format!(r#"{{"result":{{"_raw":{text},"_time":"2022-03-22T15:48:09.000+00:00","host":"h"}}}}"#),
        ),
        (
            "elastic",
            format!(
                r#"{{"_index":"i","_id":"1","_source":{{"@timestamp":"2022-03-22T15:48:09.000Z","event":{{"original":{text}}}}}}}"#
            ),
        ),
        (
            "sns",
            format!(
                r#"{{"Type":"Notification","TopicArn":"t","Message":{text},"Timestamp":"2022-03-22T15:48:09.000Z"}}"#
            ),
        ),
    ];
    let files: Files =
        wrapped.iter().map(|(name, text)| ((*name).to_owned(), text.clone().into_bytes())).collect();
    let mut case = Case::load(&files, Load { n_shards: 2, ..Load::default() });
    case.check_sums();
    let totals = case.hub.totals();
    assert_eq!((totals.n_events, totals.n_duplicates, totals.n_rejects), (1, wrapped.len() as u64 - 1, 0));
    assert_eq!(case.count("user.name: \"al\\\"ice\" and event.action: RunInstances"), 1);
}
