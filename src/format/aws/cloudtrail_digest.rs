//! CloudTrail digests: hashes of delivered log files, for checking that none was changed. No log.
//!
//! Spec: "CloudTrail digest file structure", AWS CloudTrail user guide.

use crate::base::Fields;
use crate::base::event::{FieldSpec, Framing};
use crate::format::read::json::{count_keys, record_heads};
use crate::format::{Confidence, Format, Head, Reader};

/// CloudTrail digest files, which are set aside: they hold hashes of log files and no events.
pub struct CloudTrailDigest;

impl Format for CloudTrailDigest {
    fn name(&self) -> &'static str {
        "aws.cloudtrail.digest"
    }

    fn fields(&self) -> &'static [FieldSpec] {
        &[]
    }

    fn samples(&self) -> &'static [&'static [u8]] {
        &[
            br#"{"awsAccountId":"111122223333","digestStartTime":"2022-03-22T14:48:02Z","digestEndTime":"2022-03-22T15:48:02Z","digestS3Bucket":"example","digestS3Object":"AWSLogs/111122223333/CloudTrail-Digest/x.json.gz","logFiles":[]}"#,
        ]
    }

    fn framing(&self) -> Framing {
        Framing::Json { keys: &[] }
    }

    fn sniff(&self, head: &Head<'_>) -> Confidence {
        let head = head.bytes;
        const KEYS: &[&str] =
            &["awsAccountId", "digestStartTime", "digestEndTime", "digestS3Bucket", "logFiles"];
        let is_digest = |record: &&[u8]| count_keys(record, KEYS) >= 3;
        Confidence::certain_if(record_heads(head, &[]).first().is_some_and(is_digest))
    }

    fn reader(&self, _: &mut Fields) -> Reader {
        Reader::SetAside("a CloudTrail digest, for verification")
    }
}
