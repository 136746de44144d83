//! How a report is to look, decided by the caller: nothing here asks a terminal.

use owo_colors::{OwoColorize, Style as Paint};

use crate::rules::Severity;

/// How a report is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether escape sequences for colours may be written.
    pub color: bool,
    /// How much is said.
    pub verbosity: Verbosity,
    /// The longest line, in characters.
    pub width: usize,
}

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Verbosity {
    /// Only the verdict, and only when something is blocked.
    Quiet,
    /// What matters; long lists are folded.
    #[default]
    Normal,
    /// Everything.
    Verbose,
}

/// What a piece of text is, for its colour. The words say it too: colour is never the only sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A dangerous change, a block, an error.
    Danger,
    /// A risky change, a warning.
    Warning,
    /// Safe, passed.
    Good,
    /// A heading.
    Strong,
    /// Something of less weight.
    Dim,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, verbosity: Verbosity::Normal, width: 80 }
    }
}

impl Style {
    /// The text in the tone's colour, or as it is when colours are off.
    pub fn paint(&self, tone: Tone, text: &str) -> String {
        if !self.color {
            return text.to_owned();
        }
        let paint = match tone {
            Tone::Danger => Paint::new().red().bold(),
            Tone::Warning => Paint::new().yellow().bold(),
            Tone::Good => Paint::new().green(),
            Tone::Strong => Paint::new().bold(),
            Tone::Dim => Paint::new().dimmed(),
        };
        text.style(paint).to_string()
    }
}

impl From<Severity> for Tone {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Dangerous => Self::Danger,
            Severity::Risky => Self::Warning,
            Severity::Safe => Self::Good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_only_when_asked() {
        let plain = Style::default();
        assert_eq!(plain.paint(Tone::Danger, "DANGEROUS"), "DANGEROUS");
        let colored = Style { color: true, ..plain };
        assert_eq!(colored.paint(Tone::Danger, "DANGEROUS"), "\u{1b}[31;1mDANGEROUS\u{1b}[0m");
    }
}
