//! The leaf room: what every other room shares. It knows no other room.
