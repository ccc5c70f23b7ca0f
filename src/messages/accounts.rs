//! Messages about access and rights: PAM, sudo, su, login, the programs that change accounts, cron, systemd-logind,
//! polkit.
//!
//! Sources: Linux-PAM, modules/pam_unix/support.c, pam_unix_sess.c, pam_unix_passwd.c, pam_succeed_if.c,
//! pam_faillock.c, pam_tally2.c; SSSD, pam_sss.c; sudo, lib/eventlog/eventlog.c; shadow-utils, su.c, login.c,
//! useradd.c, usermod.c, userdel.c, groupadd.c, gpasswd.c, passwd.c; util-linux, login-utils/su-common.c, login.c;
//! cronie, cron, src/do_command.c, crontab.c; systemd, logind-session.c; polkit, polkitbackendinteractiveauthority.c.

use super::spec::Outcome::{Failure, Success, Unsaid};
use super::spec::Spec;

/// Messages of PAM modules, after `pam_unix(sshd:auth): `. A peer cannot choose any text before `ruser`. A peer can
/// choose `ruser`, which comes before `rhost`, and `user`, which comes after both.
pub static PAM: &[Spec] = &[
    (
        "authentication failure; logname={.} uid={.} euid={.} tty={.} ruser= rhost={source}  user={user.name}",
        "authentication",
        Failure,
    ),
    (
        "authentication failure; logname={.} uid={.} euid={.} tty={.} ruser= rhost={source} user={user.name}",
        "authentication",
        Failure,
    ),
    (
        "authentication failure; logname={.} uid={.} euid={.} tty={.} ruser= rhost={source}",
        "authentication",
        Failure,
    ),
    (
        "authentication failure; logname={*} uid={.} euid={.} tty={.} ruser={pam.ruser} rhost={source}« » user={.user.name}",
        "authentication",
        Failure,
    ),
    (
        "authentication failure; logname={*} uid={.} euid={.} tty={.} ruser={pam.ruser} rhost={source}",
        "authentication",
        Failure,
    ),
    (
        "authentication failure; logname={*} uid={.} euid={.} tty={.} ruser={pam.ruser} rhost={source}« » user={user.name}",
        "authentication",
        Failure,
    ),
    ("authentication failure; {*} rhost={source}", "authentication", Failure),
    ("authentication failure; rhost={source}  user={user.name} msg={pam.reason}", "authentication", Failure),
    ("authentication failure; rhost={source} user={user.name} msg={pam.reason}", "authentication", Failure),
    (
        "authentication success; logname={.} uid={.} euid={.} tty={.} ruser={pam.ruser} rhost={source} user={user.name}",
        "authentication",
        Success,
    ),
    (
        "authentication success; logname={.} uid={.} euid={.} tty={.} ruser={pam.ruser} rhost={source}",
        "authentication",
        Success,
    ),
    ("received for user {user.name}: {#} ({pam.reason})", "authentication", Failure),
    (
        "session opened for user {.user.name}(uid={#user.id}) by {.session.by}(uid={#})",
        "session_opened",
        Success,
    ),
    ("session opened for user {.user.name}(uid={#user.id}) by (uid={#})", "session_opened", Success),
    ("session opened for user {user.name} by {.session.by}(uid={#})", "session_opened", Success),
    ("session opened for user {user.name}«(uid={#user.id})»", "session_opened", Success),
    ("session closed for user {user.name}", "session_closed", Unsaid),
    ("check pass; user unknown", "unknown_user", Failure),
    ("bad username [{user.name}]", "unknown_user", Failure),
    ("could not identify user (from getpwnam({user.name}))", "unknown_user", Failure),
    ("password changed for {user.name}", "password_changed", Success),
    ("account {.user.name} has expired (account expired)", "authentication", Failure),
    ("account {.user.name} has expired ({*})", "authentication", Failure),
    ("expired password for user {.user.name} ({*})", "authentication", Failure),
    ("auth could not identify password for [{user.name}]", "authentication", Failure),
    ("conversation failed", "", Unsaid),
    ("requirement \"{pam.reason}\" not met by user \"{user.name}\"", "authentication", Failure),
    ("requirement \"{pam.reason}\" was met by user \"{user.name}\"", "", Unsaid),
    ("User {user.name} ({#user.id}) tally {#}, deny {#}", "account_locked", Failure),
    ("user {user.name} ({#user.id}) tally {#}, deny {#}", "account_locked", Failure),
    ("user {user.name} ({#user.id}) has time limit {*}", "account_locked", Failure),
    ("Consecutive login failures for user {user.name} account temporarily locked", "account_locked", Failure),
    ("User unknown", "unknown_user", Failure),
    ("Access denied for user {user.name}: {pam.reason}", "authentication", Failure),
    ("access denied for user `{user.name}' from `{source}'", "authentication", Failure),
    ("access denied for user {user.name} from {source}", "authentication", Failure),
];

/// Messages of PAM itself, which any program may write.
pub static PAM_ITSELF: &[Spec] = &[
    (
        "PAM {#} more authentication failure«s»; logname={.} uid={.} euid={.} tty={.} ruser= rhost={source}  user={user.name}",
        "authentication",
        Failure,
    ),
    (
        "PAM {#} more authentication failure«s»; logname={.} uid={.} euid={.} tty={.} ruser= rhost={source} user={user.name}",
        "authentication",
        Failure,
    ),
    (
        "PAM {#} more authentication failure«s»; {*} rhost={source}«  user={user.name}»",
        "authentication",
        Failure,
    ),
];

/// su of shadow-utils, util-linux, coreutils and BSD.
pub static SU: &[Spec] = &[
    ("FAILED SU (to {.su.user}) {user.name} on {.su.tty}", "su", Failure),
    ("(to {.su.user}) {user.name} on {.su.tty}", "su", Success),
    ("Successful su for {.su.user} by {user.name}", "su", Success),
    ("FAILED su for {.su.user} by {user.name}", "su", Failure),
    ("'su {su.user}' failed for {user.name} on {.su.tty}", "su", Failure),
    ("'su {su.user}' succeeded for {user.name} on {.su.tty}", "su", Success),
    ("BAD SU {user.name} to {.su.user} on {.su.tty}", "su", Failure),
    ("BAD SU {user.name} to {.su.user}", "su", Failure),
    ("+ {.su.tty} {.user.name}:{.su.user}", "su", Success),
    ("- {.su.tty} {.user.name}:{.su.user}", "su", Failure),
    ("+ {.su.tty} {.user.name}-{.su.user}", "su", Success),
    ("- {.su.tty} {.user.name}-{.su.user}", "su", Failure),
    ("{.user.name} to {.su.user} on {.su.tty}", "su", Success),
];

/// login and similar programs.
pub static LOGIN: &[Spec] = &[
    ("ROOT LOGIN  on '{.login.tty}' from '{source}'", "login", Success),
    ("ROOT LOGIN  on '{.login.tty}'", "login", Success),
    ("ROOT LOGIN« ON» {.login.tty} FROM {source}", "login", Success),
    ("ROOT LOGIN ON {.login.tty}", "login", Success),
    ("ROOT LOGIN (root) ON {.login.tty}«, FROM {source}»", "login", Success),
    ("LOGIN ON {.login.tty} BY {user.name} FROM {source}", "login", Success),
    ("LOGIN ON {.login.tty} BY {user.name}", "login", Success),
    ("DIALUP AT {.login.tty} BY {user.name}", "login", Success),
    (
        "FAILED LOGIN ({#}) on '{.login.tty}' from '{source}' FOR '{user.name}', {login.reason}",
        "login",
        Failure,
    ),
    ("FAILED LOGIN ({#}) on '{.login.tty}' FOR '{user.name}', {login.reason}", "login", Failure),
    ("FAILED LOGIN {#} FROM {source} FOR {user.name}, {login.reason}", "login", Failure),
    ("FAILED LOGIN {#} FROM (null) FOR {user.name}, {login.reason}", "login", Failure),
    ("FAILED LOGIN {#} ON {.login.tty} FOR {user.name}, {login.reason}", "login", Failure),
    ("FAILED LOGIN SESSION FROM {.login.tty} FOR {user.name}, {login.reason}", "login", Failure),
    ("FAILED LOGIN ON {.login.tty}« FOR {user.name}»", "login", Failure),
    ("TOO MANY LOGIN TRIES ({#}) on '{.login.tty}' FOR '{user.name}'«, {login.reason}»", "login", Failure),
    ("TOO MANY LOGIN TRIES ({#}) FROM {source} FOR {user.name}, {login.reason}", "login", Failure),
    ("invalid password for '{user.name}' on '{.login.tty}' from '{source}'", "login", Failure),
    ("invalid password for '{user.name}' on '{.login.tty}'", "login", Failure),
    ("{#} LOGIN FAILURE«S» FROM {source}«, {user.name}»", "login", Failure),
    ("{#} LOGIN FAILURE«S» ON {.login.tty}«, {user.name}»", "login", Failure),
];

/// Programs that change accounts.
pub static CHANGES: &[Spec] = &[
    (
        "new user: name={user.name}, UID={#user.id}, GID={#group.id}, home={account.home}, shell={account.shell}, from={*}",
        "user_added",
        Success,
    ),
    (
        "new user: name={user.name}, UID={#user.id}, GID={#group.id}, home={account.home}, shell={account.shell}",
        "user_added",
        Success,
    ),
    ("new user: name={user.name}, UID={#user.id}, GID={#group.id}«, {*}»", "user_added", Success),
    (
        "new account added: {*}account={user.name}, uid={#user.id}, gid={#group.id}, home={account.home}, shell={account.shell}, by={#}",
        "user_added",
        Success,
    ),
    ("new group: name={group.name}, GID={#group.id}", "group_added", Success),
    ("new group added: {*}group={group.name}, gid={#group.id}, by={#}", "group_added", Success),
    ("group added to /etc/«g»group: name={group.name}, GID={#group.id}", "group_added", Success),
    ("group added to /etc/group: name={group.name}", "group_added", Success),
    ("group added to /etc/gshadow: name={group.name}", "group_added", Success),
    ("add '{user.name}' to group '{group.name}'", "group_member_added", Success),
    ("add '{user.name}' to shadow group '{group.name}'", "group_member_added", Success),
    ("delete '{user.name}' from group '{group.name}'", "group_member_removed", Success),
    ("delete '{user.name}' from shadow group '{group.name}'", "group_member_removed", Success),
    ("remove '{user.name}' from group '{group.name}'", "group_member_removed", Success),
    ("user {user.name} added by {.account.by} to group {.group.name}", "group_member_added", Success),
    ("user {user.name} removed by {.account.by} from group {.group.name}", "group_member_removed", Success),
    ("members of group {.group.name} set by {.account.by} to {user.name}", "group_member_added", Success),
    ("delete user '{user.name}'", "user_removed", Success),
    ("account deleted: account={user.name}, uid={#user.id}, by={#}", "user_removed", Success),
    ("removed group '{group.name}' owned by '{user.name}'", "group_removed", Success),
    ("removed shadow group '{group.name}' owned by '{user.name}'", "group_removed", Success),
    ("group '{group.name}' removed«{*}»", "group_removed", Success),
    ("remove group '{group.name}'", "group_removed", Success),
    ("failed adding user '{user.name}', {account.reason}", "user_added", Failure),
    ("failed adding user '{user.name}'", "user_added", Failure),
    ("change user '{user.name}' password", "password_changed", Success),
    ("change user name '{account.from}' to '{user.name}'", "user_changed", Success),
    ("change user '{user.name}' {account.change}", "user_changed", Success),
    ("changed user '{user.name}' {account.change}", "user_changed", Success),
    ("changed password expiry for {user.name}", "user_changed", Success),
    ("changed '{user.name}' information", "user_changed", Success),
    ("lock user '{user.name}' password", "user_changed", Success),
    ("unlock user '{user.name}' password", "user_changed", Success),
    ("password for '{user.name}' changed by '{account.by}'", "password_changed", Success),
    ("password changed for {user.name}", "password_changed", Success),
    ("password for {user.name} changed by {account.by}", "password_changed", Success),
    ("password of group '{group.name}' changed«{*}»", "group_changed", Success),
    ("group changed in {*}", "group_changed", Success),
    ("change group '{group.name}' {account.change}", "group_changed", Success),
    ("changed group '{group.name}'«{account.change}»", "group_changed", Success),
    ("user '{user.name}' already exists«{*}»", "user_added", Failure),
];

/// cron, its jobs and crontab.
pub static CRON: &[Spec] = &[
    ("({user.name}) CMD ({**cron.command})", "cron_command", Unsaid),
    ("({user.name}) CMDEND ({**cron.command})", "cron_command_end", Unsaid),
    ("({user.name}) CMDOUT ({**cron.output})", "cron_output", Unsaid),
    ("({user.name}) BEGIN EDIT ({*})", "crontab_edit", Unsaid),
    ("({user.name}) END EDIT ({*})", "crontab_edit_end", Unsaid),
    ("({user.name}) REPLACE ({*})", "crontab_replaced", Unsaid),
    ("({user.name}) DELETE ({*})", "crontab_deleted", Unsaid),
    ("({user.name}) LIST ({*})", "crontab_listed", Unsaid),
    ("(*system*) RELOAD ({cron.file})", "cron_reload", Unsaid),
    ("({user.name}) RELOAD ({cron.file})", "cron_reload", Unsaid),
    ("(CRON) STARTUP ({*})", "cron_startup", Unsaid),
    ("({user.name}) AUTH ({*})", "crontab_denied", Failure),
    ("USER {.user.name} pid {#process.child} cmd {cron.command}", "cron_command", Unsaid),
    ("Job `{cron.job}' started", "cron_command", Unsaid),
    ("({user.name}) FAILED to authorize user with PAM ({cron.reason})", "authentication", Failure),
    ("({user.name}) FAILED to open PAM security session ({cron.reason})", "authentication", Failure),
];

/// systemd-logind.
pub static LOGIND: &[Spec] = &[
    ("New session {.session.id} of user {user.name}.", "session_new", Success),
    (
        "New session '{.session.id}' of user '{user.name}' with class '{*}' and type '{*}'.",
        "session_new",
        Success,
    ),
    ("Removed session {session.id}.", "session_removed", Unsaid),
    ("Session {.session.id} logged out. Waiting for processes to exit.", "session_logout", Unsaid),
    ("Failed to start user service, ignoring: {*}", "", Unsaid),
    ("Power key pressed«{*}»", "power_key", Unsaid),
    ("System is powering down«{*}»", "shutdown", Unsaid),
    ("System is rebooting«{*}»", "reboot", Unsaid),
];

/// polkitd and pkexec.
pub static POLKIT: &[Spec] = &[
    (
        "Operator of {.} successfully authenticated as unix-user:{.polkit.user} to gain {*} authorization for action {.polkit.action} for {*} (owned by unix-user:{.user.name})",
        "polkit_authorization",
        Success,
    ),
    (
        "Operator of {.} FAILED to authenticate to gain authorization for action {.polkit.action} for {*} (owned by unix-user:{.user.name})",
        "polkit_authorization",
        Failure,
    ),
    (
        "Operator of {.} FAILED to authenticate to gain {*} authorization for action {.polkit.action} for {*} (owned by unix-user:{.user.name})",
        "polkit_authorization",
        Failure,
    ),
    (
        "{.user.name}: Executing command [USER={.polkit.user}] [TTY={.polkit.tty}] [CWD={polkit.cwd}] [COMMAND={**polkit.command}]",
        "pkexec_command",
        Success,
    ),
    (
        "{.user.name}: Error executing command as another user: {polkit.reason} [USER={.polkit.user}] [TTY={.polkit.tty}] [CWD={**polkit.cwd}] [COMMAND={**polkit.command}]",
        "pkexec_command",
        Failure,
    ),
    (
        "{.user.name}: {polkit.reason} [USER={.polkit.user}] [TTY={.polkit.tty}] [CWD={**polkit.cwd}] [COMMAND={**polkit.command}]",
        "pkexec_command",
        Failure,
    ),
];

/// sudo's reasons and remarks. Its command lines have a reader of their own, key by key.
pub static SUDO: &[Spec] = &[
    ("pam_{*}", "", Unsaid),
    ("{.user.name} : {sudo.reason} ; TTY={**}", "sudo_command", Failure),
    ("unable to resolve host {.}«{*}»", "", Unsaid),
];
