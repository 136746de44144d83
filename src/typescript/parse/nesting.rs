//! Refuses what would overflow the parser's stack, before it is parsed.

use super::ParseError;

/// Levels of brackets a file may have. swc needs about 1.6 KiB of stack per level in a release build
/// and several times that in a debug build.
const MAX_NESTING: u32 = 2_000;

/// Counts `(`, `[`, `{` against their closing partners, ignoring what kind they are. Strings and
/// comments are not skipped: text that opens two thousand brackets without closing them is refused
/// wherever it stands, which no real file notices.
pub(super) fn check(text: &str) -> Result<(), ParseError> {
    let mut depth = 0_u32;
    let mut prefix = 0_u32;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > MAX_NESTING {
                    return Err(refused(
                        text,
                        at,
                        "brackets are nested more than 2000 levels deep",
                    ));
                }
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        // Everything that nests without brackets (`!!!!x`, `a => a => a`, `a ? b : c ? …`, `if … else
        // if`, `<A<A<A`) repeats an operator without ever reaching a `;`, a `,` or a closing bracket.
        match byte {
            b';' | b',' | b')' | b']' | b'}' => prefix = 0,
            b'!' | b'~' | b'+' | b'-' | b'?' | b'>' | b'<' | b'=' | b':' | b'*' | b'`' | b'|'
            | b'&' => {
                prefix += 1;
                if prefix > MAX_OPERATORS {
                    return Err(refused(text, at, "an expression has too many operators"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// Operators in one run without a separator.
const MAX_OPERATORS: u32 = 20_000;

fn refused(text: &str, at: usize, message: &str) -> ParseError {
    ParseError::at(text, u32::try_from(at).unwrap_or(u32::MAX), message)
}
