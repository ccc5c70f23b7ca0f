//! Kubernetes audit log, that of Amazon EKS among it: one request to the API server a record, JSON.
//!
//! Spec: "Auditing" and the API `audit.k8s.io/v1`, Kubernetes documentation.
//! Shape: one event a line, or lists of kind EventList as a webhook gets them: `{"kind":"EventList","items":[…]}`.
//! Time: `stageTimestamp`, UTC, microseconds; else `requestReceivedTimestamp`.
//! Rejects: what is no object.

use crate::base::event::FieldSpec;
use crate::format::read::json::Object;
use crate::format::read::mapped::{Mapped, To};

/// Kubernetes audit events: one request to the API server each, as JSON.
pub static AUDIT: Mapped = Mapped {
    name: "kubernetes.audit",
    keys: &["items"],
    fields: &[
        FieldSpec { name: "verb", meaning: "what was asked for: get, list, create, delete, …" },
        FieldSpec { name: "requestURI", meaning: "the path that was asked for" },
        FieldSpec { name: "user.username", meaning: "who asked" },
        FieldSpec { name: "user.groups[]", meaning: "the groups of who asked" },
        FieldSpec { name: "sourceIPs[]", meaning: "the addresses on the way, the asker's first" },
        FieldSpec { name: "objectRef.resource", meaning: "the kind of object" },
        FieldSpec { name: "objectRef.namespace", meaning: "the namespace of the object" },
        FieldSpec { name: "objectRef.name", meaning: "the name of the object" },
        FieldSpec { name: "responseStatus.code", meaning: "the HTTP status of the answer" },
        FieldSpec { name: "stage", meaning: "RequestReceived, ResponseStarted, ResponseComplete or Panic" },
        FieldSpec { name: "auditID", meaning: "the number that the stages of one request share" },
    ],
    samples: &[
        br#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"6a7e8feb","stage":"ResponseComplete","requestURI":"/api/v1/namespaces/default/secrets","verb":"list","user":{"username":"system:anonymous","groups":["system:unauthenticated"]},"sourceIPs":["203.0.113.7"],"userAgent":"curl/7.64.1","objectRef":{"resource":"secrets","namespace":"default","apiVersion":"v1"},"responseStatus":{"metadata":{},"status":"Failure","reason":"Forbidden","code":403},"requestReceivedTimestamp":"2022-03-22T15:48:02.000001Z","stageTimestamp":"2022-03-22T15:48:02.000002Z"}"#,
    ],
    is_record: |object: &Object<'_>| {
        const SPINE: &[&str] =
            &["apiVersion", "kind", "level", "stage", "verb", "requestURI", "user", "objectRef", "sourceIPs"];
        object.has("auditID") && object.count(SPINE) >= 3
            || object.has("verb") && object.has("requestURI") && object.count(SPINE) >= 5
            || object.has("verb") && object.has("objectRef")
            || object.has("sourceIPs") && object.has("kind") && object.has("user")
            || object.has("sourceIPs") && object.has("verb") && object.has("responseStatus")
    },
    map: &[
        ("stageTimestamp", To::Time),
        ("requestReceivedTimestamp", To::Time),
        ("timestamp", To::Time),
        ("verb", To::Field("event.action")),
        ("responseStatus.code", To::Outcome(outcome)),
        ("auditID", To::Field("event.id")),
        ("requestURI", To::Field("message")),
        ("user.username", To::Field("user.name")),
        ("user.uid", To::Field("user.id")),
        ("sourceIPs[]", To::Address("source.ip")),
        ("userAgent", To::Field("user_agent.original")),
        ("responseStatus.reason", To::Field("error.code")),
    ],
};

fn outcome(code: &[u8]) -> &'static str {
    match code {
        [b'1' | b'2' | b'3', _, _] => "success",
        [b'4' | b'5', _, _] => "failure",
        _ => "",
    }
}
