# The calls of PCRE2 (8-bit units, the library's own names) and the numbers of its options.

module PCRE

import ..RefValue

const ALT_BSUX = UInt32(0x00000002)
const CASELESS = UInt32(0x00000008)
const DOTALL = UInt32(0x00000020)
const EXTENDED = UInt32(0x00000080)
const FIRSTLINE = UInt32(0x00000100)
const MULTILINE = UInt32(0x00000400)
const NO_AUTO_CAPTURE = UInt32(0x00002000)
const DUPNAMES = UInt32(0x00000040)
const DOLLAR_ENDONLY = UInt32(0x00000010)
const UCP = UInt32(0x00020000)
const UNGREEDY = UInt32(0x00040000)
const UTF = UInt32(0x00080000)
const MATCH_INVALID_UTF = UInt32(0x04000000)
const ENDANCHORED = UInt32(0x20000000)
const NO_UTF_CHECK = UInt32(0x40000000)
const ANCHORED = UInt32(0x80000000)
const NO_START_OPTIMIZE = UInt32(0x00010000)
const NOTBOL = UInt32(0x00000001)
const NOTEOL = UInt32(0x00000002)
const NOTEMPTY = UInt32(0x00000004)
const NOTEMPTY_ATSTART = UInt32(0x00000008)
const PARTIAL_SOFT = UInt32(0x00000010)
const PARTIAL_HARD = UInt32(0x00000020)

const INFO_CAPTURECOUNT = UInt32(4)
const INFO_NAMECOUNT = UInt32(17)
const INFO_NAMEENTRYSIZE = UInt32(18)
const INFO_NAMETABLE = UInt32(19)
const ERROR_NOMATCH = Cint(-1)
const UNSET = ~Csize_t(0)

const COMPILE_MASK = ALT_BSUX | ANCHORED | CASELESS | DOLLAR_ENDONLY | DOTALL | ENDANCHORED | EXTENDED |
    FIRSTLINE | MULTILINE | NO_AUTO_CAPTURE | NO_START_OPTIMIZE | NO_UTF_CHECK | UNGREEDY | UTF |
    MATCH_INVALID_UTF | UCP | DUPNAMES
const EXECUTE_MASK = ANCHORED | ENDANCHORED | NOTBOL | NOTEMPTY | NOTEMPTY_ATSTART | NOTEOL |
    NO_UTF_CHECK | PARTIAL_HARD | PARTIAL_SOFT

function err_message(errno::Integer)
    buffer = Vector{UInt8}(undef, 1024)
    n = ccall(:pcre2_get_error_message_8, Cint, (Cint, Ptr{UInt8}, Csize_t), errno, buffer, sizeof(buffer))
    n < 0 && return "unknown error"
    return GC.@preserve buffer unsafe_string(pointer(buffer), n)
end

function compile(pattern::AbstractString, options::Integer)
    errno = RefValue{Cint}(0)
    erroff = RefValue{Csize_t}(0)
    re = ccall(:pcre2_compile_8, Ptr{Cvoid},
               (Ptr{UInt8}, Csize_t, UInt32, Ref{Cint}, Ref{Csize_t}, Ptr{Cvoid}),
               pattern, ncodeunits(pattern), options, errno, erroff, C_NULL)
    if re == C_NULL
        error("PCRE compilation error: $(err_message(errno[])) at offset $(Int(erroff[]))")
    end
    return re
end

jit_compile(regex::Ptr{Cvoid}) = ccall(:pcre2_jit_compile_8, Cint, (Ptr{Cvoid}, UInt32), regex, 1)
free_re(re) = ccall(:pcre2_code_free_8, Cvoid, (Ptr{Cvoid},), re)
create_match_data(re) =
    ccall(:pcre2_match_data_create_from_pattern_8, Ptr{Cvoid}, (Ptr{Cvoid}, Ptr{Cvoid}), re, C_NULL)
free_match_data(md) = ccall(:pcre2_match_data_free_8, Cvoid, (Ptr{Cvoid},), md)

function info(regex::Ptr{Cvoid}, what::UInt32, ::Type{T}) where {T}
    buf = RefValue{T}()
    r = ccall(:pcre2_pattern_info_8, Cint, (Ptr{Cvoid}, UInt32, Ref{T}), regex, what, buf)
    r == 0 || error("PCRE.info: $(err_message(r))")
    return buf[]
end

# Whether the subject matches at or after `offset` (from 0); the match data then holds where.
function exec(re::Ptr{Cvoid}, subject::Union{String,SubString{String}}, offset::Integer, options::Integer,
              match_data::Ptr{Cvoid})
    rc = ccall(:pcre2_match_8, Cint,
               (Ptr{Cvoid}, Ptr{UInt8}, Csize_t, Csize_t, UInt32, Ptr{Cvoid}, Ptr{Cvoid}),
               re, subject, ncodeunits(subject), offset, options, match_data, C_NULL)
    # rc == -1 is no match, < -2 an error
    rc < -2 && error("PCRE.exec error: $(err_message(rc))")
    return rc >= 0
end

function ovec_length(match_data)
    return Int(ccall(:pcre2_get_ovector_count_8, UInt32, (Ptr{Cvoid},), match_data))
end
ovec_ptr(match_data) = ccall(:pcre2_get_ovector_pointer_8, Ptr{Csize_t}, (Ptr{Cvoid},), match_data)

function substring_number_from_name(re::Ptr{Cvoid}, name)
    return ccall(:pcre2_substring_number_from_name_8, Cint, (Ptr{Cvoid}, Cstring), re, name)
end

# Group number => name; the table's entries are two bytes of number and a C string.
function capture_names(re::Ptr{Cvoid})
    count = Int(info(re, INFO_NAMECOUNT, UInt32))
    size = Int(info(re, INFO_NAMEENTRYSIZE, UInt32))
    table = info(re, INFO_NAMETABLE, Ptr{UInt8})
    names = Dict{Int,String}()
    for i in 1:count
        p = table + (i - 1) * size
        number = Int(unsafe_load(p, 1)) << 8 | Int(unsafe_load(p, 2))
        names[number] = unsafe_string(p + 2)
    end
    return names
end

end # module PCRE
