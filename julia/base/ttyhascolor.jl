# Whether a terminal understands colours, judged by its name and the environment.

function ttyhascolor(term_type = nothing)
    term = term_type === nothing ? get(ENV, "TERM", "") : term_type
    isempty(term) && return false
    term == "dumb" && return false
    return true
end

in(key_value::Pair{Symbol,Bool}, ::TTY) = key_value.first === :color && key_value.second === get_have_color()
haskey(::TTY, key::Symbol) = key === :color
getindex(::TTY, key::Symbol) = key === :color ? get_have_color() : throw(KeyError(key))
get(::TTY, key::Symbol, default) = key === :color ? get_have_color() : default

function get_have_color()
    global have_color
    have_color === nothing && (have_color = ttyhascolor())
    return have_color::Bool
end
