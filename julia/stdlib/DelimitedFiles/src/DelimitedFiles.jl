# DelimitedFiles: matrices from and to text with a delimiter between columns.

module DelimitedFiles

export readdlm, writedlm

# No delimiter given: any run of spaces.
const invalid_dlm = '\0'

readdlm(input, T::Type; opts...) = readdlm(input, invalid_dlm, T, '\n'; opts...)
readdlm(input, dlm::AbstractChar, T::Type; opts...) = readdlm(input, dlm, T, '\n'; opts...)
readdlm(input; opts...) = readdlm(input, invalid_dlm, '\n'; opts...)
readdlm(input, dlm::AbstractChar; opts...) = readdlm(input, dlm, '\n'; opts...)
readdlm(input, dlm::AbstractChar, eol::AbstractChar; opts...) = readdlm_auto(input, dlm, Float64, eol, true; opts...)
readdlm(input, dlm::AbstractChar, T::Type, eol::AbstractChar; opts...) = readdlm_auto(input, dlm, T, eol, false; opts...)

readdlm_auto(input::Vector{UInt8}, dlm::AbstractChar, T::Type, eol::AbstractChar, auto::Bool; opts...) =
    readdlm_string(String(copy(input)), dlm, T, eol, auto; opts...)
readdlm_auto(input::IO, dlm::AbstractChar, T::Type, eol::AbstractChar, auto::Bool; opts...) =
    readdlm_string(read(input, String), dlm, T, eol, auto; opts...)
function readdlm_auto(input::AbstractString, dlm::AbstractChar, T::Type, eol::AbstractChar, auto::Bool; opts...)
    isfile(input) || throw(ArgumentError("Cannot open '$input': not a file"))
    return readdlm_string(read(input, String), dlm, T, eol, auto; opts...)
end

# The cells of one line: text and whether it was quoted. A quote may span lines, so the whole text is
# scanned.
function scan_cells(s::String, dlm::AbstractChar, eol::AbstractChar, quotes::Bool, comments::Bool, comment_char::AbstractChar, skipblanks::Bool, skipstart::Int, spaces::Bool)
    rows = Vector{String}[]
    row = String[]
    cell = IOBuffer()
    has_cell = false # something stands in the current cell, if only a quote
    started = false  # something stands in the current line
    i = firstindex(s)
    n = ncodeunits(s)
    for _ in 1:skipstart
        j = findnext(==(eol), s, i)
        j === nothing && return rows
        i = nextind(s, j)
        i > n && return rows
    end
    function end_cell()
        push!(row, String(take!(cell)))
        has_cell = false
    end
    function end_row()
        # a blank line is none, if so wished
        if started || !skipblanks
            (has_cell || !spaces || isempty(row)) && (spaces && !has_cell && !isempty(row) || end_cell())
            push!(rows, row)
        end
        row = String[]
        take!(cell)
        has_cell = started = false
    end
    while i <= n
        c = s[i]
        i = nextind(s, i)
        if c == eol || (c == '\r' && eol == '\n' && i <= n && s[i] == '\n')
            c == '\r' && (i = nextind(s, i))
            end_row()
        elseif comments && c == comment_char
            while i <= n && s[i] != eol
                i = nextind(s, i)
            end
        elseif quotes && c == '"' && !has_cell
            has_cell = started = true
            while i <= n
                d = s[i]
                i = nextind(s, i)
                if d == '"'
                    if i <= n && s[i] == '"' # doubled: one quote
                        print(cell, '"')
                        i = nextind(s, i)
                    else
                        break
                    end
                else
                    print(cell, d)
                end
            end
        elseif spaces ? isspace(c) : c == dlm
            if spaces
                has_cell && end_cell()
            else
                started = true
                end_cell()
            end
        else
            print(cell, c)
            has_cell = started = true
        end
    end
    (started || has_cell || !isempty(row)) && end_row()
    return rows
end

function readdlm_string(s::String, dlm::AbstractChar, T::Type, eol::AbstractChar, auto::Bool;
                        header::Bool = false, quotes::Bool = true, comments::Bool = false, comment_char::AbstractChar = '#',
                        skipblanks::Bool = true, skipstart::Integer = 0, use_mmap::Bool = false, dims = nothing, ignore_invalid_chars::Bool = false)
    skipstart >= 0 || throw(ArgumentError("skipstart must be ≥ 0, got $skipstart"))
    spaces = dlm == invalid_dlm
    rows = scan_cells(s, dlm, eol, quotes, comments, comment_char, skipblanks, Int(skipstart), spaces)
    titles = nothing
    if header
        isempty(rows) && throw(ArgumentError("missing header"))
        titles = popfirst!(rows)
    end
    nr = length(rows)
    nc = 0
    for r in rows
        nc = max(nc, length(r))
    end
    titles === nothing || (nc = max(nc, length(titles)))
    data = fill_cells(rows, nr, nc, T, auto)
    titles === nothing && return data
    head = Matrix{AbstractString}(undef, 1, nc)
    for j in 1:nc
        head[1, j] = j <= length(titles) ? SubString(strip(titles[j])) : ""
    end
    return (data, head)
end

function fill_cells(rows, nr::Int, nc::Int, T::Type, auto::Bool)
    if auto
        # numbers alone give Float64s, anything else a mixed matrix
        out = Matrix{Float64}(undef, nr, nc)
        ok = true
        for i in 1:nr, j in 1:nc
            v = j <= length(rows[i]) ? tryparse(Float64, rows[i][j]) : nothing
            if v === nothing
                ok = false
                break
            end
            out[i, j] = v
        end
        ok && return out
        T = Any
    end
    cells = Matrix{T}(undef, nr, nc)
    for i in 1:nr, j in 1:nc
        text = j <= length(rows[i]) ? rows[i][j] : ""
        cells[i, j] = convert_cell(T, text, i, j)
    end
    return cells
end

function convert_cell(::Type{Any}, text::String, i, j)
    for N in (Int, Float64)
        v = tryparse(N, text)
        v === nothing || return v
    end
    text == "true" && return true
    text == "false" && return false
    return SubString(text)
end
convert_cell(::Type{T}, text::String, i, j) where {T<:AbstractString} = convert(T, text)
function convert_cell(::Type{T}, text::String, i, j) where {T<:AbstractChar}
    length(text) == 1 || error("file entry \"$text\" cannot be converted to $T")
    return T(first(text))
end
function convert_cell(::Type{T}, text::String, i, j) where {T}
    v = tryparse(T, strip(text))
    v === nothing && error("at row $i, column $j : ErrorException(\"file entry \\\"$text\\\" cannot be converted to $T\")")
    return v
end
function convert_cell(::Type{Bool}, text::String, i, j)
    text == "true" && return true
    text == "false" && return false
    error("file entry \"$text\" cannot be converted to Bool")
end

## writing

writedlm(io::IO, a::AbstractVecOrMat, dlm; opts...) = writedlm_rows(io, a, dlm; opts...)
writedlm(io::IO, a::AbstractArray{<:Any,0}, dlm; opts...) = writedlm(io, reshape(a, 1), dlm; opts...)
function writedlm(io::IO, a::AbstractArray, dlm; opts...)
    tail = size(a)[3:end]
    for I in CartesianIndices(tail)
        writedlm(io, view(a, :, :, I), dlm; opts...)
        I == last(CartesianIndices(tail)) || println(io)
    end
end
writedlm(io::IO, itr, dlm; opts...) = (for row in itr; writedlm_row(io, row, dlm; opts...); end)
writedlm(fname::AbstractString, a, dlm; opts...) = open(io -> writedlm(io, a, dlm; opts...), fname, "w")
writedlm(io, a; opts...) = writedlm(io, a, '\t'; opts...)

function writedlm_rows(io::IO, a::AbstractMatrix, dlm; opts...)
    for i in axes(a, 1)
        writedlm_row(io, view(a, i, :), dlm; opts...)
    end
end
writedlm_rows(io::IO, a::AbstractVector, dlm; opts...) = (for x in a; writedlm_row(io, x, dlm; opts...); end)

writedlm_row(io::IO, row::AbstractString, dlm; opts...) = (writedlm_cell(io, row, dlm; opts...); print(io, '\n'))
function writedlm_row(io::IO, row, dlm; opts...)
    first = true
    for x in row
        first || print(io, dlm)
        first = false
        writedlm_cell(io, x, dlm; opts...)
    end
    print(io, '\n')
end

writedlm_cell(io::IO, elt::AbstractFloat, dlm; quotes = true) = print(io, elt)
writedlm_cell(io::IO, elt, dlm; quotes = true) = print(io, elt)
function writedlm_cell(io::IO, elt::AbstractString, dlm; quotes::Bool = true)
    if quotes && (occursin('"', elt) || occursin(string(dlm), elt) || occursin('\n', elt))
        print(io, '"', replace(elt, "\"" => "\"\""), '"')
    else
        print(io, elt)
    end
end

end # module DelimitedFiles
