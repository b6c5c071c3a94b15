# The text of commands: splitting it as a shell would (with `$` interpolation for backticks) and
# quoting words for a shell to read.

const shell_special = "#{}()[]<>|&*?~;"

# Splits `str` into words. With interpolation the result is an Expr whose words are Exprs of pieces;
# without, a vector of strings. The second result is the range of the last word.
function shell_parse(str::AbstractString, interpolate::Bool = true; special::AbstractString = "",
                     filename = "none")
    s = String(str)
    n = lastindex(s)
    words = Any[]
    word = Any[]      # pieces of the word being read
    lit = IOBuffer()  # literal text of the piece being read
    inword = false
    in_single = in_double = false
    last_start = 1

    function flush_literal()
        t = String(take!(lit))
        isempty(t) || push!(word, t)
        return
    end
    function end_word()
        if inword
            flush_literal()
            isempty(word) && push!(word, "")
            push!(words, word)
            word = Any[]
            inword = false
        end
        return
    end

    i = firstindex(s)
    while i <= n
        c = s[i]
        next = nextind(s, i)
        if !in_single && !in_double && isspace(c)
            end_word()
            i = next
            last_start = i
            continue
        end
        if interpolate && !in_single && c == '$'
            inword = true
            flush_literal()
            next > n && error("\$ right before end of command")
            isspace(s[next]) && error("space not allowed right after \$")
            ex, i = Meta.parseatom(s, next; filename = filename)
            push!(word, ex)
            continue
        end
        inword = true
        if !in_double && c == '\''
            in_single = !in_single
        elseif !in_single && c == '"'
            in_double = !in_double
        elseif !in_single && c == '\\'
            if next > n
                in_double && error("unterminated double quote")
                print(lit, '\\')
            elseif in_double
                d = s[next]
                if d == '"' || d == '$' || d == '\\'
                    print(lit, d)
                    next = nextind(s, next)
                else
                    print(lit, '\\')
                end
            else
                print(lit, s[next])
                next = nextind(s, next)
            end
        else
            if !in_single && !in_double && c in special
                error("parsing command `$s`: special characters \"$special\" must be quoted in commands")
            end
            print(lit, c)
        end
        i = next
    end
    in_single && error("unterminated single quote")
    in_double && error("unterminated double quote")
    end_word()

    if !interpolate
        out = String[]
        for w in words
            push!(out, join(w))
        end
        return out, last_start:n
    end
    exprs = Any[]
    for w in words
        push!(exprs, Expr(:tuple, (w::Vector{Any})...))
    end
    return Expr(:tuple, exprs...), last_start:n
end

shell_split(s::AbstractString) = shell_parse(s, false)[1]::Vector{String}

function print_shell_word(io::IO, word::AbstractString, special::AbstractString = "")
    has_single = has_special = false
    for c in word
        if isspace(c) || c == '\\' || c == '\'' || c == '"' || c == '$' || c in special
            has_special = true
            c == '\'' && (has_single = true)
        end
    end
    if isempty(word)
        print(io, "''")
    elseif !has_special
        print(io, word)
    elseif !has_single
        print(io, '\'', word, '\'')
    else
        print(io, '"')
        for c in word
            (c == '"' || c == '$' || c == '\\') && print(io, '\\')
            print(io, c)
        end
        print(io, '"')
    end
    return
end

function print_shell_escaped(io::IO, cmd::AbstractString, args::AbstractString...; special::AbstractString = "")
    print_shell_word(io, cmd, special)
    for arg in args
        print(io, ' ')
        print_shell_word(io, arg, special)
    end
end
print_shell_escaped(io::IO; special::String = "") = nothing
shell_escape(args::AbstractString...; special::AbstractString = "") =
    sprint((io, args...) -> print_shell_escaped(io, args...; special = special), args...)

# As a POSIX shell wants it: single quotes around everything unusual.
function print_shell_escaped_posixly(io::IO, args::AbstractString...)
    first = true
    for arg in args
        first || print(io, ' ')
        first = false
        plain = !isempty(arg) && all(c -> isascii(c) && (isletter(c) || isdigit(c) || c in "_-./=:,+@%^"), arg)
        if plain
            print(io, arg)
        else
            print(io, '\'', replace(arg, "'" => "'\\''"), '\'')
        end
    end
end
shell_escape_posixly(args::AbstractString...) = sprint(print_shell_escaped_posixly, args...)
