// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cerrno>

namespace estate::detail {

struct errno_entry {
    int number;
    const char* name;
    const char* message;
};

/// The errno values of this platform, with glibc's English texts.
///
/// C++20 ([cerrno.syn]) gives every platform the names without an #if; the four STREAMS names that POSIX.1-2024 dropped
/// have one. EWOULDBLOCK and ENOTSUP come after EAGAIN and EOPNOTSUPP, whose numbers they share on some platforms.
inline constexpr errno_entry errno_table[] = {
    {E2BIG, "E2BIG", "Argument list too long"},
    {EACCES, "EACCES", "Permission denied"},
    {EADDRINUSE, "EADDRINUSE", "Address already in use"},
    {EADDRNOTAVAIL, "EADDRNOTAVAIL", "Cannot assign requested address"},
    {EAFNOSUPPORT, "EAFNOSUPPORT", "Address family not supported by protocol"},
    {EAGAIN, "EAGAIN", "Resource temporarily unavailable"},
    {EALREADY, "EALREADY", "Operation already in progress"},
    {EBADF, "EBADF", "Bad file descriptor"},
    {EBADMSG, "EBADMSG", "Bad message"},
    {EBUSY, "EBUSY", "Device or resource busy"},
    {ECANCELED, "ECANCELED", "Operation canceled"},
    {ECHILD, "ECHILD", "No child processes"},
    {ECONNABORTED, "ECONNABORTED", "Software caused connection abort"},
    {ECONNREFUSED, "ECONNREFUSED", "Connection refused"},
    {ECONNRESET, "ECONNRESET", "Connection reset by peer"},
    {EDEADLK, "EDEADLK", "Resource deadlock avoided"},
    {EDESTADDRREQ, "EDESTADDRREQ", "Destination address required"},
    {EDOM, "EDOM", "Numerical argument out of domain"},
    {EEXIST, "EEXIST", "File exists"},
    {EFAULT, "EFAULT", "Bad address"},
    {EFBIG, "EFBIG", "File too large"},
    {EHOSTUNREACH, "EHOSTUNREACH", "No route to host"},
    {EIDRM, "EIDRM", "Identifier removed"},
    {EILSEQ, "EILSEQ", "Invalid or incomplete multibyte or wide character"},
    {EINPROGRESS, "EINPROGRESS", "Operation now in progress"},
    {EINTR, "EINTR", "Interrupted system call"},
    {EINVAL, "EINVAL", "Invalid argument"},
    {EIO, "EIO", "Input/output error"},
    {EISCONN, "EISCONN", "Transport endpoint is already connected"},
    {EISDIR, "EISDIR", "Is a directory"},
    {ELOOP, "ELOOP", "Too many levels of symbolic links"},
    {EMFILE, "EMFILE", "Too many open files"},
    {EMLINK, "EMLINK", "Too many links"},
    {EMSGSIZE, "EMSGSIZE", "Message too long"},
    {ENAMETOOLONG, "ENAMETOOLONG", "File name too long"},
    {ENETDOWN, "ENETDOWN", "Network is down"},
    {ENETRESET, "ENETRESET", "Network dropped connection on reset"},
    {ENETUNREACH, "ENETUNREACH", "Network is unreachable"},
    {ENFILE, "ENFILE", "Too many open files in system"},
    {ENOBUFS, "ENOBUFS", "No buffer space available"},
    {ENODEV, "ENODEV", "No such device"},
    {ENOENT, "ENOENT", "No such file or directory"},
    {ENOEXEC, "ENOEXEC", "Exec format error"},
    {ENOLCK, "ENOLCK", "No locks available"},
    {ENOLINK, "ENOLINK", "Link has been severed"},
    {ENOMEM, "ENOMEM", "Cannot allocate memory"},
    {ENOMSG, "ENOMSG", "No message of desired type"},
    {ENOPROTOOPT, "ENOPROTOOPT", "Protocol not available"},
    {ENOSPC, "ENOSPC", "No space left on device"},
    {ENOSYS, "ENOSYS", "Function not implemented"},
    {ENOTCONN, "ENOTCONN", "Transport endpoint is not connected"},
    {ENOTDIR, "ENOTDIR", "Not a directory"},
    {ENOTEMPTY, "ENOTEMPTY", "Directory not empty"},
    {ENOTRECOVERABLE, "ENOTRECOVERABLE", "State not recoverable"},
    {ENOTSOCK, "ENOTSOCK", "Socket operation on non-socket"},
    {ENOTTY, "ENOTTY", "Inappropriate ioctl for device"},
    {ENXIO, "ENXIO", "No such device or address"},
    {EOPNOTSUPP, "EOPNOTSUPP", "Operation not supported"},
    {EOVERFLOW, "EOVERFLOW", "Value too large for defined data type"},
    {EOWNERDEAD, "EOWNERDEAD", "Owner died"},
    {EPERM, "EPERM", "Operation not permitted"},
    {EPIPE, "EPIPE", "Broken pipe"},
    {EPROTO, "EPROTO", "Protocol error"},
    {EPROTONOSUPPORT, "EPROTONOSUPPORT", "Protocol not supported"},
    {EPROTOTYPE, "EPROTOTYPE", "Protocol wrong type for socket"},
    {ERANGE, "ERANGE", "Numerical result out of range"},
    {EROFS, "EROFS", "Read-only file system"},
    {ESPIPE, "ESPIPE", "Illegal seek"},
    {ESRCH, "ESRCH", "No such process"},
    {ETIMEDOUT, "ETIMEDOUT", "Connection timed out"},
    {ETXTBSY, "ETXTBSY", "Text file busy"},
    {EXDEV, "EXDEV", "Invalid cross-device link"},
    {EWOULDBLOCK, "EWOULDBLOCK", "Resource temporarily unavailable"},
    {ENOTSUP, "ENOTSUP", "Operation not supported"},
#if defined(EDQUOT)
    {EDQUOT, "EDQUOT", "Disk quota exceeded"},
#endif
#if defined(EHOSTDOWN)
    {EHOSTDOWN, "EHOSTDOWN", "Host is down"},
#endif
#if defined(EMULTIHOP)
    {EMULTIHOP, "EMULTIHOP", "Multihop attempted"},
#endif
#if defined(ENODATA)
    {ENODATA, "ENODATA", "No data available"},
#endif
#if defined(ENOSR)
    {ENOSR, "ENOSR", "Out of streams resources"},
#endif
#if defined(ENOSTR)
    {ENOSTR, "ENOSTR", "Device not a stream"},
#endif
#if defined(ENOTBLK)
    {ENOTBLK, "ENOTBLK", "Block device required"},
#endif
#if defined(EPFNOSUPPORT)
    {EPFNOSUPPORT, "EPFNOSUPPORT", "Protocol family not supported"},
#endif
#if defined(ESHUTDOWN)
    {ESHUTDOWN, "ESHUTDOWN", "Cannot send after transport endpoint shutdown"},
#endif
#if defined(ESOCKTNOSUPPORT)
    {ESOCKTNOSUPPORT, "ESOCKTNOSUPPORT", "Socket type not supported"},
#endif
#if defined(ESTALE)
    {ESTALE, "ESTALE", "Stale file handle"},
#endif
#if defined(ETIME)
    {ETIME, "ETIME", "Timer expired"},
#endif
#if defined(ETOOMANYREFS)
    {ETOOMANYREFS, "ETOOMANYREFS", "Too many references: cannot splice"},
#endif
};

/// Null where the table has no such number.
[[nodiscard]] constexpr const errno_entry* find_errno(int number) noexcept {
    for (const auto& entry : errno_table) {
        if (entry.number == number) return &entry;
    }
    return nullptr;
}

}  // namespace estate::detail
