//! What people see, all on stderr: status lines as Cargo prints them, warnings, errors, progress.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use console::Style;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use pkgimage_package::job;

use crate::args::{Color, Global};

/// Prints to stderr.
pub struct Ui {
    verbosity: u8,
    color: Color,
    styled: bool,
    terminal: bool,
}

impl Ui {
    /// By the command line and the environment (`NO_COLOR`, `CARGO_TERM_COLOR`).
    pub fn new(global: &Global) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let color = match (global.color, std::env::var("CARGO_TERM_COLOR").as_deref()) {
            (Color::Auto, Ok("always")) => Color::Always,
            (Color::Auto, Ok("never")) => Color::Never,
            (color, _) => color,
        };
        let styled = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none(),
        };
        Ui { verbosity: global.verbosity(), color, styled, terminal }
    }

    /// 0, 1 or 2.
    pub fn verbosity(&self) -> u8 {
        self.verbosity
    }

    /// As jobs say it: the runner asks the terminal itself.
    pub fn job_color(&self) -> job::Color {
        match self.color {
            Color::Auto => job::Color::Auto,
            Color::Always => job::Color::Always,
            Color::Never => job::Color::Never,
        }
    }

    /// A line such as `   Recorded Shapes: 57 roots`.
    pub fn status(&self, verb: &str, rest: &str) {
        if self.verbosity >= 1 {
            self.line(&self.paint(&format!("{verb:>12}"), Style::new().green().bold()), rest);
        }
    }

    /// A status line about something that did not work.
    pub fn failed(&self, verb: &str, rest: &str) {
        self.line(&self.paint(&format!("{verb:>12}"), Style::new().red().bold()), rest);
    }

    /// A status line for `-v`.
    pub fn detail(&self, verb: &str, rest: &str) {
        if self.verbosity >= 2 {
            self.line(&self.paint(&format!("{verb:>12}"), Style::new().cyan().bold()), rest);
        }
    }

    /// A warning.
    pub fn warn(&self, text: &str) {
        if self.verbosity >= 1 {
            self.line(&self.paint("warning:", Style::new().yellow().bold()), text);
        }
    }

    /// An error.
    pub fn error(&self, text: &str) {
        self.line(&self.paint("error:", Style::new().red().bold()), text);
    }

    /// What to do next.
    pub fn note(&self, text: &str) {
        if self.verbosity >= 1 {
            self.line(&self.paint("note:", Style::new().cyan().bold()), text);
        }
    }

    /// Text for stdout or stderr in this style, if styles are on.
    pub fn paint(&self, text: &str, style: Style) -> String {
        style.force_styling(self.styled).apply_to(text).to_string()
    }

    /// A bar for work of `total` steps: invisible where stderr is no terminal.
    pub fn progress(&self, verb: &str, what: &str) -> Progress {
        let visible = self.terminal && self.verbosity >= 1;
        let target =
            if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(None, target);
        let style = ProgressStyle::with_template("{prefix:>12.cyan.bold} {msg} {elapsed}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_prefix(verb.to_owned());
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress { bar, what: what.to_owned() }
    }

    /// Text as it is.
    pub fn raw(&self, text: &str) {
        // If stderr is gone there is nobody to tell.
        let _ = std::io::stderr().write_all(text.as_bytes());
    }

    fn line(&self, head: &str, rest: &str) {
        // If stderr is gone there is nobody to tell.
        let _ = writeln!(std::io::stderr(), "{head} {rest}");
    }
}

/// The progress of one thing.
pub struct Progress {
    bar: ProgressBar,
    what: String,
}

impl Progress {
    /// Shows how far it is.
    pub fn set(&self, phase: &str, done: u64, total: u64) {
        self.bar.set_message(format!("{} ({phase} {done}/{total})", self.what));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
