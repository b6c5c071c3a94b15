# Text output: print, println, string, sprint, repr, join, and the escaping of strings. The bottom
# of it all is write(io, ...) of bytes; `print` of a type without its own method is its `show`.

print(xs...) = print(stdout, xs...)
println(xs...) = println(stdout, xs...)

function print(io::IO, x)
    lock(io)
    try
        show(io, x)
    finally
        unlock(io)
    end
    return nothing
end
function print(io::IO, xs...)
    lock(io)
    try
        for x in xs
            print(io, x)
        end
    finally
        unlock(io)
    end
    return nothing
end
print(io::IO, s::Union{String,SubString{String}}) = (write(io, s); nothing)
print(io::IO, s::Symbol) = (write(io, s); nothing)
function print(io::IO, s::AbstractString)
    for c in s
        print(io, c)
    end
end
write(io::IO, s::AbstractString) = (len = 0; for c in s; len += write(io, c); end; len)
show(io::IO, s::AbstractString) = print_quoted(io, s)

println(io::IO, xs...) = print(io, xs..., "\n")
println(io::IO) = print(io, '\n')

## string building

function sprint(f::Function, args...; context = nothing, sizehint::Integer = 0)
    s = IOBuffer(sizehint = sizehint)
    if context isa Tuple
        f(IOContext(s, context...), args...)
    elseif context !== nothing
        f(IOContext(s, context), args...)
    else
        f(s, args...)
    end
    return String(_unsafe_take!(s))
end

function _str_sizehint(x)
    x isa Float64 && return 20
    x isa Float32 && return 12
    x isa String && return sizeof(x)
    x isa SubString{String} && return sizeof(x)
    x isa Char && return ncodeunits(x)
    return 8
end

function print_to_string(xs...)
    isempty(xs) && return ""
    n = 0
    for x in xs
        n += _str_sizehint(x)
    end
    s = IOBuffer(sizehint = n)
    for x in xs
        print(s, x)
    end
    return String(_unsafe_take!(s))
end
function string_with_env(env, xs...)
    isempty(xs) && return ""
    s = IOBuffer()
    ctx = IOContext(s, env)
    for x in xs
        print(ctx, x)
    end
    return String(_unsafe_take!(s))
end

string(xs...) = print_to_string(xs...)
string(a::Symbol) = String(a)

print_quoted(io, s) = (print(io, '"'); escape_string(io, s, ('\"', '$')); print(io, '"'))
repr(x; context = nothing) = sprint(show, x; context = context)
repr(s::String) = sprint(show, s; sizehint = sizeof(s) + 2)

# A long string in a limited display keeps its two ends.
function show(io::IO, mime::MIME"text/plain", s::AbstractString; limit::Union{Int,Nothing} = nothing)
    if limit === nothing
        get(io, :limit, false)::Bool || return show(io, s)
        limit = max(20, displaysize(io)[2])
        get(io, :typeinfo, nothing) === nothing && (limit *= 7)
    end
    len = ncodeunits(s)
    len <= limit - 2 && return show(io, s)
    # how many characters fit beside the note on what was left out
    units = codeunit(s) == UInt8 ? "bytes" : "code units"
    short = length(" ⋯  $units ⋯ ") + 4
    chars = max(limit, short + 1) - short
    d = ndigits(len - chars)
    chars -= d
    chars += d - ndigits(len - chars)
    chars = max(0, chars)
    head = nextind(s, 0, 1 + (chars + 1) ÷ 2)
    tail = prevind(s, len + 1, chars ÷ 2)
    # leaving out less than the note is long gains nothing
    t = short + ndigits(len - chars) - 1
    n = tail - head
    if 4t <= n || t <= n && t <= length(s, head, tail - 1)
        show(io, SubString(s, 1:prevind(s, head)))
        printstyled(io, " ⋯ $n $units ⋯ "; color = :light_yellow, bold = true)
        show(io, SubString(s, tail))
    else
        show(io, s)
    end
    return
end

## escaping

escape_nul(c::Union{Nothing,AbstractChar}) = (c !== nothing && '0' <= c <= '7') ? "\\x00" : "\\0"
need_full_hex(c::Union{Nothing,AbstractChar}) = c !== nothing && isxdigit(c)

function escape_string(io::IO, s::AbstractString, esc = (); keep = ())
    y = iterate(s)
    while y !== nothing
        c, i = y
        y = iterate(s, i)
        following = y === nothing ? nothing : y[1]
        if c in keep
            print(io, c)
        elseif c in esc
            print(io, '\\', c)
        elseif isascii(c)
            b = escape_letter(c)
            c == '\0' ? print(io, escape_nul(following)) :
            c == '\\' ? print(io, "\\\\") :
            b != 0x00 ? print(io, '\\', Char(b)) :
            isprint(c) ? print(io, c) :
            print(io, "\\x", string(UInt32(c), base = 16, pad = 2))
        elseif !isoverlong(c) && !ismalformed(c)
            isprint(c) ? print(io, c) :
            c <= '\uffff' ?
            print(io, "\\u", string(UInt32(c), base = 16, pad = need_full_hex(following) ? 4 : 2)) :
            print(io, "\\U", string(UInt32(c), base = 16, pad = need_full_hex(following) ? 8 : 4))
        else # malformed or overlong: its bytes
            u = bitcast(UInt32, c)
            while true
                print(io, "\\x", string(u >> 24, base = 16, pad = 2))
                (u <<= 8) == 0 && break
            end
        end
    end
end
escape_string(s::AbstractString, esc = ('\"',); keep = ()) =
    sprint((io, s) -> escape_string(io, s, esc; keep = keep), s, sizehint = lastindex(s))

function unescape_string(io::IO, s::AbstractString, keep = ())
    i = firstindex(s)
    e = lastindex(s)
    while i <= e
        c = s[i]
        i = nextind(s, i)
        if c != '\\' || i > e
            print(io, c)
            continue
        end
        c = s[i]
        i = nextind(s, i)
        if c in keep
            print(io, '\\', c)
        elseif c == 'x' || c == 'u' || c == 'U'
            m = c == 'x' ? 2 : c == 'u' ? 4 : 8
            n, k = 0, 0
            while k < m && i <= e && isxdigit(s[i])
                n = n << 4 + Int(number_from_hex(s[i]))
                i = nextind(s, i)
                k += 1
            end
            if k == 0 || n > 0x10ffff
                kind = m == 2 ? "hex (\\x)" : "unicode (\\$c)"
                throw(ArgumentError("invalid $kind escape sequence"))
            end
            m == 2 ? write(io, UInt8(n)) : print(io, Char(n))
        elseif '0' <= c <= '7'
            n, k = c - '0', 1
            while k < 3 && i <= e && '0' <= s[i] <= '7'
                n = n << 3 + (s[i] - '0')
                i = nextind(s, i)
                k += 1
            end
            n > 255 && throw(ArgumentError("octal escape sequence out of range"))
            write(io, UInt8(n))
        else
            print(io, c == 'a' ? '\a' : c == 'b' ? '\b' : c == 't' ? '\t' : c == 'n' ? '\n' :
                  c == 'v' ? '\v' : c == 'f' ? '\f' : c == 'r' ? '\r' : c == 'e' ? '\e' :
                  (c == '\\' || c == '\'' || c == '"') ? c :
                  throw(ArgumentError("invalid escape sequence \\$c")))
        end
    end
end
unescape_string(s::AbstractString, keep = ()) =
    sprint(unescape_string, s, keep; sizehint = lastindex(s))

# In a raw string only backslashes before a quote (or the end) are doubled.
function escape_raw_string(io::IO, str::AbstractString, delim::Char = '"')
    n = 0
    for c in str
        if c == '\\'
            n += 1
        else
            if c == delim
                n = 2 * n + 1
            end
            for _ in 1:n
                write(io, '\\')
            end
            n = 0
            write(io, c)
        end
    end
    for _ in 1:(2 * n)
        write(io, '\\')
    end
end
escape_raw_string(str::AbstractString, delim::Char = '"') = sprint(escape_raw_string, str, delim)

macro b_str(s)
    v = codeunits(unescape_string(s))
    return QuoteNode(v)
end
macro raw_str(s)
    return s
end

## join

join(iterator) = sprint(join, iterator)
join(iterator, delim) = sprint(join, iterator, delim)
join(iterator, delim, last) = sprint(join, iterator, delim, last)

function join(io::IO, iterator, delim, last)
    y = iterate(iterator)
    y === nothing && return nothing
    started = false
    while true
        item, state = y
        y = iterate(iterator, state)
        if started
            print(io, y === nothing ? last : delim)
        end
        print(io, item)
        started = true
        y === nothing && return nothing
    end
end
function join(io::IO, iterator, delim = "")
    started = false
    for item in iterator
        started ? print(io, delim) : (started = true)
        print(io, item)
    end
    return nothing
end

## indentation (used by docstrings)

function indentation(str::AbstractString; tabwidth = 8)
    count = 0
    for ch in str
        if ch == ' '
            count += 1
        elseif ch == '\t'
            count = div(count + tabwidth, tabwidth) * tabwidth
        else
            return count, false
        end
    end
    return count, true
end

function unindent(str::AbstractString, indent::Int; tabwidth = 8)
    indent == 0 && return str
    out = IOBuffer(sizehint = sizeof(str))
    skipping = true
    col = 0
    for ch in str
        if ch == '\n'
            write(out, ch)
            skipping, col = true, 0
        elseif skipping && (ch == ' ' || ch == '\t') && col < indent
            next = ch == '\t' ? div(col + tabwidth, tabwidth) * tabwidth : col + 1
            for _ in (indent + 1):next
                write(out, ' ')
            end
            col = next
        else
            skipping = false
            write(out, ch)
        end
    end
    return String(take!(out))
end
