//! The contract for programs.

use std::fmt::Write as _;
use std::io;

use super::sanitize::is_hostile;
use super::{Report, Style};

/// The report as JSON, version 1, indented, with a line break at the end.
pub(crate) fn write(report: &Report, _: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    write_value(report, out)
}

/// Any value in the same notation. Characters a terminal would obey are written as `\uXXXX`, which
/// reads back as the same string: in JSON they can only stand inside one.
pub fn write_value(value: &impl serde::Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(escape(&serde_json::to_string_pretty(value)?).as_bytes())?;
    out.write_all(b"\n")
}

/// The text of JSON with every character that a terminal would obey written as `\uXXXX`.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        if c != '\n' && is_hostile(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        } else {
            escaped.push(c);
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn written(report: &Report) -> String {
        fixture::written(report, super::super::Format::Json)
    }

    #[test]
    fn the_contract() {
        insta::assert_snapshot!(written(&fixture::blocked()));
    }

    #[test]
    fn nothing_changed() {
        insta::assert_snapshot!(written(&fixture::unchanged()), @r#"
        {
          "version": 1,
          "base": {
            "state": "HEAD",
            "id": "3f2a91c04d1eaa00bb11cc22dd33ee44ff550066"
          },
          "head": {
            "state": ":index",
            "id": "7be10c22aa00bb11cc22dd33ee44ff5500663f2a"
          },
          "verdict": "pass",
          "changes": [],
          "unresolved": [],
          "statements": [],
          "notes": []
        }
        "#);
    }

    #[test]
    fn hostile_characters_are_escaped_and_read_back() {
        let name = "fu\u{202e}nds\u{9b}\u{e0041}\u{7f}\u{1b}";
        let mut out = Vec::new();
        write_value(&name, &mut out).expect("a vector takes everything");
        let text = String::from_utf8(out).expect("JSON is UTF-8");
        assert_eq!(text, "\"fu\\u202ends\\u009b\\udb40\\udc41\\u007f\\u001b\"\n");
        assert_eq!(serde_json::from_str::<String>(&text).expect("still JSON"), name);
    }
}
