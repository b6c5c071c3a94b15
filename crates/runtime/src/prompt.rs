//! What a prompt asks of the layer above: keeping what was typed, and saving the session.

use std::cell::Cell;

use crate::error::Result;

/// The services of a prompt.
#[derive(Clone, Copy)]
pub struct Services {
    /// A statement was evaluated: what it was typed as, the line there, its text.
    pub evaluated: fn(&str, u32, &str),
    /// Saves the session, under its own name or this one; what involves these packages, or everything. Gives
    /// what there is to say.
    pub save: fn(Option<&str>, &[String]) -> Result<String>,
}

thread_local! {
    static SERVICES: Cell<Option<Services>> = const { Cell::new(None) };
}

/// Installs services.
pub fn install(services: Services) {
    SERVICES.set(Some(services));
}

/// The services, if there are any.
pub(crate) fn services() -> Option<Services> {
    SERVICES.get()
}
