//! Floating point numbers as text: shortest digits, exact digits, parsing.

use super::runtime_calls;

/// Writes the digits of Rust's shortest form; returns how many, and the exponent of ten of the
/// last digit.
fn shortest(text: &str, digits: *mut u8, exponent: *mut i32) -> usize {
    // The text is `d.ddde±x`.
    let (mantissa, e) = text.split_once('e').unwrap_or((text, "0"));
    let mut out: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    let fraction = mantissa.split_once('.').map_or(0, |(_, f)| f.len()) as i32;
    let mut e = e.parse::<i32>().unwrap_or(0) - fraction;
    while out.len() > 1 && out.last() == Some(&b'0') {
        out.pop();
        e += 1;
    }
    // SAFETY: the caller's buffers hold at least 20 digits and one exponent.
    unsafe {
        std::ptr::copy_nonoverlapping(out.as_ptr(), digits, out.len());
        *exponent = e;
    }
    out.len()
}

fn text<'a>(p: *const u8, n: usize) -> Option<&'a str> {
    // SAFETY: the caller passes the bytes of a string.
    std::str::from_utf8(unsafe { std::slice::from_raw_parts(p, n) }).ok()
}

runtime_calls! {
    /// Shortest digits of a finite, positive number.
    fn jl_float64_shortest(x: f64, digits: *mut u8, exponent: *mut i32) -> usize {
        shortest(&format!("{:e}", x.abs()), digits, exponent)
    }
    fn jl_float32_shortest(x: f32, digits: *mut u8, exponent: *mut i32) -> usize {
        shortest(&format!("{:e}", x.abs()), digits, exponent)
    }
    fn jl_float16_shortest(bits: u16, digits: *mut u8, exponent: *mut i32) -> usize {
        let x = half::f16::from_bits(bits & 0x7fff);
        // The fewest digits that read back as the same Float16.
        let exact = x.to_f64();
        for precision in 0..8 {
            let text = format!("{exact:.precision$e}");
            if let Ok(back) = text.parse::<f64>()
                && half::f16::from_f64(back) == x
            {
                return shortest(&text, digits, exponent);
            }
        }
        shortest(&format!("{exact:e}"), digits, exponent)
    }
    /// Digits of a finite number, correctly rounded. `mode` 0: `n` digits after the point; 1: `n`
    /// significant digits after the first. Writes at most `room` digits without leading zeros (but
    /// at least one), and the exponent of ten of the last; returns how many.
    fn jl_float64_digits(x: f64, mode: i32, n: i32, digits: *mut u8, room: usize, exponent: *mut i32) -> usize {
        let precision = n.max(0) as usize;
        let (all, last): (Vec<u8>, i32) = if mode == 0 {
            let text = format!("{:.precision$}", x.abs());
            let all = text.bytes().filter(u8::is_ascii_digit).collect();
            (all, -(precision as i32))
        } else {
            let text = format!("{:.precision$e}", x.abs());
            let (mantissa, e) = text.split_once('e').unwrap_or((&text, "0"));
            let all = mantissa.bytes().filter(u8::is_ascii_digit).collect();
            (all, e.parse::<i32>().unwrap_or(0) - precision as i32)
        };
        let zeros = all.iter().take_while(|&&b| b == b'0').count().min(all.len().saturating_sub(1));
        let kept = &all[zeros..];
        let count = kept.len().min(room);
        // SAFETY: the caller's buffer has room for that many digits.
        unsafe {
            std::ptr::copy_nonoverlapping(kept.as_ptr(), digits, count);
            *exponent = last;
        }
        count
    }
    /// Parses a whole text; 1 if it is a number.
    fn jl_parse_float64(p: *const u8, n: usize, out: *mut f64) -> i32 {
        match text(p, n).and_then(|t| t.parse::<f64>().ok()) {
            Some(x) => {
                // SAFETY: the caller passes a place for the result.
                unsafe { *out = x };
                1
            }
            None => 0,
        }
    }
    fn jl_parse_float32(p: *const u8, n: usize, out: *mut f32) -> i32 {
        match text(p, n).and_then(|t| t.parse::<f32>().ok()) {
            Some(x) => {
                // SAFETY: the caller passes a place for the result.
                unsafe { *out = x };
                1
            }
            None => 0,
        }
    }
}
