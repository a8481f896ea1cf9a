"""What the extracting process may not do, set before it looks at a single byte.

Memory, time and the size of what it writes are bounded by the kernel. No socket is opened, no
program started and no file written: the kernel refuses (seccomp, on Linux), and where it cannot be
asked, an audit hook of Python does. That binds parsers written in C as well as our own code.
"""

import ctypes
import os
import platform
import resource
import struct
import sys
from typing import Any

MEMORY = 512 * 1024 * 1024
CPU_SECONDS = 15
OUTPUT = 8 * 1024 * 1024
COPY = 16 * 1024 * 1024  # a safe copy; the original has 10 MB at most

_EPERM = 1
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | _EPERM
_SECOND_ABI = 0x40000000  # x86-64 knows its calls by a second set of numbers from here on
# Number of the architecture, and of the calls: socket, socketpair, connect, bind, clone, clone3,
# fork, vfork, execve, execveat, ptrace, kill, unlink, rename, mkdir, symlink and their variants.
_REFUSED: dict[str, tuple[int, tuple[int, ...]]] = {
    "x86_64": (
        0xC000003E,
        (41, 53, 42, 49, 56, 435, 57, 58, 59, 322, 101, 62, 87, 263, 82, 264, 83, 258, 88, 266),
    ),
    "aarch64": (0xC00000B7, (198, 199, 203, 200, 220, 435, 221, 281, 117, 129, 35, 38, 34, 36)),
}
_HOOKED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.remove",
    "os.rename",
    "os.mkdir",
    "os.rmdir",
    "os.kill",
    "shutil.",
    "pty.",
)


def apply(output: int = OUTPUT) -> None:
    """Bind this process. What the system does not know is left out, the rest holds.

    output: bytes that it may write, to what it was given as standard output.
    """
    _limit("RLIMIT_AS", MEMORY)
    _limit("RLIMIT_CPU", CPU_SECONDS, CPU_SECONDS + 1)  # a signal first that says why
    _limit("RLIMIT_FSIZE", output)
    _limit("RLIMIT_CORE", 0)
    sys.addaudithook(_refuse)
    if sys.platform == "linux":
        _seccomp()


def _limit(name: str, most: int, at_last: int | None = None) -> None:
    kind = getattr(resource, name, None)
    if kind is None:
        return
    try:
        resource.setrlimit(kind, (most, at_last or most))
    except (ValueError, OSError):  # macOS has no limit on address space
        return


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if (event == "open" and _writes(*arguments[1:3])) or event.startswith(_HOOKED):
        raise PermissionError(f"not allowed here: {event}")


def _writes(mode: str | None, flags: int) -> bool:
    return bool(set(mode or "") & set("wax+") or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def _seccomp() -> None:
    """Let the kernel answer EPERM to the system calls of `_REFUSED`. Cannot be taken back."""
    known = _REFUSED.get(platform.machine())
    if known is None:
        return
    architecture, refused = known
    steps = [
        (_LOAD, 0, 0, 4),  # the architecture of the call
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, 0),  # its number
        (_IF_AT_LEAST, len(refused) + 1, 0, _SECOND_ABI),
    ]
    for position, number in enumerate(refused):
        steps.append((_IF_EQUAL, len(refused) - position, 0, number))
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE)]
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int, ctypes.c_ulong, *[ctypes.c_void_p] * 3]
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, None, None, None)
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, header, None, None)
