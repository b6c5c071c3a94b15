//! Plane geometry in Julia. A Julia library: its sources are in `src/Shapes.jl`.
