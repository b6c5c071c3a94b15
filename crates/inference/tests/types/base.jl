# Inference over Base: what `@inferred` tests of packages rely on.

# Numbers
#? +(Int, Int) => Int64
#? +(Int, Float64) => Float64
#? +(Int8, Int64) => Int64
#? /(Int, Int) => Float64
#? div(Int, Int) => Int64
#? mod(Int, Int) => Int64
#? ^(Int, Int) => Int64
#? ^(Float64, Int) => Float64
#? sqrt(Float64) => Float64
#? sqrt(Int) => Float64
#? sin(Float64) => Float64
#? exp(Int) => Float64
#? abs(Int) => Int64
#? max(Int, Float64) => Float64
#? min(Int, Int) => Int64
#? zero(Type{Float64}) => 0.0::Float64
#? one(Int) => 1::Int64
#? convert(Type{Float64}, Int) => Float64
#? convert(Type{Int}, Float64) => Int64
#? promote(Int, Float64) => Tuple{Float64, Float64}
#? promote_type(Type{Int}, Type{Float64}) => Type{Float64}
#? muladd(Float64, Float64, Float64) => Float64
#? Int8(Int) => Int8
#? floor(Type{Int}, Float64) => Int64
#? round(Float64) => Float64
#? divrem(Int, Int) => Tuple{Int64, Int64}
#? //(Int, Int) => Rational{Int64}
#? +(Rational{Int}, Int) => Rational{Int64}
#? *(Complex{Float64}, Complex{Float64}) => Complex{Float64}
#? +(Int, Complex{Int}) => Complex{Int64}
#? isless(Int, Float64) => Bool
#? ==(Int, Float64) => Bool
#? hash(Int) => UInt64
#? parse(Type{Int}, String) => Int64
#? tryparse(Type{Float64}, String) => Union{Nothing, Float64}
#? gcd(Int, Int) => Int64
#? factorial(Int) => Int64
#? float(Int) => Float64
#? typemax(Type{Int}) => 9223372036854775807::Int64
#? string(Int) => String
#? iseven(Int) => Bool
#? clamp(Int, Int, Int) => Int64
#? xor(Bool, Bool) => Bool

# Tuples
fst(t) = t[1]
lst(t) = t[end]
dyn(t, i) = t[i]
#? fst(Tuple{Int, String}) => Int64
#? lst(Tuple{Int, String}) => String
#? dyn(Tuple{Int, Int}, Int) => Int64
#? dyn(Tuple{Int, String}, Int) => Union{Int64, String}
swap((a, b)) = (b, a)
#? swap(Tuple{Int, String}) => Tuple{String, Int64}
#? map(typeof(sqrt), Tuple{Int, Float64}) => Tuple{Float64, Float64}
#? map(typeof(+), Tuple{Int, Int}, Tuple{Float64, Int}) => Tuple{Float64, Int64}
#? Base.tail(Tuple{Int, String, Char}) => Tuple{String, Char}
#? Base.front(Tuple{Int, String, Char}) => Tuple{Int64, String}
nt(x) = ntuple(i -> x, 3)
#? nt(Int) => Tuple{Int64, Int64, Int64}
nt2(x) = ntuple(i -> i * x, Val(4))
#? nt2(Float64) => Tuple{Float64, Float64, Float64, Float64}
#? sum(Tuple{Int, Int, Float64}) => Float64
#? length(Tuple{Int, Int}) => 2::Int64
#? reverse(Tuple{Int, String}) => Tuple{String, Int64}
#? ==(Tuple{Int, Int}, Tuple{Int, Int}) => Bool
#? in(Int, Tuple{Int, Int}) => Bool
app(t) = (t..., 1)
#? app(Tuple{Int, String}) => (Int64, String, 1::Int64)::Tuple{Int64, String, Int64}
#? maximum(Tuple{Int, Int}) => Int64
#? collect(Tuple{Int, Int}) => Array{Int64, 1}
#? isempty(Tuple{Int}) => false::Bool
#? foldl(typeof(+), Tuple{Int, Int, Int}) => Int64

# Iteration
function total(itr)
    s = 0
    for x in itr
        s += x
    end
    s
end
#? total(Vector{Int}) => Int64
#? total(UnitRange{Int}) => Int64
#? total(StepRange{Int, Int}) => Int64
#? total(Tuple{Int, Int, Int}) => Int64
#? total(Vector{Float64}) => Union{Float64, Int64}
#? iterate(UnitRange{Int}) => Union{Nothing, Tuple{Int64, Int64}}
#? iterate(Vector{Float64}, Int) => Union{Nothing, Tuple{Float64, Int64}}
#? iterate(String) => Union{Nothing, Tuple{Char, Int64}}
pairs_sum(d) = (s = 0.0; for (k, v) in d; s += v; end; s)
#? pairs_sum(Dict{String, Float64}) => Float64
enum_sum(v) = (s = 0; for (i, x) in enumerate(v); s += i * x; end; s)
#? enum_sum(Vector{Int}) => Int64
zip_sum(a, b) = (s = 0.0; for (x, y) in zip(a, b); s += x * y; end; s)
#? zip_sum(Vector{Float64}, Vector{Float64}) => Float64
gen(v) = sum(x^2 for x in v)
#? gen(Vector{Float64}) => Float64
gen2(v) = [2x for x in v if x > 0]
#? gen2(Vector{Int}) => Array{Int64, 1}
comp(n) = [i * 1.5 for i in 1:n]
#? comp(Int) => Array{Float64, 1}
comp2(n) = [i + j for i in 1:n, j in 1:n]
#? comp2(Int) => Array{Int64, 2}
#? collect(UnitRange{Int}) => Array{Int64, 1}
#? first(Vector{Int}) => Int64
rng(n) = 1:n
#? rng(Int) => (1::Int64, Int64)::UnitRange{Int64}
rng2(n) = 1:2:n
#? rng2(Int) => (1::Int64, 2::Int64, Int64)::StepRange{Int64, Int64}
rng3(n) = 0.0:0.1:n
#? rng3(Float64) => StepRangeLen{Float64, TwicePrecision{Float64}, TwicePrecision{Float64}, Int64}
takedrop(v) = collect(Iterators.take(Iterators.drop(v, 1), 2))
#? takedrop(Vector{Int}) => Array{Int64, 1}

# Arrays
#? getindex(Vector{Float64}, Int) => Float64
#? setindex!(Vector{Float64}, Int, Int) => Array{Float64, 1}
#? length(Vector{Int}) => Int64
#? size(Matrix{Int}) => Tuple{Int64, Int64}
#? push!(Vector{Int}, Int) => Array{Int64, 1}
#? map(typeof(sqrt), Vector{Float64}) => Array{Float64, 1}
sq(v) = map(x -> x^2, v)
#? sq(Vector{Int}) => Array{Int64, 1}
#? sum(Vector{Float64}) => Float64
#? sum(Vector{Bool}) => Int64
#? sum(typeof(abs), Vector{Int}) => Int64
#? maximum(Vector{Int}) => Int64
#? prod(Vector{Int}) => Int64
#? filter(typeof(iseven), Vector{Int}) => Array{Int64, 1}
#? sort(Vector{Int}) => Array{Int64, 1}
#? reverse(Vector{Int}) => Array{Int64, 1}
#? vcat(Vector{Int}, Vector{Int}) => Array{Int64, 1}
#? zeros(Int) => Array{Float64, 1}
z2(n) = zeros(Int, n, n)
#? z2(Int) => Array{Int64, 2}
lit(x) = [x, x]
#? lit(Float64) => Array{Float64, 1}
lit2(x) = [x x; x x]
#? lit2(Int) => Array{Int64, 2}
#? similar(Vector{Int}) => Array{Int64, 1}
#? copy(Matrix{Float64}) => Array{Float64, 2}
#? view(Vector{Int}, UnitRange{Int}) => (Array{Int64, 1}, Tuple{UnitRange{Int64}}, Int64, 1::Int64)::SubArray{Int64, 1, Array{Int64, 1}, Tuple{UnitRange{Int64}}, true}
#? reshape(Vector{Int}, Int, Int) => Array{Int64, 2}
#? any(typeof(iseven), Vector{Int}) => Bool
#? findfirst(typeof(iseven), Vector{Int}) => Union{Nothing, Int64}
#? reduce(typeof(+), Vector{Int}) => Int64
#? mapreduce(typeof(abs2), typeof(+), Vector{Float64}) => Float64
#? extrema(Vector{Int}) => Tuple{Int64, Int64}
#? eachindex(Vector{Int}) => OneTo{Int64}
#? axes(Matrix{Int}) => Tuple{OneTo{Int64}, OneTo{Int64}}
#? *(Matrix{Float64}, Matrix{Float64}) => Union{}
#? transpose(Matrix{Float64}) => Union{}
#? hcat(Vector{Int}, Vector{Int}) => Array{Int64, 2}
#? unique(Vector{Int}) => Array{Int64, 1}
#? cumsum(Vector{Int}) => Array{Int64, 1}

# Broadcasting
bc1(a) = a .+ 1
#? bc1(Vector{Int}) => Array{Int64, 1}
#? bc1(Vector{Float64}) => Array{Float64, 1}
#? bc1(Int) => Int64
bc2(a, b) = a .* b .+ sin.(a)
#? bc2(Vector{Float64}, Vector{Float64}) => Array{Float64, 1}
bc3(a) = a .> 0
#? bc3(Vector{Int}) => BitArray{1}
bc4(a, b) = a .+ b'
#? bc4(Vector{Float64}, Vector{Float64}) => Union{}
bc5!(a) = (a .= a .* 2; a)
#? bc5!(Vector{Float64}) => Array{Float64, 1}
bc6(t) = t .+ 1
#? bc6(Tuple{Int, Float64}) => Tuple{Int64, Float64}

# Strings
#? *(String, String) => String
#? uppercase(String) => String
#? split(String, String) => Array{SubString{String}, 1}
#? length(String) => Int64
#? getindex(String, Int) => Char
#? string(Int, String) => String
interp(x) = "value: $x"
#? interp(Int) => String
#? join(Vector{String}, String) => String
#? replace(String, Pair{String, String}) => String
#? strip(String) => SubString{String}
#? repr(Int) => String

# Dicts and Sets
#? getindex(Dict{String, Int}, String) => Int64
#? get(Dict{String, Int}, String, Int) => Int64
#? get(Dict{String, Int}, String, Nothing) => Union{Nothing, Int64}
#? haskey(Dict{String, Int}, String) => Bool
#? setindex!(Dict{String, Int}, Int, String) => Dict{String, Int64}
dct(x) = Dict("a" => x)
#? dct(Int) => Dict{String, Int64}
#? keys(Dict{String, Int}) => KeySet{String, Dict{String, Int64}}
#? collect(Dict{String, Int}) => Array{Pair{String, Int64}, 1}
#? in(Int, Set{Int}) => Bool
#? push!(Set{Int}, Int) => Set{Int64}
#? Set(Vector{Int}) => Set{Int64}
#? get!(Dict{Symbol, Int}, Symbol, Int) => Int64
dcomp(v) = Dict(x => x^2 for x in v)
#? dcomp(Vector{Int}) => Dict{Int64, Int64}

# Structs, properties, named tuples, keywords
struct Part
    a::Int
    b::Float64
end
prop(p) = p.a + p.b
#? prop(Part) => Float64
nt3(x) = (a = x, b = 1).a
#? nt3(String) => String
ntprop(n) = n.b
#? ntprop(@NamedTuple{a::Int, b::String}) => String
kw(x; scale = 2, offset = 0.5) = x * scale + offset
call_kw(x) = kw(x; scale = 3)
#? call_kw(Int) => Float64
#? kw(Int) => Float64
kw2(; a = 1, kws...) = (a, kws)
call_kw2(x) = kw2(a = x, b = 2)[1]
#? call_kw2(String) => String
req(; n) = n
call_req(x) = req(n = x)
#? call_req(Char) => Char
#? merge(@NamedTuple{a::Int}, @NamedTuple{b::Float64}) => NamedTuple{(:a,:b,), Tuple{Int64, Float64}}
(f::Part)(x) = f.a + x
callp(p) = p(1.5)
#? callp(Part) => Float64

# Closures
adder(n) = x -> x + n
use(n) = adder(n)(1)
#? use(Int) => Int64
#? use(Float64) => Float64
comp3(x) = (sqrt ∘ abs)(x)
#? comp3(Int) => Float64
pipe(x) = x |> sqrt
#? pipe(Float64) => Float64
fix(x) = map(Base.Fix2(+, 1), x)
#? fix(Vector{Int}) => Array{Int64, 1}

# Some, nothing, missing
#? something(Union{Nothing, Int}, Int) => Int64
#? coalesce(Union{Missing, Int}, Int) => Int64
or0(x) = isnothing(x) ? 0 : x
#? or0(Union{Nothing, Int}) => Int64
notmiss(x) = !ismissing(x) ? x + 1 : 0
#? notmiss(Union{Missing, Int}) => Int64
#? +(Int, Missing) => Missing
#? sum(Base.SkipMissing{Vector{Union{Missing, Int}}}) => Int64
first_even(v) = (i = findfirst(iseven, v); i === nothing ? -1 : v[i])
#? first_even(Vector{Int}) => Int64

# Types and reflection
#? eltype(Vector{Int}) => Type{Int64}
#? Base.promote_op(typeof(+), Type{Int}, Type{Float64}) => Type{Float64}
#? typeof(Vector{Int}) => Type{Array{Int64, 1}}
#? fieldnames(Type{Part}) => (:a,:b,)::Tuple{Symbol, Symbol}
#? Val(Int) => Val{x} where x

# Errors, exceptions
safe(x) = try; parse(Int, x); catch; nothing; end
#? safe(String) => Union{Nothing, Int64}
#? error(String) => Union{}
#? throw(Int) => Union{}

# IO
pr(io, x) = print(io, x)
#? pr(IOBuffer, Int) => Nothing
#? println(Int) => Nothing
#? sprint(typeof(show), Int) => String
#? take!(IOBuffer) => Array{UInt8, 1}
