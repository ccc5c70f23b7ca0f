//! The order of the fields where no header says it: a known order that fits, or one that is told from the values.

use super::fields::{KNOWN, Known, N_DEFAULT, ORDERS, Shape, known, number};

/// An order of fields, and whether it was only told from the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Names of the fields.
    pub names: Vec<String>,
    /// Whether it is a guess.
    pub is_guessed: bool,
}

/// Values of a line.
pub fn values(line: &str) -> impl Iterator<Item = &str> {
    line.split([' ', '\t']).filter(|value| !value.is_empty())
}

/// The fields that a header line names, one for each column; `None` where the line is no header.
pub fn header(line: &str) -> Option<Vec<String>> {
    // Values of records begin with digits, `-` or an id; the first name of a header is known in nearly every file.
    let first = values(line).next()?;
    let is_name = first.as_bytes()[0].is_ascii_alphabetic() || first.starts_with("${");
    if !is_name || first.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (mut n, mut n_known, mut n_telling) = (0, 0, 0);
    for name in values(line) {
        n += 1;
        let is_known = known(name).is_some();
        n_known += is_known as usize;
        n_telling += (is_known && name.len() > 6 && name.contains(['-', '_', 'a'])) as usize;
        if n > MAX_COLUMNS || name.len() > MAX_NAME || n == 3 && n_known == 0 {
            return None;
        }
    }
    // Later versions will have names that are not known yet.
    (n_known * 4 >= n * 3 && n_telling >= 2).then(|| names(line))
}

/// Columns of a line that are looked at: there are less than a hundred fields.
const MAX_COLUMNS: usize = 200;

/// Bytes of a name in a header line: the longest one has half of it.
const MAX_NAME: usize = 64;

/// The names of a list of fields as the user guide writes them.
pub fn names(list: &str) -> Vec<String> {
    let native = |name: &str| match known(name) {
        Some((known, _, _)) => known.to_string(),
        None => super::fields::bare(name).replace('_', "-"),
    };
    list.split([' ', '\t', ',']).filter(|name| !name.is_empty()).take(MAX_COLUMNS).map(native).collect()
}

/// The order in which most of `lines` are written, none of which is a header; `None` where they are no flow logs.
pub fn of_lines(lines: &[&str]) -> Option<Order> {
    let rows: Vec<Vec<&str>> = lines.iter().map(|line| values(line).take(MAX_COLUMNS).collect()).collect();
    let n_columns = most_frequent(rows.iter().map(Vec::len))?;
    let rows: Vec<Vec<&str>> = rows.into_iter().filter(|row| row.len() == n_columns).collect();
    if rows.len() * 2 < lines.len() {
        return None;
    }
    for known in known_orders(n_columns) {
        let fits =
            |row: &&Vec<&str>| known.iter().zip(*row).all(|(field, value)| field.1.fits(value.as_bytes()));
        if rows.iter().filter(fits).count() * 2 >= rows.len() {
            let names = known.iter().map(|field| field.0.to_owned()).collect();
            return Some(Order { names, is_guessed: false });
        }
    }
    Guess::new(&rows, n_columns).order()
}

/// Known orders of so many fields, the most frequent first.
fn known_orders(n_columns: usize) -> impl Iterator<Item = Vec<&'static Known>> {
    let of_guide =
        (n_columns >= N_DEFAULT && n_columns <= KNOWN.len()).then(|| KNOWN[..n_columns].iter().collect());
    let of = |order: &&str| order.split_whitespace().filter_map(known).collect::<Vec<_>>();
    let others = ORDERS.iter().map(of).filter(move |order| order.len() == n_columns);
    // Transit gateways' default grew at its end.
    let gateway: Vec<_> = of(&super::fields::TRANSIT_GATEWAY).into_iter().take(n_columns).collect();
    let gateway = (n_columns >= 26 && gateway.len() == n_columns).then_some(gateway);
    of_guide.into_iter().chain(others).chain(gateway)
}

fn most_frequent(counts: impl Iterator<Item = usize>) -> Option<usize> {
    let mut counts: Vec<usize> = counts.collect();
    counts.sort_unstable();
    counts.chunk_by(|a, b| a == b).max_by_key(|same| same.len()).map(|same| same[0])
}

/// Tells fields by what stands in their columns.
struct Guess<'a> {
    rows: &'a [Vec<&'a str>],
    names: Vec<Option<&'static str>>,
}

impl<'a> Guess<'a> {
    fn new(rows: &'a [Vec<&'a str>], n_columns: usize) -> Guess<'a> {
        Guess { rows, names: vec![None; n_columns] }
    }

    fn order(mut self) -> Option<Order> {
        self.take_version();
        self.take_telling();
        self.take_moments();
        self.take_addresses();
        self.take_numbers();
        self.take_services();
        let has = |name: &str| self.names.iter().any(|known| known.is_some_and(|known| known == name));
        let is_flow = has("srcaddr")
            && has("dstaddr")
            && (has("interface-id")
                || has("tgw-id")
                || has("action") && has("srcport")
                || has("log-status") && has("start"));
        let n_told = self.names.iter().flatten().count();
        if !is_flow || n_told * 2 < self.names.len() {
            return None;
        }
        let name = |(column, name): (usize, &Option<&str>)| match name {
            Some(name) => name.to_string(),
            None => format!("column-{}", column + 1),
        };
        Some(Order { names: self.names.iter().enumerate().map(name).collect(), is_guessed: true })
    }

    /// Whether every value of a column, and there is one, is such.
    fn all(&self, column: usize, is_so: impl Fn(&[u8]) -> bool) -> bool {
        let mut values =
            self.rows.iter().map(|row| row[column].as_bytes()).filter(|value| *value != b"-").peekable();
        values.peek().is_some() && values.all(is_so)
    }

    /// Columns that have no name yet and of which all values are such.
    fn free(&self, is_so: impl Fn(&[u8]) -> bool) -> Vec<usize> {
        let is_free = |column: &usize| self.names[*column].is_none() && self.all(*column, &is_so);
        (0..self.names.len()).filter(is_free).collect()
    }

    fn has(&self, name: &str) -> bool {
        self.names.contains(&Some(KNOWN.iter().find(|known| known.0 == name).map_or("", |known| known.0)))
    }

    /// Names columns in the order in which they stand.
    fn give(&mut self, columns: &[usize], names: &[&'static str]) {
        for (&column, &name) in columns.iter().zip(names) {
            self.names[column] = Some(name);
        }
    }

    /// The same small number in every line, mostly in front.
    fn take_version(&mut self) {
        let first = self.rows.first().map(Vec::as_slice).unwrap_or_default();
        let is_version = |&column: &usize| {
            let value = first[column];
            Shape::Version.fits(value.as_bytes())
                && number(value.as_bytes()) <= 30
                && self.rows.iter().all(|row| row[column] == value)
        };
        if first.first().is_some_and(|_| is_version(&0)) {
            self.give(&[0], &["version"]);
        }
    }

    /// Fields that begin with their kind, or have few values.
    fn take_telling(&mut self) {
        let is_gateway = !self.free(|value| value.starts_with(b"tgw-")).is_empty();
        for (name, shape, _) in KNOWN {
            let is_of_gateway = name.starts_with("tgw-") || *name == "resource-type";
            if !matches!(
                shape,
                Shape::Begins(_) | Shape::OneOf(_) | Shape::Region | Shape::Zone | Shape::Account
            ) || is_of_gateway != is_gateway && is_of_gateway
                || is_gateway && matches!(*name, "interface-id" | "vpc-id" | "subnet-id" | "az-id")
            {
                continue;
            }
            let fits = |value: &[u8]| match shape {
                // Ten digits are more likely seconds.
                Shape::Account => value.len() == 12 && shape.fits(value) || value == b"unknown",
                _ => shape.fits(value),
            };
            // Of `tgw-` and `tgw-attach-` the longer one is not the gateway.
            let fits =
                |value: &[u8]| fits(value) && (*name != "tgw-id" || !value.starts_with(b"tgw-attach-"));
            let columns = self.free(fits);
            self.give(&columns[..columns.len().min(1)], &[name]);
        }
    }

    /// Of two moments the earlier is the start.
    fn take_moments(&mut self) {
        let is_moment = |value: &[u8]| {
            value.len() == 10 && (b'1'..=b'3').contains(&value[0]) && Shape::Seconds.fits(value)
        };
        let columns = self.free(is_moment);
        match columns[..] {
            [one] => self.give(&[one], &["start"]),
            [a, b, ..] => {
                let is_in_order = self.rows.iter().all(|row| row[a] <= row[b]);
                self.give(&[a, b], if is_in_order { &["start", "end"] } else { &["end", "start"] });
            }
            [] => {}
        }
    }

    /// Two addresses, or four: those of the packet equal those of the flow where nothing stands between.
    fn take_addresses(&mut self) {
        let columns = self.free(|value| Shape::Address.fits(value));
        let [a, b, c, d, ..] = columns[..] else { return self.give(&columns, &["srcaddr", "dstaddr"]) };
        let n_equal = |a: usize, b: usize| self.rows.iter().filter(|row| row[a] == row[b]).count();
        let is_interleaved = n_equal(a, b) + n_equal(c, d) > n_equal(a, c) + n_equal(b, d);
        let names: &[&str] = match is_interleaved {
            true => &["srcaddr", "pkt-srcaddr", "dstaddr", "pkt-dstaddr"],
            false => &["srcaddr", "dstaddr", "pkt-srcaddr", "pkt-dstaddr"],
        };
        self.give(&[a, b, c, d], names);
    }

    fn take_numbers(&mut self) {
        self.take_ports();
        // TCP and UDP are nearly all of the traffic.
        let is_usual = |row: &&Vec<&str>, column: usize| matches!(row[column], "6" | "17");
        let columns = self.free(|value| Shape::Protocol.fits(value));
        let share = |column: usize| self.rows.iter().filter(|row| is_usual(row, column)).count();
        let best = columns.iter().copied().max_by_key(|&column| (share(column), usize::MAX - column));
        if let Some(best) = best.filter(|&best| share(best) > 0) {
            self.give(&[best], &["protocol"]);
        }
        self.take_packets_and_bytes();
        let small = self.free(|value| Shape::Flags.fits(value) && number(value) < 64);
        self.give(&small, &["tcp-flags"]);
        let path = self.free(|value| matches!(value, [b'1'..=b'8']));
        self.give(&path, &["traffic-path"]);
    }

    /// A port behind each address, or two ports one behind the other.
    fn take_ports(&mut self) {
        let columns = self.free(|value| Shape::Port.fits(value));
        let behind = |name: &str| {
            let address = self.names.iter().position(|known| *known == Some(name))?;
            columns.contains(&(address + 1)).then_some(address + 1)
        };
        if let (Some(source), Some(destination)) = (behind("srcaddr"), behind("dstaddr")) {
            return self.give(&[source, destination], &["srcport", "dstport"]);
        }
        let is_pair = |&&column: &&usize| {
            columns.contains(&(column + 1)) && !self.is_packets_and_bytes(column, column + 1)
        };
        if let Some(&first) = columns.iter().find(is_pair) {
            self.give(&[first, first + 1], &["srcport", "dstport"]);
        }
    }

    /// Every packet has twenty bytes at least.
    fn is_packets_and_bytes(&self, packets: usize, bytes: usize) -> bool {
        let of = |row: &Vec<&str>, column: usize| number(row[column].as_bytes());
        let mut rows = self.rows.iter().filter(|row| row[packets] != "-").peekable();
        rows.peek().is_some()
            && rows.all(|row| of(row, packets) > 0 && of(row, packets).saturating_mul(20) <= of(row, bytes))
    }

    fn take_packets_and_bytes(&mut self) {
        let columns = self.free(|value| Shape::Number.fits(value));
        for &packets in &columns {
            for &bytes in &columns {
                if packets != bytes && self.is_packets_and_bytes(packets, bytes) {
                    return self.give(&[packets, bytes], &["packets", "bytes"]);
                }
            }
        }
    }

    /// `AMAZON`, `S3`.
    fn take_services(&mut self) {
        let is_service = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_';
        let columns = self.free(|value| value[0].is_ascii_uppercase() && value.iter().all(is_service));
        if self.has("pkt-srcaddr") {
            self.give(&columns, &["pkt-src-aws-service", "pkt-dst-aws-service"]);
        }
    }
}
