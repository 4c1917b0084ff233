"""The HTTP edge: credentials, problems, limits, exactly-once answers, and how Engage listens."""

from engage.web.answers import REPLAYED, answer_command, answer_once, fingerprint_of_request
from engage.web.commands import make_keys_group
from engage.web.credentials import (
    MAX_TTL_SECONDS,
    MIN_TTL_SECONDS,
    SCOPES,
    ApiKeys,
    MemberTokens,
    create_key,
)
from engage.web.docs import all_refusals, document_of, register_docs, render_document
from engage.web.edge import (
    ANYONE,
    KEY_PATTERN,
    MEMBER,
    Edge,
    KeyAccepted,
    KeyAllowed,
    KeyRequired,
    Parameters,
    Routes,
    actor,
    edge_of,
    finish_headers,
    json_answer,
    key_with,
    open_edge,
    refuse_invalid,
)
from engage.web.problems import Problem, problem_of
from engage.web.server import DataInUse, listen, owned, serve_alone, serve_with_workers

__all__ = [
    "ANYONE",
    "KEY_PATTERN",
    "MAX_TTL_SECONDS",
    "MEMBER",
    "MIN_TTL_SECONDS",
    "REPLAYED",
    "SCOPES",
    "ApiKeys",
    "DataInUse",
    "Edge",
    "KeyAccepted",
    "KeyAllowed",
    "KeyRequired",
    "MemberTokens",
    "Parameters",
    "Problem",
    "Routes",
    "actor",
    "all_refusals",
    "answer_command",
    "answer_once",
    "create_key",
    "document_of",
    "edge_of",
    "fingerprint_of_request",
    "finish_headers",
    "json_answer",
    "key_with",
    "listen",
    "make_keys_group",
    "open_edge",
    "owned",
    "problem_of",
    "refuse_invalid",
    "register_docs",
    "render_document",
    "serve_alone",
    "serve_with_workers",
]
