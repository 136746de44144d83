//! The order of a JavaScript object's keys.

use indexmap::IndexMap;

/// Puts a map into the order in which JavaScript enumerates an object that got its keys in this
/// order: array indices first, ascending, then the others as they were (ECMA-262 section 10.1.11).
pub fn in_js_order<V>(map: &mut IndexMap<String, V>) {
    if map.keys().any(|key| array_index(key).is_some()) {
        // Stable, and `None` must come last.
        map.sort_by_cached_key(|key, _| array_index(key).map_or(u64::MAX, u64::from));
    }
}

/// The key as an array index: a canonical decimal number below 2^32 - 1.
fn array_index(key: &str) -> Option<u32> {
    let canonical = key == "0" || key.starts_with(|first: char| ('1'..='9').contains(&first));
    if !canonical || !key.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    key.parse().ok().filter(|index| *index != u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(keys: &[&str]) -> Vec<String> {
        let mut map: IndexMap<String, ()> =
            keys.iter().map(|key| ((*key).to_owned(), ())).collect();
        in_js_order(&mut map);
        map.into_keys().collect()
    }

    #[test]
    fn array_indices_come_first() {
        assert_eq!(ordered(&["b", "2", "a", "1", "10"]), ["1", "2", "10", "b", "a"]);
    }

    #[test]
    fn what_only_looks_like_a_number_stays() {
        assert_eq!(ordered(&["b", "01", "-1", "1.5"]), ["b", "01", "-1", "1.5"]);
        assert_eq!(ordered(&["b", "4294967295", "4294967294"]), ["4294967294", "b", "4294967295"]);
    }
}
