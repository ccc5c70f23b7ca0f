//! Handles 64 values at a time, with one byte of 0 or 1 for each, which the compiler turns into vector instructions.

/// The number of values for one word of a bitmap, and for one step of a search.
pub(super) const LANES: usize = 64;

/// Converts 64 bytes of 0 or 1 to 64 bits. The first byte becomes the lowest bit.
#[inline(always)]
pub(super) fn packed(flags: &[u8; LANES]) -> u64 {
    // Shifted by 56 - 7 i, byte i of eight becomes bit i of the highest byte. No two bytes meet, so there is no carry.
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
