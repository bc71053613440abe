"""A Slack on the loopback address: the unchanged bot talks to it, people and tests play the workspace.

It is as strict as Slack, and stricter where Slack would silently do something that nobody wants
(an unknown argument, a text that Slack would split, a ``<`` that nobody escaped).
"""

from bot.sandbox.accounts import SEED, Account, ChannelSeed, MessageSeed, WorkspaceSeed
from bot.sandbox.courier import Delays
from bot.sandbox.server import SandboxServer

__all__ = ["SEED", "Account", "ChannelSeed", "Delays", "MessageSeed", "SandboxServer", "WorkspaceSeed"]
