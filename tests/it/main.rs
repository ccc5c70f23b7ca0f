//! The integration tests.

mod answers;
mod asking;
mod case;
mod containers;
mod derive;
mod engine_laws;
mod formats;
mod laws;
mod modules;
mod pivots;
mod pivots_incident;
mod queries;
mod read_again;
mod suite;
mod suites;
mod suites_archives;
mod suites_aws_json;
mod suites_aws_text;
mod suites_binary;
mod suites_incident;
mod suites_linux_text;
mod suites_servers;
mod suites_syslog;
mod tidy;
mod years;
