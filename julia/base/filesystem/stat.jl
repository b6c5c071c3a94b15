# What the system says about a file. `jl_fs_stat` fills fourteen words; a missing file is a
# StatStruct whose mode is 0.

struct StatStruct
    desc::Union{String,Base.RawFD}
    device::UInt
    inode::UInt
    mode::UInt
    nlink::Int
    uid::UInt
    gid::UInt
    rdev::UInt
    size::Int64
    blksize::Int64
    blocks::Int64
    mtime::Float64
    ctime::Float64
    ioerrno::Int32
end

function ==(x::StatStruct, y::StatStruct)
    for i in 2:fieldcount(StatStruct)
        getfield(x, i) == getfield(y, i) || return false
    end
    return true
end
StatStruct() = StatStruct("", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, 0)

function _stat_struct(desc, r::Int32, buf::Vector{UInt64}, what::String)
    if r < 0
        # not there, or a part of the path is no directory
        (r == -2 || r == -20) || uv_error(string(what, "(", repr(desc), ")"), r)
        return StatStruct(desc, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, r)
    end
    mt = Float64(buf[11] % Int64) + 1.0e-9 * Float64(buf[12] % Int64)
    ct = Float64(buf[13] % Int64) + 1.0e-9 * Float64(buf[14] % Int64)
    return StatStruct(desc, buf[1], buf[2], buf[3], buf[4] % Int, buf[5], buf[6], buf[7], buf[8] % Int64,
                      buf[9] % Int64, buf[10] % Int64, mt, ct, Int32(0))
end

function stat(path::AbstractString)
    buf = Vector{UInt64}(undef, 14)
    p = String(path)
    r = ccall(:jl_fs_stat, Int32, (Cstring, Ptr{UInt64}, Cint), p, buf, 1)
    return _stat_struct(p, r, buf, "stat")
end
function lstat(path::AbstractString)
    buf = Vector{UInt64}(undef, 14)
    p = String(path)
    r = ccall(:jl_fs_stat, Int32, (Cstring, Ptr{UInt64}, Cint), p, buf, 0)
    return _stat_struct(p, r, buf, "lstat")
end
function stat(fd::Base.RawFD)
    buf = Vector{UInt64}(undef, 14)
    r = ccall(:jl_fs_fstat, Int32, (Cint, Ptr{UInt64}), fd, buf)
    return _stat_struct(fd, r, buf, "fstat")
end
stat(fd::Integer) = stat(Base.RawFD(fd))
stat(s::Base.IOStream) = stat(Base.RawFD(s.fd))
stat(path...) = stat(joinpath(path...))
lstat(path...) = lstat(joinpath(path...))

function show(io::IO, st::StatStruct)
    if st.ioerrno != 0 || st.mode == 0
        print(io, "StatStruct for ", repr(st.desc))
        return print(io, "\n ENOENT: no such file or directory (ENOENT)")
    end
    print(io, "StatStruct(mode=0o", string(filemode(st), base = 8, pad = 6), ", size=", filesize(st), ")")
end
function show(io::IO, ::MIME"text/plain", st::StatStruct)
    print(io, "StatStruct for ", repr(st.desc))
    st.mode == 0 && return print(io, "\n ENOENT: no such file or directory (ENOENT)")
    print(io, "\n   size: ", st.size, " bytes\n device: ", st.device, "\n  inode: ", st.inode,
          "\n   mode: 0o", string(filemode(st), base = 8, pad = 6), " (", filemode_string(st.mode), ")",
          "\n  nlink: ", st.nlink, "\n    uid: ", st.uid, "\n    gid: ", st.gid, "\n   rdev: ", st.rdev,
          "\n  blksz: ", st.blksize, "\n blocks: ", st.blocks, "\n  mtime: ", st.mtime, "\n  ctime: ", st.ctime)
end

function filemode_string(mode)
    kind = mode & 0xf000
    out = kind == 0x4000 ? "d" : kind == 0xa000 ? "l" : kind == 0x8000 ? "-" : kind == 0x6000 ? "b" :
        kind == 0x2000 ? "c" : kind == 0x1000 ? "p" : kind == 0xc000 ? "s" : "?"
    for shift in (6, 3, 0)
        bits = (mode >> shift) & 7
        out = string(out, bits & 4 != 0 ? "r" : "-", bits & 2 != 0 ? "w" : "-", bits & 1 != 0 ? "x" : "-")
    end
    return out
end

filemode(st::StatStruct) = st.mode
filesize(st::StatStruct) = st.size
mtime(st::StatStruct) = st.mtime
ctime(st::StatStruct) = st.ctime
ispath(st::StatStruct) = filemode(st) & 0xf000 != 0x0000
isfifo(st::StatStruct) = filemode(st) & 0xf000 == 0x1000
ischardev(st::StatStruct) = filemode(st) & 0xf000 == 0x2000
isdir(st::StatStruct) = filemode(st) & 0xf000 == 0x4000
isblockdev(st::StatStruct) = filemode(st) & 0xf000 == 0x6000
isfile(st::StatStruct) = filemode(st) & 0xf000 == 0x8000
islink(st::StatStruct) = filemode(st) & 0xf000 == 0xa000
issocket(st::StatStruct) = filemode(st) & 0xf000 == 0xc000
issetuid(st::StatStruct) = (filemode(st) & 0o4000) > 0
issetgid(st::StatStruct) = (filemode(st) & 0o2000) > 0
issticky(st::StatStruct) = (filemode(st) & 0o1000) > 0
uperm(st::StatStruct) = UInt8((filemode(st) >> 6) & 0x7)
gperm(st::StatStruct) = UInt8((filemode(st) >> 3) & 0x7)
operm(st::StatStruct) = UInt8((filemode(st)) & 0x7)

filemode(path...) = filemode(stat(path...))
filesize(path...) = filesize(stat(path...))
mtime(path...) = mtime(stat(path...))
ctime(path...) = ctime(stat(path...))
ispath(path...) = ispath(stat(path...))
isfifo(path...) = isfifo(stat(path...))
ischardev(path...) = ischardev(stat(path...))
isdir(path...) = isdir(stat(path...))
isblockdev(path...) = isblockdev(stat(path...))
isfile(path...) = isfile(stat(path...))
issocket(path...) = issocket(stat(path...))
issetuid(path...) = issetuid(stat(path...))
issetgid(path...) = issetgid(stat(path...))
issticky(path...) = issticky(stat(path...))
uperm(path...) = uperm(stat(path...))
gperm(path...) = gperm(stat(path...))
operm(path...) = operm(stat(path...))
islink(path...) = islink(lstat(path...))

samefile(a::StatStruct, b::StatStruct) = ispath(a) && a.device == b.device && a.inode == b.inode
samefile(a::AbstractString, b::AbstractString) = samefile(stat(a), stat(b))

function ismount(path...)
    path = joinpath(path...)
    isdir(path) || return false
    s1 = lstat(path)
    islink(s1) && return false
    s2 = lstat(joinpath(path, ".."))
    return s1.device != s2.device || s1.inode == s2.inode
end

"""
    DiskStat

What the system says about the disk that holds a path: `total`, `used` and `available` bytes, and blocks and files.
"""
struct DiskStat
    ftype::UInt64
    bsize::UInt64
    blocks::UInt64
    bfree::UInt64
    bavail::UInt64
    files::UInt64
    ffree::UInt64
end

function Base.getproperty(stats::DiskStat, field::Symbol)
    total = Int64(getfield(stats, :bsize) * getfield(stats, :blocks))
    available = Int64(getfield(stats, :bsize) * getfield(stats, :bavail))
    field === :total && return total
    field === :used && return total - available
    field === :available && return available
    return getfield(stats, field)
end
Base.propertynames(stats::DiskStat) = (fieldnames(DiskStat)..., :available, :total, :used)
Base.show(io::IO, x::DiskStat) =
    print(io, "DiskStat(total=", x.total, ", used=", x.used, ", available=", x.available, ')')

"""
    diskstat(path=pwd())

What the system says about the disk that holds `path`.
"""
function diskstat(path::AbstractString=pwd())
    # The C struct begins with the seven words; all of it has fewer than thirty-two.
    buf = zeros(UInt64, 32)
    r = ccall(:statfs, Cint, (Cstring, Ptr{UInt64}), path, buf)
    r < 0 && uv_error(string("diskstat(", repr(path), ")"), -Base.Libc.errno())
    return DiskStat(buf[1:7]...)
end
