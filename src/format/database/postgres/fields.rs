//! The fields of all three logs of PostgreSQL, under the names that the JSON log has for them, and the common ones.

use crate::base::fields::fields;
use crate::base::{FieldId, Kind};

fields! {
    /// What messages say; the last of those with a meaning are in tables only.
    pub struct PostgresFields {
        severity: "error_severity" "how important the message is: LOG, ERROR, FATAL";
        pid: "pid" "the number of the server's process";
        user: "user" "the role that the session has";
        database: "dbname" "the database that the session is in";
        application: "application_name" "what the client calls itself";
        host: "remote_host" "the client's address or name; `[local]` for a socket";
        port: "remote_port" "the client's port";
        line_number: "line_num" "the number of the message in its session";
        state: "state_code" "the SQLSTATE of the message, as 28P01";
        message: "message" "the text";
        detail: "detail" "more of it, for the log alone";
        hint: "hint" "what may help";
        query: "internal_query" "the query of a function in which it happened";
        context: "context" "the functions in which it happened";
        statement: "statement" "the statement of the client that led to it";
        location: "location" "where in the server's source it was written";
        backtrace: "backtrace" "how the server came there";
        session: "session_id" "the session: when it began and its process, in hexadecimal digits";
        session_start: "session_start" "when the session began";
        command: "ps" "the kind of command";
        backend: "backend_type" "the kind of the server's process";
        action: "event.action" "postgresql_login, postgresql_connect or postgresql_disconnect";
        time: "timestamp";
        transaction: "vxid";
        transaction_number: "txid";
        query_position: "internal_position";
        position: "cursor_position";
        leader: "leader_pid";
        query_number: "query_id";
        outcome: "event.outcome";
        user_name: "user.name";
        source_ip: "source.ip";
        source_domain: "source.domain";
        source_port: "source.port";
        error_code: "error.code";
        dataset: "event.dataset";
    }
}

impl PostgresFields {
    /// The columns of CSV in their order. The client is an address and a port in one cell.
    pub fn columns(&self) -> [(FieldId, Kind); N_COLUMNS] {
        [
            (self.time, Kind::Text),
            (self.user, Kind::Text),
            (self.database, Kind::Text),
            (self.pid, Kind::Number),
            (self.host, Kind::Text),
            (self.session, Kind::Text),
            (self.line_number, Kind::Number),
            (self.command, Kind::Text),
            (self.session_start, Kind::Text),
            (self.transaction, Kind::Text),
            (self.transaction_number, Kind::Number),
            (self.severity, Kind::Text),
            (self.state, Kind::Text),
            (self.message, Kind::Text),
            (self.detail, Kind::Text),
            (self.hint, Kind::Text),
            (self.query, Kind::Text),
            (self.query_position, Kind::Number),
            (self.context, Kind::Text),
            (self.statement, Kind::Text),
            (self.position, Kind::Number),
            (self.location, Kind::Text),
            (self.application, Kind::Text),
            (self.backend, Kind::Text),
            (self.leader, Kind::Number),
            (self.query_number, Kind::Number),
        ]
    }
}

/// Columns of CSV that the newest server writes.
pub const N_COLUMNS: usize = 26;
