# blas.jl: the module BLAS: vectors, products and substitutions of floating-point numbers, by the
# C functions of a library. Each function checks sizes and strides, as the C functions do not.

# the columns of a matrix lie side by side, and its elements in a column
chkstride1(A) = stride(A, 1) == 1 || error("matrix does not have contiguous columns")
chkstride1(A, B...) = (chkstride1(A); chkstride1(B...))

module BLAS

using ..LinearAlgebra: BlasReal, BlasComplex, BlasFloat, BlasInt, chkstride1, checksquare
using Base: require_one_based_indexing
import ..LinearAlgebra: dot

export asum, axpy!, axpby!, blascopy!, dotc, dotu, gemm!, gemm, gemv!, gemv, ger!, geru!, hemm!, hemm,
    hemv!, hemv, her!, her2k!, her2k, herk!, herk, iamax, nrm2, rot!, scal!, scal, symm!, symm, symv!, symv, syr!,
    syr2k!, syr2k, syrk!, syrk, trmm!, trmm, trmv!, trmv, trsm!, trsm, trsv!, trsv

const libblastrampoline = "libblastrampoline"
const libblas = libblastrampoline
const liblapack = libblastrampoline

"""
    BLAS.@blasfunc name_

The name of a function as the library has it: `dgemm_` is `:dgemm_64_`.
"""
macro blasfunc(x)
    return Expr(:quote, Symbol(x isa QuoteNode ? x.value : x, "64_"))
end

get_num_threads() = 1
set_num_threads(n) = nothing
vendor() = :lbt

# what a vector may be: its elements lie at one distance
const Elements{T} = Union{DenseArray{T},StridedVector{T}}

# With a negative distance the function wants the place of the last element.
step(x::StridedVector) = stride(x, 1)
step(x::DenseArray) = 1
first_place(x) = step(x) < 0 ? pointer(x, lastindex(x)) : pointer(x)
leading(A) = max(1, stride(A, 2))

function check_side(side, A, m, n)
    order = checksquare(A)
    side == 'L' && order != m && throw(DimensionMismatch("A has size ($order,$order), the other matrix ($m,$n)"))
    side == 'R' && order != n && throw(DimensionMismatch("the other matrix has size ($m,$n), A ($order,$order)"))
    side in ('L', 'R') || throw(ArgumentError("side argument must be 'L' (left) or 'R' (right), got $side"))
end
check_uplo(uplo) = uplo == 'U' || uplo == 'L' ||
    throw(ArgumentError("uplo argument must be 'U' (upper) or 'L' (lower), got $uplo"))
function same_length(x, y, what)
    nx, ny = length(x), length(y)
    nx == ny || throw(DimensionMismatch("$what arguments have lengths $nx and $ny"))
    return nx
end

## vectors ##

for (axpy, axpby, scal, copy, rot, nrm2, asum, iamax, elty, real_type) in (
    (:daxpy_, :daxpby_, :dscal_, :dcopy_, :drot_, :dnrm2_, :dasum_, :idamax_, :Float64, :Float64),
    (:saxpy_, :saxpby_, :sscal_, :scopy_, :srot_, :snrm2_, :sasum_, :isamax_, :Float32, :Float32),
    (:zaxpy_, :zaxpby_, :zscal_, :zcopy_, :zrot_, :dznrm2_, :dzasum_, :izamax_, :ComplexF64, :Float64),
    (:caxpy_, :caxpby_, :cscal_, :ccopy_, :crot_, :scnrm2_, :scasum_, :icamax_, :ComplexF32, :Float32),
)
    @eval begin
        function axpy!(n::Integer, alpha::$elty, x::Union{Ptr{$elty},AbstractArray{$elty}}, incx::Integer,
            y::Union{Ptr{$elty},AbstractArray{$elty}}, incy::Integer)
            ccall((@blasfunc($axpy), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}),
                n, alpha, x, incx, y, incy)
            return y
        end
        function axpby!(n::Integer, alpha::$elty, x::Union{Ptr{$elty},AbstractArray{$elty}}, incx::Integer,
            beta::$elty, y::Union{Ptr{$elty},AbstractArray{$elty}}, incy::Integer)
            ccall((@blasfunc($axpby), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt}),
                n, alpha, x, incx, beta, y, incy)
            return y
        end
        function scal!(n::Integer, alpha::$elty, x::Union{Ptr{$elty},AbstractArray{$elty}}, incx::Integer)
            ccall((@blasfunc($scal), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt}), n, alpha, x, incx)
            return x
        end
        function blascopy!(n::Integer, x::Union{Ptr{$elty},AbstractArray{$elty}}, incx::Integer,
            y::Union{Ptr{$elty},AbstractArray{$elty}}, incy::Integer)
            ccall((@blasfunc($copy), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}), n, x, incx, y, incy)
            return y
        end
        function rot!(n::Integer, x::Union{Ptr{$elty},AbstractArray{$elty}}, incx::Integer,
            y::Union{Ptr{$elty},AbstractArray{$elty}}, incy::Integer, c::$real_type, s::$elty)
            ccall((@blasfunc($rot), libblastrampoline), Cvoid,
                (Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ref{$real_type}, Ref{$elty}),
                n, x, incx, y, incy, c, s)
            return x, y
        end
        nrm2(n::Integer, x::Union{Ptr{$elty},AbstractArray{$elty}}, incx::Integer) =
            ccall((@blasfunc($nrm2), libblastrampoline), $real_type,
                (Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}), n, x, incx)
        asum(n::Integer, x::Union{Ptr{$elty},AbstractArray{$elty}}, incx::Integer) =
            ccall((@blasfunc($asum), libblastrampoline), $real_type,
                (Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}), n, x, incx)
        iamax(n::Integer, x::Union{Ptr{$elty},AbstractArray{$elty}}, incx::Integer) =
            ccall((@blasfunc($iamax), libblastrampoline), BlasInt,
                (Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}), n, x, incx)
    end
end
for (dot, elty) in ((:ddot_, :Float64), (:sdot_, :Float32))
    @eval dot(n::Integer, x::Union{Ptr{$elty},AbstractArray{$elty}}, incx::Integer,
        y::Union{Ptr{$elty},AbstractArray{$elty}}, incy::Integer) =
        ccall((@blasfunc($dot), libblastrampoline), $elty,
            (Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}), n, x, incx, y, incy)
end
# a complex result goes to memory
for (dotc, dotu, elty) in (
    (:cblas_zdotc_sub, :cblas_zdotu_sub, :ComplexF64),
    (:cblas_cdotc_sub, :cblas_cdotu_sub, :ComplexF32),
)
    for (f, name) in ((:dotc, dotc), (:dotu, dotu))
        @eval function $f(n::Integer, x::Union{Ptr{$elty},AbstractArray{$elty}}, incx::Integer,
            y::Union{Ptr{$elty},AbstractArray{$elty}}, incy::Integer)
            result = Ref{$elty}()
            ccall((@blasfunc($name), libblastrampoline), Cvoid,
                (BlasInt, Ptr{$elty}, BlasInt, Ptr{$elty}, BlasInt, Ptr{$elty}), n, x, incx, y, incy, result)
            return result[]
        end
    end
end

# up to so many elements the library adds one after the other, too
const CUTOFF = 32
function dot(x::Elements{T}, y::Elements{T}) where {T<:BlasReal}
    n = same_length(x, y, "dot product")
    n < CUTOFF && return invoke(dot, Tuple{AbstractArray,AbstractArray}, x, y)
    return GC.@preserve x y dot(n, first_place(x), step(x), first_place(y), step(y))
end
function dot(x::Elements{T}, y::Elements{T}) where {T<:BlasComplex}
    length(x) < CUTOFF && return invoke(dot, Tuple{AbstractArray,AbstractArray}, x, y)
    return dotc(x, y)
end
for f in (:dotc, :dotu)
    @eval function $f(x::Elements{T}, y::Elements{T}) where {T<:BlasComplex}
        n = same_length(x, y, "dot product")
        return GC.@preserve x y $f(n, first_place(x), step(x), first_place(y), step(y))
    end
end
# a norm does not ask for the direction
nrm2(x::Elements) = GC.@preserve x nrm2(length(x), first_place(x), abs(step(x)))
asum(x::Elements) = GC.@preserve x asum(length(x), first_place(x), abs(step(x)))
iamax(x::Elements) = GC.@preserve x iamax(length(x), first_place(x), step(x))
function scal!(alpha::T, x::Elements{T}) where {T<:BlasFloat}
    GC.@preserve x scal!(length(x), alpha, first_place(x), abs(step(x)))
    return x
end
scal(alpha::T, x::Elements{T}) where {T<:BlasFloat} = scal!(alpha, copy(x))
function axpy!(alpha::Number, x::Elements{T}, y::Elements{T}) where {T<:BlasFloat}
    n = length(x)
    n == length(y) || throw(DimensionMismatch("x has length $n, but y has length $(length(y))"))
    GC.@preserve x y axpy!(n, T(alpha), first_place(x), step(x), first_place(y), step(y))
    return y
end
function axpy!(alpha::Number, x::Array{T}, rx::AbstractRange{<:Integer}, y::Array{T},
    ry::AbstractRange{<:Integer}) where {T<:BlasFloat}
    length(rx) == length(ry) || throw(DimensionMismatch("ranges of differing lengths"))
    checkbounds(x, rx)
    checkbounds(y, ry)
    axpy!(alpha, view(vec(x), rx), view(vec(y), ry))
    return y
end
function axpby!(alpha::Number, x::Elements{T}, beta::Number, y::Elements{T}) where {T<:BlasFloat}
    n = length(x)
    n == length(y) || throw(DimensionMismatch("x has length $n, but y has length $(length(y))"))
    GC.@preserve x y axpby!(n, T(alpha), first_place(x), step(x), T(beta), first_place(y), step(y))
    return y
end

## matrix and vector ##

for (gemv, trmv, trsv, elty) in (
    (:dgemv_, :dtrmv_, :dtrsv_, :Float64),
    (:sgemv_, :strmv_, :strsv_, :Float32),
    (:zgemv_, :ztrmv_, :ztrsv_, :ComplexF64),
    (:cgemv_, :ctrmv_, :ctrsv_, :ComplexF32),
)
    @eval function gemv!(trans::AbstractChar, alpha::Union{$elty,Bool}, A::AbstractVecOrMat{$elty},
        x::AbstractVector{$elty}, beta::Union{$elty,Bool}, y::AbstractVector{$elty})
        require_one_based_indexing(A, x, y)
        m, n = size(A, 1), size(A, 2)
        from, to = trans == 'N' ? (n, m) : (m, n)
        if length(x) != from || length(y) != to
            throw(DimensionMismatch("A has dimensions $((m, n)), X has length $(length(x)) and Y has length $(length(y))"))
        end
        chkstride1(A)
        GC.@preserve x y ccall((@blasfunc($gemv), libblastrampoline), Cvoid,
            (Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt},
                Ptr{$elty}, Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt}),
            trans, m, n, alpha, A, leading(A), first_place(x), step(x), beta, first_place(y), step(y))
        return y
    end
    @eval gemv(trans::AbstractChar, alpha::$elty, A::AbstractMatrix{$elty}, x::AbstractVector{$elty}) =
        gemv!(trans, alpha, A, x, zero($elty), similar(x, $elty, size(A, trans == 'N' ? 1 : 2)))
    @eval gemv(trans::AbstractChar, A::AbstractMatrix{$elty}, x::AbstractVector{$elty}) = gemv(trans, one($elty), A, x)
    for (f, f!, name) in ((:trmv, :trmv!, trmv), (:trsv, :trsv!, trsv))
        @eval function $f!(uplo::AbstractChar, trans::AbstractChar, diag::AbstractChar, A::AbstractMatrix{$elty},
            x::AbstractVector{$elty})
            require_one_based_indexing(A, x)
            check_uplo(uplo)
            n = checksquare(A)
            n == length(x) || throw(DimensionMismatch("A has size ($n,$n), x has length $(length(x))"))
            chkstride1(A)
            GC.@preserve x ccall((@blasfunc($name), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt},
                    Ptr{$elty}, Ref{BlasInt}),
                uplo, trans, diag, n, A, leading(A), first_place(x), step(x))
            return x
        end
        @eval $f(uplo::AbstractChar, trans::AbstractChar, diag::AbstractChar, A::AbstractMatrix{$elty},
            x::AbstractVector{$elty}) = $f!(uplo, trans, diag, A, copy(x))
    end
end

# symmetric and Hermitian ones, of which a triangle is read
for (f, f!, name, elty) in (
    (:symv, :symv!, :dsymv_, :Float64), (:symv, :symv!, :ssymv_, :Float32), (:symv, :symv!, :zsymv_, :ComplexF64),
    (:symv, :symv!, :csymv_, :ComplexF32), (:hemv, :hemv!, :zhemv_, :ComplexF64), (:hemv, :hemv!, :chemv_, :ComplexF32),
)
    @eval begin
        function $f!(uplo::AbstractChar, alpha::Union{$elty,Bool}, A::AbstractMatrix{$elty}, x::AbstractVector{$elty},
            beta::Union{$elty,Bool}, y::AbstractVector{$elty})
            require_one_based_indexing(A, x, y)
            check_uplo(uplo)
            n = checksquare(A)
            if n != length(x) || n != length(y)
                throw(DimensionMismatch("A has size ($n,$n), x has length $(length(x)), y has length $(length(y))"))
            end
            chkstride1(A)
            GC.@preserve x y ccall((@blasfunc($name), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt},
                    Ref{$elty}, Ptr{$elty}, Ref{BlasInt}),
                uplo, n, alpha, A, leading(A), first_place(x), step(x), beta, first_place(y), step(y))
            return y
        end
        $f(uplo::AbstractChar, alpha::$elty, A::AbstractMatrix{$elty}, x::AbstractVector{$elty}) =
            $f!(uplo, alpha, A, x, zero($elty), similar(x))
        $f(uplo::AbstractChar, A::AbstractMatrix{$elty}, x::AbstractVector{$elty}) = $f(uplo, one($elty), A, x)
    end
end

## products of two vectors ##

for (f!, name, elty) in (
    (:ger!, :dger_, :Float64), (:ger!, :sger_, :Float32), (:ger!, :zgerc_, :ComplexF64), (:ger!, :cgerc_, :ComplexF32),
    (:geru!, :dger_, :Float64), (:geru!, :sger_, :Float32), (:geru!, :zgeru_, :ComplexF64), (:geru!, :cgeru_, :ComplexF32),
)
    @eval function $f!(alpha::$elty, x::AbstractVector{$elty}, y::AbstractVector{$elty}, A::AbstractMatrix{$elty})
        require_one_based_indexing(A, x, y)
        m, n = size(A)
        if m != length(x) || n != length(y)
            throw(DimensionMismatch("A has size ($m,$n), x has length $(length(x)), y has length $(length(y))"))
        end
        chkstride1(A)
        GC.@preserve x y ccall((@blasfunc($name), libblastrampoline), Cvoid,
            (Ref{BlasInt}, Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt},
                Ptr{$elty}, Ref{BlasInt}),
            m, n, alpha, first_place(x), step(x), first_place(y), step(y), A, leading(A))
        return A
    end
end
for (f!, name, elty, factor) in (
    (:syr!, :dsyr_, :Float64, :Float64), (:syr!, :ssyr_, :Float32, :Float32), (:syr!, :zsyr_, :ComplexF64, :ComplexF64),
    (:syr!, :csyr_, :ComplexF32, :ComplexF32), (:her!, :zher_, :ComplexF64, :Float64), (:her!, :cher_, :ComplexF32, :Float32),
)
    @eval function $f!(uplo::AbstractChar, alpha::$factor, x::AbstractVector{$elty}, A::AbstractMatrix{$elty})
        require_one_based_indexing(A, x)
        check_uplo(uplo)
        n = checksquare(A)
        n == length(x) || throw(DimensionMismatch("A has size ($n,$n), x has length $(length(x))"))
        chkstride1(A)
        GC.@preserve x ccall((@blasfunc($name), libblastrampoline), Cvoid,
            (Ref{UInt8}, Ref{BlasInt}, Ref{$factor}, Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}),
            uplo, n, alpha, first_place(x), step(x), A, leading(A))
        return A
    end
end

## matrices ##

for (gemm, elty) in ((:dgemm_, :Float64), (:sgemm_, :Float32), (:zgemm_, :ComplexF64), (:cgemm_, :ComplexF32))
    @eval begin
        function gemm!(transA::AbstractChar, transB::AbstractChar, alpha::Union{$elty,Bool}, A::AbstractVecOrMat{$elty},
            B::AbstractVecOrMat{$elty}, beta::Union{$elty,Bool}, C::AbstractVecOrMat{$elty})
            require_one_based_indexing(A, B, C)
            m, ka = size(A, transA == 'N' ? 1 : 2), size(A, transA == 'N' ? 2 : 1)
            kb, n = size(B, transB == 'N' ? 1 : 2), size(B, transB == 'N' ? 2 : 1)
            if ka != kb || m != size(C, 1) || n != size(C, 2)
                throw(DimensionMismatch("A has size ($m,$ka), B has size ($kb,$n), C has size $(size(C))"))
            end
            chkstride1(A, B, C)
            ccall((@blasfunc($gemm), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt},
                    Ptr{$elty}, Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt}),
                transA, transB, m, n, ka, alpha, A, leading(A), B, leading(B), beta, C, leading(C))
            return C
        end
        function gemm(transA::AbstractChar, transB::AbstractChar, alpha::$elty, A::AbstractMatrix{$elty},
            B::AbstractMatrix{$elty})
            C = similar(B, $elty, (size(A, transA == 'N' ? 1 : 2), size(B, transB == 'N' ? 2 : 1)))
            return gemm!(transA, transB, alpha, A, B, zero($elty), C)
        end
        gemm(transA::AbstractChar, transB::AbstractChar, A::AbstractMatrix{$elty}, B::AbstractMatrix{$elty}) =
            gemm(transA, transB, one($elty), A, B)
    end
end

for (f, f!, name, elty) in (
    (:symm, :symm!, :dsymm_, :Float64), (:symm, :symm!, :ssymm_, :Float32), (:symm, :symm!, :zsymm_, :ComplexF64),
    (:symm, :symm!, :csymm_, :ComplexF32), (:hemm, :hemm!, :zhemm_, :ComplexF64), (:hemm, :hemm!, :chemm_, :ComplexF32),
)
    @eval begin
        function $f!(side::AbstractChar, uplo::AbstractChar, alpha::Union{$elty,Bool}, A::AbstractMatrix{$elty},
            B::AbstractMatrix{$elty}, beta::Union{$elty,Bool}, C::AbstractMatrix{$elty})
            require_one_based_indexing(A, B, C)
            check_uplo(uplo)
            m, n = size(C)
            size(B) == (m, n) || throw(DimensionMismatch("B has size $(size(B)), C has size ($m,$n)"))
            check_side(side, A, m, n)
            chkstride1(A, B, C)
            ccall((@blasfunc($name), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt},
                    Ptr{$elty}, Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt}),
                side, uplo, m, n, alpha, A, leading(A), B, leading(B), beta, C, leading(C))
            return C
        end
        $f(side::AbstractChar, uplo::AbstractChar, alpha::$elty, A::AbstractMatrix{$elty}, B::AbstractMatrix{$elty}) =
            $f!(side, uplo, alpha, A, B, zero($elty), similar(B))
        $f(side::AbstractChar, uplo::AbstractChar, A::AbstractMatrix{$elty}, B::AbstractMatrix{$elty}) =
            $f(side, uplo, one($elty), A, B)
    end
end

for (f, f!, name, elty, factor) in (
    (:syrk, :syrk!, :dsyrk_, :Float64, :Float64), (:syrk, :syrk!, :ssyrk_, :Float32, :Float32),
    (:syrk, :syrk!, :zsyrk_, :ComplexF64, :ComplexF64), (:syrk, :syrk!, :csyrk_, :ComplexF32, :ComplexF32),
    (:herk, :herk!, :zherk_, :ComplexF64, :Float64), (:herk, :herk!, :cherk_, :ComplexF32, :Float32),
)
    @eval begin
        function $f!(uplo::AbstractChar, trans::AbstractChar, alpha::Union{$factor,Bool}, A::AbstractVecOrMat{$elty},
            beta::Union{$factor,Bool}, C::AbstractMatrix{$elty})
            require_one_based_indexing(A, C)
            check_uplo(uplo)
            n = checksquare(C)
            rows, k = size(A, trans == 'N' ? 1 : 2), size(A, trans == 'N' ? 2 : 1)
            rows == n || throw(DimensionMismatch("C has size ($n,$n), corresponding dimension of A is $rows"))
            chkstride1(A, C)
            ccall((@blasfunc($name), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ref{$factor}, Ptr{$elty}, Ref{BlasInt},
                    Ref{$factor}, Ptr{$elty}, Ref{BlasInt}),
                uplo, trans, n, k, alpha, A, leading(A), beta, C, leading(C))
            return C
        end
        function $f(uplo::AbstractChar, trans::AbstractChar, alpha::$factor, A::AbstractVecOrMat{$elty})
            n = size(A, trans == 'N' ? 1 : 2)
            return $f!(uplo, trans, alpha, A, zero($factor), similar(A, $elty, (n, n)))
        end
        $f(uplo::AbstractChar, trans::AbstractChar, A::AbstractVecOrMat{$elty}) = $f(uplo, trans, one($factor), A)
    end
end
for (f, f!, name, elty, factor) in (
    (:syr2k, :syr2k!, :dsyr2k_, :Float64, :Float64), (:syr2k, :syr2k!, :ssyr2k_, :Float32, :Float32),
    (:syr2k, :syr2k!, :zsyr2k_, :ComplexF64, :ComplexF64), (:syr2k, :syr2k!, :csyr2k_, :ComplexF32, :ComplexF32),
    (:her2k, :her2k!, :zher2k_, :ComplexF64, :Float64), (:her2k, :her2k!, :cher2k_, :ComplexF32, :Float32),
)
    @eval begin
        function $f!(uplo::AbstractChar, trans::AbstractChar, alpha::$elty, A::AbstractVecOrMat{$elty},
            B::AbstractVecOrMat{$elty}, beta::$factor, C::AbstractMatrix{$elty})
            require_one_based_indexing(A, B, C)
            check_uplo(uplo)
            n = checksquare(C)
            rows, k = size(A, trans == 'N' ? 1 : 2), size(A, trans == 'N' ? 2 : 1)
            rows == n || throw(DimensionMismatch("C has size ($n,$n), corresponding dimension of A is $rows"))
            size(B) == size(A) || throw(DimensionMismatch("A has size $(size(A)), B has size $(size(B))"))
            chkstride1(A, B, C)
            ccall((@blasfunc($name), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ref{$elty}, Ptr{$elty}, Ref{BlasInt},
                    Ptr{$elty}, Ref{BlasInt}, Ref{$factor}, Ptr{$elty}, Ref{BlasInt}),
                uplo, trans, n, k, alpha, A, leading(A), B, leading(B), beta, C, leading(C))
            return C
        end
        function $f(uplo::AbstractChar, trans::AbstractChar, alpha::$elty, A::AbstractVecOrMat{$elty},
            B::AbstractVecOrMat{$elty})
            n = size(A, trans == 'N' ? 1 : 2)
            return $f!(uplo, trans, alpha, A, B, zero($factor), similar(A, $elty, (n, n)))
        end
        $f(uplo::AbstractChar, trans::AbstractChar, A::AbstractVecOrMat{$elty}, B::AbstractVecOrMat{$elty}) =
            $f(uplo, trans, one($elty), A, B)
    end
end

for (f, f!, name, elty) in (
    (:trmm, :trmm!, :dtrmm_, :Float64), (:trmm, :trmm!, :strmm_, :Float32), (:trmm, :trmm!, :ztrmm_, :ComplexF64),
    (:trmm, :trmm!, :ctrmm_, :ComplexF32), (:trsm, :trsm!, :dtrsm_, :Float64), (:trsm, :trsm!, :strsm_, :Float32),
    (:trsm, :trsm!, :ztrsm_, :ComplexF64), (:trsm, :trsm!, :ctrsm_, :ComplexF32),
)
    @eval begin
        function $f!(side::AbstractChar, uplo::AbstractChar, transa::AbstractChar, diag::AbstractChar, alpha::$elty,
            A::AbstractMatrix{$elty}, B::AbstractMatrix{$elty})
            require_one_based_indexing(A, B)
            check_uplo(uplo)
            m, n = size(B)
            check_side(side, A, m, n)
            chkstride1(A, B)
            ccall((@blasfunc($name), libblastrampoline), Cvoid,
                (Ref{UInt8}, Ref{UInt8}, Ref{UInt8}, Ref{UInt8}, Ref{BlasInt}, Ref{BlasInt}, Ref{$elty},
                    Ptr{$elty}, Ref{BlasInt}, Ptr{$elty}, Ref{BlasInt}),
                side, uplo, transa, diag, m, n, alpha, A, leading(A), B, leading(B))
            return B
        end
        $f(side::AbstractChar, uplo::AbstractChar, transa::AbstractChar, diag::AbstractChar, alpha::$elty,
            A::AbstractMatrix{$elty}, B::AbstractMatrix{$elty}) = $f!(side, uplo, transa, diag, alpha, A, copy(B))
    end
end

end # module BLAS
