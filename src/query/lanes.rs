//! Many at a time: yes or no for 64 values, a byte each, which the compiler makes vector instructions of.

/// How many values one word of a bitmap, and one step of a search, takes.
pub(super) const LANES: usize = 64;

/// 64 bytes of 0 or 1 as bits, the first the lowest.
#[inline(always)]
pub(super) fn packed(flags: &[u8; LANES]) -> u64 {
    // Byte i of eight, moved up by 56 - 7 i, becomes bit i of the highest byte; no two meet, so nothing carries.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |word, (index, &eight)| {
        word | (u64::from_le_bytes(eight).wrapping_mul(GATHER) >> 56) << (index * 8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_in_the_order_of_lanes() {
        for lane in 0..LANES {
            let mut flags = [0; LANES];
            flags[lane] = 1;
            assert_eq!(packed(&flags), 1 << lane);
        }
        assert_eq!(packed(&[1; LANES]), u64::MAX);
    }
}
