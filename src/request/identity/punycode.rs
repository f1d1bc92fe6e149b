//! Punycode (RFC 3492): the labels of domains in ASCII.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 128;

/// A label, without the `xn--`; none if a number would be too large, which does not happen for labels of 63 characters.
pub(super) fn encode(label: &str) -> Option<String> {
    let mut output: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(output.len()).ok()?;
    if basic > 0 {
        output.push('-');
    }
    let length = u32::try_from(label.chars().count()).ok()?;
    let (mut n, mut delta, mut bias, mut handled) = (INITIAL_N, 0_u32, INITIAL_BIAS, basic);
    while handled < length {
        let next = label.chars().map(u32::from).filter(|c| *c >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for c in label.chars().map(u32::from) {
            if c < n {
                delta = delta.checked_add(1)?;
            }
            if c == n {
                push_integer(&mut output, delta, bias)?;
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    Some(output)
}

fn push_integer(output: &mut String, delta: u32, bias: u32) -> Option<()> {
    let mut rest = delta;
    for k in (1..).map(|step| step * BASE) {
        let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if rest < threshold {
            break;
        }
        output.push(digit(threshold + (rest - threshold) % (BASE - threshold))?);
        rest = (rest - threshold) / (BASE - threshold);
    }
    output.push(digit(rest)?);
    Some(())
}

fn digit(value: u32) -> Option<char> {
    // A to Z, then 0 to 9.
    char::from_digit((value + 10) % BASE, BASE)
}

fn adapt(delta: u32, points: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / DAMP } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_are_what_other_implementations_make_of_them() {
        for label in ["münchen", "straße", "日本語", "пример", "παράδειγμα", "ü", "a-ü-b", "다람쥐", "faß"]
        {
            assert_eq!(encode(label), idna::punycode::encode_str(label), "{label}");
        }
    }

    proptest! {
        #[test]
        fn every_label_is(label in "[a-z0-9-]{0,5}\\PC{1,12}[a-z]{0,5}") {
            prop_assert_eq!(encode(&label), idna::punycode::encode_str(&label));
        }
    }
}
