//! What services of AWS write.

pub mod access;
pub mod cloudtrail;
pub mod cloudtrail_digest;
pub mod cloudtrail_lookup;
pub mod cloudtrail_printed;
pub mod cloudtrail_table;
pub mod cloudwatch;
pub mod cloudwatch_lines;
pub mod eventbridge;
pub mod guardduty;
pub mod inventory;
pub mod route53;
pub mod securityhub;
pub mod vpcflow;
pub mod waf;
