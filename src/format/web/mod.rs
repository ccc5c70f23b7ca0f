//! What serves and watches the web writes: servers, proxies, firewalls of applications, sensors.

pub mod apache_access;
pub mod apache_error;
pub mod mixed;
pub mod modsecurity;
pub mod nginx_error;
pub mod php_error;
pub mod proxy;
pub mod suricata;
pub mod w3c;
