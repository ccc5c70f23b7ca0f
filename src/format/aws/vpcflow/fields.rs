//! The fields of flow logs: what each means, and what its values look like.

use crate::format::read::values::{is_address, is_number, is_word};

/// What the values of a field look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// 2 to 99.
    Version,
    /// Twelve digits, or `unknown`.
    Account,
    /// An IP address.
    Address,
    /// 0 to 65535.
    Port,
    /// A number of IANA's list of protocols.
    Protocol,
    /// A sum of TCP flags.
    Flags,
    /// Any other number.
    Number,
    /// When the flow began or ended, in seconds since 1970.
    Seconds,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Begins with one of these.
    Begins(&'static [&'static str]),
    /// `eu-west-1`.
    Region,
    /// `euw1-az2`.
    Zone,
    /// Anything.
    Text,
}

use Shape::{
    Account, Address, Begins, Flags, Number, OneOf, Port, Protocol, Region, Seconds, Text, Version, Zone,
};

/// A field: its name, what its values look like and what it means.
pub type Known = (&'static str, Shape, &'static str);

/// All fields in the order in which the user guide lists them, which is that of the versions that brought them.
pub const KNOWN: &[Known] = &[
    // Version 2.
    ("version", Version, "the highest version among the fields of the flow log"),
    ("account-id", Account, "the account that owns the source network interface"),
    ("interface-id", Begins(&["eni-"]), "the network interface for which the traffic was recorded"),
    ("srcaddr", Address, "the source address, or that of the interface for outgoing traffic"),
    ("dstaddr", Address, "the destination address, or that of the interface for incoming traffic"),
    ("srcport", Port, "the source port"),
    ("dstport", Port, "the destination port"),
    ("protocol", Protocol, "IANA's number of the protocol"),
    ("packets", Number, "packets of the flow"),
    ("bytes", Number, "bytes of the flow"),
    ("start", Seconds, "when the first packet of the interval came, in seconds since 1970"),
    ("end", Seconds, "when the last packet of the interval came, in seconds since 1970"),
    ("action", OneOf(&["ACCEPT", "REJECT"]), "whether security groups and network ACLs allowed the traffic"),
    (
        "log-status",
        OneOf(&["OK", "NODATA", "SKIPDATA"]),
        "whether there was traffic, and whether all was recorded",
    ),
    // Version 3.
    ("vpc-id", Begins(&["vpc-"]), "the VPC of the network interface"),
    ("subnet-id", Begins(&["subnet-"]), "the subnet of the network interface"),
    ("instance-id", Begins(&["i-", "mi-"]), "the instance of the network interface"),
    (
        "tcp-flags",
        Flags,
        "the TCP flags that were seen in the interval, as a sum: 2 SYN, 18 SYN and ACK, 1 FIN, 4 RST",
    ),
    ("type", OneOf(&["IPv4", "IPv6", "EFA"]), "the type of traffic"),
    ("pkt-srcaddr", Address, "the source address in the packet"),
    ("pkt-dstaddr", Address, "the destination address in the packet"),
    // Version 4.
    ("region", Region, "the region of the network interface"),
    ("az-id", Zone, "the availability zone of the network interface"),
    ("sublocation-type", OneOf(&["wavelength", "outpost", "localzone"]), "the kind of sublocation"),
    ("sublocation-id", Text, "the sublocation"),
    // Version 5.
    ("pkt-src-aws-service", Text, "the AWS service that the source address in the packet belongs to"),
    ("pkt-dst-aws-service", Text, "the AWS service that the destination address in the packet belongs to"),
    ("flow-direction", OneOf(&["ingress", "egress"]), "the direction, as the interface sees it"),
    ("traffic-path", Number, "the way that outgoing traffic takes, 1 to 8"),
    // Version 7.
    ("ecs-cluster-arn", Begins(&["arn:"]), "the ECS cluster"),
    ("ecs-cluster-name", Text, "the name of the ECS cluster"),
    ("ecs-container-instance-arn", Begins(&["arn:"]), "the ECS container instance"),
    ("ecs-container-instance-id", Text, "the number of the ECS container instance"),
    ("ecs-container-id", Text, "the Docker id of the first container"),
    ("ecs-second-container-id", Text, "the Docker id of the second container"),
    ("ecs-service-name", Text, "the name of the ECS service"),
    ("ecs-task-definition-arn", Begins(&["arn:"]), "the ECS task definition"),
    ("ecs-task-arn", Begins(&["arn:"]), "the ECS task"),
    ("ecs-task-id", Text, "the number of the ECS task"),
    // Versions 8 to 11.
    ("reject-reason", Text, "why the traffic was rejected: BPA, EC"),
    ("resource-id", Text, "the resource that the interface belongs to: a NAT gateway, say"),
    ("encryption-status", Number, "whether the traffic was encrypted on its way"),
    ("instance-tag", Text, "the value of the chosen tag of the instance"),
    ("instance-tag-2", Text, "the value of the second chosen tag of the instance"),
    ("interface-tag", Text, "the value of the chosen tag of the interface"),
    ("interface-tag-2", Text, "the value of the second chosen tag of the interface"),
    ("asg-tag", Text, "the value of the chosen tag of the Auto Scaling group"),
    ("asg-tag-2", Text, "the value of the second chosen tag of the Auto Scaling group"),
    ("interface-type", Text, "the type of the network interface"),
    ("next-hop-interface-id", Begins(&["eni-"]), "the interface to which the traffic goes next"),
    ("next-hop-subnet-id", Begins(&["subnet-"]), "the subnet to which the traffic goes next"),
    ("next-hop-az-id", Zone, "the availability zone to which the traffic goes next"),
    ("next-hop-vpc-id", Begins(&["vpc-"]), "the VPC to which the traffic goes next"),
    ("next-hop-interface-type", Text, "the type of the interface to which the traffic goes next"),
    // Version 6: transit gateways.
    (
        "resource-type",
        OneOf(&["TransitGateway", "TransitGatewayAttachment"]),
        "what the flow log was made for",
    ),
    ("tgw-id", Begins(&["tgw-"]), "the transit gateway"),
    ("tgw-attachment-id", Begins(&["tgw-attach-"]), "the attachment of the transit gateway"),
    ("tgw-src-vpc-account-id", Account, "the account of the source VPC"),
    ("tgw-dst-vpc-account-id", Account, "the account of the destination VPC"),
    ("tgw-src-vpc-id", Begins(&["vpc-"]), "the source VPC"),
    ("tgw-dst-vpc-id", Begins(&["vpc-"]), "the destination VPC"),
    ("tgw-src-subnet-id", Begins(&["subnet-"]), "the subnet of the source"),
    ("tgw-dst-subnet-id", Begins(&["subnet-"]), "the subnet of the destination"),
    ("tgw-src-eni", Begins(&["eni-"]), "the source's interface to the transit gateway"),
    ("tgw-dst-eni", Begins(&["eni-"]), "the destination's interface to the transit gateway"),
    ("tgw-src-az-id", Zone, "the availability zone of the source"),
    ("tgw-dst-az-id", Zone, "the availability zone of the destination"),
    ("tgw-pair-attachment-id", Begins(&["tgw-attach-"]), "the attachment at the other side of the flow"),
    ("packets-lost-no-route", Number, "packets lost because there was no route"),
    ("packets-lost-blackhole", Number, "packets lost in a black hole"),
    ("packets-lost-mtu-exceeded", Number, "packets lost because they were too large"),
    ("packets-lost-ttl-expired", Number, "packets lost because their time to live ended"),
];

/// Fields of the default format of version 2: the first of [`KNOWN`].
pub const N_DEFAULT: usize = 14;

/// Transit gateways' default format, but for what stands in it as in version 2.
pub const TRANSIT_GATEWAY: &str = "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id \
    tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni \
    tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr srcport dstport protocol packets bytes start end \
    log-status type packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired \
    tcp-flags region flow-direction pkt-src-aws-service pkt-dst-aws-service";

/// Other orders that are met often: the alphabet's, which the console offers, and those of the user guide's examples.
pub const ORDERS: &[&str] = &[
    TRANSIT_GATEWAY,
    "account-id action az-id bytes dstaddr dstport end flow-direction instance-id interface-id log-status packets \
     pkt-dst-aws-service pkt-dstaddr pkt-src-aws-service pkt-srcaddr protocol region srcaddr srcport start \
     sublocation-id sublocation-type subnet-id tcp-flags traffic-path type version vpc-id",
    "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport dstport pkt-srcaddr \
     pkt-dstaddr protocol bytes packets start end action tcp-flags log-status",
    "version srcaddr dstaddr srcport dstport protocol start end type packets bytes account-id vpc-id subnet-id \
     instance-id interface-id region az-id sublocation-type sublocation-id action tcp-flags pkt-srcaddr pkt-dstaddr \
     pkt-src-aws-service pkt-dst-aws-service traffic-path flow-direction log-status",
    "version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport dstport protocol tcp-flags \
     type pkt-srcaddr pkt-dstaddr action log-status",
    "instance-id interface-id srcaddr dstaddr pkt-srcaddr pkt-dstaddr",
];

/// The field called `name`, in which `_` may stand for `-` and `${…}` around it: as tables and settings write it.
pub fn known(name: &str) -> Option<&'static Known> {
    let name = bare(name).as_bytes();
    let is_same = |a: &u8, b: &u8| a.eq_ignore_ascii_case(b) || (*a == b'_' && *b == b'-');
    let is_it = |known: &&Known| {
        known.0.len() == name.len() && name.iter().zip(known.0.as_bytes()).all(|(a, b)| is_same(a, b))
    };
    KNOWN.iter().find(is_it)
}

/// A name without `${…}`.
pub fn bare(name: &str) -> &str {
    name.strip_prefix("${").and_then(|name| name.strip_suffix('}')).unwrap_or(name)
}

impl Shape {
    /// Whether `value` can be one of such a field. `-`, which is no value, can stand nearly anywhere.
    pub fn fits(self, value: &[u8]) -> bool {
        if value == b"-" {
            return !matches!(self, Version | OneOf(["OK", ..]));
        }
        match self {
            Version => matches!(value, [b'2'..=b'9'] | [b'1'..=b'9', b'0'..=b'9']),
            Account => value == b"unknown" || value.len() >= 10 && is_number(value),
            Address => is_address(value) || is_masked(value),
            Port => value.len() <= 5 && is_number(value) && number(value) <= 65_535,
            Protocol => value.len() <= 3 && is_number(value) && number(value) <= 255,
            Flags => value.len() <= 3 && is_number(value) && number(value) <= 255,
            Number => is_number(value),
            Seconds => (9..=10).contains(&value.len()) && is_number(value),
            OneOf(words) => words.iter().any(|word| word.as_bytes() == value),
            Begins(starts) => starts.iter().any(|start| value.starts_with(start.as_bytes())),
            Region => is_region(value),
            Zone => is_zone(value),
            Text => is_word(value),
        }
    }

    /// Whether its values are numbers to count with.
    pub fn is_number(self) -> bool {
        matches!(self, Version | Port | Protocol | Flags | Number | Seconds)
    }
}

/// The value of digits; what is too long for that is large.
pub fn number(digits: &[u8]) -> u64 {
    let add = |n: u64, digit: &u8| n.saturating_mul(10).saturating_add(digit.wrapping_sub(b'0') as u64);
    digits.iter().fold(0, add)
}

/// An address of which digits were made `x` or `*` before it was handed on.
fn is_masked(value: &[u8]) -> bool {
    let is_mask = |byte: &u8| matches!(byte, b'x' | b'X' | b'*');
    let is_part = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':') || is_mask(byte);
    value.len() >= 7
        && value.iter().all(is_part)
        && value.iter().any(is_mask)
        && value.iter().filter(|&&byte| byte == b'.' || byte == b':').count() >= 3
}

/// `us-gov-west-1`: parts of lower-case letters, and a digit at the end.
fn is_region(value: &[u8]) -> bool {
    let mut parts = value.rsplit(|&byte| byte == b'-');
    let is_last = parts.next().is_some_and(|part| part.len() == 1 && part[0].is_ascii_digit());
    let (mut n, mut is_words) = (0, true);
    for part in parts {
        n += 1;
        is_words &= part.len() >= 2 && part.iter().all(u8::is_ascii_lowercase);
    }
    is_last && is_words && (2..=4).contains(&n)
}

/// `use1-az2`, `usw2-lax1-az1`.
fn is_zone(value: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    let end = value.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
    end < value.len() && value[..end].ends_with(b"-az") && value.iter().all(is_part)
}
