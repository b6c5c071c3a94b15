//! Springs and projectiles in exact steps, in Julia. A Julia library: its sources are in `src/Physics.jl`.
