//! What a Linux system writes: its logs, records of logins, packages, shells, containers.

pub mod acct;
pub mod apt;
pub mod auditd;
pub mod boot;
pub mod cloud_init;
pub mod container_log;
pub mod dmesg;
pub mod dpkg;
pub mod fail2ban;
pub mod faillog;
pub mod journal;
pub mod kubernetes_audit;
pub mod lastlog;
pub mod layout;
pub mod shell_history;
pub mod syslog;
pub mod utmp;
pub mod wtmpdb;
pub mod yum;
pub mod zypp;
