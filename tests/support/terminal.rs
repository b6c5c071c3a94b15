//! A prompt in a pseudo-terminal.

use rexpect::error::Error;
use rexpect::session::{PtySession, spawn_command};

use super::Project;

/// How long an answer may take.
const PATIENCE: u64 = 60_000;

/// The key.
pub const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";

/// A REPL in a terminal.
pub struct Terminal {
    session: PtySession,
}

impl Terminal {
    /// Starts one, and waits for its prompt.
    pub fn open(project: &Project, arguments: &[&str]) -> Self {
        let mut terminal = Terminal::begin(project, arguments);
        terminal.shows("julia> ");
        terminal
    }

    /// Starts one.
    pub fn begin(project: &Project, arguments: &[&str]) -> Self {
        let mut all = vec!["repl", "--color", "never"];
        all.extend_from_slice(arguments);
        let mut command = project.process(&all);
        command.env("TERM", "xterm").env("SHELL", "/bin/sh");
        let session = spawn_command(command, Some(PATIENCE)).expect("a terminal");
        Terminal { session }
    }

    /// Types text, without a return.
    pub fn types(&mut self, text: &str) {
        self.session.send(text).expect("the terminal takes text");
        self.session.flush().expect("the terminal takes text");
    }

    /// Waits for a text; gives what came before it.
    #[track_caller]
    pub fn shows(&mut self, text: &str) -> String {
        match self.session.exp_string(text) {
            Ok(before) => before,
            Err(Error::Timeout { got, .. }) => panic!("{text:?} does not come, but\n{got}"),
            Err(error) => panic!("{text:?} does not come: {error}"),
        }
    }

    /// Types a line; gives what is shown for it, without the line itself.
    #[track_caller]
    pub fn answers(&mut self, line: &str) -> String {
        self.types(line);
        self.types("\r");
        // The editor switches bracketed paste off when it takes the line.
        self.shows("\x1b[?2004l");
        let shown = self.shows("\x1b[?2004h");
        self.shows("julia> ");
        // What is read comes with a character for each byte.
        let bytes: Vec<u8> = shown.chars().filter_map(|c| u8::try_from(c).ok()).collect();
        let shown = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
        shown.trim_matches(['\n', '\r']).to_owned()
    }

    /// Leaves; gives what is shown at the end.
    #[track_caller]
    pub fn leaves(mut self) -> String {
        self.types(CTRL_D);
        self.session.exp_eof().expect("it ends")
    }

    /// Waits until the process is gone.
    #[track_caller]
    pub fn ends(mut self) -> String {
        self.session.exp_eof().expect("it ends")
    }
}
