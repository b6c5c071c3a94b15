# Unicode: normalization and graphemes. The work is done in Base.Unicode.

module Unicode

export graphemes, isequal_normalized

import Base.Unicode: graphemes
using Base.Unicode: normalize, isassigned, isequal_normalized, julia_chartransform,
    category_code, category_abbrev, category_string, isgraphemebreak, isgraphemebreak!, GraphemeIterator

# Part of a string, counted in graphemes.
function graphemes(s::AbstractString, r::AbstractUnitRange{<:Integer})
    m, n = Int(first(r)), Int(last(r))
    m > 0 || throw(ArgumentError("starting index $m is not ≥ 1"))
    n < m && return @view s[1:0]
    count = 0
    from = 0
    upto = 0
    i = firstindex(s)
    for g in Base.Unicode.graphemes(s)
        count += 1
        count == m && (from = i)
        i += ncodeunits(g)
        if count == n
            upto = prevind(s, i)
            break
        end
    end
    (from == 0 || upto == 0) && throw(BoundsError(s, r))
    return @view s[from:upto]
end

end # module Unicode
