//! Families of programs: the programs of each family, and the tables that read their messages.

use super::spec::Spec;
use super::{accounts, services, ssh};
use crate::base::event::is_same;

/// A family of programs whose messages one table reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    Sshd,
    Dropbear,
    Pam,
    PamItself,
    Su,
    Login,
    Changes,
    Cron,
    Logind,
    Polkit,
    Sudo,
    Ftp,
    Postfix,
    Dovecot,
    Mail,
    Named,
    Systemd,
    Kernel,
    Filterlog,
    Voice,
    Others,
}

use Family::{
    Changes, Cron, Dovecot, Dropbear, Filterlog, Ftp, Kernel, Login, Logind, Mail, Named, Others, Pam,
    PamItself, Polkit, Postfix, Sshd, Su, Sudo, Systemd, Voice,
};

/// Whether the messages of a family are about somebody's access or rights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    Always,
    Never,
    /// Only messages that report a login are.
    Login,
}

/// A family, with its programs and tables.
pub struct Known {
    family: Family,
    /// The table of the family.
    pub specs: &'static [Spec],
    /// The families whose tables are tried, in this order.
    pub tried: &'static [Family],
    /// Whether the messages of the family are about rights.
    pub tells_rights: Rights,
    /// The names of its programs, without a path.
    programs: &'static [&'static str],
}

/// All families, in the order of [`Family`].
pub const FAMILIES: &[Known] = &[
    Known {
        family: Sshd,
        specs: ssh::SSHD,
        tried: &[Sshd, PamItself],
        tells_rights: Rights::Always,
        programs: &["sshd", "sshd-session", "sshd-auth"],
    },
    Known {
        family: Dropbear,
        specs: ssh::DROPBEAR,
        tried: &[Dropbear, Changes],
        tells_rights: Rights::Always,
        programs: &["dropbear"],
    },
    Known {
        family: Pam,
        specs: accounts::PAM,
        tried: &[Pam, Changes],
        tells_rights: Rights::Never,
        programs: &[],
    },
    Known {
        family: PamItself,
        specs: accounts::PAM_ITSELF,
        tried: &[PamItself, Changes],
        tells_rights: Rights::Never,
        programs: &[],
    },
    Known {
        family: Su,
        specs: accounts::SU,
        tried: &[Su, Changes],
        tells_rights: Rights::Always,
        programs: &["su"],
    },
    Known {
        family: Login,
        specs: accounts::LOGIN,
        tried: &[Login, Changes],
        tells_rights: Rights::Always,
        programs: &["login"],
    },
    Known {
        family: Changes,
        specs: accounts::CHANGES,
        tried: &[Changes],
        tells_rights: Rights::Always,
        programs: &[
            "chfn",
            "chsh",
            "chage",
            "passwd",
            "adduser",
            "useradd",
            "usermod",
            "userdel",
            "gpasswd",
            "deluser",
            "groupadd",
            "groupdel",
            "groupmod",
            "groupmems",
            "chpasswd",
            "newusers",
        ],
    },
    Known {
        family: Cron,
        specs: accounts::CRON,
        tried: &[Cron, Changes],
        tells_rights: Rights::Never,
        programs: &["cron", "CRON", "crond", "CROND", "crontab", "anacron"],
    },
    Known {
        family: Logind,
        specs: accounts::LOGIND,
        tried: &[Logind, Changes],
        tells_rights: Rights::Always,
        programs: &["systemd-logind", "elogind-daemon"],
    },
    Known {
        family: Polkit,
        specs: accounts::POLKIT,
        tried: &[Polkit, Changes],
        tells_rights: Rights::Always,
        programs: &["pkexec", "polkitd", "polkit-agent-helper-1"],
    },
    Known {
        family: Sudo,
        specs: accounts::SUDO,
        tried: &[Su, Pam],
        tells_rights: Rights::Always,
        programs: &["sudo"],
    },
    Known {
        family: Ftp,
        specs: services::FTP,
        tried: &[Ftp, Mail, Others],
        tells_rights: Rights::Login,
        programs: &["ftpd", "vsftpd", "proftpd", "wu-ftpd", "in.ftpd", "gssftpd", "pure-ftpd"],
    },
    Known {
        family: Postfix,
        specs: services::POSTFIX,
        tried: &[Postfix, Mail, Others],
        tells_rights: Rights::Login,
        programs: &["postfix"],
    },
    Known {
        family: Dovecot,
        specs: services::DOVECOT,
        tried: &[Dovecot, Mail, Others],
        tells_rights: Rights::Login,
        programs: &[
            "dovecot",
            "dovecot-auth",
            "auth",
            "imap-login",
            "pop3-login",
            "managesieve-login",
            "auth-worker",
            "submission-login",
        ],
    },
    Known {
        family: Mail,
        specs: services::MAIL,
        tried: &[Mail, Others],
        tells_rights: Rights::Login,
        programs: &[
            "exim",
            "imap",
            "pop3",
            "sieve",
            "qmail",
            "lmtpd",
            "exim4",
            "imapd",
            "pop3d",
            "sm-mta",
            "sendmail",
            "qmail-smtpd",
            "rblsmtpd",
            "courieresmtpd",
            "sm-acceptingconnections",
            "timsieved",
            "imap-login-cyrus",
            "courierpop3login",
            "pop3d-ssl",
            "imapd-ssl",
        ],
    },
    Known {
        family: Named,
        specs: services::NAMED,
        tried: &[Named, Mail, Others],
        tells_rights: Rights::Login,
        programs: &["named"],
    },
    Known {
        family: Systemd,
        specs: services::SYSTEMD,
        tried: &[Systemd, Changes],
        tells_rights: Rights::Never,
        programs: &["systemd"],
    },
    Known {
        family: Kernel,
        specs: services::KERNEL,
        tried: &[Kernel],
        tells_rights: Rights::Never,
        programs: &["kernel"],
    },
    Known {
        family: Filterlog,
        specs: services::FILTERLOG,
        tried: &[Filterlog, Changes],
        tells_rights: Rights::Never,
        programs: &["filterlog"],
    },
    Known {
        family: Voice,
        specs: services::VOICE,
        tried: &[Voice, Mail, Others],
        tells_rights: Rights::Login,
        programs: &["asterisk", "freeswitch"],
    },
    Known {
        family: Others,
        specs: services::OTHERS,
        tried: &[Others],
        tells_rights: Rights::Login,
        programs: &[],
    },
];

impl Family {
    /// The programs and tables of the family.
    pub fn known(self) -> &'static Known {
        &FAMILIES[self as usize]
    }
}

/// Finds the family of a program by the program's name.
pub struct Names {
    /// The names and their families, by the length of the name: few names have the same length.
    by_length: Vec<Vec<(&'static [u8], Family)>>,
}

impl Names {
    /// The names of all known programs.
    pub fn new() -> Names {
        let mut by_length = Vec::new();
        for known in FAMILIES {
            for name in known.programs.iter().map(|name| name.as_bytes()) {
                by_length.resize(by_length.len().max(name.len() + 1), Vec::new());
                by_length[name.len()].push((name, known.family));
            }
        }
        Names { by_length }
    }

    /// The family of the program with this name. A path may precede the name; for postfix, a service may follow it.
    pub fn family_of(&self, program: &[u8]) -> Family {
        let name = match memchr::memrchr(b'/', program) {
            Some(_) if program.starts_with(b"postfix") => return Postfix,
            Some(at) => &program[at + 1..],
            None => program,
        };
        let names = self.by_length.get(name.len()).map_or(&[][..], |names| names);
        names.iter().find(|(known, _)| is_same(known, name)).map_or(Others, |&(_, family)| family)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_in_order_and_programs_in_one() {
        for (number, known) in FAMILIES.iter().enumerate() {
            assert_eq!(known.family as usize, number);
        }
        let names = Names::new();
        for known in FAMILIES {
            for name in known.programs {
                assert_eq!(names.family_of(name.as_bytes()), known.family, "{name}");
                assert_eq!(names.family_of(format!("/usr/sbin/{name}").as_bytes()), known.family, "{name}");
            }
        }
        assert_eq!(names.family_of(b"postfix/smtpd"), Postfix);
        assert_eq!(names.family_of(b""), Others);
        assert_eq!(names.family_of(b"a-name-that-is-longer-than-those-of-programs"), Others);
    }
}
