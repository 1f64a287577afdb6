"""Child processes that never outlive the one that started them, and free ports for them.

A `Supervisor` runs named commands, restarts what dies, and ends all of them, and nothing else,
when it ends. It cannot do so after SIGKILL; so each child watches it with `exit_with_parent()`.
Apart from the commands that use it, because what matters here is how processes die.
"""

from synaptiq.kit.processes.child import exit_with_parent
from synaptiq.kit.processes.ports import free_port
from synaptiq.kit.processes.supervisor import Supervisor

__all__ = ["Supervisor", "exit_with_parent", "free_port"]
