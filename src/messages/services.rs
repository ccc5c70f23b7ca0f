//! Messages about access to other services: mail, files, name servers, web pages, firewalls.
//!
//! Sources: the sources of the services, and the filters of fail2ban, sshguard and CrowdSec. The action `login` with
//! its outcome is a login; `rejected` is a peer that was turned away; other actions mean what their names say.

use super::spec::Outcome::{Failure, Success, Unsaid};
use super::spec::Spec;

/// FTP servers.
pub static FTP: &[Spec] = &[
    ("«[pid {#}] »[{user.name}] FAIL LOGIN: Client \"{source}\"", "login", Failure),
    ("«[pid {#}] »[{user.name}] OK LOGIN: Client \"{source}\"«, {*}»", "login", Success),
    ("«[pid {#}] »{user.name} FAIL LOGIN: Client \"{source}\"", "login", Failure),
    ("«[pid {#}] »CONNECT: Client \"{source}\"", "connect", Unsaid),
    ("{.} ({.}[{source}])« -» USER {user.name}: no such user found from {*}", "login", Failure),
    ("{.} ({.}[{source}])« -» USER {user.name}: no such user«{*}»", "login", Failure),
    ("{.} ({.}[{source}])« -» USER {user.name} (Login failed): {login.reason}", "login", Failure),
    ("{.} ({.}[{source}])« -» USER {user.name}: Login successful.", "login", Success),
    ("{.} ({.}[{source}])« -» ANON {*}: Login successful.", "login", Success),
    ("{.} ({.}[{source}])« -» SECURITY VIOLATION: {user.name} login attempted«.»", "login", Failure),
    ("{.} ({.}[{source}])« -» Maximum login attempts{*}", "rejected", Failure),
    ("{.} ({.}[{source}])« -» {*}", "", Unsaid),
    ("{.} ({.} [{source}]){*} no such user {*}", "login", Failure),
    ("({.}@{source}) [WARNING] Authentication failed for user [{user.name}]", "login", Failure),
    ("({.}@{source}) [WARNING] Authentication failed for user {user.name}", "login", Failure),
    ("({.}@{source}) [INFO] {user.name} is now logged in", "login", Success),
    ("({.}@{source}) [{*}", "", Unsaid),
    ("FTP LOGIN FAILED FROM {source}, {user.name}", "login", Failure),
    ("FTP LOGIN FROM {source} as {user.name}", "login", Success),
    ("FTP LOGIN REFUSED ({*}) FROM {.} [{source}], {user.name}", "login", Failure),
    ("FTP LOGIN FROM {.} [{source}], {user.name}", "login", Success),
    ("failed login from {.} [{source}]", "login", Failure),
    ("repeated login failures from {source} ({*})", "login", Failure),
];

/// Postfix.
pub static POSTFIX: &[Spec] = &[
    ("warning: {.}[{source}]: SASL {.} authentication failed: {**login.reason}", "login", Failure),
    ("warning: {.}[{source}]: SASL {.} authentication failed", "login", Failure),
    ("warning: {.}[{source}]:{#source.port}: SASL {.} authentication failed:«{*}»", "login", Failure),
    ("warning: {.}[{source}]:«{#source.port}:» SASL {.} authentication failed«{*}»", "login", Failure),
    ("warning: non-SMTP command from {.}[{source}]«:{#source.port}»: {*}", "rejected", Failure),
    ("warning: hostname {.} does not resolve to address {source}«: {*}»", "", Unsaid),
    ("warning: {.}[{source}]: {*}", "", Unsaid),
    ("NOQUEUE: {.}: {.} from {.}[{source}]«:{#source.port}»: {mail.reason}", "rejected", Failure),
    ("NOQUEUE: {.}: {.} from [{source}]:{#source.port}: {mail.reason}", "rejected", Failure),
    ("{.}: reject: {.} from {.}[{source}]: {mail.reason}", "rejected", Failure),
    ("lost connection after {*} from {.}[{source}]«:{#source.port}»", "disconnect", Unsaid),
    ("lost connection after {*} from {.}[{source}]:{#source.port}", "disconnect", Unsaid),
    ("too many errors after {.} from {.}[{source}]«:{#source.port}»", "rejected", Failure),
    ("improper command pipelining after {.} from {.}[{source}]«:{#source.port}»: {*}", "rejected", Failure),
    ("timeout after {.} from {.}[{source}]«:{#source.port}»", "disconnect", Unsaid),
    ("SSL_accept error from {.}[{source}]«:{#source.port}»: {*}", "disconnect", Unsaid),
    ("connect from {.}[{source}]«:{#source.port}»", "connect", Unsaid),
    ("disconnect from {.}[{source}]«:{#source.port}»« {*}»", "disconnect", Unsaid),
    (
        "{.}: client={.}[{source}]«:{#source.port}», sasl_method={.}, sasl_username={user.name}",
        "login",
        Success,
    ),
    ("{.}: client={.}[{source}]«:{#source.port}»«, {*}»", "connect", Unsaid),
    ("PREGREET {#} after {.} from [{source}]:{#source.port}: {**}", "rejected", Failure),
    ("HANGUP after {.} from [{source}]:{#source.port} in {*}", "disconnect", Unsaid),
    ("DNSBL rank {#} for [{source}]:{#source.port}", "rejected", Failure),
    ("CONNECT from [{source}]:{#source.port} to [{destination}]:{#destination.port}", "connect", Unsaid),
];

/// dovecot and its parts.
pub static DOVECOT: &[Spec] = &[
    ("{*}(auth failed, {*}): user=<{user.name}>, method={.}, rip={source}«, {*}»", "login", Failure),
    ("{*}(auth failed, {*}) {*} rip={source}«, {*}»", "login", Failure),
    ("{*}(auth failed, {*}): {*} rip={source}«, {*}»", "login", Failure),
    ("{*}Login: user=<{user.name}>, method={.}, rip={source}, {*}", "login", Success),
    ("{*}(tried to use disallowed {*} auth): user=<{user.name}>, {*}rip={source}«, {*}»", "login", Failure),
    ("{*}: user=<{user.name}>, {*}rip={source}«, {*}»", "disconnect", Unsaid),
    ("{*}: {*}rip={source}«, {*}»", "disconnect", Unsaid),
    ("{*}({user.name},{source}): {login.reason}", "login", Failure),
    ("{*}({user.name},{source},): {login.reason}", "login", Failure),
    ("{*}({user.name},{source},<{*}>): {login.reason}", "login", Failure),
];

/// exim, sendmail, cyrus, courier, qmail and others that carry mail.
pub static MAIL: &[Spec] = &[
    (
        "{.} authenticator failed for {*} [{source}]: 535 Incorrect authentication data (set_id={**user.name})",
        "login",
        Failure,
    ),
    (
        "{.} authenticator failed for {*} [{source}]:{#source.port}: 535 Incorrect authentication data (set_id={**user.name})",
        "login",
        Failure,
    ),
    (
        "{.} authenticator failed for {*} [{source}]:{#source.port} I={.}«:{.}»: 535 Incorrect authentication data (set_id={**user.name})",
        "login",
        Failure,
    ),
    (
        "authenticator failed for {*} [{source}]:{#source.port}{*}: 535 Incorrect authentication data (set_id={**user.name})",
        "login",
        Failure,
    ),
    (
        "{.} authenticator failed for {*} [{source}]{*}: 535 Incorrect authentication data{**}",
        "login",
        Failure,
    ),
    ("authenticator failed for {*} [{source}]{*}: 535 Incorrect authentication data{**}", "login", Failure),
    ("«[{#}] »SMTP protocol error in {*} [{source}] {*}", "rejected", Failure),
    ("«[{#}] »SMTP protocol error in {*} [{source}]:{#source.port} {*}", "rejected", Failure),
    ("«[{#}] »no MAIL in SMTP connection from {*}[{source}]{**}", "rejected", Failure),
    ("«[{#}] »«{.} »SMTP connection from {*}[{source}]{**} closed by DROP in ACL", "rejected", Failure),
    ("«[{#}] »SMTP call from {*}[{source}]{**} dropped: {*}", "rejected", Failure),
    ("H={*} [{source}]«:{#source.port}» {**}", "rejected", Failure),
    ("{.}: {*}[{source}]«{*}»: possible SMTP attack: command={.}, count={#}", "rejected", Failure),
    ("«{.}: »ruleset={.}, {*}relay={*}[{source}]{*} reject={mail.reason}", "rejected", Failure),
    ("{.}: AUTH failure ({.}): {*}relay={*}[{source}]{*}", "login", Failure),
    ("{.}: {*}[{source}]«{*}» did not issue {*}", "rejected", Failure),
    ("{.}: {*}[{source}]: {.} {*} [rejected]", "rejected", Failure),
    ("{.}: from={*}, relay={*}[{source}]", "", Unsaid),
    ("{.}: lost input channel from {*}[{source}] to {*}", "disconnect", Unsaid),
    ("{.}: rejecting commands from {*}[{source}]{*}", "rejected", Failure),
    ("{.}: {*}[{source}]: {.} rejection: {*}", "rejected", Failure),
    ("badlogin: {*}[{source}] {**login.reason}", "login", Failure),
    ("Login failed user={user.name} auth={*} host={*}[{source}]", "login", Failure),
    ("Login disabled user={user.name} auth={*} host={*}[{source}]", "login", Failure),
    ("Login failure user={user.name} host={*}[{source}]", "login", Failure),
    ("AUTHENTICATE {.} failure host={*}[{source}]", "login", Failure),
    ("LOGIN FAILED, user={user.name}, ip=[{source}]«, {*}»", "login", Failure),
    ("LOGIN FAILED, ip=[{source}]«, {*}»", "login", Failure),
    ("LOGIN FAILED, method={.}, ip=[{source}]«, {*}»", "login", Failure),
    ("LOGIN, user={user.name}, ip=[{source}], {*}", "login", Success),
    ("error,relay={source},{*}: 550 {mail.reason}", "rejected", Failure),
    ("error,relay={source},{*}: 535 {login.reason}", "login", Failure),
    ("Relaying denied. IP name lookup failed [{source}]", "rejected", Failure),
    ("authentication failure {*} {source}", "login", Failure),
    ("authentication failed: {.login.reason} user: {user.name} - {source}", "login", Failure),
    ("authentication failed: {login.reason}: {user.name} - {source}", "login", Failure),
    ("{.} blocked {source} {*}", "rejected", Failure),
    ("{.} smtp event=failed-command address={source} host={.} {**}", "login", Failure),
];

/// The BIND name server.
pub static NAMED: &[Spec] = &[
    (
        "{*}client« @{.}» {source}#{#source.port}« ({*})»«: view {.}»: {**named.message} denied",
        "rejected",
        Failure,
    ),
    ("{*}client« @{.}» {source}#{#source.port}« ({*})»«: view {.}»: {**named.message}", "", Unsaid),
    ("{*}client« @{.}» {source}#{#source.port} {**named.message}", "", Unsaid),
];

/// Services of all kinds, whose messages can be recognised by their first words.
pub static OTHERS: &[Spec] = &[
    ("login failure for user {user.name} from {source} via {.}", "login", Failure),
    ("user {user.name} logged in from {source} via {.}", "login", Success),
    ("user {user.name} logged out from {source} via {.}", "logout", Unsaid),
    ("/{.}: webConfigurator authentication error for user '{user.name}' from: {source}", "login", Failure),
    ("/{.}: Successful login for user '{user.name}' from: {source}«{*}»", "login", Success),
    ("webConfigurator authentication error for user '{user.name}' from: {source}", "login", Failure),
    ("webConfigurator authentication error for user '{user.name}' from {source}", "login", Failure),
    ("Successful webConfigurator login for user '{user.name}' from {source}", "login", Success),
    ("IMAP Error: Login failed for {user.name} from {source}. AUTHENTICATE {*}", "login", Failure),
    ("IMAP Error: Login failed for {user.name} from {source}. {*}", "login", Failure),
    ("IMAP Error: Login failed for {user.name} against {.} from {source}. {*}", "login", Failure),
    ("IMAP Error: Login failed for {user.name} from {source}({*}", "login", Failure),
    ("IMAP Error: Login failed for {user.name} from {source}", "login", Failure),
    ("<{.}> IMAP Error: Login failed for {user.name} from {source}«. {*}»", "login", Failure),
    ("FAILED login for {user.name} from {source}«. {*}»", "login", Failure),
    ("Failed login for {user.name} from {source}« in session {*}»", "login", Failure),
    ("<{.}> Failed login for {user.name} from {source}« in session {*}»", "login", Failure),
    ("user denied: {user.name} ({.}) from {source}", "login", Failure),
    ("[Login Action {source}] Unknown user '{user.name}' tried to login.", "login", Failure),
    ("[Login Action {source}] User '{user.name}' tried to login with wrong password.", "login", Failure),
    ("froxlor.WARNING: {*}\"user\":\"{source}\"{*}", "login", Failure),
    ("Host {source} is not allowed to talk to us!", "rejected", Failure),
    ("{source} to {destination} ports {*}", "port_scan", Unsaid),
    (
        "Authentication: FAILED :: User Name: {user.name} :: Viewer Address: {source} :: Type: {*}",
        "login",
        Failure,
    ),
    (
        "Authentication: SUCCEEDED :: User Name: {user.name} :: Viewer Address: {source} :: Type: {*}",
        "login",
        Success,
    ),
    ("ALERT - {*} (attacker '{source}', file {**}", "rejected", Failure),
    ("({.}) FastCGI-stderr: ALERT - {*} (attacker '{source}', file {**}", "rejected", Failure),
    ("({.}) {*} IP: {source}", "login", Failure),
    ("[{.}] [pid {*}] [client {source}«:{#source.port}»] {**web.error}", "", Unsaid),
    ("[{.}] [client {source}«:{#source.port}»] {**web.error}", "", Unsaid),
    ("{#}.{#} rblsmtpd: {source} pid {*}", "rejected", Failure),
    ("{#}.{#} qmail-smtpd: {*} ip {source} rbl: {*}", "rejected", Failure),
    ("ALERT - {*} (attacker '{source}'{*}", "rejected", Failure),
    (
        "info: block({#}): tcp/accept ]: {source}.{#source.port} {destination}.{#destination.port}: error after reading {**login.reason}",
        "login",
        Failure,
    ),
    ("HttpRequest: access denied -- client {source}: {login.reason}", "login", Failure),
    ("Warning: Client '{source}' supplied unknown user '{user.name}' accessing {*}", "login", Failure),
    (
        "Warning: Client '{source}' supplied wrong password for user '{user.name}' accessing {*}",
        "login",
        Failure,
    ),
    ("SOGoRootPage Login from '{source}' for user '{user.name}' might not have worked{*}", "login", Failure),
    ("[{.} ] AUTHFAIL: user={user.name} ip={source} time={#}", "login", Failure),
    ("[{.}] AUTHFAIL: user={user.name} ip={source} time={#}", "login", Failure),
    ("AUTHFAIL: user={user.name} ip={source} time={#}", "login", Failure),
    ("ACCEPT host={source} port={#source.port} {*}", "connect", Unsaid),
    ("CLOSE host={source} port={#source.port} {*}", "disconnect", Unsaid),
    ("FAIL: {.} {.} from={source}", "rejected", Failure),
    ("FAIL: {.} {.} {.} from={source}", "rejected", Failure),
    ("START: {.} pid={#} from={source}", "connect", Unsaid),
    ("Invalid login as {user.name} from {source}", "login", Failure),
    ("Non-existent login as {user.name} from {source}", "login", Failure),
    ("Security alert: Host {source} blocked after {*}", "rejected", Failure),
    ("Successful login as {user.name} from {source}", "login", Success),
    ("Failed authentication attempt for {user.name} from {source}«:{#source.port}»«: {*}»", "login", Failure),
    ("Access denied for user '{user.name}'@'{source}' (using password: {.})", "login", Failure),
    ("Access denied for user '{user.name}'@'{source}'", "login", Failure),
    ("[{source}]:{#source.port} TLS Error: {login.reason}", "rejected", Failure),
    ("{source}:{#source.port} TLS Error: {login.reason}", "rejected", Failure),
    ("{source}:{#source.port} TLS Auth Error: {login.reason}", "login", Failure),
    ("Attack from \"{source}\" on service {*}", "attack", Unsaid),
    ("Blocking \"{source}/{#}\" for {*}", "blocked", Unsaid),
    ("Blocking {source}:{*} for {*}", "blocked", Unsaid),
    ("Blocking \"{source}\" for {*}", "blocked", Unsaid),
    ("refused connect from {*} ({source})", "rejected", Failure),
    ("refused connect from {source}", "rejected", Failure),
    ("connect from {.} ({source})", "connect", Unsaid),
    ("connect from {source}", "connect", Unsaid),
    ("warning: can't verify hostname: {*}({source}) {*}", "", Unsaid),
    ("Login failed for user '{user.name}'. Reason: {**login.reason} [CLIENT: {source}]", "login", Failure),
    ("Failed login from {source} for user {user.name}", "login", Failure),
];

/// Telephony: asterisk, freeswitch.
pub static VOICE: &[Spec] = &[
    (
        "{*}Registration from '{user.name}' failed for '{source}«:{#source.port}»' - {login.reason}",
        "login",
        Failure,
    ),
    ("{*}SIP auth failure ({.}) on sofia profile '{*}' for [{user.name}] from ip {source}", "login", Failure),
];

/// The packet filter of pfSense and OPNsense, as lists of values.
///
/// Source: pfSense documentation, "Raw Filter Log Format".
pub static FILTERLOG: &[Spec] = &[
    (
        "{.},{.},{.},{.},{.iptables.in},{.},block,{.},4,{.},{.},{.},{.},{.},{.},{.},{.iptables.protocol},{#iptables.length},{source},{destination},{#source.port},{#destination.port},{*}",
        "firewall_blocked",
        Unsaid,
    ),
    (
        "{.},{.},{.},{.},{.iptables.in},{.},reject,{.},4,{.},{.},{.},{.},{.},{.},{.},{.iptables.protocol},{#iptables.length},{source},{destination},{#source.port},{#destination.port},{*}",
        "firewall_blocked",
        Unsaid,
    ),
    (
        "{.},{.},{.},{.},{.iptables.in},{.},pass,{.},4,{.},{.},{.},{.},{.},{.},{.},{.iptables.protocol},{#iptables.length},{source},{destination},{#source.port},{#destination.port},{*}",
        "firewall_allowed",
        Unsaid,
    ),
    (
        "{.},{.},{.},{.},{.iptables.in},{.},{.},{.},4,{.},{.},{.},{.},{.},{.},{.},{.iptables.protocol},{#iptables.length},{source},{destination},{*}",
        "firewall_logged",
        Unsaid,
    ),
    (
        "{.},{.},{.},{.},{.iptables.in},{.},block,{.},6,{.},{.},{.},{.iptables.protocol},{.},{#iptables.length},{source},{destination},{#source.port},{#destination.port},{*}",
        "firewall_blocked",
        Unsaid,
    ),
    (
        "{.},{.},{.},{.},{.iptables.in},{.},reject,{.},6,{.},{.},{.},{.iptables.protocol},{.},{#iptables.length},{source},{destination},{#source.port},{#destination.port},{*}",
        "firewall_blocked",
        Unsaid,
    ),
    (
        "{.},{.},{.},{.},{.iptables.in},{.},pass,{.},6,{.},{.},{.},{.iptables.protocol},{.},{#iptables.length},{source},{destination},{#source.port},{#destination.port},{*}",
        "firewall_allowed",
        Unsaid,
    ),
    (
        "{.},{.},{.},{.},{.iptables.in},{.},{.},{.},6,{.},{.},{.},{.iptables.protocol},{.},{#iptables.length},{source},{destination},{*}",
        "firewall_logged",
        Unsaid,
    ),
];

/// systemd.
pub static SYSTEMD: &[Spec] = &[
    ("Started Session {.session.id} of user {user.name}.", "session_started", Success),
    ("Started Session {.session.id} of User {user.name}.", "session_started", Success),
    ("Starting {systemd.unit}...", "service_starting", Unsaid),
    ("Started {systemd.unit}.", "service_started", Success),
    ("Stopping {systemd.unit}...", "service_stopping", Unsaid),
    ("Stopped {systemd.unit}.", "service_stopped", Success),
    ("Failed to start {systemd.unit}.", "service_started", Failure),
    ("Failed to start {systemd.unit}: {**systemd.reason}", "service_started", Failure),
    ("{.systemd.unit}: Failed with result '{.systemd.reason}'.", "service_failed", Failure),
    ("{.systemd.unit}: Main process exited, code={.}, status={systemd.reason}", "service_exited", Unsaid),
    ("Reloading.", "systemd_reload", Unsaid),
    ("Reloading {systemd.unit}.", "service_reloading", Unsaid),
];

/// Messages of the kernel, except those of its firewall.
pub static KERNEL: &[Spec] = &[
    ("device {.kernel.device} entered promiscuous mode", "promiscuous_mode", Unsaid),
    ("device {.kernel.device} left promiscuous mode", "promiscuous_mode_end", Unsaid),
    ("Out of memory: Kill«ed» process {#process.child} ({kernel.process}){*}", "out_of_memory", Unsaid),
    ("usb {.kernel.device}: new {*} USB device number {#} using {*}", "usb_attached", Unsaid),
    ("usb {.kernel.device}: New USB device found, {*}", "usb_attached", Unsaid),
    ("usb {.kernel.device}: USB disconnect, device number {#}", "usb_removed", Unsaid),
    ("{.kernel.module}: module verification failed: {*}", "module_unverified", Failure),
    ("{.kernel.module}: loading out-of-tree module taints kernel.", "module_loaded", Unsaid),
];
