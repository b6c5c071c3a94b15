//! Orbits that are the same on every machine, in Julia. A Julia library: its sources are in `src/Orbits.jl`.
