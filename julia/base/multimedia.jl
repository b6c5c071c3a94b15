# MIME types, which `show` methods choose a representation by, and the stack of displays that
# `display` goes through.

function show end
function print end
function repr end

module Multimedia

import ..Base: show, print, convert, repr

export AbstractDisplay, display, pushdisplay, popdisplay, displayable, redisplay,
    MIME, @MIME_str, istextmime, showable, TextDisplay

struct MIME{mime} end

macro MIME_str(s)
    return :(MIME{$(Expr(:quote, Symbol(s)))})
end

MIME(s) = MIME{Symbol(s)}()
show(io::IO, ::MIME{mime}) where {mime} = print(io, "MIME type ", string(mime))
print(io::IO, ::MIME{mime}) where {mime} = print(io, mime)

# Whether `show` has a method of its own for this type of value.
showable(::MIME{mime}, @nospecialize x) where {mime} = hasmethod(show, Tuple{IO,MIME{mime},typeof(x)})
showable(m::AbstractString, @nospecialize x) = showable(MIME(m), x)

show(io::IO, m::AbstractString, x) = show(io, MIME(m), x)

# Text representations come as a String, all others as bytes.
repr(m::MIME, x; context = nothing) = istextmime(m) ? _textrepr(m, x, context) : _binrepr(m, x, context)
repr(m::AbstractString, x; context = nothing) = repr(MIME(m), x; context = context)

__binrepr(m::MIME, x, ::Nothing) = (s = IOBuffer(); show(s, m, x); take!(s))
__binrepr(m::MIME, x, context) = (s = IOBuffer(); show(IOContext(s, context), m, x); take!(s))
_textrepr(m::MIME, x, context) = String(__binrepr(m, x, context))
_textrepr(::MIME, x::AbstractString, context) = x
_textrepr(m::MIME{Symbol("text/plain")}, x::AbstractString, context) = String(__binrepr(m, x, context))
_binrepr(m::MIME, x, context) = __binrepr(m, x, context)
_binrepr(m::MIME, x::Vector{UInt8}, context) = x

istextmime(m::Union{MIME,AbstractString}) = startswith(string(m), "text/") ||
    string(m) in ("application/atom+xml", "application/ecmascript", "application/javascript",
                  "application/julia", "application/json", "application/postscript",
                  "application/rdf+xml", "application/rss+xml", "application/x-latex",
                  "application/xhtml+xml", "application/xml", "application/xml-dtd",
                  "image/svg+xml", "model/vrml", "model/x3d+vrml", "model/x3d+xml")

abstract type AbstractDisplay end

display(d::AbstractDisplay, mime::AbstractString, @nospecialize x) = display(d, MIME(mime), x)
display(mime::AbstractString, @nospecialize x) = display(MIME(mime), x)
display(d::AbstractDisplay, mime::MIME, @nospecialize x) = throw(MethodError(display, (d, mime, x)))

displayable(d::D, ::MIME{mime}) where {D<:AbstractDisplay,mime} =
    hasmethod(display, Tuple{D,MIME{mime},Any})
displayable(d::AbstractDisplay, mime::AbstractString) = displayable(d, MIME(mime))
displayable(mime::MIME) = any(d -> displayable(d, mime), displays)
displayable(mime::AbstractString) = displayable(MIME(mime))

# Shows everything as text on a stream.
struct TextDisplay <: AbstractDisplay
    io::IO
end
display(d::TextDisplay, M::MIME"text/plain", @nospecialize x) = (show(d.io, M, x); println(d.io))
display(d::TextDisplay, @nospecialize x) = display(d, MIME"text/plain"(), x)
display(d::TextDisplay, M::MIME, @nospecialize x) =
    displayable(d, M) ? (show(d.io, M, x); println(d.io)) : throw(MethodError(display, (d, M, x)))
displayable(d::TextDisplay, M::MIME) = istextmime(M)

const displays = AbstractDisplay[]
pushdisplay(d::AbstractDisplay) = push!(displays, d)
popdisplay() = pop!(displays)
function popdisplay(d::AbstractDisplay)
    for i in length(displays):-1:1
        if d == displays[i]
            return splice!(displays, i)
        end
    end
    throw(KeyError(d))
end

xdisplayable(D::AbstractDisplay, @nospecialize args...) = applicable(display, D, args...)

# The topmost display that takes the value; without any, the standard output.
function display(@nospecialize x)
    for i in length(displays):-1:1
        if xdisplayable(displays[i], x)
            try
                display(displays[i], x)
                return nothing
            catch e
                e isa MethodError && (e.f === display || e.f === show) || rethrow()
            end
        end
    end
    show(_limited(stdout), MIME"text/plain"(), x)
    println(stdout)
    return nothing
end
_limited(io) = io

function display(m::MIME, @nospecialize x)
    for i in length(displays):-1:1
        if xdisplayable(displays[i], m, x)
            try
                return display(displays[i], m, x)
            catch e
                e isa MethodError && e.f === display || rethrow()
            end
        end
    end
    istextmime(m) || throw(MethodError(display, (m, x)))
    show(stdout, m, x)
    println(stdout)
    return nothing
end

displayable_x(x) = true
redisplay(x) = display(x)
redisplay(m::Union{MIME,AbstractString}, x) = display(m, x)
redisplay(d::AbstractDisplay, args...) = display(d, args...)

end # module Multimedia
