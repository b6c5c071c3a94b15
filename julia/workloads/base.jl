# What most programs use of Base: each call at top level becomes a root of the recording beside this
# file, from which the native code of Base's image is made. Write it anew after a change with
#
#     cargo pkgimage record --project julia --workload base
#
# All output goes to buffers and to stdout; nothing here depends on the machine.

# Numbers: arithmetic across types, conversion, reading and printing.
const INTEGERS = Any[1, UInt8(3), UInt(8), true]
const FLOATS = Any[1.5, 2.5f0]
const NUMBERS = Any[INTEGERS..., FLOATS..., 3 // 4, 1 + 2im, 1.0 + 2.0im]

for a in INTEGERS
    for f in (+, -, *, &, |, xor, ==, <, <=, isless, isequal, max, min, div, rem, mod, fld, cld, divrem, fldmod, gcd, lcm)
        applicable(f, a, a) && f(a, a)
        f(2, 2)
    end
    for f in (+, -, *, ==, <, <=)
        f(a, 2)
    end
    for f in (-, ~, abs, sign, zero, one, float, iszero, isodd, iseven, count_ones, leading_zeros, trailing_zeros, string, repr, hash, Int, Float64, bitstring, isone, typemax, typemin)
        applicable(f, a) && f(a)
    end
    (a << 1, a >> 1, a >>> 1, a ^ 2, a / 2, a // 2, 2.0 * a, a * 2.0, a + 1.5, 1.5 - a)
    print(devnull, a)
    show(devnull, a)
    a isa Bool || (string(a, base = 16), string(a, base = 2, pad = 8), digits(a), ndigits(a), isqrt(a), powermod(a, 2, 5))
    convert(Float64, a)
    convert(Int, a)
    a in (1, 2, 3)
    a in [1, 2, 3]
    1:a
    collect(1:a)
end
for a in FLOATS
    for f in (+, -, *, /, ==, <, <=, isless, isequal, max, min, promote, ^, atan, hypot, rem, mod, copysign)
        f(a, a)
        f(a, 2)
    end
    for f in (-, abs, sign, zero, one, iszero, isnan, isinf, isfinite, isinteger, floor, ceil, round, trunc, sqrt, cbrt, exp, exp2, expm1, log1p, log, log2, log10, sin, cos, tan, asin, atan, sinh, cosh, tanh, string, repr, hash, Float64, eps, abs2, inv, significand, exponent, nextfloat, prevfloat, signbit)
        f === asin ? f(a / 4) : f(a)
    end
    (floor(Int, a), ceil(Int, a), round(Int, a), trunc(Int, a), round(a, digits = 1), round(a, sigdigits = 2), isapprox(a, a), a ≈ a + eps(a), div(a, 2), fld(a, 2))
    print(devnull, a)
    show(devnull, a)
    Int(a * 2)
end
for a in (3 // 4, 1 + 2im, 1.0 + 2.0im), f in (+, -, *, /, ==, isequal)
    f(a, a)
    f(a, 1)
end
for a in NUMBERS
    (string(a), repr(a), hash(a), abs2(a), conj(a), real(a), imag(a), a^2, typeof(a), isreal(a), sprint(show, a), summary(a))
end
(numerator(3 // 4), denominator(3 // 4), 1 // 2 < 3 // 4, float(1 // 2), rationalize(0.25), abs(3 + 4im), angle(1im), sqrt(-1 + 0im), exp(1im))
(big(2)^100, string(big(2)^100), big(10) + 1, big(3) * 4, div(big(7), 2), factorial(20), factorial(big(20)), big"1.5" + 1, string(big"1.5"), parse(BigInt, "123456789012345678901234567890"))
(clamp(5, 1, 3), clamp(0.5, 0.0, 1.0), muladd(2, 3, 4), fma(2.0, 3.0, 4.0), evalpoly(2, (1, 2, 3)), evalpoly(2.0, [1.0, 2.0]), binomial(5, 2), nextpow(2, 5), prevpow(2, 5))
for text in ("1", "-17", "255")
    (parse(Int, text), tryparse(Int, text), parse(Float64, text), tryparse(Float64, text), parse(Int8, "7"), parse(UInt8, "7"), parse(Int32, "7"), parse(Int, "ff", base = 16))
end
(tryparse(Int, "x"), tryparse(Float64, "x"), parse(Float64, "1.5e3"), parse(Bool, "true"), parse(Float32, "2.5"))

# Strings, characters and symbols.
const TEXTS = Any["a plain text", "größer → 12 ∈ ℕ", "", SubString("within a text", 1, 6)]
for s in TEXTS
    (length(s), ncodeunits(s), isempty(s), uppercase(s), lowercase(s), titlecase(s), uppercasefirst(s), lowercasefirst(s), reverse(s), strip(s), lstrip(s), rstrip(s), chomp(s), string(s), repr(s), hash(s), Symbol(s), String(s), collect(s), codeunits(s), isascii(s), isvalid(s))
    (split(s), split(s, ' '), split(s, " "), split(s, ","; limit = 2), rsplit(s, ' '; limit = 2), split(s, [' ', ',']), split(s, r"\s+"), join(split(s), ", "), replace(s, "a" => "b"), replace(s, 'a' => 'b'), replace(s, r"[aeiou]" => "-"), replace(s, r"[a-z]+" => uppercase; count = 1))
    (occursin("a", s), occursin('a', s), occursin(r"[0-9]+", s), startswith(s, "a"), endswith(s, "t"), startswith(s, 'a'), endswith(s, 't'), contains(s, "lain"), findfirst("a", s), findfirst('a', s), findlast('a', s), findfirst(isspace, s), findnext('a', s, 1), findall('a', s), match(r"(\w+) (\w+)", s), eachmatch(r"\w+", s), count('a', s), count("a", s))
    (s * "x", "x" * s, s^2, repeat(s, 2), lpad(s, 20), rpad(s, 20), lpad(s, 20, '0'), cmp(s, "b"), s == "b", s < "b", isless(s, "b"), s == s, first(s, 1), last(s, 1), chop(s), strip(s, ['a', ' ']), filter(isletter, s), map(uppercase, s), any(isdigit, s), all(isletter, s), escape_string(s), unescape_string("a\\n"), ascii("abc"), textwidth(s))
    for c in s
        (isletter(c), isdigit(c), isspace(c), isuppercase(c), islowercase(c), ispunct(c), iscntrl(c), isprint(c), isascii(c), isxdigit(c), uppercase(c), lowercase(c), Int(c), UInt32(c), string(c), repr(c), c + 1, c - 'a', c == 'a', c < 'b', c in "abc", c in ('a', 'b'), hash(c))
    end
    for i in eachindex(s)
        (s[i], nextind(s, i), prevind(s, i), thisind(s, i), isvalid(s, i), s[i:end], SubString(s, i), codeunit(s, i))
    end
    for (i, c) in pairs(s)
    end
    for (i, c) in enumerate(s)
    end
    for m in eachmatch(r"(?<first>\w)(\w*)", s)
        (m.match, m.offset, m.captures, m[1], m["first"])
    end
    print(devnull, s)
    show(devnull, s)
    println(devnull, s, 1, 'c', :symbol, 2.5)
end
("$(1) and $(2.5) and $("three") and $(:four) and $('5') and $([6]) and $(nothing)", string(1, "a", 'b', :c, 2.5, nothing, true), join([1, 2, 3], ", ", " and "), join(("a", "b")), join(Any["a", 1, 'c'], "-"), join(1:3, ','))
(:a == :b, string(:a), Symbol("a", 1), Symbol(:a, :b), gensym(), isless(:a, :b), hash(:a), repr(:a), String(:abc), Char(97), Char(0x61))
(cmp("a", "b"), "abc"[2:3], "abc"[end], bytes2hex([0x01, 0xff]), hex2bytes("01ff"), codepoint('a'), Base.text_colors[:red], isequal("a", "a"), string("abc")[1])
let io = IOBuffer()
    write(io, "text", 'c', 0x01, UInt8[1, 2], 17, 1.5)
    print(io, 1, " ", 2.5, " ", :s, ' ', "t", nothing, true, [1, 2], (1, "a"), 1 => 2)
    println(io)
    println(io, "line")
    show(io, "quoted")
    printstyled(io, "text"; color = :red, bold = true)
    text = String(take!(io))
    seekstart(io)
    reader = IOBuffer("one\ntwo 2\nthree")
    (readline(reader), peek(reader), eof(reader), read(reader, Char), read(reader, UInt8), readuntil(reader, ' '), position(reader), seek(reader, 0), skip(reader, 1), readlines(reader), read(IOBuffer("abc"), String), read(IOBuffer("abc")), collect(eachline(IOBuffer("a\nb"))), countlines(IOBuffer("a\nb")))
    context = IOContext(io, :compact => true, :limit => true)
    (get(context, :compact, false), print(context, 1.23456789), show(context, [1.5, 2.5]), show(context, MIME("text/plain"), [1.5, 2.5]), sprint(print, "a", 1), sprint(show, [1]; context = :compact => true))
end

# Collections of the usual element types.
const VECTORS = Any[[3, 1, 2], [2.5, 1.5, 0.5], ["b", "a", "c"], Any[1, "a", :b]]
for v in VECTORS
    w = copy(v)
    (length(v), size(v), size(v, 1), isempty(v), eltype(v), ndims(v), axes(v), eachindex(v), firstindex(v), lastindex(v), similar(v), similar(v, 3), collect(v), vcat(v, v), [v; v], hcat(v, v), reverse(v), repeat(v, 2), hash(v), v == w, isequal(v, w), string(v), repr(v), summary(v), sprint(show, MIME("text/plain"), v), Tuple(v), collect(enumerate(v)), collect(zip(v, v)), deepcopy(v), view(v, 1:length(v)), v[:], v[1:end], map(identity, v), [x for x in v], [x for x in v if x !== nothing], Any[x for x in v], filter(x -> true, v), unique(v), Set(v), allunique(v), append!(copy(v), v), sizehint!(copy(v), 10), empty(v), empty!(copy(v)), reshape(v, 1, :), vec(v), permutedims(v), union(v, v), intersect(v, v), setdiff(v, v), any(x -> false, v), all(x -> true, v), count(x -> true, v), findfirst(x -> false, v), findall(x -> true, v), foreach(identity, v), resize!(copy(v), 0), string.(v))
    for x in v
        (x in v, push!(copy(v), x), pushfirst!(copy(v), x), findfirst(==(x), v), findfirst(isequal(x), v), indexin([x], v), count(==(x), v), insert!(copy(v), 1, x), replace(v, x => x), fill(x, 2), fill(x, 2, 2), Dict(x => 1), x => 1)
    end
    for i in eachindex(v)
        w[i] = v[i]
        (get(v, i, nothing), getindex(v, i), checkbounds(Bool, v, i), isassigned(v, i), v[[i]], v[i:i], @view(v[i:i]))
    end
    isempty(v) || (first(v), last(v), pop!(copy(v)), popfirst!(copy(v)), deleteat!(copy(v), 1), splice!(copy(v), 1), last(v, 1), first(v, 1), rand(v), copyto!(similar(v), v), circshift(v, 1))
    print(devnull, v)
end
for v in Any[[3, 1, 2], [2.5, 1.5, 0.5], ["b", "a", "c"], [:b, :a]]
    (sort(v), sort!(collect(v)), sort(v; rev = true), sort(v; by = identity), sort(v; lt = isless), sortperm(v), issorted(v), maximum(v), minimum(v), extrema(v), argmax(v), argmin(v), findmax(v), findmin(v), searchsortedfirst(v, first(v)), searchsortedlast(v, first(v)), searchsorted(v, first(v)), partialsort(v, 1), sort(v; alg = MergeSort), sort(v; alg = InsertionSort))
end
for v in Any[[3, 1, 2], [2.5, 1.5, 0.5], 1:5, (1, 2, 3)]
    (sum(v), prod(v), sum(abs2, v), sum(x -> x + 1, v), mapreduce(identity, +, v), reduce(+, v), foldl(+, v), foldr(+, v), accumulate(+, collect(v)), cumsum(collect(v)), cumprod(collect(v)), map(x -> x + 1, v), map(+, v, v), sum(v; init = 0), count(x -> x == 1, v), any(iszero, v), all(isreal, v))
    (v .+ 1, v .* 2, 2 .* v, v .- v, v ./ 2, v .^ 2, abs.(v), v .== 1)
    v isa Tuple || (collect(v) + collect(v), collect(v) - collect(v), 2 * collect(v), collect(v) * 2, collect(v) / 2, -collect(v), diff(collect(v)), zeros(eltype(v), 2), ones(eltype(v), 2), zero(collect(v)), convert(Vector{Float64}, real.(collect(v))))
end
for m in Any[[1 2; 3 4], [1.0 2.0; 3.0 4.0]]
    (size(m), size(m, 1), length(m), axes(m), axes(m, 1), eachindex(m), CartesianIndices(m), m[1, 1], m[1, :], m[:, 1], m[:, :], m[1:1, 1:2], m[1], vec(m), reshape(m, 4), permutedims(m), copy(m), m == m, string(m), sprint(show, MIME("text/plain"), m), hcat(m, m), vcat(m, m), collect(eachrow(m)), collect(eachcol(m)), map(identity, m), similar(m), [m[i, j] for i in 1:2, j in 1:2], view(m, 1, :))
    m[1, 1] = m[1, 1]
    m[1, :] = m[1, :]
    eltype(m) <: Number && (sum(m), sum(m; dims = 1), sum(m; dims = 2), maximum(m), maximum(m; dims = 1), m + m, m - m, 2m, m * m, m * [1, 2], m', m' * m, transpose(m), m .+ 1, m .* m, m .+ [1, 2], m .* [1 2], m / 2, prod(m), extrema(m), count(!iszero, m))
end
for r in Any[1:5, 1:2:9, 0.0:0.5:2.0, 'a':'e', Base.OneTo(3), 1:0]
    (length(r), first(r), isempty(r), step(r), collect(r), reverse(r), string(r), repr(r), r == r, hash(r), eltype(r), sprint(show, MIME("text/plain"), r), [x for x in r], map(string, r), r[1:0], in(1, r), maximum(collect(r); init = first(r)))
    isempty(r) || (last(r), r[1], r[end], maximum(r), minimum(r), extrema(r))
    for x in r
    end
end
for d in Any[Dict("a" => 1), Dict{Symbol, Any}(:a => 1), Dict{String, Any}("a" => 1), Dict{Int, Int}(1 => 2)]
    (length(d), isempty(d), keys(d), values(d), collect(d), collect(keys(d)), collect(values(d)), eltype(d), keytype(d), valtype(d), copy(d), d == d, isequal(d, d), hash(d), string(d), repr(d), sprint(show, MIME("text/plain"), d), summary(d), merge(d, d), filter(p -> true, d), empty(d), sort(collect(keys(d))), Dict(k => v for (k, v) in d), Dict(zip(keys(d), values(d))), [k for (k, v) in d], any(p -> false, d), all(p -> true, d), mergewith((a, b) -> a, d, d), in(first(d), d), map(first, collect(d)), pairs(d), foreach(identity, d), maximum(length, keys(Dict("a" => 1))))
    for (k, v) in d
        (d[k], haskey(d, k), get(d, k, nothing), get(() -> nothing, d, k), get!(d, k, v), get!(() -> v, d, k), k in keys(d), v in values(d), getkey(d, k, nothing), pop!(copy(d), k), pop!(copy(d), k, nothing), delete!(copy(d), k), setindex!(d, v, k), push!(copy(d), k => v), findfirst(==(v), d))
    end
    empty!(copy(d))
    sizehint!(copy(d), 10)
end
for s in Any[Set([1, 2]), Set(["a"]), BitSet([1, 2])]
    (length(s), isempty(s), collect(s), first(s) in s, copy(s), s == s, hash(s), string(s), union(s, s), intersect(s, s), setdiff(s, s), symdiff(s, s), issubset(s, s), s ⊆ s, push!(copy(s), first(s)), delete!(copy(s), first(s)), pop!(copy(s)), empty!(copy(s)), filter(x -> true, s), map(identity, collect(s)), union!(copy(s), s), sprint(show, MIME("text/plain"), s))
    for x in s
    end
end
for t in Any[(), (1, 2), (1, "a"), ("a", "b"), (a = 1, b = "x")]
    (length(t), isempty(t), string(t), repr(t), hash(t), t == t, isequal(t, t), collect(t), map(identity, t), eltype(t), keys(t), values(t), t === t, Tuple(t), sprint(show, MIME("text/plain"), t), reverse(Tuple(t)), Base.tail((1, Tuple(t)...)), any(x -> false, t), all(x -> true, t), in(1, t), foreach(identity, t), isempty(t) || first(t), isempty(t) || last(t), isempty(t) || t[1], typeof(t), (t..., 1))
    for x in t
    end
end
(merge((a = 1,), (b = 2,)), (a = 1, b = 2).a, keys((a = 1,)), pairs((a = 1,)), haskey((a = 1,), :a), get((a = 1,), :a, 0), (; a = 1, b = 2), NamedTuple{(:a,)}((1,)), (1, 2) < (1, 3), isless((1, 2), (1, 3)), ntuple(identity, 3), ntuple(i -> 2i, Val(3)), zip(1:2, "ab") |> collect, tuple(1, 2), Base.front((1, 2)), extrema((1, 2)), sum((1, 2)), max(1, 2, 3), findfirst(==(2), (1, 2)))

# Iterators and higher-order functions.
(collect(Iterators.filter(isodd, 1:5)), collect(Iterators.map(x -> 2x, 1:3)), collect(Iterators.product(1:2, 1:2)), collect(Iterators.partition(1:5, 2)), collect(Iterators.flatten([[1], [2]])), collect(Iterators.takewhile(<(3), 1:5)), collect(Iterators.dropwhile(<(3), 1:5)), collect(Iterators.accumulate(+, 1:3)), collect(Iterators.rest(1:3, 1)), collect(Iterators.cycle(1:2) |> x -> Iterators.take(x, 3)), collect(Iterators.repeated(1, 2)), first(Iterators.peel(1:3)), collect(Iterators.countfrom(1) |> x -> Iterators.take(x, 2)), Iterators.Stateful(1:3) |> collect)
(map(+, 1:3, 4:6), mapfoldl(identity, +, 1:3), mapreduce(x -> x^2, max, 1:3), reduce(vcat, [[1], [2]]), reduce(*, ["a", "b"]), foldl((a, b) -> a + b, 1:3; init = 0), sum(x for x in 1:3), sum(x^2 for x in 1:3 if isodd(x)), collect(x for x in 1:3), [x * y for x in 1:2 for y in 1:2], Dict(x => x^2 for x in 1:3), Set(x for x in 1:3), join(x for x in 1:3), any(x > 2 for x in 1:3), all(x > 0 for x in 1:3), maximum(x for x in 1:3), count(isodd, 1:3), minimum(abs, [-1, 2]), (sin ∘ cos)(1.0), (!isodd)(1), Base.Fix1(+, 1)(2), Base.Fix2(-, 1)(2), only([1]), zip([1], [2]) |> first, first(enumerate("ab")), eachindex([1], [2]), 1 |> string)
(unique([1, 1]), unique(x -> x % 2, 1:4), allequal([1, 1]), splice!([1, 2, 3], 2:3), deleteat!([1, 2, 3], [1, 3]), keepat!([1, 2, 3], [1]), filter!(isodd, [1, 2]), map!(x -> 2x, [0, 0], [1, 2]), replace!([1, 2], 1 => 3), reverse!([1, 2]), append!([1], (2, 3)), append!([1], 1:2), push!(Any[], 1, "a"), prepend!([1], [2]), fill!([1, 2], 0), stack([[1, 2], [3, 4]]), zeros(3), ones(3), zeros(Int, 2), trues(2), falses(2, 2), BitVector([true]) .& BitVector([false]), count(trues(3)), rand(3) isa Vector, rand(1:3), rand(), randn() isa Float64, Vector{Int}(undef, 2), Matrix{Float64}(undef, 1, 1), Array{Int, 3}(undef, 1, 1, 1), vcat(1, [2], 3:4), hcat([1], [2]), [1, 2.5], [1, "a"], Int[1.0, 2], cat([1], [2]; dims = 2), circshift([1, 2, 3], 1), isperm([1, 2]), invperm([2, 1]), cumsum([1, 2]), mod1(5, 3), fld1(5, 3), divrem(7, 2), rem(-7, 3), mod(-7, 3), bitrotate(1, 2))

# Types, values and reflection.
string("of a type ", Int)
(Int <: Integer, typeof(1), supertype(Int), eltype([1]), isconcretetype(Int), isabstracttype(Number), promote_type(Int, Float64), typejoin(Int, Float64), fieldnames(Complex{Int}), fieldcount(Complex{Int}), fieldtype(Complex{Int}, 1), nameof(sin), nameof(Int), isdefined(Main, :x), parentmodule(sin), hasmethod(sin, Tuple{Float64}), applicable(sin, 1.0), methods(isodd) |> length, which(isodd, Tuple{Int}) |> string, string(Int), string(Vector{Int}), repr(Dict{String, Int}), string(Union{Int, Nothing}), string(AbstractVector), sprint(show, Tuple{Int, String}), string(sin), repr(sin), sprint(show, MIME("text/plain"), sin), string(Base), isbits(1), isbitstype(Int), sizeof(Int), sizeof(1.5), objectid(1) isa UInt, isa(1, Int), convert(Any, 1), isnothing(nothing), ismissing(missing), something(nothing, 1), coalesce(missing, 1), skipmissing([1, missing]) |> collect, nonmissingtype(Union{Int, Missing}), ifelse(true, 1, 2), Nothing, string(nothing), string(missing), missing + 1, missing == 1, isequal(missing, missing), Val(1), getfield(1 => 2, :first), getproperty(1 => 2, :first), propertynames(1 => 2), hasproperty(1 => 2, :first), VERSION >= v"1.0", string(VERSION), string(v"1.2.3"), v"1.2" < v"1.10")
(:(a + b), string(:(f(x) = x + 1)), Meta.parse("1 + 2"), eval(:(1 + 2)), Expr(:call, :+, 1, 2), string(:(x -> x^2)), dump(devnull, 1 => 2), quote
    x = 1
end |> string, Meta.isexpr(:(a + b), :call), esc(:x), QuoteNode(:a), string(QuoteNode(:a)))
(time() isa Float64, time_ns() isa UInt64, ENV isa AbstractDict, haskey(ENV, "HOME"), get(ENV, "HOME", ""), pwd() isa String, joinpath("a", "b"), basename("a/b.c"), dirname("a/b.c"), splitext("a/b.c"), splitpath("a/b"), abspath("a"), normpath("a/../b"), isfile("nothing here"), isdir("nothing here"), ispath("nothing here"), isabspath("/a"), homedir() isa String, tempname() isa String)

# Errors, and how they are shown.
for f in Any[() -> error("a message"), () -> throw(ArgumentError("a")), () -> [1][2], () -> [1 2][3, 3], () -> Dict()[1], () -> Dict("a" => 1)["b"], () -> sqrt(-1.0), () -> div(1, 0), () -> Int("a"[1] == 'a' ? 1.5 : 1), () -> 1 + "a", () -> nothing.x, () -> parse(Int, "x"), () -> parse(Float64, "x"), () -> Int8(1000), () -> UInt(-1), () -> "abc"[9], () -> throw(DimensionMismatch("a")), () -> [1, 2] .+ [1, 2, 3], () -> sin("a"), () -> undefined_name, () -> throw(BoundsError()), () -> (1, 2)[3], () -> convert(Int, "a"), () -> (1::String), () -> @assert(false), () -> @assert(false, "why"), () -> first(Int[]), () -> maximum(Int[]), () -> reduce(+, Any[]), () -> pop!(Int[]), () -> throw("no exception"), () -> rethrow(), () -> only([1, 2]), () -> string(1, base = 99), () -> Set{Int}(["a"]), () -> throw(KeyError(:a)), () -> throw(DomainError(1, "a")), () -> throw(OverflowError("a")), () -> throw(InexactError(:a, Int, 1.5)), () -> throw(ErrorException("a")), () -> throw(UndefVarError(:a)), () -> throw(MethodError(sin, ("a",))), () -> throw(TypeError(:a, Int, 1)), () -> Base.checked_add(typemax(Int), 1), () -> getfield(1, :a), () -> throw(CompositeException([ErrorException("a")])), () -> throw(EOFError()), () -> throw(SystemError("a", 2)), () -> throw(StringIndexError("ä", 2)), () -> throw(AssertionError("a")), () -> throw(InterruptException())]
    try
        f()
    catch e
        sprint(showerror, e)
        sprint(showerror, e, catch_backtrace())
        sprint(show, e)
        sprint(io -> Base.display_error(io, e, catch_backtrace()))
    end
end
try
    error("one")
catch
    try
        error("two")
    catch e
        sprint(Base.display_error, current_exceptions())
    finally
        nothing
    end
end
let task = Task(() -> 1)
    schedule(task)
    fetch(task)
end
let channel = Channel{Int}(2)
    put!(channel, 1)
    (take!(channel), isready(channel), isopen(channel), close(channel))
end
let channel = Channel(c -> foreach(i -> put!(c, i), 1:3))
    collect(channel)
end
fetch(@async 1 + 1)
lock(() -> 1, ReentrantLock())
let r = Ref(1), w = Ref{Any}(nothing)
    r[] += 1
    w[] = r[]
end

# Random numbers and digests. What is drawn does not depend on the machine: the generators are seeded.
using Random, SHA
for seed in Any[1, 0x12345678, UInt32[1, 2], UInt64[1]]
    (Random.seed!(seed), Xoshiro(seed), Random.seed!(Xoshiro(1), seed))
    seed isa Vector{UInt64} || (MersenneTwister(seed), Random.seed!(MersenneTwister(1), seed))
end
for rng in Any[Random.default_rng(), Xoshiro(1), MersenneTwister(1)]
    (rand(rng), rand(rng, Int), rand(rng, UInt8), rand(rng, UInt32), rand(rng, UInt64), rand(rng, Bool), rand(rng, Float32), rand(rng, 1:10), rand(rng, [1, 2, 3]), rand(rng, ["a", "b"]), rand(rng, (1, 2)), rand(rng, 'a':'z'), rand(rng, "abc"), rand(rng, 3), rand(rng, Int, 3), rand(rng, 1:10, 3), rand(rng, 2, 2), rand(rng, Bool, 3), rand(rng, UInt8, 3), rand(rng, Float32, 3), randn(rng), randn(rng, 3), randn(rng, 2, 2), randexp(rng), randexp(rng, 3), shuffle(rng, [1, 2, 3]), shuffle!(rng, [1, 2, 3]), randperm(rng, 4), randcycle(rng, 4), randstring(rng), randstring(rng, 4), randsubseq(rng, [1, 2, 3], 0.5), rand!(rng, zeros(3)), randn!(rng, zeros(3)), bitrand(rng, 3), copy(rng) == rng, copy!(copy(rng), rng), hash(rng))
end
(rand(Int), rand(Int, 3), rand(1:10), rand(1:10, 3), rand(3), rand(2, 2), rand(Bool), rand([1, 2]), rand(["a"]), rand(Float32), rand(UInt8), randn(), randn(3), randn(2, 2), randexp(), shuffle([1, 2, 3]), shuffle!([1, 2, 3]), shuffle(["a", "b"]), randperm(4), randstring(), randstring(4), rand(Set([1])), rand(Dict(1 => 2)), rand(0.0:0.1:1.0), rand(ComplexF64), rand!(zeros(3)), rand(RandomDevice()) isa Float64, rand(big(1):big(10)))
for digest in (sha1, sha224, sha256, sha384, sha512), data in ("a text", UInt8[1, 2, 3], codeunits("a text"))
    bytes2hex(digest(data))
end
let context = SHA2_256_CTX()
    (update!(context, UInt8[1]), update!(context, view(UInt8[1, 2], 1:2)), update!(context, codeunits("a")), update!(context, reinterpret(UInt8, UInt64[1, 2])), digest!(context))
end
sha256(IOBuffer("a text"))

# Markdown, of which docstrings and help are made.
using Markdown
let text = """
# A title

A *word*, **more** and `code`, ``x^2``, [a link](http://a.b), ![a picture](p.png)[^1] \\
and a line after it, which is so long that it does not fit into one line of a terminal that has eighty columns.

- one
- two

1. first

> A quote

!!! note "Mind"
    A note.

| a | b |
|:--|--:|
| 1 | 2 |

```julia
f(x) = 1
```

    code

[^1]: A footnote.

---
"""
    md = Markdown.parse(text)
    (sprint(show, MIME("text/plain"), md), sprint(show, MIME("text/plain"), md; context = :color => true), string(md), repr(md), md == md, sprint(show, MIME("text/markdown"), md))
    show(IOContext(stdout, :color => true), MIME("text/plain"), md)
    println()
end

# What a program writes.
println("text")
println("text ", 1, ' ', 2.5, ' ', :symbol, ' ', [1, 2], ' ', (1, "a"), ' ', Dict("a" => 1), ' ', 1 => 2, ' ', nothing, ' ', true, ' ', 1 // 2, ' ', 1 + 2im, ' ', 0x01, ' ', 1.5f0, ' ', big(2), ' ', 'c', ' ', 1:3, ' ', Int, ' ', missing)
print("a", 1, '\n')
println()
println(1)
println(1.5)
println(:a)
println('a')
println([1, 2])
println([1.5, 2.5])
println(["a"])
println(Any[1, "a"])
println((1, 2))
println(Dict("a" => 1))
println(nothing)
println(true)
println(1:3)
show("text")
show(1)
show([1.5])
display(1)
display("a")
display([1, 2])
display([1.0 2.0; 3.0 4.0])
display(Dict("a" => 1))
display((1, 2))
display(:a)
display(nothing)
display(1.5)
show(stdout, MIME("text/plain"), [1, 2])
printstyled("text\n"; color = :green)
write(stdout, "text\n")
flush(stdout)
print(stderr, "")
println(stderr)
@info "a note" value = 1
@warn "a warning"
@debug "nothing"
using Printf
@printf("%d %5.2f %s %x %e %g %c %i %05d\n", 1, 2.5, "a", 255, 1.5, 2.5, 'c', 3, 4)
@sprintf("%d %5.2f %s", 1, 2.5, "a")
