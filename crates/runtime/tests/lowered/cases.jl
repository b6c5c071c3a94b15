# Programs whose last value has to be `true`, one after `## name` each, all in one module: what they
# exercise is how they are lowered.
## kwargs
f(x; a=1, b=a+1) = x + a + b
f(1) == 4 && f(1; a=2) == 6 && f(1; b=5) == 7 && f(1; b=1, a=5) == 7
## kwargs-slurp
g(x, y=2; a, rest...) = (x, y, a, rest)
g(1; a=3) === (1, 2, 3, NamedTuple()) && g(1, 5; a=3, z=4) === (1, 5, 3, (z=4,))
## kw-required
h(; a) = a
try; h(); false; catch err; err isa UndefKeywordError; end
## kw-unknown
try; h(; a=1, b=2); false; catch err; err isa MethodError; end
## kw-typed
k(; a::Int=1) = a
try; k(; a=1.5); false; catch err; err isa TypeError && k(a=3) == 3; end
## kw-anon
q = (x; y=2) -> x * y
q(3) == 6 && q(3; y=4) == 12
## kw-splat-call
nt = (a=5,)
f(1; nt...) == 12 && f(1; nt..., b=0) == 6 && f(1; (;)...) == 4
## closures
function c1(a)
    n = 0
    inc() = (n += a)
    inc(); inc()
    n
end
c1(3) == 6
## recursion
function c2(n)
    fact(k) = k <= 1 ? 1 : k * fact(k - 1)
    fact(n)
end
c2(5) == 120
## mutual
function c3(n)
    even(n) = n == 0 || odd(n - 1)
    odd(n) = n != 0 && even(n - 1)
    (even(n), odd(n))
end
c3(7) === (false, true)
## local-kwargs
function c4(a)
    g(x; b=a, c) = x + b + c
    g(1; c=2) + g(1; b=10, c=20)
end
c4(100) == 134
## local-kwargs-recursive
function c5()
    g(x; n=3) = n == 0 ? x : g(x + 1; n=n-1)
    g(0)
end
c5() == 3
## multi-method-closure
function c6(v)
    g(x::Int) = x + v
    g(x) = g(1)
    h() = g("a")
    h()
end
c6(5) == 6
## sparam-closure
c7(x::T) where T = (y::T -> (y, T))
c7(1)(2) === (2, Int)
## sparam-closure-mismatch
try; c7(1)("a"); false; catch err; err isa MethodError; end
## nested-sparam
c8(x::T) where T = () -> () -> T
c8(1.0)()() === Float64
## loop-capture
function c9()
    fs = ()
    for i in 1:3
        fs = (fs..., () -> i)
    end
    fs[1]() + fs[3]()
end
c9() == 4
## capture-undef
function c10(c)
    if c
        x = 1
    end
    g() = x
    g()
end
c10(true) == 1 && try; c10(false); false; catch err; err isa UndefVarError && err.var === :x; end
## captured-typed
function c11()
    x::Int = 1
    g() = (x = x + 1.0)
    y = g()
    (x, y)
end
c11() === (2, 2.0)
## let-global
let n = 0
    global nexti() = (n += 1)
end
nexti(); nexti() == 2
## try-finally-order
function t1(log)
    for i in 1:5
        try
            i == 2 && continue
            i == 4 && break
            push!(log, i)
        finally
            push!(log, -i)
        end
    end
    log
end
t1(Vec()).t === (1, -1, -2, 3, -3, -4)
## finally-return
function t2(log)
    try
        try
            return 1
        finally
            push!(log, :a)
        end
    finally
        push!(log, :b)
    end
end
v = Vec()
t2(v) == 1 && v.t === (:a, :b)
## finally-exception
function t3(log)
    try
        try
            error("x")
        finally
            push!(log, 1)
        end
    catch e
        push!(log, e.msg)
    end
    log
end
t3(Vec()).t === (1, "x")
## try-else
function t4(x)
    y = try
        x && error("a")
        1
    catch
        2
    else
        3
    finally
        4
    end
    y
end
t4(true) == 2 && t4(false) == 3
## try-value
(try 1 catch; 2 end) == 1 && (try error("") catch; 2 end) == 2
## catch-return
function t5()
    for i in 1:3
        try
            error("a")
        catch
            i == 2 && return i
        end
    end
end
t5() == 2
## nested-rethrow
function t6()
    try
        try
            error("a")
        catch e
            error("b")
        end
    catch e
        e.msg
    end
end
t6() === "b"
## goto
function gt(x)
    @label top
    x += 1
    x < 3 && @goto top
    try
        x > 10 && @goto done
        x += 100
    catch
    end
    @label done
    x
end
gt(0) == 103 && gt(20) == 21
## destructuring
function d1()
    a, b = 1, 2
    a, b = b, a
    (c, d), e = (3, 4), 5
    f, g... = (6, 7, 8)
    h..., i = (9, 10, 11)
    j, k..., l = (1, 2, 3, 4)
    (; x, y) = (y=1, x=2)
    (a, b, c, d, e, f, g, h, i, j, k, l, x, y)
end
d1() === (2, 1, 3, 4, 5, 6, (7, 8), (9, 10), 11, 1, (2, 3), 4, 2, 1)
## destructuring-args
d2((a, b), (; c), d...) = (a, b, c, d)
d2((1, 2), (c=3,), 4, 5) === (1, 2, 3, (4, 5))
## swap-index
v = vect(1, 2, 3)
v[1], v[3] = v[3], v[1]
v.t === (3, 2, 1)
## op-assign
v = vect(1, 2, 3)
cnt = 0
idx() = (global cnt += 1; 2)
v[idx()] += 10
v.t === (1, 12, 3) && cnt == 1
## end-begin
v = vect(1, 2, 3)
v[end] + v[begin] + v[end-1] + v[v[begin]] == 7
## comprehension
[x + 1 for x in 1:3].t === (2, 3, 4) && [x for x in 1:5 if x % 2 == 1].t === (1, 3, 5)
## comprehension-nested
[(x, y) for x in 1:2 for y in 1:x].t === ((1, 1), (2, 1), (2, 2)) && [(x, y) for x in 1:2, y in 3:4].t === ((1, 3), (2, 3), (1, 4), (2, 4))
## typed-comprehension
Int[x * y for x in 1:2, y in 3:4].t === (3, 6, 4, 8) && Int[x for x in 1:4 if x > 2].t === (3, 4)
## broadcast
f1(x) = x + 1
v = vect(1, 2, 3)
f1.(v).t === (2, 3, 4) && (f1.(f1.(v)) .+ v .* 2).t === (5, 8, 11)
## broadcast-assign
v = vect(1, 2, 3)
v .= v .+ 1
v .+= 1
v .*= v
v.t === (9, 16, 25)
## broadcast-pow-cmp
v = vect(1, 2, 3)
(v .^ 2).t === (1, 4, 9) && (1 .< v .< 3).t === (false, true, false)
## chains
n = Vec()
ev(x) = (push!(n, x); x)
(ev(1) < ev(3) < ev(2) < ev(9)) === false && n.t === (3, 1, 2)
## logic
w = Vec()
lg(x, r) = (push!(w, x); r)
r = (lg(1, true) && lg(2, false)) || (lg(3, true) && lg(4, true))
r && w.t === (1, 2, 3, 4)
## if-logic
function il(a, b, c, d)
    if (a && b) || (c && d)
        1
    else
        2
    end
end
il(true, true, false, false) == 1 && il(true, false, true, true) == 1 && il(false, true, true, false) == 2 && il(true, false, false, true) == 2
## struct
struct S1
    x::Int
    y
end
S1(1, 2).x == 1 && S1(2.0, 3).x === 2
## struct-parametric
struct S2{T}
    x::T
    y::Int
end
S2(1.5, 2) isa S2{Float64} && S2{Int}(1.0, 2.0).x === 1
## struct-inner
struct S3
    x::Int
    S3(x; y=1) = new(x + y)
    S3(a, b) = S3(a; y=b)
end
S3(1).x == 2 && S3(1, 5).x == 6
## struct-mutable-incomplete
mutable struct S4
    a
    b::Int
    S4() = new()
    S4(xs...) = new(xs...)
end
s = S4(); s.a = 1; S4(1, 2.0).b === 2 && s.a == 1
## struct-self-ref
mutable struct S5{T}
    v::T
    next::Union{S5{T}, Nothing}
end
S5(1, S5(2, nothing)).next.v == 2
## struct-redefine
struct S2{T}
    x::T
    y::Int
end
S2(1, 2) isa S2{Int}
## inner-sparam-new
struct S6{T}
    x::T
    S6{T}(x) where T = new{T}(x)
    S6(x::T) where T = S6{T}(x)
    S6(x, y) = new{typeof(y)}(y)
end
S6(1).x === 1 && S6{Float64}(1).x === 1.0 && S6(1, 2.0).x === 2.0
## callable
(s::S1)(z; k=s.y) = s.x + z + k
S1(1, 2)(3) == 6 && S1(1, 2)(3; k=10) == 14
## optional
o(a, b=a+1, c=b+1; d=c) = (a, b, c, d)
o(1) === (1, 2, 3, 3) && o(1, 5) === (1, 5, 6, 6) && o(1, 5; d=0) === (1, 5, 6, 0)
## optional-unnamed
ou(::Int, (a, b)=(1, 2)) = a + b
ou(1) == 3 && ou(1, (4, 5)) == 9
## return-type
rt(x)::Int = x > 1 ? x : 2.0
rt(5.0 == 5.0 ? 3 : 1) === 3 && rt(0) === 2
## global-typed
tg::Int = 1
tg = 2.0
tg === 2
## const-destructure
const ca, cb = 1, 2
ca + cb == 3
## quote
x = 5
e = :(a + $x)
e.args[3] === 5 && e.head === :call
## macro-hygiene
t = 100
y = @twice 3
y == 6 && t == 100
## macro-hygiene-fn
function mh(t)
    y = @twice t
    (y, t)
end
mh(4) === (8, 4)
## isdefined
function isd(c)
    c && (x = 1)
    @isdefined x
end
isd(true) && !isd(false)
## undef-var
function uv(c)
    if c
        x = 1
    end
    x
end
try; uv(false); false; catch err; err isa UndefVarError && err.var === :x; end
## loop-fresh
function lf()
    fs = ()
    i = 0
    while i < 3
        i += 1
        local w = i
        fs = (fs..., () -> w)
    end
    fs[1]() + fs[2]() + fs[3]()
end
lf() == 6
## loop-local-undef
function llu()
    n = 0
    for i in 1:2
        local x
        @isdefined(x) && (n += 1)
        x = i
    end
    n
end
llu() == 0
## for-copy
function fc()
    s = Vec()
    for i in 1:2, j in 1:2
        push!(s, i)
        i = 10
    end
    s.t
end
fc() === (1, 1, 2, 2)
## for-break-nested
function fb()
    n = 0
    for i in 1:3, j in 1:3
        j == 2 && break
        n += 1
    end
    n
end
fb() == 1
## outer
function fo()
    i = 0
    for outer i in 1:3
    end
    i
end
fo() == 3
## do-block
map(1:3) do x
    x + 1
end.t === (2, 3, 4)
## splat
sp(a...; k...) = (a, k)
sp(1, (2, 3)..., 4; x=1) === ((1, 2, 3, 4), (x=1,))
## let
x = 1
r = let x = x + 1, y = x
    x + y
end
r == 4 && x == 1
## let-function
let f(x) = x <= 0 ? 0 : x + f(x - 1)
    f(3)
end == 6
## string-interp
"a$(x)b" === ("a", 1, "b")
## types
Vector_{T} = S2{T}
Vector_{Int} === S2{Int} && (S2{<:Int} isa UnionAll) && (Tuple{T, S} where {T, S<:T}) isa UnionAll
## nested-functions-scope
function nf()
    x = 1
    function g()
        x = 2
        y = 3
        y
    end
    g()
    x
end
nf() == 2
## named-tuple
nt = (; x, a=2, (b=3,)...)
nt === (x=1, a=2, b=3)
## pow
x = 3
x^2 == 9 && 2^3 == 8
## ternary-assign
z = x > 1 ? (w1 = 1) : (w1 = 2)
z == 1 && w1 == 1
## closure-in-sig-default
cd(f = x -> x + 1) = f(1)
cd() == 2 && cd(x -> 5) == 5
## closure-captures-arg-reassigned
function car(x)
    x = x + 1
    g = () -> x
    x = x + 10
    g()
end
car(1) == 12
## closure-captures-let
function ccl()
    let x = 2
        g() = x
        h() = let x = 3
            () -> x + g()
        end
        h()()
    end
end
ccl() == 5
## typed-closure-type-field
function tct(T)
    f = x -> convert(T, x)
    f(1.0)
end
tct(Int) === 1
## global-loop
gs = 0
for i in 1:3
    global gs += i
end
gs == 6
## while-complex
function wc(n)
    s = 0
    while n > 0 && s < 100 || n == 50
        n -= 1
        n % 2 == 0 && continue
        s += n
        n < 3 && break
    end
    (s, n)
end
wc(10) === (25, 1)
## required-kw-anon
ra = (x; k, j=k) -> (x, k, j)
ra(1; k=2) === (1, 2, 2)
## generated-fn
function gen_(x)
    if @generated
        :(x + 1)
    else
        x + 1
    end
end
gen_(1) == 2
## closure-many
function cm()
    a = 1; b = 2.0
    f(x) = x + a
    g(x) = f(x) + b
    a2 = f(1)
    h = () -> (f(1), g(1))
    h()
end
cm() === (2, 4.0)
## capture-in-try
function cit()
    r = 0
    try
        r = 1
        error("a")
    catch e
        f = () -> e.msg
        r = f()
    end
    r
end
cit() === "a"
## let-over-lambda
fs = let c = 0
    ((() -> c += 1), (() -> c))
end
fs[1](); fs[1](); fs[2]() == 2
## default-uses-earlier
du(a, b=(a, 1), c=(b, 2)) = c
du(0) === ((0, 1), 2)
## vararg-empty
ve(a, b...) = b
ve(1) === () && ve(1, 2, 3) === (2, 3)
## apply-nested
ap(f, xs...) = f(xs...)
ap(+, 1, 2) == 3 && ap((a, b...) -> b, 1, 2) === (2,)
## comparison-chain-values
cv(a, b, c) = a < b <= c
cv(1, 2, 2) && !cv(2, 1, 3)
## assignment-value
av() = (x = y = 3; (x, y))
av() === (3, 3)
## global-const-fn
const gcf = x -> x * 2
gcf(4) == 8
## nested-try-loop
function ntl()
    out = Vec()
    for i in 1:3
        try
            for j in 1:3
                try
                    j == 2 && continue
                    i == 2 && break
                    i == 3 && j == 3 && return out.t
                    push!(out, (i, j))
                finally
                    push!(out, j)
                end
            end
        finally
            push!(out, :o)
        end
    end
    out.t
end
ntl() === ((1, 1), 1, 2, (1, 3), 3, :o, 1, :o, (3, 1), 1, 2)
## finally-overrides
function fov()
    for i in 1:3
        try
            return 1
        finally
            break
        end
    end
    2
end
fov() == 2
## while-cond-assign
function wca()
    n = 0
    while (n += 1) < 5
    end
    n
end
wca() == 5
## inner-generic-sparam
function igs(x::T) where T
    h(y::S) where S = (T, S)
    h(1.0)
end
igs(1) === (Int, Float64)
## kw-sparam
ks(; a::T=1) where T = T
ks() === Int && ks(a=2.0) === Float64
## kw-positional-sparam
kp(x::T; y::T=x) where T = (x, y, T)
kp(1) === (1, 1, Int) && kp(1; y=2) === (1, 2, Int)
## kw-typed-error
try; kp(1; y=2.0); false; catch err; err isa TypeError; end
## kw-inner-ctor-param
struct KC{T}
    x::T
    KC{T}(x; s=1) where T = new{T}(x + s)
end
KC{Int}(1).x == 2 && KC{Int}(1; s=5).x == 6
## splat-new
struct SN
    a
    b
    SN(t) = new(t...)
end
SN((1, 2)).b == 2
## splat-new-few
struct SN2
    a
    b::Int
    SN2(t) = new(t...)
end
SN2((1, 2.0)).b === 2 && try; SN2((1,)); false; catch err; err isa ErrorException; end
## quote-splice
a1 = (1, 2)
e = :(f($(a1...), $(a1[1])))
e.args[3] === 2 && e.args[4] === 1
## eval-fn
Core.eval(Main, :(zz(x) = x + 1))
zz(1) == 2
## world-age-kw
Core.eval(Main, :(zk(x; y=1) = x + y))
zk(1; y=5) == 6
## local-fn-if
function lfi(c)
    if c
        f() = 1
    else
        f = () -> 2
    end
    f()
end
lfi(true) == 1
## captured-self-arg
struct CSA; v; end
function (c::CSA)(x)
    g() = c.v + x
    g()
end
CSA(1)(2) == 3
## op-assign-prop
mutable struct OAP; x; end
oo = OAP(vect(1, 2))
oo.x[2] += 5
oo.x = vect(oo.x[2], 1)
oo.x[1] == 7
## nested-destructure-loop
function ndl()
    s = 0
    for (i, (j, k)) in ((1, (2, 3)), (4, (5, 6)))
        s += i * j + k
    end
    s
end
ndl() == 31
## typed-local-convert
function tlc()
    x::Int = 1
    x = 2.0
    y::Float64 = x
    (x, y)
end
tlc() === (2, 2.0)
## typed-arg-reassign
function tar(x::Int)
    x = "a"
    x
end
tar(1) === "a"
## typed-arg-decl
function tad(x)
    x::Int = x
    x
end
tad(2.0) === 2
## generated-only
@generated function gn(x::T, y...) where T
    n = nfields(y)
    :((x, $n, $(T === Int), y))
end
gn(1, 2, 3) === (1, 2, true, (2, 3)) && gn(1.0) === (1.0, 0, false, ())
## generated-local-names
@generated gl(a, b) = :(c = a + b; c * $(a === Int ? 2 : 3))
gl(1, 2) == 6
## global-method-nested-capture
let x = 1, n = 0
    global gnc() = () -> (n += x; n)
    global gnk(; k=x) = k + n
end
g1 = gnc()
g1(); g1() == 2 && gnk() == 3 && gnk(k=5) == 7
## closure-in-kw-default
ckd(x; f=y -> y + x) = f(1)
ckd(2) == 3 && ckd(2; f=y -> y) == 1
## method-of-captured-function
function mcf()
    f(x) = 1
    g() = f(2)
    f(x::Int) = 3
    g()
end
mcf() == 3
## for-scope-per-iteration
function fsi()
    fs = ()
    for i in 1:2
        j = i
        fs = (fs..., () -> (j += 1; j))
    end
    (fs[1](), fs[1](), fs[2]())
end
fsi() === (2, 3, 3)
## while-closure-shares
function wcs()
    fs = ()
    i = 0
    while i < 2
        i += 1
        fs = (fs..., () -> i)
    end
    fs[1]() + fs[2]()
end
wcs() == 4
## comprehension-captures
function ccap(n)
    k = n
    r = [x * k for x in 1:3]
    k = 0
    r.t
end
ccap(2) === (2, 4, 6)
## try-in-closure
tic = () -> try
    error("x")
catch err
    err.msg
finally
    nothing
end
tic() === "x"
## catch-value-in-call
cvc(x) = (x, try; error("q"); catch err; err.msg; end, x)
cvc(1) === (1, "q", 1)
## finally-nested-functions
function fnf()
    v = Vec()
    f() = try; return 1; finally; push!(v, 2); end
    x = f()
    (x, v.t)
end
fnf() === (1, (2,))
## loop-in-finally
function lif()
    v = Vec()
    for i in 1:2
        try
            i == 1 && continue
            push!(v, i)
        finally
            for j in 1:3
                j == 2 && continue
                push!(v, 10j)
            end
        end
    end
    v.t
end
lif() === (10, 30, 2, 10, 30)
## return-from-catch-in-loop-with-finally
function rcl()
    v = Vec()
    for i in 1:3
        try
            try
                error("a")
            catch err
                i == 2 && return (v.t, i)
                push!(v, i)
            end
        finally
            push!(v, :f)
        end
    end
end
rcl() === ((1, :f), 2)
## destructure-into-places
dv = Vec((0, 0))
mutable struct Dip; a; end
p = Dip(0)
(dv[1], p.a), q = (1, 2), 3
(dv[1], p.a, q) === (1, 2, 3)
## update-evaluates-once
uo = Vec()
uf() = (push!(uo, 1); p)
uf().a += 5
length(uo) == 1 && p.a == 7
## and-or-values
(true && 5) === 5 && (false || "s") === "s" && (false && error("x")) === false
## nested-ternary
nt_(x) = x < 0 ? :n : x == 0 ? :z : x < 10 ? :s : :b
nt_(-1) === :n && nt_(0) === :z && nt_(5) === :s && nt_(50) === :b
## local-type-alias-where
lw() = (A = (Tuple{T, T} where T); A === Tuple{S, S} where S)
lw() isa Bool
## typed-catch-var
tcv() = try; error("z"); catch; 1; end
tcv() == 1
## struct-in-loop
for i in 1:1
    struct SIL
        x::Int
    end
    struct SIP{T}
        x::T
    end
end
SIL(2.0).x === 2 && SIP(1) isa SIP{Int}
## generated-destructured
@generated gdes(x, (a, b)) = :((x, b, a))
gdes(1, (2, 3)) === (1, 3, 2)
## default-fixes-type-variable
dft(::Type{I}=Int64, ::Type{J}=I) where {I,J} = J
dft() === Int64 && dft(Int8) === Int8 && dft(Int8, Bool) === Bool
