# C functions: libraries that are linked, and C code that calls Julia functions back.

fibonacci(n) = (z = BigInt(); ccall((:__gmpz_fib_ui, :libgmp), Cvoid, (Ref{BigInt}, Culong), z, n); z)
jacobi(a, b) = ccall((:__gmpz_jacobi, :libgmp), Cint, (Ref{BigInt}, Ref{BigInt}), a, b)
is_prime(n) = @ccall(:libgmp.__gmpz_probab_prime_p(big(n)::Ref{BigInt}, 25::Cint)::Cint)
is_power(n) = @ccall(:libgmp.__gmpz_perfect_power_p(big(n)::Ref{BigInt})::Cint) != 0
function root(x, n)
    z, r = BigInt(), BigInt()
    @ccall :libgmp.__gmpz_rootrem(z::Ref{BigInt}, r::Ref{BigInt}, x::Ref{BigInt}, n::Culong)::Cvoid
    return z, r
end
function divided(f, x, y)
    q = BigInt()
    r = f(q, x, y)
    return q, Int(r)
end
floor_ui(q, x, y) = @ccall :libgmp.__gmpz_fdiv_q_ui(q::Ref{BigInt}, x::Ref{BigInt}, y::Culong)::Culong
trunc_ui(q, x, y) = @ccall :libgmp.__gmpz_tdiv_q_ui(q::Ref{BigInt}, x::Ref{BigInt}, y::Culong)::Culong
ceil_ui(q, x, y) = @ccall :libgmp.__gmpz_cdiv_q_ui(q::Ref{BigInt}, x::Ref{BigInt}, y::Culong)::Culong

println(fibonacci(100))
println([jacobi(big(a), big(b)) for a in -5:5, b in 1:2:11])
println([n for n in 0:100 if is_prime(n) > 0])
println((is_prime(big(2)^127 - 1), is_prime(big(2)^127 + 1), is_prime((big(2)^89 - 1) * (big(2)^107 - 1))))
println([n for n in -30:100 if is_power(n)])
println((root(big(10)^50 + 1, 5), root(-big(10)^3 - 1, 3)))
println([divided(f, x, 3) for f in (floor_ui, trunc_ui, ceil_ui) for x in (big(10), big(-10))])
# a library that is linked: its variables, and functions on plain memory
println(unsafe_string(unsafe_load(cglobal((:__gmp_version, :libgmp), Ptr{Cchar}))))
function limbs_sum(a, b)
    r = similar(a)
    carry = ccall((:__gmpn_add_n, "libgmp.so.10"), UInt, (Ptr{UInt}, Ptr{UInt}, Ptr{UInt}, Clong), r, a, b, length(a))
    return r, carry
end
println(limbs_sum([typemax(UInt), typemax(UInt)], UInt[1, 1]))
unknown(z) = ccall((:__gmpz_no_such, :libgmp), Cvoid, (Ref{BigInt},), z)
try
    unknown(big(1))
catch e
    println(first(split(e.msg, " at ")))
end

ordered(a::Cint, b::Cint)::Cint = cmp(a, b)
thrown(a::Cint, b::Cint)::Cint = throw(DomainError(a, "not to be compared"))
of_wrong_type(a::Cint, b::Cint) = 1
function qsort!(v, compare)
    ccall(:qsort, Cvoid, (Ptr{Cint}, Csize_t, Csize_t, Ptr{Cvoid}), v, length(v), sizeof(Cint), compare)
    return v
end
function caught(f)
    try
        f()
        "nothing thrown"
    catch e
        sprint(showerror, e)
    end
end
println(qsort!(Cint[3, 1, 2, -7], @cfunction(ordered, Cint, (Ref{Cint}, Ref{Cint}))))
for f in (@cfunction(thrown, Cint, (Ref{Cint}, Ref{Cint})), @cfunction(of_wrong_type, Cint, (Ref{Cint}, Ref{Cint})))
    println(caught(() -> qsort!(Cint[3, 1], f)))
end
function sorted_by(v, less)
    compare = @cfunction($((a, b) -> Cint(less(a, b) ? -1 : less(b, a))), Cint, (Ref{Cint}, Ref{Cint}))
    GC.@preserve compare qsort!(copy(v), Base.unsafe_convert(Ptr{Cvoid}, compare))
end
println((sorted_by(Cint[5, 6, 2, 9], >), sorted_by(Cint[5, 6, 2, 9], <)))
half(x::Cdouble) = x / 2
negated(x::Int8) = -x
boxed(x) = x isa Int ? [x] : x
println(ccall(@cfunction(half, Cdouble, (Cdouble,)), Cdouble, (Cdouble,), 3.0))
println(ccall(@cfunction(negated, Int8, (Int8,)), Int8, (Int8,), 3))
println(ccall(@cfunction(boxed, Any, (Any,)), Any, (Any,), 3))

function formatted(n, x)
    buffer = zeros(UInt8, 100)
    written = @ccall snprintf(buffer::Ptr{UInt8}, 100::Csize_t, "%s %ld %.3f %d"::Cstring; "of C:"::Cstring, n::Clong, x::Cdouble, 7::Cint)::Cint
    return String(buffer[1:written])
end
println(formatted(-5, 2.5))
