"""A class with attackers in it: nobody earns a point by force, nobody else loses one, and the harm does not happen.

Each student attacks in a cell of their own, at the start of the notebook. Whose answers are right must have all points
nevertheless; whose answers are missing must have none.
"""

import json
import os
import py_compile
import socket
import threading

import nbformat
import pytest

from classroom import ROOT, answered, hand_in, model_answers, open_room, released_course, still_there
from gancourse import course, shift
from gancourse.grading.run import grade

RIGHT = model_answers()
ALL = sum(e.points for e in course.load_exercises(ROOT, "ps1"))
MARK = "survivor-of-a-notebook"
SECRET = "the-environment-of-the-grader"

# Harm to the machine or the rest of the class. The answers are right, and earn their points all the same.
RESOURCES = {
    "infinite_loop": "while True: pass",
    "loop_that_catches_everything": """
while True:
    try:
        while True: pass
    except BaseException:
        pass
""",
    "sleep": "import time; time.sleep(10_000)",
    "pictures": """
import sys
from IPython.display import display
sys.modules["gancourse.grading.cells"].MOST_IN_ALL = 10**12
for _ in range(100):
    display({"image/png": "A" * 440_000}, raw=True)
""",
    "memory_bomb": "hoard = [bytearray(10**8) for _ in range(1000)]",
    "memory_bomb_in_many_processes": """
import os, time
for _ in range(12):
    if not os.fork():
        hoard = bytearray(os.urandom(1)) * (150 * 2**20)
        time.sleep(1000)
time.sleep(1000)
""",
    "fork_bomb": """
import os, time
def bomb():
    while True:
        try:
            if not os.fork():
                bomb()
        except OSError:
            time.sleep(0.01)
bomb()
""",
    "thread_bomb": """
import threading, time
while True:
    threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
""",
    "full_disk": "with open('big', 'wb') as f:\n    while True: f.write(b'0' * 10**6)",
    "a_million_files": "for i in range(10**6): open(f'file{i}', 'w').close()",
    "endless_stdout": "while True: print('x' * 1000)",
    "one_huge_line": "print('x' * 500_000_000)",
    "huge_rich_output": "from IPython.display import HTML, display\ndisplay(HTML('x' * 10**8))",
    "many_outputs": "from IPython.display import display\nfor _ in range(10**5): display(1)",
    "segfault": "import ctypes; ctypes.string_at(0)",
    "early_exit": "import os; os._exit(0)",
    "deep_recursion": "import sys\nsys.setrecursionlimit(10**9)\ndef f(n): return f(n + 1) + 1\nf(0)",
    "stopped": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "kill_everybody": "import os, signal\nos.kill(-1, signal.SIGKILL)",
    "kill_the_parent": "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)",
    "kill_the_group": "import os, signal\nos.kill(0, signal.SIGKILL)",
    "close_every_file": "import os\nos.closerange(0, 256)",
    "reset": "%reset -f",
    "warnings": "import warnings; warnings.warn('careful')",
}

# Somebody else's things. What can be read is printed after STOLEN.
THEFTS = {
    "solutions": "show({root!r} + '/solutions/ps1/exercises/generator.py')",
    "gradebook": "show({root!r} + '/gradebook.db')",
    "grading_key": "show({root!r} + '/grading.key')",
    "another_submission": "show({root!r} + '/submitted/honest/ps1/ps1.ipynb')",
    "what_was_received": "show({root!r} + '/received/ps1/honest/0001/ps1.ipynb')",
    "the_repository": "show({repository!r} + '/solutions/ps1/exercises/generator.py')",
    "passwords": "show('/etc/passwd')",
    "host_processes": """
for p in os.listdir('/proc'):
    if p.isdigit() and int(p) != os.getpid(): print('STOLEN', p)
""",
    "host_environment": "print(*('STOLEN ' + v for v in os.environ.values() if {secret!r} in v))",
    "memory_of_pid_1s_parent": "show(f'/proc/{{os.getppid()}}/environ')",
    "http": "from urllib.request import urlopen\nprint('STOLEN', urlopen('http://127.0.0.1:{port}/', timeout=2))",
    "raw_socket": "import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)\nprint('STOLEN', s)",
    "tcp": "import socket\nprint('STOLEN', socket.create_connection(('127.0.0.1', {port}), 2))",
    "the_hypervisor": "import socket\nprint('STOLEN', socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM))",
    "dns": "import socket\nprint('STOLEN', socket.getaddrinfo('example.org', 80))",
    "cloud_metadata": "import socket\nprint('STOLEN', socket.create_connection(('169.254.169.254', 80), 2))",
    "unix_socket_without_a_file": """
import socket
s = socket.socket(socket.AF_UNIX)
s.connect('\\0{abstract}')
print('STOLEN', s)
""",
    "open_files_of_the_room": """
for fd in range(3, 256):
    try:
        where = os.readlink(f'/proc/self/fd/{{fd}}')
    except OSError:
        continue
    if {root!r} in where or {repository!r} + '/solutions' in where: print('STOLEN', where)
""",
    "new_namespace": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.unshare(0x10000000) == 0: print('STOLEN a user namespace')
if libc.unshare(0x00020000) == 0: print('STOLEN a mount namespace')
if libc.mount(b'none', b'/tmp', b'tmpfs', 0, None) == 0: print('STOLEN a mount')
if libc.chroot(b'/tmp') == 0: print('STOLEN a root')
if libc.memfd_create(b'x', 0) >= 0: print('STOLEN memory')
""",
    "become_root": "os.setuid(0)\nprint('STOLEN', os.getuid())",
    "write_to_the_system": """
for place in ('/usr/x', '/x', '/etc/x', '/dev/x', '/support/x', '/proc/sys/kernel/core_pattern', os.__file__):
    try:
        open(place, 'a').write('x')
    except OSError:
        continue
    print('STOLEN', place)
""",
    "what_the_last_notebook_left": """
import glob
for place in ('/tmp', '/dev/shm', '/home/student', '/var/tmp'):
    for found in glob.glob(place + '/**', recursive=True):
        if {mark!r} in found: print('STOLEN', found)
for place in ('/tmp', '/dev/shm', '/home/student', '/var/tmp'):
    try:
        open(place + '/{mark}', 'w').write('x')
    except OSError:
        pass
""",
}
SHOW = """
import os
def show(path):
    with open(path, 'rb') as f: print('STOLEN', f.read(20))
"""

# Points by force. There is no answer in the notebook, so there must be no point.
FORGERIES = {
    "the_reference_by_import": "from gancourse.shift import *",
    "the_reference_past_the_ban": """
import sys, importlib
for name in [n for n in sys.modules if n.startswith('gancourse')]: del sys.modules[name]
from gancourse.shift import *
""",
    "the_reference_by_its_source": """
import gancourse, pathlib
exec((pathlib.Path(gancourse.__file__).parent / 'shift.py').read_text())
""",
    "the_reference_as_compiled": """
import glob, marshal, os, types, gancourse
for place in glob.glob(os.path.dirname(gancourse.__file__) + '/__pycache__/shift*.pyc'):
    module = types.ModuleType('found')
    exec(marshal.loads(open(place, 'rb').read()[16:]), module.__dict__)
    globals().update(vars(module))
""",
    "patched_comparison": """
import numpy, torch, builtins
numpy.isclose = numpy.allclose = torch.allclose = numpy.testing.assert_allclose = lambda *a, **k: True
builtins.all = builtins.any = lambda *a: True
numpy.squeeze = lambda *a: 0
""",
    "a_shell_that_skips_asserts": """
import ast
class Drop(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
get_ipython().ast_transformers.append(Drop())
get_ipython().input_transformers_post.append(lambda lines: [l for l in lines if 'assert' not in l])
get_ipython().showtraceback = lambda *a, **k: None
""",
    "patched_observer": """
import sys, types
fake = types.ModuleType('gancourse.exercises.observe')
fake.observe = fake.answer = lambda *a, **k: {'value': 1, 'after': [], 'error': None}
sys.modules['gancourse.exercises.observe'] = sys.modules['gancourse.exercises.probes.networks'] = fake
""",
    "forged_display": """
from IPython.display import display
display({'text/plain': '`generator`: 2 of 2 points.', 'application/json': {'earned': 35}}, raw=True)
""",
    "forged_replies": """
import json, os, struct, stat
for fd in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode):
            for i in range(1, 60):
                reply = json.dumps({'id': i, 'answers': [{'value': {'type': 'float'}, 'after': [], 'error': None}] * 9})
                os.write(fd, struct.pack('!I', len(reply)) + reply.encode())
    except OSError:
        pass
""",
    "a_huge_reply": """
import os, struct, stat
for fd in range(3, 64):
    try:
        if stat.S_ISSOCK(os.fstat(fd).st_mode): os.write(fd, struct.pack('!I', 2**32 - 1) + b'[' * 1000)
    except OSError:
        pass
""",
    "expected_values_in_memory": """
import gc
def generator(z, theta):
    for thing in gc.get_objects():
        if isinstance(thing, dict) and 'expected' in thing: return thing['expected']
""",
    "answers_of_the_public_cases": """
import json, base64, numpy as np
public = {e['name']: e for e in json.load(open('checks.json'))['exercises']}
def lookup(name):
    def function(*arguments):
        case = public[name]['cases'][0]['expected']['value']
        return np.frombuffer(base64.b64decode(case['base64']), case['dtype']).reshape(case['shape'])
    return function
generator, discriminator, discriminator_loss, generator_loss = map(lookup, list(public)[:4])
""",
    "always_equal": """
class Yes:
    def __eq__(self, other): return True
    __hash__ = None
    __le__ = __lt__ = __ge__ = __gt__ = __eq__
    def __float__(self): return 0.0
    def __array__(self, *a, **k):
        import numpy
        return numpy.array(float('nan'))
generator = discriminator = discriminator_loss = generator_loss = lambda *a: Yes()
""",
    "subclasses": """
import numpy, torch
class F(float):
    def __eq__(self, other): return True
class A(numpy.ndarray):
    def __eq__(self, other): return numpy.ones(1, bool)
discriminator_loss = generator_loss = lambda *a: F('nan')
generator = lambda z, theta: numpy.full(z.shape, numpy.nan).view(A)
discriminator = lambda x, phi: torch.full(x.shape, torch.nan)
""",
    "what_cannot_be_sent": """
import numpy, pickle, os
class P:
    def __reduce__(self): return os.system, ('true',)
    def __repr__(self): raise SystemExit
generator = lambda *a: P()
discriminator = lambda *a: pickle.dumps(P())
discriminator_loss = lambda *a: 10 ** 5000
generator_loss = lambda *a: 'x' * 10**8
nest = []
for _ in range(10**5): nest = [nest]
discriminator_gradient = lambda *a: nest
generator_gradient = lambda *a: numpy.zeros((0, 2**40))
update_discriminator = lambda *a: numpy.zeros(10**8)
update_generator = lambda *a: numpy.array([object()])
train = lambda *a: '\\udcff'
""",
}

# What would go on after grading. Each leaves a process with a name that can be looked for.
SURVIVORS = {
    "daemon": f"""
import os, sys
if not os.fork():
    os.setsid()
    if not os.fork():
        os.execv(sys.executable, ['{MARK}', '-c', 'import time; time.sleep(600)'])
    os._exit(0)
""",
    "at_exit": f"""
import atexit, subprocess, sys
atexit.register(lambda: subprocess.Popen(['{MARK}', '-c', 'import time; time.sleep(600)'], executable=sys.executable))
""",
    "thread": f"""
import threading, time, subprocess, sys
def later():
    while True:
        time.sleep(0.2)
        subprocess.Popen(['{MARK}', '-c', 'import time; time.sleep(600)'], executable=sys.executable)
threading.Thread(target=later, daemon=True).start()
""",
}


class Listener:
    """Servers of this machine that nobody should reach: on a port, and on a socket without a file."""

    def __init__(self):
        self.reached = 0
        self.abstract = f"gancourse-{os.getpid()}"
        self._tcp, self._unix = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)
        self._unix.bind(f"\0{self.abstract}")
        self._unix.listen()
        self.port = self._tcp.getsockname()[1]
        for server in (self._tcp, self._unix):
            threading.Thread(target=self._serve, args=(server,), daemon=True).start()

    def _serve(self, server):
        while True:
            server.accept()
            self.reached += 1


class Graded:
    """The class, graded."""

    def __init__(self, root):
        open_room()  # skips, or fails in CI, where there is no bubblewrap
        self.root, self.listener = released_course(root), Listener()
        py_compile.compile(shift.__file__)  # what an attack would look for; some environments write none
        config = root / "nbgrader_config.py"
        limits = {"cell": 3, "question": 3, "notebook": 30, "memory": 2**30, "disk": 32 * 2**20, "files": 500}
        limits |= {"processes": 32, "wall": 2}
        config.write_text(config.read_text() + f"\nc.JudgeNotebook.limits = {limits}\n")
        filled = {
            "root": str(root),
            "repository": str(ROOT),
            "secret": SECRET,
            "port": self.listener.port,
            "abstract": self.listener.abstract,
            "mark": MARK,
        }
        for name, attack in {**RESOURCES, **SURVIVORS}.items():
            hand_in(root, name, answered(RIGHT, extra=attack))
        for name, attack in THEFTS.items():
            hand_in(root, name, answered(RIGHT, extra=SHOW + attack.format(**filled)))
        for name, attack in FORGERIES.items():
            hand_in(root, name, answered({n: "pass" for n in RIGHT if n in NAMES}, extra=attack))
        hand_in(root, "honest", answered(RIGHT))
        hand_in(root, "zz_honest_and_last", answered(RIGHT))
        self.outcomes = grade(root, "ps1", workers=2)

    def record(self, student):
        return json.loads((self.root / "records" / "ps1" / f"{student}.json").read_text())

    def points(self, student):
        return sum(e["earned"] for e in self.record(student)["exercises"])

    def printed(self, student):
        path = self.root / "autograded" / student / "ps1" / "ps1.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        streams = [o.text for c in cells if c.cell_type == "code" for o in c.outputs if o.output_type == "stream"]
        return "".join(streams)


NAMES = [e.name for e in course.load_exercises(ROOT, "ps1")]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    os.environ["GANCOURSE_TEST_SECRET"] = SECRET
    yield Graded(tmp_path_factory.mktemp("course"))
    os.environ.pop("GANCOURSE_TEST_SECRET")


@pytest.mark.parametrize("student", ["honest", "zz_honest_and_last"])
def test_the_honest_have_all_their_points(graded, student):
    assert graded.points(student) == ALL
    assert graded.record(student)["status"] == "graded"


def test_nobody_is_a_grader_error(graded):
    assert graded.outcomes["grader error"] == 0


@pytest.mark.parametrize("student", RESOURCES)
def test_right_answers_earn_their_points_whatever_another_cell_does(graded, student):
    harmless_to_oneself = student not in ("fork_bomb", "close_every_file")  # these break their own notebook
    assert graded.points(student) == ALL or not harmless_to_oneself, graded.record(student)


@pytest.mark.parametrize("student", RESOURCES)
def test_what_an_attack_leaves_behind_is_small(graded, student):
    for place in ("autograded", "feedback", "records"):
        for path in (graded.root / place).rglob("*"):
            if student in str(path) and path.is_file():
                assert path.stat().st_size < 3 * 2**20, path
    assert graded.record(student)["peak_memory"] < 1.6 * 2**30


@pytest.mark.parametrize("student", THEFTS)
def test_nothing_is_stolen(graded, student):
    assert "STOLEN" not in graded.printed(student)
    assert graded.points(student) == ALL


def test_nobody_reached_the_machines_servers(graded):
    assert graded.listener.reached == 0


@pytest.mark.parametrize("student", FORGERIES)
def test_no_point_is_forged(graded, student):
    assert graded.points(student) == 0, graded.record(student)


@pytest.mark.parametrize("student", SURVIVORS)
def test_nothing_goes_on_after_grading(graded, student):
    assert not still_there(MARK)
    assert graded.points(student) == ALL


@pytest.mark.parametrize(
    "student, status",
    [
        ("infinite_loop", "timed out"),
        ("endless_stdout", "timed out"),
        ("segfault", "killed"),
        ("early_exit", "killed"),
        ("memory_bomb_in_many_processes", "killed"),
        ("memory_bomb", "graded"),
    ],
)
def test_the_status_says_what_happened(graded, student, status):
    assert graded.record(student)["status"] == status
