//! sshd, its programs sshd-session and sshd-auth, and dropbear.
//!
//! Sources: OpenSSH, auth.c, auth2.c, auth2-hostbased.c, packet.c, kex.c, sshd.c, session.c, of versions 3.9 to 10;
//! dropbear, svr-auth*.c, common-session.c. The line of a password ends with the peer; the line of a key ends with the
//! key.

use super::spec::Outcome::{Failure, Success, Unsaid};
use super::spec::Spec;

/// Prefixes that sshd puts before a message.
pub const PREFIXES: &[&[u8]] =
    &[b"error: ", b"fatal: ", b"info: ", b"notice: ", b"warning: ", b"debug1: ", b"debug2: ", b"debug3: "];

/// sshd's messages.
pub static SSHD: &[Spec] = &[
    (
        "Failed hostbased for {user.name} from {source} port {#source.port} ssh{#}: {**sshd.signature}",
        "ssh_login",
        Failure,
    ),
    (
        "Failed {.sshd.method} for invalid user {user.name} from {source} port {#source.port}« ssh{#}»",
        "ssh_login",
        Failure,
    ),
    (
        "Failed {.sshd.method} for invalid user {user.name} from {source} port {#source.port} ssh{#}: {sshd.signature}",
        "ssh_login",
        Failure,
    ),
    ("Failed {.sshd.method} for invalid user {user.name} from {source}« ssh{#}»", "ssh_login", Failure),
    (
        "Failed {.sshd.method} for illegal user {user.name} from {source} port {#source.port}« ssh{#}»",
        "ssh_login",
        Failure,
    ),
    ("Failed {.sshd.method} for illegal user {user.name} from {source}« ssh{#}»", "ssh_login", Failure),
    (
        "Failed {.sshd.method} for {user.name} from {source} port {#source.port}« ssh{#}»",
        "ssh_login",
        Failure,
    ),
    (
        "Failed {.sshd.method} for {user.name} from {source} port {#source.port} ssh{#}: {sshd.signature}",
        "ssh_login",
        Failure,
    ),
    ("Failed {.sshd.method} for {user.name} from {source}« ssh{#}»", "ssh_login", Failure),
    (
        "Accepted {.sshd.method} for {user.name} from {source} port {#source.port}« ssh{#}»",
        "ssh_login",
        Success,
    ),
    (
        "Accepted {.sshd.method} for {user.name} from {source} port {#source.port} ssh{#}: {sshd.signature}",
        "ssh_login",
        Success,
    ),
    ("Accepted {.sshd.method} for {user.name} from {source}", "ssh_login", Success),
    (
        "Connection closed by authenticating user {user.name} {source} port {#source.port}",
        "ssh_disconnect",
        Unsaid,
    ),
    ("Connection closed by invalid user {user.name} {source} port {#source.port}", "ssh_disconnect", Unsaid),
    ("Connection closed by {source}« port {#source.port}»", "ssh_disconnect", Unsaid),
    (
        "Connection reset by authenticating user {user.name} {source} port {#source.port}",
        "ssh_disconnect",
        Unsaid,
    ),
    ("Connection reset by invalid user {user.name} {source} port {#source.port}", "ssh_disconnect", Unsaid),
    ("Connection reset by user {user.name} {source} port {#source.port}", "ssh_disconnect", Unsaid),
    ("Connection reset by {source}« port {#source.port}»", "ssh_disconnect", Unsaid),
    ("Connection closed by user {user.name} {source} port {#source.port}", "ssh_disconnect", Unsaid),
    ("Invalid user {user.name} from {source}« port {#source.port}»", "ssh_invalid_user", Failure),
    ("Illegal user {user.name} from {source}« port {#source.port}»", "ssh_invalid_user", Failure),
    ("input_userauth_request: invalid user {user.name}", "", Unsaid),
    ("input_userauth_request: illegal user {user.name}", "", Unsaid),
    (
        "Disconnected from authenticating user {user.name} {source} port {#source.port}",
        "ssh_disconnect",
        Unsaid,
    ),
    ("Disconnected from invalid user {user.name} {source} port {#source.port}", "ssh_disconnect", Unsaid),
    ("Disconnected from user {user.name} {source} port {#source.port}", "ssh_disconnect", Unsaid),
    ("Disconnected from {source}« port {#source.port}»", "ssh_disconnect", Unsaid),
    ("Received disconnect from {source} port {#source.port}:{sshd.reason}", "ssh_disconnect", Unsaid),
    ("Received disconnect from {source}: {sshd.reason}", "ssh_disconnect", Unsaid),
    (
        "Disconnecting invalid user {user.name} {source} port {#source.port}: {sshd.reason}",
        "ssh_disconnect",
        Unsaid,
    ),
    (
        "Disconnecting authenticating user {user.name} {source} port {#source.port}: {sshd.reason}",
        "ssh_disconnect",
        Unsaid,
    ),
    ("Disconnecting user {user.name} {source} port {#source.port}: {sshd.reason}", "ssh_disconnect", Unsaid),
    (
        "Disconnecting: Too many authentication failures for« invalid user» {user.name} from {source} port {#source.port} ssh{#}",
        "ssh_max_attempts",
        Failure,
    ),
    (
        "Disconnecting: Too many authentication failures for« invalid user» {user.name}",
        "ssh_max_attempts",
        Failure,
    ),
    ("Disconnecting {source} port {#source.port}: {sshd.reason}", "ssh_disconnect", Unsaid),
    ("Disconnecting: {sshd.reason}", "ssh_disconnect", Unsaid),
    (
        "maximum authentication attempts exceeded for invalid user {user.name} from {source}« port {#source.port}»« ssh{#}»",
        "ssh_max_attempts",
        Failure,
    ),
    (
        "maximum authentication attempts exceeded for {user.name} from {source}« port {#source.port}»« ssh{#}»",
        "ssh_max_attempts",
        Failure,
    ),
    ("Too many authentication failures for« invalid user» {user.name}", "ssh_max_attempts", Failure),
    ("User {user.name} from {source} not allowed because {sshd.reason}", "ssh_not_allowed", Failure),
    ("User {user.name} not allowed because {sshd.reason}", "ssh_not_allowed", Failure),
    ("Login restricted for {user.name}: {sshd.reason}", "ssh_not_allowed", Failure),
    ("ROOT LOGIN REFUSED FROM {source}« port {#source.port}»", "ssh_not_allowed", Failure),
    (
        "Authentication tried for {user.name} with correct key but not from a permitted host (host={*}, ip={source}«, {*}»)",
        "ssh_not_allowed",
        Failure,
    ),
    ("Authentication refused: {sshd.reason}", "ssh_not_allowed", Failure),
    ("PAM: {sshd.reason} for illegal user {**user.name} from {source}« via {.}»", "ssh_login", Failure),
    ("PAM: {sshd.reason} for invalid user {**user.name} from {source}« via {.}»", "ssh_login", Failure),
    ("PAM: {sshd.reason} for {**user.name} from {source}« via {.}»", "ssh_login", Failure),
    (
        "Postponed {.sshd.method} for invalid user {user.name} from {source} port {#source.port}« ssh{#}»",
        "ssh_postponed",
        Unsaid,
    ),
    (
        "Postponed {.sshd.method} for {user.name} from {source} port {#source.port}« ssh{#}»",
        "ssh_postponed",
        Unsaid,
    ),
    (
        "Partial {.sshd.method} for {user.name} from {source} port {#source.port} ssh{#}«: {sshd.signature}»",
        "ssh_postponed",
        Unsaid,
    ),
    (
        "Did not receive identification string from {source}« port {#source.port}»",
        "ssh_protocol_error",
        Failure,
    ),
    (
        "Bad protocol version identification {*} from {source}« port {#source.port}»",
        "ssh_protocol_error",
        Failure,
    ),
    (
        "Protocol major versions differ for {source}« port {#source.port}»: {sshd.reason}",
        "ssh_protocol_error",
        Failure,
    ),
    ("Unable to negotiate with {source} port {#source.port}: {sshd.reason}", "ssh_protocol_error", Failure),
    ("Unable to negotiate with {source}: {sshd.reason}", "ssh_protocol_error", Failure),
    (
        "banner exchange: Connection from {source} port {#source.port}: {sshd.reason}",
        "ssh_protocol_error",
        Failure,
    ),
    (
        "banner exchange: Connection to {destination} port {#destination.port}: {sshd.reason}",
        "ssh_protocol_error",
        Failure,
    ),
    (
        "ssh_dispatch_run_fatal: Connection from« authenticating» user {user.name} {source} port {#source.port}: {sshd.reason}",
        "ssh_protocol_error",
        Failure,
    ),
    (
        "ssh_dispatch_run_fatal: Connection from invalid user {user.name} {source} port {#source.port}: {sshd.reason}",
        "ssh_protocol_error",
        Failure,
    ),
    (
        "ssh_dispatch_run_fatal: Connection from {source} port {#source.port}: {sshd.reason}",
        "ssh_protocol_error",
        Failure,
    ),
    ("kex_exchange_identification: {sshd.reason}", "ssh_protocol_error", Failure),
    ("kex_protocol_error: {sshd.reason}", "ssh_protocol_error", Failure),
    ("padding error: need {#} block {#} mod {#}{*}", "ssh_protocol_error", Failure),
    ("scanned from {source} with {*}", "ssh_protocol_error", Failure),
    (
        "Timeout before authentication for connection from {source} to {destination}, pid = {#}",
        "ssh_timeout",
        Failure,
    ),
    ("Timeout before authentication for {source}« port {#source.port}»", "ssh_timeout", Failure),
    (
        "Timeout, client not responding from user {user.name} {source} port {#source.port}",
        "ssh_disconnect",
        Unsaid,
    ),
    (
        "reverse mapping checking getaddrinfo for {.source.domain} [{source}] failed{*}",
        "ssh_reverse_mapping",
        Unsaid,
    ),
    ("reverse mapping checking getaddrinfo for {.source.domain} failed{*}", "ssh_reverse_mapping", Unsaid),
    (
        "Address {source} maps to {.source.domain}, but this does not map back{*}",
        "ssh_reverse_mapping",
        Unsaid,
    ),
    ("Nasty PTR record {*} is set up for {source}, ignoring", "ssh_reverse_mapping", Unsaid),
    ("refused connect from {*} ({source})", "ssh_not_allowed", Failure),
    ("refused connect from {source}", "ssh_not_allowed", Failure),
    (
        "Connection from {source} port {#source.port} on {destination} port {#destination.port}« {*}»",
        "ssh_connect",
        Unsaid,
    ),
    ("Connection from {source}« port {#source.port}»", "ssh_connect", Unsaid),
    (
        "drop connection #{#} from [{source}]:{#source.port} on [{destination}]:{#destination.port} {sshd.reason}",
        "ssh_not_allowed",
        Failure,
    ),
    ("srclimit_penalise: {.}: {*} {source}/{#} {sshd.reason}", "ssh_not_allowed", Failure),
    (
        "Starting session: {sshd.session} for {user.name} from {source} port {#source.port} id {#}",
        "ssh_session",
        Unsaid,
    ),
    (
        "Starting session: {sshd.session} for {user.name} from {source} port {#source.port}",
        "ssh_session",
        Unsaid,
    ),
    (
        "Close session: user {user.name} from {source} port {#source.port} id {#}",
        "ssh_session_closed",
        Unsaid,
    ),
    ("session opened for local user {user.name} from [{source}]{*}", "ssh_session", Unsaid),
    ("session closed for local user {user.name} from [{source}]{*}", "ssh_session_closed", Unsaid),
    ("subsystem request for {.sshd.session} by user {user.name}", "ssh_session", Unsaid),
    ("subsystem request for {.sshd.session}« {*}»", "ssh_session", Unsaid),
    ("Server listening on {destination} port {#destination.port}.", "ssh_listen", Unsaid),
    ("SSH: Server;Ltype: {*};Remote: {source}-{#source.port};{*}", "ssh_connect", Unsaid),
];

/// dropbear's messages.
pub static DROPBEAR: &[Spec] = &[
    ("Bad« PAM» password attempt for '{user.name}' from {source}:{#source.port}", "ssh_login", Failure),
    ("PAM password auth succeeded for '{user.name}' from {source}:{#source.port}", "ssh_login", Success),
    ("Password auth succeeded for '{user.name}' from {source}:{#source.port}", "ssh_login", Success),
    (
        "Pubkey auth succeeded for '{user.name}' with {sshd.signature} from {source}:{#source.port}",
        "ssh_login",
        Success,
    ),
    ("Pubkey auth succeeded for '{user.name}' from {source}:{#source.port}", "ssh_login", Success),
    (
        "Auth succeeded with blank password for '{user.name}' from {source}:{#source.port}",
        "ssh_login",
        Success,
    ),
    (
        "Login attempt for nonexistent user '{user.name}' from {source}:{#source.port}",
        "ssh_invalid_user",
        Failure,
    ),
    ("Login attempt for nonexistent user from {source}:{#source.port}", "ssh_invalid_user", Failure),
    (
        "login attempt for nonexistent user« '{user.name}'» from {source}:{#source.port}",
        "ssh_invalid_user",
        Failure,
    ),
    ("Login attempt with wrong user {user.name} from {source}:{#source.port}", "ssh_invalid_user", Failure),
    (
        "Exit before auth from <{source}:{#source.port}>: (user '{user.name}', {#} fails): {sshd.reason}",
        "ssh_disconnect",
        Unsaid,
    ),
    ("Exit before auth from <{source}:{#source.port}>: {sshd.reason}", "ssh_disconnect", Unsaid),
    ("Exit before auth (user '{user.name}', {#} fails): {sshd.reason}", "ssh_disconnect", Unsaid),
    ("Exit before auth: {sshd.reason}", "ssh_disconnect", Unsaid),
    ("Exit ({user.name}) from <{source}:{#source.port}>: {sshd.reason}", "ssh_disconnect", Unsaid),
    ("Exit ({user.name}): {sshd.reason}", "ssh_disconnect", Unsaid),
    ("Child connection from {source}:{#source.port}", "ssh_connect", Unsaid),
    ("User '{user.name}' has invalid shell, rejected", "ssh_not_allowed", Failure),
    ("root login rejected", "ssh_not_allowed", Failure),
];
