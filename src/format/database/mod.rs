//! What databases write.

pub mod mysql_error;
pub mod mysql_slowlog;
pub mod postgres;
pub mod redis;
