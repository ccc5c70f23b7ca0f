//! What serves and watches the web writes: servers, proxies, firewalls of applications, sensors.

pub mod apache_access;
pub mod modsecurity;
pub mod proxy;
pub mod suricata;
pub mod w3c;
pub mod web_error;
