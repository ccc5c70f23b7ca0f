//! What audit records encode: text as hexadecimal digits, socket addresses.

use std::fmt::Write;

/// The bytes of hexadecimal digits, at least one; `None` where it is anything else.
pub fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let value = |digit: u8| (digit as char).to_digit(16).map(|value| value as u8);
    if digits.is_empty() || digits.len() % 2 == 1 {
        return None;
    }
    digits.chunks(2).map(|pair| Some(value(pair[0])? << 4 | value(pair[1])?)).collect()
}

/// Whether a value of `key` without quotes is hexadecimal digits: the program or the kernel writes what has spaces,
/// quotes or control characters so.
///
/// Source: `auparse/typetab.h`, types ESCAPED, ESCAPED_KEY, PROCTITLE and TTY_DATA.
pub fn is_escaped(key: &[u8]) -> bool {
    matches!(
        key,
        b"acct"
            | b"cgroup"
            | b"cmd"
            | b"comm"
            | b"cwd"
            | b"data"
            | b"device"
            | b"dir"
            | b"exe"
            | b"file"
            | b"grp"
            | b"invalid_context"
            | b"key"
            | b"name"
            | b"new-disk"
            | b"new-fs"
            | b"new-rng"
            | b"new_group"
            | b"ocomm"
            | b"old-disk"
            | b"old-fs"
            | b"old-rng"
            | b"path"
            | b"proctitle"
            | b"profile"
            | b"root_dir"
            | b"sw"
            | b"target"
            | b"unit"
            | b"vm"
            | b"watch"
    )
}

/// A socket address.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct SocketAddress {
    /// The name of its family: `inet`.
    pub family: String,
    /// Of the families inet and inet6.
    pub address: Option<String>,
    /// Of the same.
    pub port: Option<u16>,
    /// Of the family local; `@` before an abstract one.
    pub path: Option<Vec<u8>>,
}

/// Reads a `struct sockaddr` of a little-endian machine.
///
/// Source: `linux/socket.h`, `linux/in.h`, `linux/in6.h`, `linux/un.h`.
pub fn socket_address(bytes: &[u8]) -> Option<SocketAddress> {
    const FAMILIES: &[(u16, &str)] = &[
        (0, "unspecified"),
        (1, "local"),
        (2, "inet"),
        (3, "ax25"),
        (4, "ipx"),
        (10, "inet6"),
        (15, "key"),
        (16, "netlink"),
        (17, "packet"),
        (29, "can"),
        (31, "bluetooth"),
        (38, "alg"),
        (40, "vsock"),
        (44, "xdp"),
    ];
    let (&[low, high], rest) = bytes.split_first_chunk::<2>()?;
    let number = u16::from_le_bytes([low, high]);
    let name = FAMILIES.iter().find(|(known, _)| *known == number).map(|&(_, name)| name);
    let mut found = SocketAddress {
        family: name.map_or_else(|| number.to_string(), str::to_owned),
        ..SocketAddress::default()
    };
    match (number, rest) {
        (2, [p0, p1, a, b, c, d, ..]) => {
            found.port = Some(u16::from_be_bytes([*p0, *p1]));
            found.address = Some(std::net::Ipv4Addr::new(*a, *b, *c, *d).to_string());
        }
        (10, [p0, p1, _, _, _, _, address @ ..]) => {
            found.port = Some(u16::from_be_bytes([*p0, *p1]));
            let address = address.first_chunk::<16>();
            found.address = address.map(|octets| std::net::Ipv6Addr::from(*octets).to_string());
        }
        (1, path) => {
            let (is_abstract, path) = match path {
                [0, path @ ..] => (true, path),
                path => (false, path),
            };
            let end = path.iter().position(|&byte| byte == 0).unwrap_or(path.len());
            let mark: &[u8] = if is_abstract && end > 0 { b"@" } else { b"" };
            found.path = Some([mark, &path[..end]].concat()).filter(|path| !path.is_empty());
        }
        _ => {}
    }
    Some(found)
}

/// The name of a type of record that is told by its number; `UNKNOWN[1334]` is told so, too.
///
/// Source: `linux/audit.h` and `audit-records.h`.
pub fn kind_name(number: u32, out: &mut String) {
    const FROM_1100: &str = "USER_AUTH USER_ACCT USER_MGMT CRED_ACQ CRED_DISP USER_START USER_END USER_AVC \
        USER_CHAUTHTOK USER_ERR CRED_REFR USYS_CONFIG USER_LOGIN USER_LOGOUT ADD_USER DEL_USER ADD_GROUP DEL_GROUP \
        DAC_CHECK CHGRP_ID TEST TRUSTED_APP USER_SELINUX_ERR USER_CMD USER_TTY CHUSER_ID GRP_AUTH SYSTEM_BOOT \
        SYSTEM_SHUTDOWN SYSTEM_RUNLEVEL SERVICE_START SERVICE_STOP GRP_MGMT GRP_CHAUTHTOK MAC_CHECK ACCT_LOCK \
        ACCT_UNLOCK USER_DEVICE SOFTWARE_UPDATE";
    const FROM_1300: &str = "SYSCALL FS_WATCH PATH IPC SOCKETCALL CONFIG_CHANGE SOCKADDR CWD FS_INODE EXECVE - \
        IPC_SET_PERM MQ_OPEN MQ_SENDRECV MQ_NOTIFY MQ_GETSETATTR KERNEL_OTHER FD_PAIR OBJ_PID TTY EOE BPRM_FCAPS \
        CAPSET MMAP NETFILTER_PKT NETFILTER_CFG SECCOMP PROCTITLE FEATURE_CHANGE REPLACE KERN_MODULE FANOTIFY \
        TIME_INJOFFSET TIME_ADJNTPVAL BPF EVENT_LISTENER URINGOP OPENAT2 DM_CTRL DM_EVENT";
    const FROM_1400: &str = "AVC SELINUX_ERR AVC_PATH MAC_POLICY_LOAD MAC_STATUS MAC_CONFIG_CHANGE MAC_UNLBL_ALLOW \
        MAC_CIPSOV4_ADD MAC_CIPSOV4_DEL MAC_MAP_ADD MAC_MAP_DEL MAC_IPSEC_ADDSA MAC_IPSEC_DELSA MAC_IPSEC_ADDSPD \
        MAC_IPSEC_DELSPD MAC_IPSEC_EVENT MAC_UNLBL_STCADD MAC_UNLBL_STCDEL MAC_CALIPSO_ADD MAC_CALIPSO_DEL";
    const FROM_1700: &str = "ANOM_PROMISCUOUS ANOM_ABEND ANOM_LINK ANOM_CREAT";
    let single =
        [(1005, "USER"), (1006, "LOGIN"), (1200, "DAEMON_START"), (1201, "DAEMON_END"), (2000, "KERNEL")];
    let runs = [(1100, FROM_1100), (1300, FROM_1300), (1400, FROM_1400), (1700, FROM_1700)];
    let in_run = |&(first, names): &(u32, &'static str)| {
        names.split_ascii_whitespace().nth(number.checked_sub(first)? as usize).filter(|name| *name != "-")
    };
    let known = single.iter().find(|(known, _)| *known == number).map(|&(_, name)| name);
    match known.or_else(|| runs.iter().find_map(in_run)) {
        Some(name) => out.push_str(name),
        None => write!(out, "UNKNOWN[{number}]").expect("a string takes all"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn socket_addresses() {
        let read = |hex: &str| socket_address(&unhex(hex.as_bytes()).expect("digits")).expect("an address");
        let inet = read("0200E31C4853E6640000000000000000");
        assert_eq!(
            (&*inet.family, inet.address.as_deref(), inet.port),
            ("inet", Some("72.83.230.100"), Some(58140))
        );
        let inet6 = read("0A000016000000000000000000000000000000000000000100000000");
        assert_eq!((&*inet6.family, inet6.address.as_deref(), inet6.port), ("inet6", Some("::1"), Some(22)));
        assert_eq!(read("01002F6465762F6C6F6700").path.as_deref(), Some(b"/dev/log".as_slice()));
        assert_eq!(read("0100002F746D7000").path.as_deref(), Some(b"@/tmp".as_slice()));
        assert_eq!(read("0100").path, None);
        assert_eq!(read("0200").address, None);
        assert_eq!(read("6300").family, "99");
    }

    #[test]
    fn numbers_of_types() {
        let name = |number| {
            let mut name = String::new();
            kind_name(number, &mut name);
            name
        };
        assert_eq!(name(1112), "USER_LOGIN");
        assert_eq!(name(1327), "PROCTITLE");
        assert_eq!(name(1400), "AVC");
        assert_eq!(name(1130), "SERVICE_START");
        assert_eq!(name(1310), "UNKNOWN[1310]");
        assert_eq!(name(99), "UNKNOWN[99]");
    }
}
