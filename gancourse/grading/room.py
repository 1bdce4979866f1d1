"""The warm room: a process inside the sandbox that imports everything once and forks for every notebook.

`python -m gancourse.grading.room` is started by `gancourse.grading.sandbox`, normally under bubblewrap, and holds no
secret: no key, no reference, no other submission. For each notebook it forks a process that enters namespaces of its
own, gets an empty folder, gives up every right and runs the cells. That process talks to the judge over a socket it
is handed; when it ends, or is ended, everything it started ends with it.

Control messages come over the socket named on the command line: {"start": limits} with the notebook's socket,
{"cpu": true} for the seconds of CPU that it has taken so far, and {"end": true}; {"share": true} with another control
socket makes a second server of the same room. Linux only, but for `isolate` false.
"""

import array
import ctypes
import errno
import gc
import json
import os
import resource
import select
import shutil
import signal
import socket
import struct
import sys
import time
from functools import partial
from pathlib import Path

HOME = Path("/home/student")
SUPPORT = Path("/support")
NEWNS, NEWIPC, NEWPID = 0x00020000, 0x08000000, 0x20000000
NEWUSER, NEWNET = 0x10000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_BIND, MS_REC, MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 24, 38, 36
SHARED_ANONYMOUS = 0x21  # MAP_SHARED | MAP_ANONYMOUS
MOST_CONTAINERS = 300_000  # lists and dictionaries of a message
WATCH = 0.05  # seconds between two looks at a notebook's memory
FORBIDDEN = (  # ways to more memory or rights than a process is given; no honest notebook asks for them
    *("unshare", "setns", "mount", "umount2", "pivot_root", "chroot", "fsopen", "open_tree", "move_mount"),
    *("memfd_create", "memfd_secret", "shmget", "mq_open", "semget", "msgget", "bpf", "perf_event_open", "userfaultfd"),
    *("io_uring_setup", "add_key", "request_key", "keyctl", "ptrace", "process_vm_readv", "process_vm_writev"),
    *("kexec_load", "init_module", "finit_module", "open_by_handle_at", "quotactl", "swapon", "reboot"),
)


# --- frames: a length and JSON ----------------------------------------------------------------------------------


def send(connection, message):
    """Send a message over a stream socket."""
    data = json.dumps(message, default=str).encode("utf-8", "replace")
    connection.sendall(struct.pack("!I", len(data)) + data)


def receive(connection, most, patience=None):
    """The next message from a stream socket.

    Args:
        connection: the socket.
        most: bytes that a message may have.
        patience: says for how many seconds to wait until it is asked again; what it raises, to wait no longer, comes
            through.

    Raises:
        EOFError: the other side is gone.
        ValueError: it is no message, or too large a one.
    """
    (length,) = struct.unpack("!I", _exactly(connection, 4, patience))
    if length > most:
        raise ValueError(f"a message of {length} bytes")
    data = _exactly(connection, length, patience)
    if data.count(b"[") + data.count(b"{") > MOST_CONTAINERS:  # small to send, large to hold, slow to take apart
        raise ValueError("a message of too many parts")
    try:
        return json.loads(data)
    except RecursionError as error:
        raise ValueError("a message nested too deeply") from error


def within(seconds):
    """The patience to wait so long by the clock; it then raises TimeoutError."""
    deadline = time.monotonic() + seconds

    def patience():
        if (left := deadline - time.monotonic()) <= 0:
            raise TimeoutError
        return left

    return patience


def _exactly(connection, count, patience):
    data = bytearray()
    while len(data) < count:
        if patience is not None:
            connection.settimeout(patience())
        try:
            piece = connection.recv(min(count - len(data), 1 << 16))
        except TimeoutError:
            continue
        except ConnectionError as error:
            raise EOFError from error
        if not piece:
            raise EOFError
        data += piece
    return bytes(data)


# --- the server ---------------------------------------------------------------------------------------------------


def main():
    """Import, say "ready", and serve until the judge hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    isolate = sys.argv[2] == "isolate"
    import psutil  # noqa: F401  (once, for all notebooks)

    if isolate:
        import pyseccomp  # noqa: F401
    cells = _warm(sys.argv[3:])
    control.send(json.dumps({"ready": True}).encode())
    while True:
        if isolate:  # what a notebook leaves behind is this process's to end
            _libc().prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        try:
            message, fds, _, _ = socket.recv_fds(control, 1 << 16, 1)
        except ConnectionError:
            message = b""
        if not message:
            return
        message = json.loads(message)
        if "share" in message:
            if not os.fork():  # another seat: it serves as this process does, on a socket of its own
                control.close()
                control = socket.socket(fileno=fds[0])
            else:
                os.close(fds[0])
            continue
        child = _start(cells, message["start"], fds[0], control, isolate)
        os.close(fds[0])
        reason = _watch(child, message["start"], control, isolate)
        cost = _end(child, isolate)
        control.send(json.dumps(cost | {"reason": reason}).encode())


def _warm(modules):
    """Import what notebooks import, with one thread, and make the shell that every fork inherits."""
    import importlib

    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:  # the notebook that wants it says so itself
            continue
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
        importlib.import_module("torch._dynamo")  # else the first `torch.func.vmap` of each notebook imports it
    from gancourse.grading.cells import Cells

    cells = Cells()
    gc.collect()
    gc.freeze()  # else a fork that collects garbage copies every page it inherited
    return cells


def _start(cells, limits, fd, control, isolate):
    """Fork the process of one notebook; its process id, or None if it could not be made."""
    if not isolate:
        child = os.fork()
        if not child:
            _be_a_notebook(cells, limits, fd, control, isolate)
        return child
    reading, writing = os.pipe()
    middle = os.fork()
    if not middle:
        try:
            os.close(reading)
            # A network of its own as well: sockets without a file would reach the other notebooks of the room.
            _libc_call("unshare", NEWNS | NEWPID | NEWIPC | NEWNET)
            child = os.fork()  # the first process of the new namespace: when it ends, all in it end
            if not child:
                os.close(writing)
                _be_a_notebook(cells, limits, fd, control, isolate)
            os.write(writing, struct.pack("!i", child))
        finally:
            os._exit(1)
    os.close(writing)
    os.waitpid(middle, 0)
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read(4)
    return struct.unpack("!i", data)[0] if data else None


def _be_a_notebook(*arguments):
    """Live as a notebook, and never return to being a room."""
    try:
        _live(*arguments)
    finally:
        os._exit(1)


def _watch(child, limits, control, isolate):
    """Wait until the judge says it is enough, and tell it what CPU was taken when it asks.

    A notebook that takes too much memory is ended: returns why, or None.
    """
    reason = None
    # What a fork inherits is not its own doing; and one process alone meets its own limit first, as a MemoryError.
    most = limits["memory"] + (_resident(os.getpid()) if isolate else 0) + 2**26
    while True:
        ready, _, _ = select.select([control], [], [], WATCH)
        if ready:
            message = control.recv(1 << 16)
            if not message or "cpu" not in json.loads(message):
                return reason
            control.send(json.dumps({"cpu": _cpu_seconds(child)}).encode())
            continue
        if child and isolate and not reason and _memory(child, most) > most:
            os.kill(child, signal.SIGKILL)
            reason = "memory"


def _cpu_seconds(child):
    """Seconds of CPU that a notebook's processes have taken, those that have ended among them."""
    import psutil

    try:
        # What lost its parent is a child of the first process of the namespace, which is `child`.
        family = [psutil.Process(child), *psutil.Process(child).children(recursive=True)] if child else []
    except psutil.Error:
        return 0.0
    total = 0.0
    for process in family:
        try:
            times = process.cpu_times()
        except psutil.Error:  # gone meanwhile, and counted with its parent's
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _memory(child, limit):
    """Bytes that a notebook's processes hold, if near the limit to the page; what they share is counted once."""
    space = _namespace(child)
    pids = [int(p) for p in os.listdir("/proc") if p.isdigit() and space and _namespace(int(p)) == space]
    total = sum(map(_resident, pids))
    return total if total <= limit else sum(map(_share, pids))


def _namespace(pid):
    """What tells a notebook's processes from those of others; None if it is gone."""
    try:
        return os.stat(f"/proc/{pid}/ns/pid").st_ino
    except OSError:
        return None


def _resident(pid):
    """A process's memory in bytes, what it shares with others included."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def _share(pid):
    """A process's proportional share of its memory, in bytes."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def _end(child, isolate):
    """End a notebook and all it started; what it cost."""
    if child is None:
        return {"seconds": 0.0, "peak": 0}
    try:
        (os.kill if isolate else os.killpg)(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    seconds, peak = 0.0, 0
    while True:  # a subreaper inherits strays
        try:
            pid, _, used = os.wait4(-1, 0)
        except ChildProcessError:
            break
        if pid == child:
            seconds, peak = used.ru_utime + used.ru_stime, used.ru_maxrss * 1024
    return {"seconds": seconds, "peak": peak}


# --- the process of one notebook ------------------------------------------------------------------------------------


def _live(cells, limits, fd, control, isolate):
    """Give up every right, then run cells and answer questions until there are no more."""
    control.close()
    connection = socket.socket(fileno=fd)
    connection.setblocking(True)
    try:
        os.setsid()  # else kill(0) in a notebook would reach the room
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        if isolate:
            _move_in(limits)
            _give_up_rights(limits)
        else:
            os.chdir(limits["folder"])
        cells.forbid(limits["answers"])
    except BaseException as error:
        send(connection, {"failed": f"{type(error).__name__}: {error}"})
        raise
    send(connection, {"ready": True})
    while True:
        try:
            request = receive(connection, 1 << 30)
        except EOFError:
            os._exit(0)
        if "run" in request:
            reply = {"outputs": cells.run(request["run"])}
        else:
            consult = partial(_consult, connection, request["id"])
            asked = request["ask"], request["calls"], request["most"], request["instead"]
            reply = {"answers": cells.ask(*asked, consult, request["axes"])}
        send(connection, reply | {"id": request["id"]})


def _consult(connection, number, name, arguments):
    """What the judge's stand-in for function `name` gives for encoded arguments."""
    send(connection, {"id": number, "consult": name, "arguments": arguments})
    return receive(connection, 1 << 30)["value"]


def _move_in(limits):
    """An empty folder of limited size, and a /proc with nobody else in it."""
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    _mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    for name in ("shmall", "shmmax", "msgmni"):  # System V memory belongs to nobody's limit
        try:
            Path(f"/proc/sys/kernel/{name}").write_text("0")
        except OSError:  # shmget is forbidden below as well
            pass
    uid = limits["uid"] if os.geteuid() == 0 else os.geteuid()
    size = f"size={limits['disk']},nr_inodes={limits['files']},mode=0700,uid={uid},gid={uid}"
    if os.geteuid() != 0:
        size = size.split(",uid=")[0]
    _mount("tmpfs", str(HOME), "tmpfs", MS_NOSUID | MS_NODEV, size)
    for folder, place in (("tmp", "/tmp"), ("shm", "/dev/shm")):
        (HOME / folder).mkdir()
        os.chown(HOME / folder, uid, uid) if os.geteuid() == 0 else None
        if not _holds_the_environment(place):
            _mount(str(HOME / folder), place, None, MS_BIND)
    _mount(os.devnull, "/dev/zero", None, MS_BIND)  # mapped, it is shared memory without a limit
    for path in limits["hidden"]:  # the source of an answer cannot be read either
        if os.path.exists(path):
            _mount(os.devnull, path, None, MS_BIND)
    for file in SUPPORT.iterdir():
        shutil.copy(file, HOME)
    os.chdir(HOME)
    os.environ.update(HOME=str(HOME), TMPDIR=str(HOME / "tmp"), IPYTHONDIR=str(HOME / ".ipython"))


def _holds_the_environment(place):
    return any(p.startswith(place + "/") for p in (sys.prefix, sys.base_prefix, __file__, *sys.path))


def _give_up_rights(limits):
    """Limits, another user where there was root, no capability, no way back."""
    libc = _libc()
    soft = {
        resource.RLIMIT_DATA: _data_in_use() + limits["memory"],
        # Page tables are in no other limit. Libraries for GPUs take gigabytes of addresses and little memory.
        resource.RLIMIT_AS: _address_space() + 16 * limits["memory"],
        resource.RLIMIT_NPROC: limits["processes"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_FSIZE: limits["disk"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_CPU: int(limits["seconds"]) + 5,
    }
    for name, value in soft.items():
        resource.setrlimit(name, (value, value))
    Path("/proc/self/oom_score_adj").write_text("1000")  # if memory runs out, this goes first
    for capability in range(64):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(*[limits["uid"]] * 3)  # for root, no limit on processes holds
        os.setresuid(*[limits["uid"]] * 3)
    _drop_capabilities()
    _libc_call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _forbid_system_calls()


def _data_in_use():
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[5]) * resource.getpagesize()


def _address_space():
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[0]) * resource.getpagesize()


def _drop_capabilities():
    header, none = struct.pack("Ii", 0x20080522, 0), array.array("I", [0] * 6)
    _libc_call("capset", header, none.tobytes())


def _forbid_system_calls():
    import pyseccomp  # imported once by `main`: it looks for a library, which takes a while

    allowed = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for name in FORBIDDEN:
        try:
            allowed.add_rule(pyseccomp.ERRNO(errno.EPERM), name)
        except (ValueError, RuntimeError, OSError):  # unknown to this libseccomp or machine: not there to be called
            continue
    allowed.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags lie in memory; libc then uses clone
    for flag in (NEWNS, NEWPID, NEWIPC, NEWUSER, NEWNET):
        allowed.add_rule(pyseccomp.ERRNO(errno.EPERM), "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, flag, flag))
    allowed.add_rule(  # shared memory without a file is in nobody's limit once its pages are given back
        pyseccomp.ERRNO(errno.EPERM), "mmap", pyseccomp.Arg(3, pyseccomp.MASKED_EQ, SHARED_ANONYMOUS, SHARED_ANONYMOUS)
    )
    for family in range(46):  # sockets to the machine below (AF_VSOCK) know no namespace of networks
        if family not in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK):
            rule = pyseccomp.Arg(0, pyseccomp.EQ, family)
            allowed.add_rule(pyseccomp.ERRNO(errno.EAFNOSUPPORT), "socket", rule)
    for option in (7, 8, 32, 33):  # SO_SNDBUF and its like: what lies in sockets is in no limit on memory
        rules = pyseccomp.Arg(1, pyseccomp.EQ, socket.SOL_SOCKET), pyseccomp.Arg(2, pyseccomp.EQ, option)
        allowed.add_rule(pyseccomp.ERRNO(errno.EPERM), "setsockopt", *rules)
    allowed.load()


# --- system calls that Python has no name for -------------------------------------------------------------------


def _libc():
    return ctypes.CDLL(None, use_errno=True)


def _libc_call(name, *arguments):
    if getattr(_libc(), name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _mount(source, target, kind, flags, data=""):
    encoded = [None if s is None else s.encode() for s in (source, target, kind)]
    _libc_call("mount", *encoded, ctypes.c_ulong(flags), data.encode())


if __name__ == "__main__":
    main()
