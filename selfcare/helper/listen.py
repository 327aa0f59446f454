"""Root's helper at a socket (macOS): launchd's, registered by SMAppService; or, after a password, one of its own.

Each client gets a helper process of its own, whose standard input and output are the connection.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import select
import socket
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

assert sys.platform != "win32"

RUN = Path("/var/run")  # where only root may put a socket
LISTENER = "Listener"  # its name in the launchd file
STANDING, ONCE = "org.selfcare.helper.sock", "org.selfcare.helper.once.sock"
CONSOLE = Path("/dev/console")  # belongs to whoever sits at the screen
ADMINISTRATORS = 80  # the group that may change the network's settings
IDLE_S, WAIT_S = 60.0, 30.0
LOOK_S = 1.0  # how soon it is seen that a client's helper has ended
MOST = 8  # clients at once: windows and terminals of one person
SOL_LOCAL, LOCAL_PEERCRED, XUCRED = 0, 1, 76
Waiting = list[subprocess.Popen[bytes]]


def listen(own: Sequence[str], listener: socket.socket) -> int:
    """Serves clients as they come; ends when there were none for a while (launchd starts it again)."""
    listener.settimeout(WAIT_S)  # one who came may be gone again
    helpers: Waiting = []
    while helpers or select.select([listener], [], [], IDLE_S)[0]:
        helpers = [helper for helper in helpers if helper.poll() is None]
        with suppress(OSError):
            if select.select([listener], [], [], LOOK_S)[0]:
                client, _ = listener.accept()
                with client:
                    if len(helpers) < MOST and welcome(client, may_standing):
                        helpers.append(helper_for(own, client))
    return 0


def once(own: Sequence[str]) -> int:
    """An administrator just gave a password for this: one client, of the person at the screen."""
    path = RUN / ONCE
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        old = os.umask(0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(old)
        os.chown(path, console_user(), -1)
        listener.listen(1)
        found = _one(listener)
        path.unlink(missing_ok=True)
    if found is None:
        return 1
    with found:
        helper = helper_for(own, found)
    return helper.wait()


def _one(listener: socket.socket) -> socket.socket | None:
    if not select.select([listener], [], [], WAIT_S)[0]:
        return None
    client, _ = listener.accept()
    if welcome(client, lambda uid: uid == console_user()):
        return client
    client.close()
    return None


def helper_for(own: Sequence[str], client: socket.socket) -> subprocess.Popen[bytes]:
    """The helper of this client. A session of its own: launchd ends the rest of a job's group with the job."""
    return subprocess.Popen(
        [sys.executable, *own, "serve"], stdin=client.fileno(), stdout=client.fileno(), stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip


def welcome(client: socket.socket, may: Callable[[int], bool]) -> bool:
    """Whether whoever is at the other end may have changes made."""
    try:
        return may(peer(client))
    except (OSError, KeyError, struct.error):
        return False


def may_standing(uid: int) -> bool:
    """Root, or an administrator at the screen, who may change these settings anyway. Others are asked first."""
    if uid == 0:
        return True
    known = pwd.getpwuid(uid)
    return uid == console_user() and ADMINISTRATORS in os.getgrouplist(known.pw_name, known.pw_gid)


def console_user() -> int:
    """Who sits at the screen."""
    return CONSOLE.stat().st_uid


def peer(client: socket.socket) -> int:
    """The user at the other end, as the kernel knows him."""
    if sys.platform == "darwin":
        version, uid = struct.unpack_from("=II", client.getsockopt(SOL_LOCAL, LOCAL_PEERCRED, XUCRED))
        if version != 0:
            raise OSError("credentials of another form")
        return int(uid)
    return int(struct.unpack_from("=iI", client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[1])


def activated(name: str = LISTENER) -> socket.socket:
    """The socket that launchd listens on for us. Raises OSError."""
    system = ctypes.CDLL(None)
    try:
        activate, free = system.launch_activate_socket, system.free
    except AttributeError as error:
        raise OSError("no launchd") from error
    activate.argtypes = (ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p)
    free.argtypes = (ctypes.c_void_p,)
    handles, count = ctypes.POINTER(ctypes.c_int)(), ctypes.c_size_t()
    code = activate(name.encode(), ctypes.byref(handles), ctypes.byref(count))
    if code or not count.value:
        raise OSError(code, f"launchd has no socket {name}")
    first, *others = handles[: count.value]
    free(handles)
    for handle in others:
        os.close(handle)
    return socket.socket(fileno=first)
